"""读图片：找出图中二维码里的签封文字与场记板编号。"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image, ImageFile

from docgen.errors import InputInvalid
from docgen.read.codes import MAX_PIXELS, texts_at_sight, texts_in

MAX_FRAMES = 60
MAX_TOTAL_PIXELS = 600_000_000
MAX_COLOURED = 40_000_000
_ADVICE = "请交来 PDF、DOCX，或者页面的照片、扫描（PNG、JPEG）。"
_PAGED = ("TIFF", "GIF", "WEBP", "PNG")  # a JPEG's second picture is a preview of the first
_COLOURLESS = ("1", "L", "LA", "La", "I", "F")
FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")
_URL = re.compile(r"https?://([^/\s]+)/v/([A-Z2-7]{16,400})", re.IGNORECASE | re.ASCII)
_SLATE = re.compile(r"https?://([^/\s]+)/r/([A-Z2-7]{12}[0-9]{2})", re.IGNORECASE | re.ASCII)
_TOKEN = re.compile(r"[A-Za-z2-7]{100,400}")


def open_picture(data: bytes, name: str) -> Image.Image:
    """打开 PNG、JPEG 等图片的第一页，灰度或者 RGB；透明处当作白纸。Raises InputInvalid."""
    return next(open_pictures(data, name))


def open_pictures(data: bytes, name: str) -> Iterator[Image.Image]:
    """逐页打开：TIFF 的各页，动图的各帧；一次只展开一页。Raises InputInvalid."""
    image = _opened(data, name)
    paged = image.format in _PAGED
    if paged and _longer(image, name):
        raise InputInvalid(
            f"{name} 超过 {MAX_FRAMES} 页，不予读取。",
            advice=f"请拆成几个文件，每个至多 {MAX_FRAMES} 页。",
        )
    total = 0
    for number in range(MAX_FRAMES if paged else 1):
        with _told(name, number):
            if number > 0:
                try:
                    image.seek(number)
                except EOFError:
                    return
            size = image.width * image.height
            total += size
            if size > MAX_PIXELS:
                raise _too_large(name, number)
            if total > MAX_TOTAL_PIXELS:
                raise InputInvalid(
                    f"{name} 各页加起来太大，不予读取。",
                    advice="请用 300 DPI 以下的分辨率重扫，或者拆成几个文件。",
                )
            page = _ready(image)
        yield page


def _opened(data: bytes, name: str) -> Image.Image:
    with _told(name, 0):
        return Image.open(io.BytesIO(data), formats=FORMATS)


def _longer(image: Image.Image, name: str) -> bool:
    """页数超过 MAX_FRAMES 吗？不展开，不把 TIFF 的页目录读到底。"""
    with _told(name, 0):
        if image.format != "TIFF":
            return int(getattr(image, "n_frames", 1)) > MAX_FRAMES
        try:
            image.seek(MAX_FRAMES)
        except EOFError:
            return False
        finally:
            image.seek(0)
        return True


@contextmanager
def _told(name: str, number: int) -> Iterator[None]:
    """读图时的种种错误都换成能看懂的话；Pillow 的警告不必说给人听。"""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES  # WeasyPrint sets it for the whole process
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        raise _too_large(name, number) from None
    except InputInvalid:
        raise
    except Exception as error:  # Pillow raises many kinds on broken input
        if number > 0:
            raise InputInvalid(
                f"{name} 的第 {number + 1} 页读不了。",
                advice="请重新扫描，或者只交来读得了的各页。",
            ) from error
        raise InputInvalid(f"{name} 不是 PDF、DOCX，也不是能读的图片。", advice=_ADVICE) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _too_large(name: str, number: int) -> InputInvalid:
    place = f"的第 {number + 1} 页" if number > 0 else "的图片"
    return InputInvalid(f"{name} {place}太大。", advice="请用 600 DPI 以下的分辨率重扫。")


def _ready(image: Image.Image) -> Image.Image:
    """灰度；有彩色而不太大的为 RGB，红印章才分得出来。"""
    if image.mode.startswith("I;16"):  # Pillow would clip all but the darkest 256 shades
        return image.point(lambda level: level * (1 / 256)).convert("L")
    coloured = image.mode not in _COLOURLESS and image.width * image.height <= MAX_COLOURED
    mode = "RGB" if coloured else "L"
    if not image.has_transparency_data:
        return image.convert(mode)
    clear = image.convert("RGBA")
    paper = Image.new(mode, image.size, "white")
    return Image.composite(clear.convert(mode), paper, clear.getchannel("A"))


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


def codes_in_picture(image: Image.Image, *, closely: bool = True) -> tuple[Reading, ...]:
    """图中各二维码里的签封与场记板，去重。

    image: grey, or RGB where a stamp may cover a code; closely: touch up what cannot be read.
    """
    return _readings(texts_in(image, _is_code, closely=closely))


def codes_at_sight(image: Image.Image) -> tuple[Reading, ...]:
    """刚印出的图中一眼可见的签封与场记板，去重。"""
    return _readings(texts_at_sight(image, _is_code))


def _is_code(text: str) -> bool:
    return read_code(text) is not None


def _readings(texts: Iterable[str]) -> tuple[Reading, ...]:
    found = (read_code(text) for text in texts)
    return tuple(dict.fromkeys(reading for reading in found if reading))
