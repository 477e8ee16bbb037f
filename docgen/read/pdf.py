"""读 PDF：每页版心内外的文字、内嵌的规范内容、页面的图像。"""

from __future__ import annotations

import ctypes
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from docgen.errors import InputInvalid
from docgen.model.document import FILE_SEAL_MARK, FileSeal, PageText
from docgen.model.layout import LEFT, POINTS_PER_MM, TOP, TYPE_HEIGHT, TYPE_WIDTH
from docgen.read.page_objects import oddities

MAX_PAGES = 2000
MAX_PIXELS = 60_000_000
MAX_COLOURED = 20_000_000
MAX_SIDE = 20_000
_SCANNED = 0.4  # of a page
MAX_CONTENT_BYTES = 50_000_000
_SLACK = 2.0  # points: a baseline may sit slightly outside the type area
_HANGING = 11.0  # points: an opening mark at a line's start stands half out, its ink does not
_OPENING = frozenset("（《〈「『【〔“‘［｛")
_HYPHEN_AT_LINE_END = 0xFFFE
_FILE_SEAL = re.compile(FILE_SEAL_MARK + rb"([0-9a-f]{128})\n(startxref\n[0-9]+\n%%EOF\n)\Z")
_CATALOG = {
    *("/Type", "/Pages", "/Metadata", "/Lang", "/MarkInfo", "/StructTreeRoot", "/OutputIntents"),
    *("/Names", "/AF", "/ViewerPreferences", "/Outlines", "/Extensions", "/Version"),
    *("/PageMode", "/PageLayout"),  # which pane a reader opens, and how pages lie side by side
}


def open_pdf(data: bytes, name: str, max_pages: int = MAX_PAGES) -> pypdfium2.PdfDocument:
    """打开 PDF。Raises InputInvalid: also for more pages than max_pages."""
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise InputInvalid(
            f"{name} 不是完整的 PDF，或者加了密。", advice="请重新取得该文件。"
        ) from error
    if not 0 < count <= max_pages:
        raise InputInvalid(
            f"{name} 有 {count} 页，不予读取。", advice=f"一次至多 {max_pages} 页，请分开交来。"
        )
    return document


def read_pages(document: pypdfium2.PdfDocument) -> tuple[PageText, ...]:
    """每页版心内的正文和版心外的页眉页脚，去掉空白，和签发时不会有的东西。Raises InputInvalid."""
    return tuple(page_text(page) for page in pages_of(document))


def page_images(document: pypdfium2.PdfDocument, dpi: int) -> Iterator[Image.Image]:
    """逐页渲染为灰度图。Raises InputInvalid."""
    for page in pages_of(document):
        yield page_image(page, dpi)


