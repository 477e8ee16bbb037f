"""读图片：找出图中二维码里的签封文字与场记板编号。"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFilter

from docgen.errors import InputInvalid

MAX_PIXELS = 120_000_000
_ADVICE = "请交来 PDF、DOCX，或者页面的照片、扫描（PNG、JPEG）。"
FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_URL = re.compile(r"https?://([^/\s]+)/v/([A-Z2-7]{16,400})", re.IGNORECASE | re.ASCII)
_SLATE = re.compile(r"https?://([^/\s]+)/r/([A-Z2-7]{12}[0-9]{2})", re.IGNORECASE | re.ASCII)
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_TRIES = ((1.0, False), (2.0, False), (0.5, False), (1.0, True), (2.0, True))
_TOKEN = re.compile(r"[A-Za-z2-7]{100,400}")


def open_picture(data: bytes, name: str) -> Image.Image:
    """打开 PNG、JPEG 等图片，转为灰度；透明处当作白纸。Raises InputInvalid."""
    too_large = InputInvalid(f"{name} 的图片太大。", advice="请用 600 DPI 以下的分辨率重扫。")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise too_large
        return _grey(image)
    except Image.DecompressionBombError:
        raise too_large from None
    except InputInvalid:
        raise
    except Exception as error:  # Pillow raises many kinds on broken input
        raise InputInvalid(f"{name} 不是 PDF、DOCX，也不是能读的图片。", advice=_ADVICE) from error


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):  # Pillow would clip all but the darkest 256 shades
        return image.point(lambda level: level * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("L")
    coloured = image.convert("RGBA")
    paper = Image.new("L", image.size, 255)
    return Image.composite(coloured.convert("L"), paper, coloured.getchannel("A"))


@dataclass(frozen=True)
class Reading:
    """读到的一个码：签封的 token 或者场记板的编号，与它所在网址的主机（裸 token 则为空）。"""

    token: str = ""
    host: str = ""
    slot: str = ""


def read_code(text: str) -> Reading | None:
    """网址或裸文字里的 token，网址里的场记板编号；都没有则 None。"""
    stripped = text.strip()
    if found := _URL.fullmatch(stripped):
        return Reading(found[2].upper(), found[1].lower())
    if found := _SLATE.fullmatch(stripped):
        return Reading(host=found[1].lower(), slot=found[2].upper())
    return Reading(stripped.upper()) if _TOKEN.fullmatch(stripped) else None


def codes_in_picture(image: Image.Image) -> tuple[Reading, ...]:
    """图中各二维码里的签封与场记板，去重；一次读不出就换几种尺寸、加锐度再试。"""
    for scale, sharpen in _TRIES:
        size = (int(image.width * scale), int(image.height * scale))
        if size[0] * size[1] > MAX_PIXELS or min(size) < 50:
            continue
        tried = image if scale == 1.0 else image.resize(size, Image.Resampling.LANCZOS)
        if sharpen:
            tried = tried.filter(ImageFilter.UnsharpMask(radius=2, percent=300, threshold=0))
        codes = zxingcpp.read_barcodes(tried, formats=_QR)
        found = [read_code(code.text) for code in codes]
        if readings := tuple(dict.fromkeys(reading for reading in found if reading)):
            return readings
    return ()
