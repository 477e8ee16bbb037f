"""场记板：给镜头看的大码，说明一段记录属于哪份文书、清单哪一行、从哪一头算起。"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from stdnum.iso7064 import mod_97_10

from docgen.model.register import SlatePlace
from docgen.model.sheet import Sheet, Slate
from docgen.seal.qr import symbol_of

LARGEST_VERSION = 4  # at level M enough for a host of 40 characters, longer than any allowed
_RANDOM = 12
_CHECK = 2
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def make_slot(secret: bytes, place: SlatePlace) -> str:
    """场记板的编号：12 个 base32 字符（60 位）加 2 位校验数字；重算不变，外人猜不到。

    secret: the register's, 32 bytes. The label keeps it apart from what else is made of it.
    """
    told = json.dumps([place.identity.hex(), place.row, place.edge.value]).encode("ascii")
    digest = hmac.new(secret, b"docgen slate\0" + told, hashlib.sha256).digest()
    body = base64.b32encode(digest).decode("ascii")[:_RANDOM]
    return body + _check_digits(body)


def read_slot(text: str) -> str | None:
    """人手输入的编号 → 规范的写法；写错了则 None。

    Case, spaces and hyphens do not matter. Any one wrong character and any two neighbours
    exchanged are found (ISO 7064 MOD 97-10).
    """
    slot = "".join(text.split()).replace("-", "").upper()
    body, check = slot[:_RANDOM], slot[_RANDOM:]
    if len(slot) != _RANDOM + _CHECK or not slot.isascii() or set(body) - set(_ALPHABET):
        return None
    return slot if check == _check_digits(body) else None


def slate_url(host: str, slot: str) -> str:
    """场记板的网址；前缀小写，编号大写。"""
    return f"https://{host}/r/{slot}"


def draw_slate(host: str, slot: str) -> Slate:
    """画一块场记板。Raises EnvironmentLacking when the host is too long for a sparse symbol."""
    symbol = symbol_of(slate_url(host, ""), slot, LARGEST_VERSION)
    return Slate(slot, slate_url(host, slot), symbol)


def slated(sheet: Sheet, identity: bytes, host: str, slots: Mapping[SlatePlace, str]) -> Sheet:
    """给记录单的每一行配上两块场记板。slots: for every one of
    `sheet.places(identity)`; others are passed over. Raises EnvironmentLacking as draw_slate.
    """
    return sheet.with_slates(
        identity, {place: draw_slate(host, slots[place]) for place in sheet.places(identity)}
    )


def _check_digits(body: str) -> str:
    """两位校验数字。每个字符都写成两位数，数字与字母混淆时位置才不会错开。"""
    return str(mod_97_10.calc_check_digits("".join(f"{_ALPHABET.index(c):02d}" for c in body)))
