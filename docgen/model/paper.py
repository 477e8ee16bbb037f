"""比对报告：纸面与签发的文字哪里不同，印出来附卷，图上圈出。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docgen.model.scan import Difference


@dataclass(frozen=True)
class Said:
    """一处的文字，不同的字在 mark 里。"""

    before: str
    mark: str
    after: str


@dataclass(frozen=True)
class PaperMark:
    """圈出的一处。label: 不同, 看不真切 or 没有读出; sure: whether it is a difference."""

    number: int
    label: str
    sure: bool
    difference: Difference
    issued: Said
    read: Said

    @classmethod
    def of(cls, number: int, label: str, sure: bool, difference: Difference) -> PaperMark:
        """两边相同的首尾不加重。"""
        issued, read = difference.issued_words, difference.read_words
        head = _alike(issued, read)
        least = min(len(issued), len(read)) - head
        tail = _alike(issued[::-1], read[::-1])
        tail = min(tail, least)
        return cls(
            number, label, sure, difference, _said(issued, head, tail), _said(read, head, tail)
        )

    @property
    def where(self) -> str:
        """第几页第几行，哪一栏。"""
        one = self.difference
        line = f"第 {one.line} 行" if one.line else ""
        return f"第 {one.page} 页{line}{one.field}"


def _alike(a: str, b: str) -> int:
    return next(
        (n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(map(len, (a, b)))
    )


def _said(text: str, head: int, tail: int) -> Said:
    end = len(text) - tail
    return Said(text[:head], text[head:end], text[end:])


@dataclass(frozen=True)
class PaperSheet:
    """交来的一页。name: of its picture; marks: how many places are marked on it."""

    name: str
    caption: str


@dataclass(frozen=True)
class PaperReport:
    """比对报告。case_number stands for the document's number in the sheets' common head."""

    case_number: str
    title: str
    agency: str
    issued_on: str
    identity: str
    file_name: str
    sha256: str
    date: date
    bottom_line: str
    message: str
    coverage: str
    marks: tuple[PaperMark, ...]
    by_hand: tuple[str, ...]
    sheets: tuple[PaperSheet, ...]
