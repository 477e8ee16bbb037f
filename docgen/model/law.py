"""法律参数：带来源与施行日期的数值与用语（invariant 9）。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DatedValue:
    """某段时间有效的一个值。until is exclusive; None means still in force."""

    since: date
    value: int | str
    source: str
    confirmed: bool
    until: date | None = None


@dataclass(frozen=True)
class LawParameter:
    """一个法律参数。unit: working_days, calendar_days, months, hours, persons, text, percent."""

    id: str
    title: str
    unit: str
    values: tuple[DatedValue, ...]

    def at(self, day: date) -> DatedValue | None:
        """该日有效的值；没有则 None。"""
        for value in self.values:
            if value.since <= day and (value.until is None or day < value.until):
                return value
        return None


@dataclass(frozen=True)
class HolidayYear:
    """某年的放假与调休：holidays 不上班，workdays 是补班的周末。"""

    year: int
    holidays: frozenset[date]
    workdays: frozenset[date]
    source: str


@dataclass(frozen=True)
class StaleWording:
    """已经废止的话与应当怎样写。"""

    words: str
    advice: str


@dataclass(frozen=True)
class LegalMatter:
    """法律和清单要求的一件事：由哪几条规则核查，或者为什么不核查。"""

    matter: str
    source: str
    rules: tuple[str, ...]
    reason: str | None = None


@dataclass(frozen=True)
class Law:
    """全部法律参数、各单位自行补充的年度日历、废止的用语，与核查所及的事。"""

    parameters: Mapping[str, LawParameter]
    calendars: Mapping[int, HolidayYear]
    stale: tuple[StaleWording, ...] = ()
    matters: tuple[LegalMatter, ...] = ()

    def at(self, parameter: str, day: date) -> DatedValue | None:
        """某参数在某日的值；参数不存在或当日无值则 None。"""
        found = self.parameters.get(parameter)
        return None if found is None else found.at(day)
