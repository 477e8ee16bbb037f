"""同一份文书在一批里只能出现一次：记住见过的，百万条也不占内存。"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

from docgen.model.batch import Ready, Rejection, Status
from docgen.model.table import Raw


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
        case = (ready.facts.agency, ready.facts.case_number)
        marks = [_mark("key", *case, key) for key in ready.drafts]
        # Two whole cases of one number differ in what they say of the case; two rows add up.
        marks += [_mark("case", *case)] if ready.whole else []
        for mark in marks:
            found = self._seen.execute("SELECT place FROM seen WHERE what = ?", (mark,)).fetchone()
            if found is not None:
                return Rejection(
                    Status.REFUSED,
                    f"与 {found[0]} 是同一案件（{ready.facts.case_number}）的同一份文书。",
                    advice="请删去其中一条；确是两份的，用案件文件写在一个案件里，各写不同的 key。",
                )
        rows = [(mark, raw.where) for mark in marks]
        self._seen.executemany("INSERT INTO seen VALUES (?, ?)", rows)
        return ready


def _mark(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8")).digest()[:16]
