"""同一份文书在一批里只能出现一次：记住见过的，百万条也不占内存。"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

from docgen.model.batch import Ready, Rejection, Status
from docgen.model.table import Raw

_SAME = "请删去其中一条；确是两份的，写在一个案件文件里，各写不同的 key。"
_SPLIT = "一个案件的各份文书要写在一起：请把两处合成一个案件，不要删去哪一份。"
_NUMBER = "一个文号只能给一份文书：请改正其中一个，或者不写，由系统编号。"


class Duplicates:
    """这一批里见过的文书与案件；在磁盘的临时文件里，用过即弃。"""

    def __init__(self) -> None:
        self._seen = sqlite3.connect("", isolation_level=None)
        self._seen.execute("CREATE TABLE seen (what BLOB PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._seen.execute("BEGIN")

    def sift(
        self, raws: Sequence[Raw], results: Sequence[Ready | Rejection]
    ) -> list[Ready | Rejection]:
        """留下第一次出现的；后来的拒绝，并说明与哪一条重复。"""
        return [
            self._sifted(raw, result) if isinstance(result, Ready) else result
            for raw, result in zip(raws, results, strict=True)
        ]

    def _sifted(self, raw: Raw, ready: Ready) -> Ready | Rejection:
        marks = _marks(ready)
        for mark, (said, advice) in marks.items():
            found = self._seen.execute("SELECT place FROM seen WHERE what = ?", (mark,)).fetchone()
            if found is not None:
                return Rejection(Status.REFUSED, f"与 {found[0]} {said}。", advice=advice)
        rows = [(mark, raw.where) for mark in marks]
        self._seen.executemany("INSERT INTO seen VALUES (?, ?)", rows)
        return ready


def _marks(ready: Ready) -> dict[bytes, tuple[str, str]]:
    """一条记录独占的各样 → 别处也有时怎样说，怎样改。"""
    case = (ready.facts.agency, ready.facts.case_number)
    same = f"是同一案件 {ready.facts.case_number}"
    marks = {_mark("key", *case, key): (f"{same} 的同一份文书", _SAME) for key in ready.drafts}
    if ready.whole:  # two whole cases of one number differ in what they say of the case
        marks[_mark("case", *case)] = (f"{same}，分在两处", _SPLIT)
    for draft in ready.drafts.values():
        if draft.number is not None:
            text = draft.number.text
            mark = _mark("number", ready.facts.agency, text)
            marks[mark] = (f"给了同一个文号 {text}", _NUMBER)
    return marks


def _mark(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).digest()[:16]
