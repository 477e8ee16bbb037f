"""核查的性质：少一步必不通过，日期过线只翻那一条，添上无关的事实什么也不变。"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_cases import (
    AT,
    COMPLETE,
    RuleCase,
    edited,
    rule_cases,
    sample_data,
    situation_of_data,
)
from situations import catalogue

from docgen.check import check
from docgen.errors import InputInvalid
from docgen.model.verdict import Level, Verdict
from docgen.rules import all_rules

SAMPLES = sorted(path.stem for path in COMPLETE.glob("*.yaml"))
few = settings(max_examples=12, deadline=None)


def judged(data: dict[str, Any], phase: str = "evidence") -> Verdict:
    return check(situation_of_data(data, phase, AT), all_rules())


def wrong(verdict: Verdict) -> set[str]:
    """不通过、不能判定而计入的规则。"""
    bad = (Level.FAIL, Level.UNKNOWN)
    return {f.code for f in verdict.findings if f.level in bad and not f.advice}


def levels(verdict: Verdict) -> dict[tuple[str, str, str], str]:
    return {(f.code, f.where, f.message): f.level.value for f in verdict.findings}


def steps() -> Iterator[tuple[str, int, str]]:
    """完整案件里每一个必需的步骤：哪个案件、第几次记录、哪一步。"""
    for name in SAMPLES:
        for index, recording in enumerate(sample_data(name)["recordings"]):
            row = catalogue().checklist.row(int(recording["row"]))
            assert row is not None
            required = {step.id for step in row.steps if not step.optional}
            yield from ((name, index, step) for step in recording["steps"] if step in required)


@pytest.mark.parametrize("phase", ["plan", "evidence"])
@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(steps())))
def test_removing_any_required_step_is_a_failure_that_names_it(
    phase: str, removed: tuple[str, int, str]
) -> None:
    name, index, step = removed
    data = sample_data(name)
    recording = data["recordings"][index]
    recording["steps"].remove(step)
    row = catalogue().checklist.row(int(recording["row"]))
    assert row is not None
    failing = [f for f in judged(data, phase).findings if f.level is Level.FAIL]
    assert any(f.code == row.code and f"（{step}）" in f.message for f in failing)


# --- dates across their limits, counted here in another way than the program counts


def working(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def nth_working_day(start: date, count: int) -> date:
    day = start
    while count:
        day += timedelta(days=1)
        count -= working(day)
    return day


def nth_day(start: date, count: int) -> date:
    day = start + timedelta(days=count)
    while not working(day):
        day += timedelta(days=1)
    return day


def moved(path: str, day: date, time: str = "") -> tuple[tuple[str, Any], ...]:
    return ((path, f"{day.isoformat()}{time}"),)


DAY = {
    "TIM004": (
        "inspection",
        "instruments[type=reinspection_opinion].reinspected_on",
        nth_day(date(2026, 4, 24), 10),
        "",
        {"FRM001"},  # its paper is dated 2026-04-27
    ),
    "TIM005": (
        "penalty",
        "instruments[type=evidence_disposition_decision].date",
        nth_working_day(date(2026, 5, 11), 7),
        "",
        {"DLV010"},  # served 2026-05-18
    ),
    "TIM006": (
        "penalty",
        "instruments[type=defence_record].date",
        nth_working_day(date(2026, 6, 8), 3),
        "",
        set(),
    ),
    "TIM007": (
        "penalty",
        "instruments[type=hearing_notice].requested_on",
        nth_working_day(date(2026, 6, 8), 5),
        "",
        {"FRM001"},  # the notice is dated 2026-06-15
    ),
    "TIM009": (
        "penalty",
        "instruments[type=penalty_decision].date",
        nth_day(date(2026, 5, 11), 90),
        "",
        {"DLV010", "TIM010"},  # served 2026-07-21
    ),
    "TIM010": (
        "penalty",
        "deliveries[7].at",
        nth_working_day(date(2026, 7, 20), 7),
        "T10:10:00+08:00",
        set(),
    ),
    "TIM003": (
        "sealing-and-cutoff",
        "instruments[type=sealing_decision].term_to",
        date(2026, 9, 7) + timedelta(days=30),
        "",
        set(),
    ),
}


@pytest.mark.parametrize("code", sorted(DAY))
@few
@given(st.integers(min_value=-3, max_value=12))
def test_moving_a_date_across_its_limit_flips_that_rule_alone(code: str, offset: int) -> None:
    name, path, last, time, also = DAY[code]
    day = last + timedelta(days=offset)
    found = wrong(judged(edited(sample_data(name), moved(path, day, time))))
    late = {code} if day > last else set()
    assert found - also == late, (day, last)


@few
@given(st.integers(min_value=0, max_value=40))
def test_the_hearing_notice_is_in_time_as_long_as_seven_working_days_lie_between(
    before: int,
) -> None:
    served = date(2026, 7, 2) - timedelta(days=before)
    between = sum(working(served + timedelta(days=n)) for n in range(1, before))
    edits = moved("deliveries[6].at", served, "T15:10:00+08:00")
    found = wrong(judged(edited(sample_data("penalty"), edits)))
    assert ("TIM001" in found) is (between < 7)
    assert found - {"TIM001"} <= {"REC017", "DLV010"}  # filmed and dated 2026-06-15


@few
@given(st.integers(min_value=-90, max_value=90))
def test_a_cutoff_is_in_time_to_the_minute(minutes: int) -> None:
    """2026-09-11 10:00 停电，前一日 10:00 加减几分钟送达。"""
    hour, minute = divmod(10 * 60 + minutes, 60)
    edits = (("deliveries[3].at", f"2026-09-10T{hour:02d}:{minute:02d}:00+08:00"),)
    found = wrong(judged(edited(sample_data("sealing-and-cutoff"), edits)))
    assert ("TIM002" in found) is (minutes > 0)


# --- what does not matter


@cache
def before(name: str, phase: str) -> dict[tuple[str, str, str], str]:
    return levels(judged(sample_data(name), phase))


IRRELEVANT: tuple[tuple[str, Any], ...] = (
    ("party.phone", "0531-00000099"),
    ("party.position", "副总经理"),
    ("agency.phone", "0531-00000098"),
    ("officers[+]", {"name": "戊示例", "certificate": "示例-0999"}),
    ("deliveries[0].recipient", "示例收件人"),
    ("deliveries[0].place", "示例场所二"),
    ("recordings[0].file", "另一段录像.mp4"),
)


@pytest.mark.parametrize("phase", ["plan", "evidence"])
@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=5, deadline=None)
@given(st.sets(st.sampled_from(range(len(IRRELEVANT))), min_size=1))
def test_irrelevant_facts_change_no_result(name: str, phase: str, chosen: set[int]) -> None:
    edits = tuple(IRRELEVANT[index] for index in sorted(chosen))
    if name == "modes":
        edits = tuple(e for e in edits if not e[0].startswith("deliveries"))
    now = levels(judged(edited(deepcopy(sample_data(name)), edits), phase))
    counted = sorted((code, level) for (code, _, _), level in now.items())
    assert counted == sorted((code, level) for (code, _, _), level in before(name, phase).items())


# --- missing data never passes

FAILING = [
    case
    for case in rule_cases()
    if case.expect in ("fail", "unknown") and not case.advice and len(case.edits) == 1
]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """可以不写的事实：送达、记录与程序的各项。"""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from leaves(child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from leaves(child, f"{path}[{index}]")
    elif not path.endswith((".instrument", ".mode", ".row")):
        yield path


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FAILING), st.randoms(use_true_random=False))
def test_a_case_that_does_not_pass_never_passes_for_want_of_another_fact(
    case: RuleCase, random: Random
) -> None:
    data = edited(sample_data(case.sample), case.edits)
    parts = {p: data.get(p, []) for p in ("deliveries", "recordings", "proceedings")}
    touched = {path for path, _ in case.edits}
    known = [p for p in leaves(parts) if not any(p.startswith(t) for t in touched)]
    without = edited(data, ((random.choice(known), None),))
    with contextlib.suppress(InputInvalid):  # a case that cannot be filled is no pass either
        verdict = check(situation_of_data(without, case.phase, case.at), all_rules())
        assert verdict.bottom_line is not Level.PASS
