"""保存期限：哪些录像保存多久，依据哪一条；满期才可以删去。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RetentionRule:
    """一条保存规则。source: where the period comes from, kept with the deletion; years: from the
    day of the recording; since, until: recordings of which days it is for, until included;
    instruments: types of documents, empty for all.
    """

    source: str
    years: int
    since: date
    until: date | None = None
    instruments: tuple[str, ...] = ()

    def applies(self, day: date, kind: str) -> bool:
        """这一天录的、归到这种文书的，适不适用。"""
        in_force = self.since <= day and (self.until is None or day <= self.until)
        return in_force and (not self.instruments or kind in self.instruments)
