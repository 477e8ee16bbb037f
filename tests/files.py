"""读文件各测试共用：现做的小 DOCX、图片和 PDF。"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from functools import cache

import pikepdf
from PIL import Image

from docgen.read.picture import codes_in_picture, read_code
from docgen.seal.qr import draw

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    "{}</Relationships>"
)
MAIN = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 7


def document(body: str) -> str:
    return (
        f'<w:document xmlns:w="{W}" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
        f"<w:body>{body}</w:body></w:document>"
    )


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r>{properties}<w:t>{text}</w:t></w:r>"


def parts(body: str = "", **more: str | bytes) -> dict[str, bytes]:
    """一个小 DOCX 的各部件；more 里的 __ 代表路径的 /。"""
    given_parts: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS.format(MAIN),
        "word/document.xml": document(body or paragraph(run("甲"))),
    }
    given_parts |= {name.replace("__", "/"): content for name, content in more.items()}
    return {n: c.encode() if isinstance(c, str) else c for n, c in given_parts.items()}


def zipped(contents: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return target.getvalue()


@cache
def pictured(form: str, mode: str = "L") -> bytes:
    symbol = Image.open(io.BytesIO(draw("v.cn", TOKEN).png(4)))
    page = Image.new("L", (600, 600), 255)
    page.paste(symbol.convert("L"), (50, 50))
    target = io.BytesIO()
    page.convert(mode).save(target, form)
    return target.getvalue()


def pdf(*texts: str, attachment: bytes | None = None, box: tuple[float, ...] = (595, 842)) -> bytes:
    """每页一行字的 PDF：版心里是 text，页脚是 foot。"""
    made = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for text in texts:
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[-1]
        page.obj.MediaBox = pikepdf.Array([0, 0, *box])
        page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        content = f"BT /F1 12 Tf 100 500 Td ({text}) Tj ET BT /F1 9 Tf 100 40 Td (foot) Tj ET"
        page.obj.Contents = made.make_stream(content.encode())
    if attachment is not None:
        made.attachments["instrument.json"] = pikepdf.AttachedFileSpec(made, attachment)
    target = io.BytesIO()
    made.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def tokens(image: Image.Image) -> tuple[str, ...]:
    """图中读到的 token。"""
    return tuple(reading.token for reading in codes_in_picture(image))


def token_text(text: str) -> str | None:
    """网址或裸文字里的 token，没有则 None。"""
    found = read_code(text)
    return None if found is None else found.token
