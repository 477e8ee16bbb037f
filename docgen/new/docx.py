"""起草 template.docx：由 template.html 转换而来，两种版式的用语因此一致。

A template is well-formed XHTML with Jinja tags as text. Control tags between blocks become
docxtpl's {%p %}, between table rows {%tr %}; inside a paragraph or a cell they stay as text.
The look is in the parts (templates/layout/docx): a paragraph's class is its style's name.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from docgen.errors import DocgenError, InputInvalid
from docgen.new.markup import TYPE_AREA, Block, Control, Paragraph, Row, read_markup
from docgen.new.spacing import without_spacers

MAIN = "template.html"
PICTURES = ("word/media/seal.png", "word/media/draft.png")
_PARTS = {
    "[Content_Types].xml": "content_types.xml",
    "_rels/.rels": "package.rels",
    "word/document.xml": "document.xml",
    "word/_rels/document.xml.rels": "document.rels",
    "word/styles.xml": "styles.xml",
    "word/settings.xml": "settings.xml",
    "word/fontTable.xml": "fontTable.xml",
    "word/header1.xml": "header.xml",
    "word/_rels/header1.xml.rels": "header.rels",
    "word/footer1.xml": "footer.xml",
    "docProps/core.xml": "core.xml",
    "docProps/app.xml": "app.xml",
}
_RULE = '<w:rStyle w:val="rule"/>'


def draft_docx(
    template_html: str, parts: Mapping[str, bytes], include: Callable[[str], str]
) -> bytes:
    """template.html → template.docx 的字节；同样的输入总是同样的字节。

    parts: the files of templates/layout/docx by name; include: a template's name → its text.
    Raises InputInvalid naming file, line and element for whatever has no place in a DOCX.
    """
    missing = sorted(set(_PARTS.values()) - set(parts))
    if missing:
        raise InputInvalid(f"templates/layout/docx 缺少 {'、'.join(missing)}。")
    blocks = without_spacers(read_markup(MAIN, template_html, include))
    content = "".join(_block_xml(block) for block in blocks)
    shell = parts["document.xml"].decode("utf-8").replace("<w:body>", f"<w:body>{content}", 1)
    return _package({**parts, "document.xml": shell.encode("utf-8")})


def _block_xml(block: Block) -> str:
    match block:
        case Control():
            return f"<w:p><w:r><w:t>{{%p {escape(block.text)} %}}</w:t></w:r></w:p>"
        case Paragraph():
            return _paragraph_xml(block)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in block.widths)
    rows = "".join(_row_xml(row, block.widths) for row in block.rows)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="ruled"/><w:tblW w:w="{TYPE_AREA}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>'
    )


def _row_xml(row: Row | Control, widths: tuple[int, ...]) -> str:
    if isinstance(row, Control):
        told = f"<w:p><w:r><w:t>{{%tr {escape(row.text)} %}}</w:t></w:r></w:p>"
        span = f'<w:tcPr><w:gridSpan w:val="{len(widths)}"/></w:tcPr>'
        return f"<w:tr><w:tc>{span}{told}</w:tc></w:tr>"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph_xml(cell)}</w:tc>'
        for width, cell in zip(widths, row.cells, strict=True)
    )
    header = "<w:tblHeader/>" if row.head else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>{cells}</w:tr>"


def _paragraph_xml(paragraph: Paragraph) -> str:
    keep = "<w:keepNext/>" * paragraph.follow + "<w:keepLines/>" * paragraph.keep
    if paragraph.before:
        keep += f'<w:spacing w:before="{paragraph.before}"/>'
    runs = "".join(
        f'<w:r><w:rPr>{_RULE * ruled}<w:rFonts w:hint="eastAsia"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        for text, ruled in paragraph.runs
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{paragraph.style}"/>{keep}</w:pPr>{runs}</w:p>'


def _package(parts: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    contents = {name: parts[part] for name, part in _PARTS.items()}
    contents |= dict.fromkeys(PICTURES, _blank_picture())
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents.items():
            item = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            item.create_system, item.external_attr = 3, 0o644 << 16
            archive.writestr(item, content)  # stored, so that no zlib version matters
    return target.getvalue()


def _blank_picture() -> bytes:
    """65×65 的白色 1 位 PNG，给以后换上的图片占位。"""
    side = 65
    row = b"\0" + b"\xff" * ((side + 7) // 8)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * side, 0)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def draft_all(templates: Path) -> Iterator[tuple[Path, bytes]]:
    """每种文书的 template.docx 应有的内容：路径与字节。"""
    parts = {path.name: path.read_bytes() for path in (templates / "layout" / "docx").iterdir()}
    for source in sorted(templates.glob("instruments/*/template.html")):
        try:
            drafted = draft_docx(
                source.read_text("utf-8"), parts, lambda name: (templates / name).read_text("utf-8")
            )
        except InputInvalid as error:
            raise InputInvalid(
                f"{source.parent.name}：{error.message}", advice=error.advice
            ) from None
        yield source.with_suffix(".docx"), drafted


def main(arguments: list[str]) -> int:
    """python -m docgen.new.docx templates：重写每种文书的 template.docx。"""
    try:
        for path, content in draft_all(Path(arguments[0] if arguments else "templates")):
            path.write_bytes(content)
            print(path)
    except DocgenError as error:
        print(error, error.advice, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
