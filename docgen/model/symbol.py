"""二维码的点阵。"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image


@dataclass(frozen=True)
class Symbol:
    """一个 QR 码。modules: rows of dark (True) modules, quiet zone included."""

    version: int
    modules: tuple[tuple[bool, ...], ...]

    def png(self, scale: int) -> bytes:
        """1 位 PNG，每个模块 scale×scale 点；同样的码总是同样的字节。"""
        side = len(self.modules)
        image = Image.new("1", (side, side), 1)
        image.putdata([0 if dark else 1 for row in self.modules for dark in row])
        target = io.BytesIO()
        image.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(
            target, "PNG", optimize=False
        )
        return target.getvalue()