def page_image(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    """一页的灰度图。"""
    picture: Image.Image = page.render(scale=_scale(page, dpi, MAX_PIXELS), grayscale=True).to_pil()
    return picture


def head_image(page: pypdfium2.PdfPage, dpi: int) -> Image.Image:
    """一页天头的灰度图：签封的码只在那里。"""
    below = max(page.get_height() - TOP * POINTS_PER_MM, 0)
    scale = _scale(page, dpi, MAX_PIXELS)
    picture: Image.Image = page.render(scale=scale, grayscale=True, crop=(0, below, 0, 0)).to_pil()
    return picture


def scanned_page(document: pypdfium2.PdfDocument, index: int, dpi: int) -> Image.Image | None:
    """图片占去大半的一页，渲染为 RGB；不是则 None。The word across a draft takes a third."""
    page = document[index]
    try:
        if _pictured(page) < _SCANNED:
            return None
        picture: Image.Image = page.render(scale=_scale(page, dpi, MAX_COLOURED)).to_pil()
        return picture.convert("RGB")
    finally:
        page.close()


def _pictured(page: pypdfium2.PdfPage) -> float:
    """各图片的面积合起来是一页的多少（条状的扫描图分成许多张）。"""
    width, height = page.get_size()
    covered = 0.0
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = item.get_bounds()
        covered += max(right - left, 0) * max(top - bottom, 0)
    return float(covered / max(width * height, 1))


def _scale(page: pypdfium2.PdfPage, dpi: int, pixels: int) -> float:
    width, height = page.get_size()
    largest = min((pixels / max(width * height, 1)) ** 0.5, MAX_SIDE / max(width, height, 1))
    return float(min(dpi / 72, largest))


@dataclass(frozen=True)
class Envelope:
    """页以外的：内嵌附件的字节（没有则 None），文件目录里签发时不会有的东西。"""

    content: bytes | None
    oddities: tuple[str, ...]


def read_envelope(data: bytes, name: str, attachment: str) -> Envelope:
    """读内嵌的附件；目录里有没有图层、动作、表单、别的附件。Raises InputInvalid."""
    content = None
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            attached = set(pdf.attachments)
            if attachment in attached:
                content = _unpacked(pdf.attachments[attachment].obj.EF.F)
            keys = set(pdf.Root.keys()) - _CATALOG
            names = set(pdf.Root.get("/Names", {}).keys()) - {"/EmbeddedFiles"}
    except Exception as error:  # qpdf and its binding raise many kinds on broken input
        raise InputInvalid(f"{name} 的附件或者目录读不了。", advice="请重新取得该文件。") from error
    if content is not None and len(content) > MAX_CONTENT_BYTES:
        raise InputInvalid(f"{name} 的附件太大。", advice="请重新取得该文件。")
    found = [f"文件带有 {key[1:]}" for key in sorted(keys | names)]
    return Envelope(content, (*found, *(["文件带有别的附件"] * (len(attached) > 1))))


def read_file_seal(data: bytes) -> FileSeal | None:
    """末尾的文件签封，没有则 None。"""
    found = _FILE_SEAL.search(data)
    if found is None:
        return None
    bare = data[: found.start()] + found[2]
    return FileSeal(hashlib.sha256(bare).digest(), bytes.fromhex(found[1].decode("ascii")))


def _unpacked(stream: pikepdf.Object) -> bytes:
    """附件的内容，至多比允许的多一个字节：压缩的不全部展开。"""
    packed = stream.read_raw_bytes()
    match stream.get("/Filter"):
        case None:
            return packed
        case pikepdf.Name.FlateDecode:
            return zlib.decompressobj().decompress(packed, MAX_CONTENT_BYTES + 1)
    raise ValueError("unexpected filter")


def pages_of(document: pypdfium2.PdfDocument) -> Iterator[pypdfium2.PdfPage]:
    """逐页打开，看完即关。Raises InputInvalid."""
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError as error:
            raise InputInvalid(
                f"PDF 的第 {index + 1} 页已损坏。", advice="请重新取得该文件。"
            ) from error
        yield page
        page.close()


def page_text(page: pypdfium2.PdfPage) -> PageText:
    """一页的文字和签发时不会有的东西。"""
    body: list[str] = []
    margin: list[str] = []
    text_page = page.get_textpage()
    height = page.get_height()
    order = _order(page)
    found = list(_characters(text_page, order))
    for _, char, x, y in sorted(found, key=lambda character: character[0]):
        (body if _inside(char, x, height - y) else margin).append(char)
    text_page.close()
    return PageText(_joined(body), _joined(margin), oddities=oddities(page))


def _inside(char: str, x: float, from_top: float) -> bool:
    hanging = _HANGING if char in _OPENING else _SLACK
    left, top = LEFT * POINTS_PER_MM - hanging, TOP * POINTS_PER_MM - _SLACK
    right = (LEFT + TYPE_WIDTH) * POINTS_PER_MM + _SLACK
    bottom = (TOP + TYPE_HEIGHT) * POINTS_PER_MM + _SLACK
    return left <= x <= right and top <= from_top <= bottom


def _order(page: pypdfium2.PdfPage) -> Mapping[int, int]:
    """各文字对象在页里的先后。PDFium tells characters of one height by their places instead."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    objects = (pdfium.FPDFPage_GetObject(page.raw, index) for index in range(count))
    return {_address(item): index for index, item in enumerate(objects)}


def _address(item: object) -> int:
    return ctypes.cast(item, ctypes.c_void_p).value or 0  # type: ignore[arg-type]


def _characters(
    text_page: pypdfium2.PdfTextPage, order: Mapping[int, int]
) -> Iterator[tuple[int, str, float, float]]:
    """每个真实（非推断）的字符：所在对象的次序，字，原点（单位点）。"""
    x, y = ctypes.c_double(), ctypes.c_double()
    place = 0
    for index in range(text_page.count_chars()):
        if pdfium.FPDFText_IsGenerated(text_page, index) == 1:
            continue
        number = pdfium.FPDFText_GetUnicode(text_page, index)
        if number == _HYPHEN_AT_LINE_END or pdfium.FPDFText_IsHyphen(text_page, index) == 1:
            number = ord("-")
        pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
        holder = pdfium.FPDFText_GetTextObject(text_page, index)
        place = order.get(_address(holder), place)
        yield place, chr(number), x.value, y.value


def _joined(chars: list[str]) -> str:
    text = "".join(chars)
    if any(0xD800 <= ord(char) <= 0xDFFF for char in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "".join(text.split())
