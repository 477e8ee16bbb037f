"""签封的每一位各翻一次。"""

import base64

from attacked import Attempt, Prey


def attack(prey: Prey):
    for bit in range(len(prey.token.raw) * 8):
        flipped = bytearray(prey.token.raw)
        flipped[bit // 8] ^= 1 << bit % 8
        yield Attempt(base64.b32encode(bytes(flipped)).decode().rstrip("="))
