"""二维码的点阵。"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_AS_IS, _AS_ABOVE = b"\0", b"\2"  # filters of a PNG's row


@dataclass(frozen=True)
class Symbol:
    """一个 QR 码。modules: rows of dark (True) modules, quiet zone included."""

    version: int
    modules: tuple[tuple[bool, ...], ...]

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
