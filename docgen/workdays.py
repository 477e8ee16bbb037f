"""工作日：法定节假日与调休日历；没有公布的年份不猜。

Source: 行政处罚法第八十五条；国务院办公厅每年的放假通知（chinesecalendar，2004 年起）。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

from docgen.model.law import HolidayYear


@dataclass(frozen=True)
class DayCount:
    """一段日子里的工作日数：至少 low，至多 high；日历已知时两者相等。"""

    low: int
    high: int


def is_working_day(day: date, calendars: Mapping[int, HolidayYear]) -> bool | None:
    """某日是否工作日；该年日历未知则 None。An office's own calendar wins."""
    own = calendars.get(day.year)
    if own is not None:
        return day in own.workdays or (day.weekday() < 5 and day not in own.holidays)
    return _published(day)


@lru_cache(maxsize=4096)
def _published(day: date) -> bool | None:
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def working_days_between(
    earlier: date, later: date, calendars: Mapping[int, HolidayYear]
) -> DayCount:
    """两日之间（两头都不算）的工作日数。Unknown days count 0 to low and 1 to high."""
    low = high = 0
    day = earlier + timedelta(days=1)
    while day < later:
        match is_working_day(day, calendars):
            case True:
                low, high = low + 1, high + 1
            case None:
                high += 1
        day += timedelta(days=1)
    return DayCount(low, high)
