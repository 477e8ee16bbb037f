"""核查的性质：少一步必说得出来，过一天只翻一条，无关的事实什么也不改。"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

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
from docgen.model.rule import Rule, Situation
from docgen.model.verdict import Finding, Level
from docgen.rules import all_rules

SAMPLES = sorted(path.stem for path in COMPLETE.glob("*.yaml"))
PHASES = ("plan", "evidence")
RULES = {rule.code: rule for rule in all_rules()}
TIM = [rule for rule in all_rules() if rule.code.startswith("TIM")]


@cache
def complete(sample: str, phase: str) -> Situation:
    """完整案件的情况，没有改过。"""
    return situation_of_data(sample_data(sample), phase, AT)


def evaluated(situation: Situation, rules: list[Rule]) -> list[Finding]:
    return [found for rule in rules for found in rule.evaluate(situation)]


# --- (a) a step that is missing is named


@dataclass(frozen=True)
class Filmed:
    """完整案件的一段记录（index）里必须有的一步。"""

    sample: str
    index: int
    code: str
    step: str
    label: str


@cache
def required_steps() -> tuple[Filmed, ...]:
    """全部完整案件里录到的、清单要求的步骤。"""
    rows = {row.number: row for row in catalogue().checklist.rows}
    return tuple(
        Filmed(sample, index, rows[recording.row].code, step.id, step.label)
        for sample in SAMPLES
        for index, recording in enumerate(complete(sample, "evidence").case.recordings)
        for step in rows[recording.row].steps
        if step.id in recording.steps and not step.optional
    )


def without(situation: Situation, removed: list[Filmed], order: list[int]) -> Situation:
    """删去 removed 各步，各段记录照 order 排列。"""
    gone = {(item.index, item.step) for item in removed}
    recordings = [
        replace(r, steps=tuple(step for step in r.steps if (index, step) not in gone))
        for index, r in enumerate(situation.case.recordings)
    ]
    shuffled = tuple(recordings[index] for index in order)
    return replace(situation, case=replace(situation.case, recordings=shuffled))


def names(found: list[Finding], item: Filmed) -> bool:
    told = [f for f in found if f.level is Level.FAIL and not f.advice and "少了步骤" in f.message]
    return any(f"{item.label}（{item.step}）" in f.message for f in told)


def test_the_complete_cases_film_the_required_steps_of_every_row() -> None:
    assert {item.code for item in required_steps()} == {r.code for r in catalogue().checklist.rows}


@pytest.mark.parametrize("phase", PHASES)
def test_any_required_step_taken_away_is_a_failure_that_names_it(phase: str) -> None:
    for item in required_steps():
        whole = complete(item.sample, phase)
        changed = without(whole, [item], list(range(len(whole.case.recordings))))
        assert names(evaluated(changed, [RULES[item.code]]), item), item


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_however_many_steps_are_taken_away_each_is_named_and_no_other(data: st.DataObject) -> None:
    sample, phase = data.draw(st.sampled_from(SAMPLES)), data.draw(st.sampled_from(PHASES))
    mine = [item for item in required_steps() if item.sample == sample]
    removed = data.draw(st.lists(st.sampled_from(mine), min_size=1, max_size=6, unique=True))
    whole = complete(sample, phase)
    order = data.draw(st.permutations(range(len(whole.case.recordings))))
    codes = sorted({item.code for item in mine})
    found = evaluated(without(whole, removed, order), [RULES[code] for code in codes])
    assert all(names(found, item) for item in removed)
    failed = {f.code for f in found if f.level is Level.FAIL and not f.advice}
    assert failed == {item.code for item in removed}


# --- (b) a date that crosses a limit

# 国务院办公厅 2026 年放假通知里用得到的部分；另写一份，不借用被测的日历。
_OFF = {
    *(date(2026, 4, day) for day in (4, 5, 6)),
    *(date(2026, 5, day) for day in (1, 2, 3, 4, 5)),
    *(date(2026, 6, day) for day in (19, 20, 21)),
}
_ON = {date(2026, 5, 9)}


def works(day: date) -> bool:
    return day in _ON or (day.weekday() < 5 and day not in _OFF)


def working_day_after(start: date, number: int) -> date:
    """start 之后（当日不计）的第 number 个工作日。"""
    day = start
    while number:
        day += timedelta(days=1)
        number -= works(day)
    return day


def last_day(start: date, days: int) -> date:
    """start 起 days 日的最后一日，逢假日顺延。"""
    day = start + timedelta(days=days)
    while not works(day):
        day += timedelta(days=1)
    return day


def parameter(name: str, day: date) -> int:
    value = catalogue().law.at(name, day)
    assert value is not None
    return int(value.value)


def hearing_told_in_time(at: datetime, phase: str) -> bool:
    hearing = date(2026, 7, 2)
    between = [at.date() + timedelta(days=n) for n in range(1, (hearing - at.date()).days)]
    return sum(map(works, between)) >= parameter("hearing_notice_days", hearing)


def cutoff_told_in_time(at: datetime, phase: str) -> bool:
    cutoff = datetime.fromisoformat("2026-09-11T10:00:00+08:00")
    hours = parameter("power_cutoff_hours", cutoff.date())
    return (cutoff - at).total_seconds() >= hours * 3600


def sealed_within_the_term(at: datetime, phase: str) -> bool:
    start, released = date(2026, 9, 7), date(2026, 9, 30)
    kept = 1 <= (at.date() - start).days <= parameter("sealing_days", start)
    return kept and (phase == "plan" or released <= at.date())


def reinspected_in_time(at: datetime, phase: str) -> bool:
    due = date(2026, 4, 24)
    return due <= at.date() <= last_day(due, parameter("reinspection_days", due))


def evidence_disposed_in_time(at: datetime, phase: str) -> bool:
    kept = date(2026, 5, 11)
    return kept <= at.date() <= working_day_after(kept, parameter("evidence_days", kept))


def decided_in_time(at: datetime, phase: str) -> bool:
    filed = date(2026, 5, 11)
    return filed <= at.date() <= last_day(filed, parameter("decision_days", filed))


def filed_in_time(at: datetime, phase: str) -> bool:
    decided = date(2026, 7, 20)
    return at.date() <= decided <= last_day(at.date(), parameter("decision_days", decided))


@dataclass(frozen=True)
class Moved:
    """一条规则所看的一个日期。

    path: in the case file, {at} for the time of delivery of the phase; base: where the days of
    `span` are counted from; clock: minutes are moved too; passes: an account of its own.
    """

    code: str
    sample: str
    path: str
    base: str
    span: tuple[int, int]
    passes: Callable[[datetime, str], bool]
    clock: bool = False
    also: frozenset[str] = frozenset()
    timed: bool = True


# also：同一个日期还管着的规则。处罚决定的日期既是九十日的末日，又是先告知、后处罚的“后”，
# 又是七个工作日内送达的始日；其余各日期只管一条。
MOVED = (
    Moved(
        "TIM001",
        "penalty",
        "deliveries[instrument=hearing_notice].{at}",
        "2026-06-22T15:10:00+08:00",
        (-10, 12),
        hearing_told_in_time,
    ),
    Moved(
        "TIM002",
        "sealing-and-cutoff",
        "deliveries[instrument=power_cutoff_decision].{at}",
        "2026-09-10T10:00:00+08:00",
        (-2, 2),
        cutoff_told_in_time,
        clock=True,
    ),
    Moved(
        "TIM003",
        "sealing-and-cutoff",
        "instruments[type=sealing_decision].term_to",
        "2026-10-07T00:00:00+08:00",
        (-31, 6),
        sealed_within_the_term,
        timed=False,
    ),
    Moved(
        "TIM004",
        "inspection",
        "instruments[type=reinspection_opinion].reinspected_on",
        "2026-05-04T00:00:00+08:00",
        (-12, 6),
        reinspected_in_time,
        timed=False,
    ),
    Moved(
        "TIM005",
        "penalty",
        "instruments[type=evidence_disposition_decision].date",
        "2026-05-20T00:00:00+08:00",
        (-11, 5),
        evidence_disposed_in_time,
        timed=False,
    ),
    Moved(
        "TIM009",
        "penalty",
        "instruments[type=penalty_decision].date",
        "2026-08-09T00:00:00+08:00",
        (-25, 5),
        decided_in_time,
        also=frozenset({"TIM008", "TIM010"}),
        timed=False,
    ),
    Moved(
        "TIM009",
        "penalty",
        "proceedings[instrument=penalty_decision].filed_on",
        "2026-04-21T00:00:00+08:00",
        (-6, 92),
        filed_in_time,
        timed=False,
    ),
)


def levels(found: list[Finding], code: str) -> list[Level]:
    return [f.level for f in found if f.code == code]


@pytest.mark.parametrize("moved", MOVED, ids=lambda moved: f"{moved.code} {moved.path}")
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_date_across_a_limit_flips_the_rule_of_that_limit_and_no_other(
    moved: Moved, data: st.DataObject
) -> None:
    phase = data.draw(st.sampled_from(PHASES))
    minutes = data.draw(st.integers(-30, 30)) if moved.clock else 0
    days = data.draw(st.integers(-2, 2) | st.integers(*moved.span))
    shift = timedelta(days=days, minutes=minutes)
    at = datetime.fromisoformat(moved.base) + shift
    path = moved.path.format(at="planned_at" if phase == "plan" else "at")
    value = at.isoformat() if moved.timed else str(at.date())
    changed = situation_of_data(edited(sample_data(moved.sample), ((path, value),)), phase, AT)
    before, after = evaluated(complete(moved.sample, phase), TIM), evaluated(changed, TIM)
    expected = Level.PASS if moved.passes(at, phase) else Level.FAIL
    assert levels(before, moved.code) == [Level.PASS]
    assert levels(after, moved.code) == [expected], (value, phase)
    for rule in TIM:
        if rule.code != moved.code and rule.code not in moved.also:
            assert levels(after, rule.code) == levels(before, rule.code), (rule.code, value)


@pytest.mark.parametrize("moved", MOVED, ids=lambda moved: f"{moved.code} {moved.path}")
def test_each_span_of_days_has_both_sides_of_its_limit(moved: Moved) -> None:
    days = [timedelta(days=n) for n in range(moved.span[0], moved.span[1] + 1)]
    base = datetime.fromisoformat(moved.base)
    assert {moved.passes(base + day, "plan") for day in days} == {True, False}


# --- (c) facts that have nothing to do with it

# 视情的行，不涉及送达：加上一段完整的记录，只有这一行自己的认定会变。
_ROWS = [
    row
    for row in catalogue().checklist.rows
    if row.discretionary and not any(step.hands_over for step in row.steps)
]
# 没有哪条规则看它的程序事实的文书。
_QUIET = {
    "inspection": "inspection_record",
    "modes": "posted",
    "penalty": "inquest_record",
    "precursor": "delivery_announcement",
    "sealing-and-cutoff": "onsite_measures_decision",
}


def optional_recording(data: dict[str, Any], sample: str, row: Any) -> dict[str, Any]:
    """为一份文书另外安排、已经录下的一段，各项齐全。"""
    people = [officer["name"] for officer in data["officers"]]
    kind = _QUIET[sample]
    day = next(r["date"] for r in data["instruments"] if r.get("key", r["type"]) == kind)
    return {
        "instrument": kind,
        "row": str(row.number),
        "recorder": people[0],
        "place": row.places[0],
        "categories": list(row.categories),
        "steps": [step.id for step in row.steps],
        "officers": people,
        "started_at": f"{day}T23:00:00+08:00",
        "ended_at": f"{day}T23:10:00+08:00",
        "file": "另录.mp4",
    }


def told(situation: Situation, but: str | None) -> list[tuple[str, Level, str, bool]]:
    found = check(situation, all_rules()).findings
    return [(f.code, f.level, f.where, f.advice) for f in found if f.code != but]


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_facts_that_have_nothing_to_do_with_it_change_no_finding(data: st.DataObject) -> None:
    sample, phase = data.draw(st.sampled_from(SAMPLES)), data.draw(st.sampled_from(PHASES))
    case = sample_data(sample)
    filmed = {str(recording["row"]) for recording in case["recordings"]}
    free = [row for row in _ROWS if str(row.number) not in filmed]
    row = data.draw(st.sampled_from([None, *free]))
    if row is not None:
        case["recordings"].append(optional_recording(case, sample, row))
    for part in data.draw(st.sets(st.sampled_from(["agency", "party"]))):
        case[part]["phone"] = data.draw(st.from_regex(r"0531-[0-9]{8}", fullmatch=True))
    fact = data.draw(st.sampled_from([None, "party_heard", "party_notified", "reasons_told"]))
    if fact is not None:
        case.setdefault("proceedings", []).append({"instrument": _QUIET[sample], fact: True})
    changed = situation_of_data(case, phase, AT)
    but = row.code if row is not None else None
    assert told(changed, but) == told(complete(sample, phase), but)
    if row is not None:
        assert Level.PASS in levels(evaluated(changed, [RULES[row.code]]), row.code)


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
