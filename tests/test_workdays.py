"""工作日：首尾两日都不算，放假与补班照当年的日历，没有公布的年份只给范围。"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.law import HolidayYear
from docgen.workdays import DayCount, is_working_day, working_days_between

# The first year whose calendar the State Council had not published when the package was made.
UNKNOWN = next(year for year in range(2027, 2100) if is_working_day(date(year, 7, 1), {}) is None)
KNOWN = st.dates(date(2005, 1, 1), date(2026, 6, 30))


def days(earlier: str, later: str) -> DayCount:
    return working_days_between(date.fromisoformat(earlier), date.fromisoformat(later), {})


def test_a_notice_on_a_monday_allows_a_hearing_on_the_thursday_of_the_next_week_but_one() -> None:
    assert date(2026, 11, 23).weekday() == 0
    assert date(2026, 12, 3).weekday() == 3
    assert days("2026-11-23", "2026-12-02") == DayCount(6, 6)
    assert days("2026-11-23", "2026-12-03") == DayCount(7, 7)


@pytest.mark.parametrize(
    ("earlier", "later", "count"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-24", 0),
        ("2026-11-23", "2026-11-25", 1),
        ("2026-11-27", "2026-11-30", 0),  # Friday to Monday
        ("2026-11-28", "2026-12-01", 1),  # Saturday to Tuesday
        ("2026-11-25", "2026-11-23", 0),  # the wrong way round
    ],
)
def test_neither_the_first_nor_the_last_day_counts(earlier: str, later: str, count: int) -> None:
    assert days(earlier, later) == DayCount(count, count)


def test_the_national_day_holidays_are_no_working_days() -> None:
    for day in range(1, 8):
        assert is_working_day(date(2026, 10, day), {}) is False
    assert is_working_day(date(2026, 10, 8), {}) is True
    assert days("2026-09-30", "2026-10-08") == DayCount(0, 0)


@pytest.mark.parametrize("day", ["2026-09-20", "2026-10-10", "2026-02-14", "2026-02-28"])
def test_a_weekend_worked_in_exchange_for_a_holiday_is_a_working_day(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert is_working_day(date.fromisoformat(day), {}) is True


def test_seven_working_days_over_the_national_day_count_the_exchanged_saturday() -> None:
    # 29 and 30 September, 8, 9 and (in exchange) 10 October, 12 and 13 October
    assert days("2026-09-28", "2026-10-14") == DayCount(7, 7)


def test_an_ordinary_weekend_is_no_working_day() -> None:
    assert is_working_day(date(2026, 11, 28), {}) is False
    assert is_working_day(date(2026, 11, 29), {}) is False


def test_a_day_of_a_year_without_a_calendar_is_unknown() -> None:
    assert is_working_day(date(UNKNOWN, 3, 1), {}) is None
    assert is_working_day(date(2003, 3, 3), {}) is None
    assert is_working_day(date(9999, 12, 31), {}) is None


def test_an_unknown_year_gives_a_range_from_none_to_all() -> None:
    assert days(f"{UNKNOWN}-03-01", f"{UNKNOWN}-03-11") == DayCount(0, 9)


def test_a_span_into_an_unknown_year_is_uncertain_only_there() -> None:
    known = days(f"{UNKNOWN - 1}-12-21", f"{UNKNOWN}-01-01")
    assert known.low == known.high > 0
    across = days(f"{UNKNOWN - 1}-12-21", f"{UNKNOWN}-01-04")
    assert across == DayCount(known.low, known.high + 3)


OWN = HolidayYear(
    2027,
    frozenset({date(2027, 1, 1), date(2027, 3, 1)}),
    frozenset({date(2027, 2, 28)}),
    "示例省人民政府办公厅通知（虚构）",
)


def test_an_offices_own_calendar_makes_the_year_known() -> None:
    own = {2027: OWN}
    assert is_working_day(date(2027, 3, 1), own) is False
    assert is_working_day(date(2027, 3, 2), own) is True
    assert is_working_day(date(2027, 2, 28), own) is True  # a Sunday
    assert is_working_day(date(2027, 2, 27), own) is False  # a Saturday
    assert working_days_between(date(2027, 2, 26), date(2027, 3, 4), own) == DayCount(3, 3)


def test_an_offices_own_calendar_wins_over_the_one_we_bring() -> None:
    day = date(2026, 11, 24)
    own = {2026: HolidayYear(2026, frozenset({day}), frozenset(), "虚构")}
    assert is_working_day(day, {}) is True
    assert is_working_day(day, own) is False


@given(KNOWN, st.integers(0, 60))
def test_a_known_span_is_counted_day_by_day(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    between = [start + timedelta(days=n) for n in range(1, length)]
    count = sum(is_working_day(day, {}) is True for day in between)
    assert working_days_between(start, end, {}) == DayCount(count, count)


@given(st.dates(date(2003, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_the_range_always_holds_the_count_of_any_possible_calendar(
    start: date, length: int
) -> None:
    end = start + timedelta(days=length)
    found = working_days_between(start, end, {})
    assert 0 <= found.low <= found.high <= max(length - 1, 0)
    weekends_off = {
        year: HolidayYear(year, frozenset(), frozenset(), "虚构")
        for year in range(2003, 2032)
        if is_working_day(date(year, 7, 1), {}) is None
    }
    exact = working_days_between(start, end, weekends_off)
    assert exact.low == exact.high
    assert found.low <= exact.low <= found.high


@given(KNOWN, st.integers(0, 60))
def test_one_more_day_never_takes_a_working_day_away(start: date, length: int) -> None:
    shorter = working_days_between(start, start + timedelta(days=length), {})
    longer = working_days_between(start, start + timedelta(days=length + 1), {})
    assert longer.low - shorter.low in (0, 1)
