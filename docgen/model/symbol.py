"""二维码的点阵。"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AS_IS, _AS_ABOVE = b"\0", b"\2"  # filters of a PNG's row


@dataclass(frozen=True)
class Dots:
    """一张方的灰度图。side: dots on a side; values: a byte for each dot, by rows, 0 is black."""

    side: int
    values: bytes


@dataclass(frozen=True)
class Symbol:
    """一个 QR 码。modules: rows of dark (True) modules, quiet zone included."""

    version: int
    modules: tuple[tuple[bool, ...], ...]

    @property
    def dots(self) -> Dots:
        """每个模块一点。"""
        values = bytes(0 if module else 255 for row in self.modules for module in row)
        return Dots(len(self.modules), values)

    def png(self, scale: int) -> bytes:
        """1 位 PNG，每个模块 scale×scale 点；同样的码总是同样的字节。

        Written here since an encoder of pictures would look at each dot.
        """
        side = len(self.modules) * scale
        width = (side + 7) // 8
        light, dark = "1" * scale, "0" * scale
        again = (_AS_ABOVE + bytes(width)) * (scale - 1)
        rows = []
        for row in self.modules:
            bits = "".join([dark if module else light for module in row])
            rows += [_AS_IS, int(bits.ljust(width * 8, "1"), 2).to_bytes(width, "big"), again]
        return _SIGNATURE + b"".join(
            (
                _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)),
                _chunk(b"IDAT", zlib.compress(b"".join(rows))),
                _chunk(b"IEND", b""),
            )
        )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
