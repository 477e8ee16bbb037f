"""文号：（region）code〔year〕sequence号，按 GB/T 9704 不编虚位、不加“第”字。"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WIDE_DIGITS = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
_FORM = re.compile(
    r"[（(](?P<region>[^（）()]{1,6})[）)](?P<code>[^〔〕\[\]［］（）()0-9]{1,12})"
    r"[〔\[［](?P<year>[0-9]{4})[〕\]］]第?(?P<sequence>[0-9]{1,9})号?"
)


@dataclass(frozen=True, order=True)
class Number:
    """文书文号。Unique per agency, code and year (contract 5.4); sequence counts from 1."""

    region: str
    code: str
    year: int
    sequence: int

    @property
    def text(self) -> str:
        return f"（{self.region}）{self.code}〔{self.year}〕{self.sequence}号"


class PendingNumber(str):
    """还没有编出的文号：印在草稿上是空着的样子，编出以后换成真的。key: whose number it is."""

    __slots__ = ("key",)

    def __new__(cls, key: str, text: str) -> PendingNumber:
        made = super().__new__(cls, text)
        made.key = key
        return made

    def __reduce__(self) -> tuple[type[PendingNumber], tuple[str, str]]:
        return PendingNumber, (self.key, str(self))

    key: str


def unnumbered_text(region: str, code: str, year: int) -> str:
    """没有编号时印出的样子：（鲁）应急责改〔2026〕　　号。"""
    return f"（{region}）{code}〔{year}〕　　号"


def parse_number(text: str) -> Number | None:
    """读文号；写法可以不规范，读不懂时返回 None。

    Accepts full- or half-width brackets and digits, zero padding and 第N号; compare `.text` with
    the input to see whether it was normalised.
    """
    found = _FORM.fullmatch("".join(text.translate(_WIDE_DIGITS).split()))
    if found is None or int(found["sequence"]) == 0:
        return None
    return Number(found["region"], found["code"], int(found["year"]), int(found["sequence"]))
