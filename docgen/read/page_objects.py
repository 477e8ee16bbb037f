"""读 PDF 页面上的图形：找出会遮住、冒充或藏起文字的东西。

The words of a page can be right while the page shows others: a white patch with a picture over
it, text in white or in no ink, a note laid on top. The text alone does not tell.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
import pypdfium2.raw as pdfium

from docgen.model.layout import PAGE_HEIGHT, PAGE_WIDTH, POINTS_PER_MM, QR_WIDTH, TOP

_SIZES = (6.0, 23.0)  # points: the smallest and the largest type of the official layout
_THIN = 4.0  # points: a ruled line, not a patch
_DARK = 64
_SIDE = QR_WIDTH * POINTS_PER_MM


def oddities(page: pypdfium2.PdfPage) -> tuple[str, ...]:
    """页面上签发时不会有的东西，去重；没有则空。"""
    found = [*_geometry(page), *_annotations(page)]
    pictures = 0
    for item in page.get_objects(max_depth=1):
        match item.type:
            case pdfium.FPDF_PAGEOBJ_TEXT:
                found += _text(item)
            case pdfium.FPDF_PAGEOBJ_PATH:
                found += _path(item)
            case pdfium.FPDF_PAGEOBJ_IMAGE:
                pictures += 1
                found += _picture(item)
            case _:
                found.append("有嵌套的图形")
    if pictures > 1:
        found.append("有二维码以外的图片")
    return tuple(dict.fromkeys(found))


def _geometry(page: pypdfium2.PdfPage) -> Iterator[str]:
    shown = (0.0, 0.0, PAGE_WIDTH * POINTS_PER_MM, PAGE_HEIGHT * POINTS_PER_MM)
    boxes = (page.get_mediabox(), page.get_cropbox())
    moved = any(abs(a - b) > 1 for box in boxes for a, b in zip(box, shown, strict=True))
    if moved or page.get_rotation():
        yield "不是原来的纸张大小和方向"


def _annotations(page: pypdfium2.PdfPage) -> Iterator[str]:
    if pdfium.FPDFPage_GetAnnotCount(page.raw) > 0:
        yield "贴有批注或表单"


def _text(item: pypdfium2.PdfObject) -> Iterator[str]:
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(item.raw, size)
    matrix = item.get_matrix()
    if pdfium.FPDFTextObj_GetTextRenderMode(item.raw) != pdfium.FPDF_TEXTRENDERMODE_FILL:
        yield "有不显示的文字"
    if _light(pdfium.FPDFPageObj_GetFillColor, item):
        yield "有颜色很浅的文字"
    low, high = _SIZES
    scales = (matrix.a * size.value, matrix.d * size.value)
    if matrix.b or matrix.c or any(not low <= scale <= high for scale in scales):
        yield "有大小或方向异常的文字"


def _path(item: pypdfium2.PdfObject) -> Iterator[str]:
    left, bottom, right, top = item.get_bounds()
    thin = min(right - left, top - bottom) <= _THIN
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(item.raw, mode, stroked)
    if not thin and mode.value and _light(pdfium.FPDFPageObj_GetFillColor, item):
        yield "有遮盖文字的色块"
    if not thin and stroked.value and _light(pdfium.FPDFPageObj_GetStrokeColor, item):
        yield "有遮盖文字的浅色线条"


def _picture(item: pypdfium2.PdfObject) -> Iterator[str]:
    left, bottom, right, top = item.get_bounds()
    square = abs(right - left - _SIDE) < 1 and abs(top - bottom - _SIDE) < 1
    if not square or bottom < (PAGE_HEIGHT - TOP) * POINTS_PER_MM:
        yield "有二维码以外的图片"


def _light(read_colour: object, item: pypdfium2.PdfObject) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    if not read_colour(item.raw, *colours):  # type: ignore[operator]
        return False
    *rgb, alpha = (colour.value for colour in colours)
    return max(rgb) > _DARK or alpha < 255
