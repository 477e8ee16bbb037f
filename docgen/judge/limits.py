"""期限是否守住：工作日、日历日与小时；日历未知的年份，各种可能一致才下结论。

Source: 行政处罚法第八十五条；行政强制法第六十九条；民事诉讼法第八十五条。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from docgen.model.law import HolidayYear
from docgen.model.rule import Fault, Phase, Situation
from docgen.model.verdict import Level
from docgen.workdays import is_working_day, working_days_between

_UNITS = {"working_days": "个工作日", "calendar_days": "日", "hours": "小时"}
Calendars = Mapping[int, HolidayYear]


@dataclass(frozen=True)
class Limit:
    """某日有效的期限。unit: working_days, calendar_days or hours."""

    value: int
    unit: str
    source: str
    confirmed: bool

    @property
    def said(self) -> str:
        """给人看：7 个工作日；没有确认的参数说出来。"""
        tail = "" if self.confirmed else "（参数待确认）"
        return f"{self.value} {_UNITS[self.unit]}{tail}"


@dataclass(frozen=True)
class Term:
    """一个期限内要做的事：从 start（start_said）起，到 end（end_said）止。

    end: None where it has not been done yet; where: its place in the case file.
    """

    start: date | None
    start_said: str
    end: date | None
    end_said: str
    where: str


def limit_of(situation: Situation, parameter: str, day: date) -> Limit | None:
    """某参数在某日的值，没有则 None。"""
    found, known = situation.law.at(parameter, day), situation.law.parameters.get(parameter)
    if found is None or known is None:
        return None
    return Limit(int(found.value), known.unit, found.source, found.confirmed)


def within(start: date, end: date, limit: Limit, calendars: Calendars) -> bool | None:
    """end 是否不迟于 start 起的期限；始日不计，末日逢假日顺延；日历不全说不准即 None。"""
    if limit.unit == "working_days":
        between = working_days_between(start, end, calendars)
        if between.high <= limit.value - 1:
            return True
        return False if between.low > limit.value - 1 else None
    last = start + timedelta(days=limit.value)
    if end <= last:
        return True
    known = [is_working_day(last + timedelta(days=n), calendars) for n in range((end - last).days)]
    if any(day is True for day in known):
        return False
    return None if None in known else True


def due_day(start: date, limit: Limit, calendars: Calendars) -> date | None:
    """期限的最后一日；日历不全即 None。"""
    day = start
    for _ in range(limit.value * 2 + 40):
        day += timedelta(days=1)
        after = day + timedelta(days=1)
        if within(start, day, limit, calendars) and within(start, after, limit, calendars) is False:
            return day
    return None


def judge_term(situation: Situation, term: Term, limit: Limit | None) -> Fault:
    """一个期限的认定：守住、超过、已经逾期、还没有到，或者说不准。"""
    if term.start is None:
        said = f"没有写明{term.start_said}的日期，不能判定{term.end_said}是否及时。"
        return Level.UNKNOWN, term.where, said
    if limit is None:
        return Level.UNKNOWN, term.where, f"{term.start} 没有{term.end_said}期限的参数，不能判定。"
    due = due_day(term.start, limit, situation.law.calendars)
    span = f"{term.start_said} {term.start} 起 {limit.said}" + (f"，最迟 {due}" if due else "")
    end = term.end or situation.at
    if term.end is None and (situation.phase is Phase.PLAN or end <= term.start):
        return Level.NOT_APPLICABLE, term.where, f"还没有{term.end_said}；{span}。"
    if end < term.start:
        said = f"{term.end_said} {end} 早于{term.start_said} {term.start}。"
        return Level.FAIL, term.where, said
    kept = within(term.start, end, limit, situation.law.calendars)
    if kept is None:
        years = "、".join(str(y) for y in range(term.start.year, end.year + 1))
        said = f"{span}，放假日历（{years} 年）不全，不能判定；请在 templates/law/holidays/ 补上。"
        return Level.UNKNOWN, term.where, said
    if term.end is None:
        if kept:
            return Level.NOT_APPLICABLE, term.where, f"还没有{term.end_said}，期限未到：{span}。"
        said = f"到 {end} 还没有{term.end_said}，已经逾期：{span}。依据：{limit.source}。"
        return Level.FAIL, term.where, said
    if kept:
        return Level.PASS, term.where, f"{term.end_said} {end}，在期限内：{span}。"
    return (
        Level.FAIL,
        term.where,
        f"{term.end_said} {end}，超过期限：{span}。依据：{limit.source}。",
    )


def apart(span: timedelta) -> str:
    """时间差给人看：25 小时 30 分；正负不计。"""
    minutes = abs(int(span.total_seconds())) // 60
    return f"{minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes % 60 else "")


def minute(moment: datetime) -> str:
    """到分的时间。"""
    return f"{moment:%Y-%m-%d %H:%M}"
