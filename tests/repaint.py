"""涂改：在印出的一页的图上换一个字、涂掉一行，再弄成扫描的样子。"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import printed
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from printed import Glyph

from docgen.render.fonts import FontSet

DPI = 200
SCALE = DPI / 25.4
Place = tuple[float, float, float, float]


@dataclass
class Paper:
    """一页的图与它的各行。"""

    image: Image.Image
    lines: list[list[Glyph]]
    fonts: FontSet

    def change(self, before: str, at: int, char: str) -> Place:
        """把 before 那几个字里的第 at 个换成 char；给出它在图上的位置。"""
        glyph = self._find(before)[at]
        place = _place(glyph, glyph)
        draw = ImageDraw.Draw(self.image)
        draw.rectangle(place, fill="white")
        font = ImageFont.truetype(str(self._face(glyph)), round(glyph.size / 72 * DPI))
        draw.text((glyph.left * SCALE, glyph.baseline * SCALE), char, "black", font, anchor="ls")
        return place

    def rub_out(self, text: str) -> Place:
        """涂掉 text 所在的一整行。"""
        line = next(line for line in self.lines if text in printed.text(line))
        place = _place(line[0], line[-1])
        ImageDraw.Draw(self.image).rectangle(place, fill="white")
        return place

    def _find(self, text: str) -> list[Glyph]:
        for line in self.lines:
            start = printed.text(line).find(text)
            if start >= 0:
                return line[start : start + len(text)]
        raise AssertionError(text)

    def _face(self, glyph: Glyph) -> Path:
        name = (
            glyph.font.partition("-")[0] if "Liberation" not in glyph.font else "Liberation Serif"
        )
        return next(face.path for face in self.fonts.faces if face.family == name)


def paper(pdf: Path | io.BytesIO, page: int, fonts: FontSet) -> Paper:
    """PDF 的一页。"""
    document = pypdfium2.PdfDocument(pdf)
    one = document[page]
    found = Paper(one.render(scale=DPI / 72).to_pil().convert("RGB"), printed.lines(one), fonts)
    document.close()
    return found


def scan_of(image: Image.Image, seed: int = 7) -> bytes:
    """像扫描的：转半度，糊一点，有噪声，压成 JPEG。"""
    turned = image.rotate(0.4, Image.Resampling.BICUBIC, fillcolor="white")
    blurred = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    noise = np.random.default_rng(seed).normal(0, 4, blurred.shape[:2])[:, :, None]
    target = io.BytesIO()
    noisy = Image.fromarray(np.clip(20 + blurred * 0.9 + noise, 0, 255).astype(np.uint8))
    noisy.save(target, "JPEG", quality=80)
    return target.getvalue()


def _place(first: Glyph, last: Glyph) -> Place:
    height = first.size * printed.POINT
    return (
        first.left * SCALE,
        (first.baseline - 0.88 * height) * SCALE,
        last.right * SCALE,
        (first.baseline + 0.22 * height) * SCALE,
    )
