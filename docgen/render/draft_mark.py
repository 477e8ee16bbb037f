"""草稿字样：斜贯全页的“草稿”图片。"""

from __future__ import annotations

import io
import math
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from docgen.model.symbol import Dots

_SIDE = 1100
_GREY = (215, 215, 215)


@cache
def draft_mark(font: Path) -> bytes:
    """白底、浅灰、斜 45 度的“草稿”，PNG 字节；同一字体总是同样的字节。"""
    target = io.BytesIO()
    _drawn(font).quantize(16).save(target, "PNG")
    return target.getvalue()


@cache
def draft_dots(font: Path) -> Dots:
    """同一张图，一半的点数。"""
    half = _drawn(font).convert("L").resize((_SIDE // 2, _SIDE // 2), Image.Resampling.BOX)
    return Dots(half.width, half.tobytes())


def _drawn(font: Path) -> Image.Image:
    size = int(_SIDE * math.sqrt(2) / 2.6)
    face = ImageFont.truetype(str(font), size)
    text = Image.new("RGBA", (size * 2 + size // 2, size + size // 2), (255, 255, 255, 0))
    ImageDraw.Draw(text).text((size // 4, size // 8), "草稿", font=face, fill=_GREY)
    turned = text.rotate(45, expand=True, resample=Image.Resampling.BICUBIC)
    turned.thumbnail((_SIDE, _SIDE))
    page = Image.new("RGB", (_SIDE, _SIDE), (255, 255, 255))
    corner = ((_SIDE - turned.width) // 2, (_SIDE - turned.height) // 2)
    page.paste(turned, corner, turned)
    return page
