"""留：哪些录像保存期满。归到几份文书的，每一份都满期才算；没有规则的一直保存。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from docgen.model.footage import Footage
from docgen.model.retention import RetentionRule


@dataclass(frozen=True)
class Expired:
    """保存期满的一个录像：依据哪一条、哪一天满期。"""

    footage: Footage
    rule: RetentionRule
    on: date


def retain(
    footages: Iterable[Footage],
    kinds: Mapping[str, Sequence[str]],
    rules: Sequence[RetentionRule],
    at: date,
) -> Iterator[Expired]:
    """到 at 这一天已经满期、还没有删去的。

    kinds: SHA-256 → the types of the documents that the file is or was bound to; a file bound
    to none is kept, and so is one of whose documents any has no rule.
    """
    for footage in footages:
        bound = kinds.get(footage.sha256, ())
        if footage.deleted is not None or not bound:
            continue
        day = (footage.started_at or footage.added_at).date()
        longest = [_longest(day, kind, rules) for kind in bound]
        if None in longest:
            continue
        rule, last = max((one for one in longest if one is not None), key=lambda one: one[1])
        if last < at:
            yield Expired(footage, rule, last)


def _longest(
    day: date, kind: str, rules: Sequence[RetentionRule]
) -> tuple[RetentionRule, date] | None:
    found = [(rule, _years_after(day, rule.years)) for rule in rules if rule.applies(day, kind)]
    return max(found, key=lambda one: one[1], default=None)


def _years_after(day: date, years: int) -> date:
    """几年后的同一天；二月二十九日没有的，算三月一日，宁可多留一天。"""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
