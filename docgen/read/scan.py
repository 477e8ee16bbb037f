"""读扫描：PDF 扫描件、照片 → 各页的彩色图，按二维码转正。"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import zxingcpp
from PIL import Image, ImageOps, ImageSequence

from docgen.errors import InputInvalid
from docgen.model.scan import Box
from docgen.read.codes import MAX_PIXELS as LARGEST
from docgen.read.ocr import Pixels
from docgen.read.pdf import MAX_PIXELS, MAX_SIDE, open_pdf
from docgen.read.picture import FORMATS

DPI = 200
MAX_PAGES = 200
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180}
_TURNS[270] = Image.Transpose.ROTATE_270


@dataclass(frozen=True)
class PagePicture:
    """一页的图。pixels: RGB; code: where its QR code is."""

    pixels: Pixels
    code: Box | None


def page_pictures(data: bytes, name: str) -> Iterator[PagePicture]:
    """逐页的图，已转正。Raises InputInvalid."""
    for image in _images(data, name):
        yield _upright(image)


def _images(data: bytes, name: str) -> Iterator[Image.Image]:
    if data.startswith(b"%PDF-"):
        document = open_pdf(data, name)
        try:
            if len(document) > MAX_PAGES:
                raise InputInvalid(
                    f"{name} 有 {len(document)} 页，太多。", advice="请一次只比对一份文书。"
                )
            for page in document:
                width, height = page.get_size()
                most = min(
                    (MAX_PIXELS / max(width * height, 1)) ** 0.5, MAX_SIDE / max(width, height, 1)
                )
                yield page.render(scale=min(DPI / 72, most)).to_pil().convert("RGB")
        finally:
            document.close()
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
            for frame in ImageSequence.Iterator(opened):
                if frame.width * frame.height > LARGEST:
                    raise InputInvalid(
                        f"{name} 的图片太大。", advice="请用 600 DPI 以下的分辨率重扫。"
                    )
                yield _on_white(ImageOps.exif_transpose(frame))
    except InputInvalid:
        raise
    except Exception as error:  # Pillow raises many kinds on broken input
        raise InputInvalid(f"{name} 不是能读的图片。", advice="请重新扫描或者拍照。") from error


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(paper, coloured).convert("RGB")


def _upright(image: Image.Image) -> PagePicture:
    found = zxingcpp.read_barcodes(image, formats=_QR)
    turn = round(found[0].orientation / 90) % 4 * 90 if found else 0
    if turn:
        image = image.transpose(_TURNS[turn])
        found = zxingcpp.read_barcodes(image, formats=_QR)
    pixels = np.asarray(image, np.uint8)
    return PagePicture(pixels, _corners(found[0].position) if found else None)


def _corners(position: zxingcpp.Position) -> Box:
    a, b, c, d = (
        (float(point.x), float(point.y))
        for point in (
            position.top_left,
            position.top_right,
            position.bottom_right,
            position.bottom_left,
        )
    )
    return a, b, c, d
