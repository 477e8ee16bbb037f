"""草稿字样：斜贯全页的“草稿”图片。"""

from __future__ import annotations

import io
import math
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_SIDE = 1100
_GREY = (215, 215, 215)


@cache
def draft_mark(font: Path) -> bytes:
    """透明底、浅灰、斜 45 度的“草稿”，PNG 字节；同一字体总是同样的字节。"""
    size = int(_SIDE * math.sqrt(2) / 2.6)
    face = ImageFont.truetype(str(font), size)
    text = Image.new("RGBA", (size * 2 + size // 2, size + size // 2), (255, 255, 255, 0))
    ImageDraw.Draw(text).text((size // 4, size // 8), "草稿", font=face, fill=_GREY)
    turned = text.rotate(45, expand=True, resample=Image.Resampling.BICUBIC)
    turned.thumbnail((_SIDE, _SIDE))
    page = Image.new("RGB", (_SIDE, _SIDE), (255, 255, 255))
    corner = ((_SIDE - turned.width) // 2, (_SIDE - turned.height) // 2)
    page.paste(turned, corner, turned)
    target = io.BytesIO()
    page.quantize(16).save(target, "PNG")
    return target.getvalue()
