"""核查：每条规则何时通过、不通过、不能判定、不适用；缺数据从不放行。"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from situations import (
    FAIL,
    NONE,
    OFFICERS,
    PARTY,
    PASS,
    UNKNOWN,
    at,
    catalogue,
    delivery,
    draft_of,
    findings,
    levels,
    only,
    situation_of,
)

from docgen import rules
from docgen.check import check
from docgen.model.case import (
    Delivery,
    Officer,
    Party,
    Value,
)
from docgen.model.draft import Draft
from docgen.model.law import HolidayYear, Law
from docgen.model.number import parse_number
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level, Verdict
from docgen.rules import all_rules

# --- the verdict


def fake(code: str, *found: Finding, phases: tuple[Phase, ...] = (Phase.PLAN,)) -> Rule:
    return Rule(code, f"规则{code}", "虚构", phases, lambda _: found)


def told(code: str, level: Level, advice: bool = False) -> Finding:
    return Finding(code, level, "示例", advice=advice)


def verdict(*given_rules: Rule, accepted: tuple[str, ...] = ()) -> Verdict:
    return check(situation_of(), given_rules, accepted)


def test_zero_rules_evaluated_is_never_a_pass() -> None:
    assert verdict().bottom_line is UNKNOWN
    assert [finding.level for finding in verdict().findings] == [UNKNOWN]
    assert verdict(fake("A")).bottom_line is UNKNOWN
    later = fake("A", told("A", PASS), phases=(Phase.EVIDENCE,))
    assert verdict(later).bottom_line is UNKNOWN
    assert Verdict(()).bottom_line is UNKNOWN


def test_rules_that_all_do_not_apply_are_never_a_pass() -> None:
    assert verdict(fake("A", told("A", NONE))).bottom_line is UNKNOWN


def test_a_rule_that_crashes_is_unknown_and_says_what_happened() -> None:
    def crash(_: Situation) -> Iterator[Finding]:
        yield told("A", PASS)
        raise KeyError("clerk_name")

    found = verdict(Rule("A", "示例规则", "虚构", (Phase.PLAN,), crash), fake("B", told("B", PASS)))
    assert [(f.code, f.level) for f in found.findings] == [("A", PASS), ("A", UNKNOWN), ("B", PASS)]
    assert "示例规则" in found.findings[1].message
    assert "KeyError" in found.findings[1].message
    assert found.bottom_line is UNKNOWN


@pytest.mark.parametrize(
    ("given_levels", "bottom_line"),
    [
        ([PASS], PASS),
        ([PASS, NONE], PASS),
        ([PASS, UNKNOWN], UNKNOWN),
        ([UNKNOWN, FAIL, PASS], FAIL),
        ([NONE], UNKNOWN),
    ],
)
def test_the_bottom_line_is_the_worst_of_what_applies(
    given_levels: list[Level], bottom_line: Level
) -> None:
    found = verdict(*(fake(f"R{i}", told(f"R{i}", level)) for i, level in enumerate(given_levels)))
    assert found.bottom_line is bottom_line


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(list(Level)), st.booleans())))
def test_a_bottom_line_of_pass_means_something_passed_and_nothing_that_counts_did_not(
    rows: list[tuple[str, Level, bool]],
) -> None:
    found = verdict(*(fake(code, told(code, level, advice)) for code, level, advice in rows))
    counted = [f.level for f in found.findings if not f.advice]
    assert (found.bottom_line is PASS) is (
        PASS in counted and FAIL not in counted and UNKNOWN not in counted
    )


def test_advice_never_changes_the_bottom_line() -> None:
    advice = fake("A", told("A", FAIL, advice=True))
    assert verdict(advice, fake("B", told("B", PASS))).bottom_line is PASS
    assert verdict(fake("A", told("A", PASS, advice=True))).bottom_line is UNKNOWN


def test_an_accepted_code_is_waived_and_no_other() -> None:
    failing = [fake("A", told("A", FAIL)), fake("B", told("B", UNKNOWN))]
    assert verdict(*failing, accepted=("A",)).bottom_line is UNKNOWN
    assert verdict(*failing, accepted=("A", "B")).bottom_line is PASS
    assert verdict(*failing, accepted=("C",)).bottom_line is FAIL
    assert verdict(*failing, accepted=("A", "B")).findings[0].level is FAIL


# --- the rules as a set


def modules() -> list[Any]:
    names = [module.name for module in pkgutil.iter_modules(rules.__path__)]
    return [importlib.import_module(f"docgen.rules.{name}") for name in names]


def test_every_rule_has_a_code_of_its_own_and_is_found_by_walking_the_folder() -> None:
    codes = [rule.code for rule in all_rules()]
    assert codes == sorted(set(codes))
    assert set(codes) == {module.RULE.code for module in modules()}
    assert codes


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.RULE.code)
def test_every_rule_is_explained_by_its_own_docstring(module: Any) -> None:
    rule: Rule = module.RULE
    lines = module.__doc__.splitlines()
    assert re.fullmatch(rf"[^。]+（{rule.code}）。", lines[0]), lines[0]
    assert "通过：" in module.__doc__
    assert re.search("不通过：|提示：|不通过（提示）：", module.__doc__)
    assert any(line.startswith("来源：") for line in lines)
    assert rule.title
    assert rule.source
    assert rule.phases
    assert module.__name__.rpartition(".")[2].startswith(rule.code.lower())


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_no_rule_passes_an_empty_case(rule: Rule) -> None:
    empty = situation_of(officers=())
    assert PASS not in [finding.level for finding in rule.evaluate(empty)]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
@pytest.mark.parametrize("kind", sorted(catalogue().instruments))
def test_no_rule_crashes_on_or_passes_a_document_about_which_nothing_is_known(
    rule: Rule, kind: str
) -> None:
    situation = situation_of(draft_of(kind), officers=(), law=Law({}, {}))
    assert PASS not in [finding.level for finding in rule.evaluate(situation)]


# --- DLV001


@pytest.mark.parametrize(
    ("planned", "level"),
    [
        ("2026-11-24T00:00", PASS),
        ("2026-11-25T15:00", PASS),
        ("2026-11-23T23:59", FAIL),
        (None, UNKNOWN),
    ],
)
def test_a_delivery_is_planned_no_earlier_than_the_date_of_the_document(
    planned: str | None, level: Level
) -> None:
    kind = "rectification_order"
    found = only("DLV001", situation_of(draft_of(kind), deliveries=(delivery(kind, planned),)))
    assert (found.level, found.where) == (level, "deliveries[0].planned_at")


def test_a_delivery_by_announcement_needs_the_announcement() -> None:
    kind = "penalty_decision"
    announced = (delivery(kind, "2026-11-24T09:00", mode="announcement"),)
    alone = only("DLV001", situation_of(draft_of(kind), deliveries=announced))
    assert (alone.level, alone.where) == (FAIL, "deliveries[0].mode")
    both = (draft_of(kind), draft_of("delivery_announcement"))
    assert levels("DLV001", situation_of(*both, deliveries=announced)) == [PASS, NONE]


def test_a_document_without_a_planned_delivery_fails() -> None:
    other = draft_of("hearing_notice")
    situation = situation_of(
        draft_of("rectification_order"),
        other,
        deliveries=(delivery(other.key, "2026-11-24T09:00"),),
    )
    first, second = findings("DLV001", situation)
    assert (first.level, first.where) == (FAIL, "instruments[0]")
    assert second.level is PASS


def test_a_document_that_is_not_delivered_needs_no_delivery() -> None:
    draft = draft_of("rectification_order")
    internal = replace(draft, instrument=replace(draft.instrument, events=("reading",)))
    assert levels("DLV001", situation_of(internal)) == [NONE]


# --- FRM001


def problems(*deadlines: str) -> tuple[Any, ...]:
    rows = [{"text": "示例", "deadline": date.fromisoformat(day)} for day in deadlines]
    return tuple(MappingProxyType(row) for row in rows)


@pytest.mark.parametrize(
    ("deadlines", "where"),
    [
        (("2026-11-24", "2026-12-10"), []),
        (("2026-12-10", "2026-11-23"), ["instruments[0].problems[1].deadline"]),
        (
            ("2026-11-23", "2025-12-10"),
            ["instruments[0].problems[0].deadline", "instruments[0].problems[1].deadline"],
        ),
    ],
)
def test_a_deadline_is_not_before_the_date_of_the_document(
    deadlines: tuple[str, ...], where: list[str]
) -> None:
    draft = draft_of("rectification_order", problems=problems(*deadlines))
    found = findings("FRM001", situation_of(draft))
    assert [f.where for f in found if f.level is FAIL] == where
    assert ([f.level for f in found] == [PASS]) is (where == [])


@pytest.mark.parametrize(
    ("field", "value", "level"),
    [
        ("hearing_at", at("2026-11-24T00:00"), PASS),
        ("hearing_at", at("2026-11-23T23:59"), FAIL),
        ("requested_on", date(2026, 11, 24), PASS),
        ("requested_on", date(2026, 11, 25), FAIL),
    ],
)
def test_what_comes_later_is_dated_later_and_what_came_before_earlier(
    field: str, value: Value, level: Level
) -> None:
    found = only("FRM001", situation_of(draft_of("hearing_notice", **{field: value})))
    assert found.level is level
    assert field in found.where or level is PASS


@pytest.mark.parametrize(
    ("kind", "field", "value", "level"),
    [
        ("interview_notice", "interview_at", at("2026-11-24T09:00"), PASS),
        ("interview_notice", "interview_at", at("2026-11-23T09:00"), FAIL),
        ("penalty_decision", "prenotice_served_on", date(2026, 11, 25), FAIL),
        ("penalty_decision", "hearing_held_on", date(2026, 11, 24), PASS),
        ("reinspection_opinion", "due_on", date(2026, 11, 25), FAIL),
        ("sealing_list", "decision_date", date(2026, 11, 25), FAIL),
    ],
)
def test_the_dates_of_the_other_documents_are_in_order_too(
    kind: str, field: str, value: Value, level: Level
) -> None:
    found = only("FRM001", situation_of(draft_of(kind, **{field: value})))
    assert found.level is level


def test_a_document_without_other_dates_has_no_order_to_check() -> None:
    assert levels("FRM001", situation_of(draft_of("rectification_order"))) == [NONE]


# --- FRM003


def listed(kind: str, *rows: tuple[str, str, str]) -> Draft:
    """一份有清单的稿。rows: name, unit, quantity."""
    items = tuple(MappingProxyType({"name": n, "unit": u, "quantity": q}) for n, u, q in rows)
    return draft_of(kind, items=items)


@pytest.mark.parametrize(
    ("rows", "level", "told"),
    [
        ((("钢瓶", "只", "26"), ("库房", "间", "1")), PASS, "共 2 种"),
        ((("钢瓶", "只", "19"), ("钢瓶", "只", "7"), ("库房", "间", "1")), PASS, "共 2 种"),
        (
            (("钢瓶", "只", "25"), ("库房", "间", "1")),
            FAIL,
            "“钢瓶”（只）共 25，《查封扣押决定书》为 26",
        ),
        ((("钢瓶", "只", "26"),), FAIL, "清单里没有《查封扣押决定书》所列的“库房”（间）"),
        (
            (("钢瓶", "只", "26"), ("库房", "间", "1"), ("气泵", "台", "1")),
            FAIL,
            "“气泵”（台）在《查封扣押决定书》里没有",
        ),
        ((("钢瓶", "只", "若干"), ("库房", "间", "1")), UNKNOWN, "“若干”与“26”不能比较"),
        ((("钢瓶", "只", "NaN"), ("库房", "间", "1")), UNKNOWN, "不能比较"),
    ],
)  # fmt: skip
def test_a_list_has_what_its_decision_names_and_as_many(
    rows: tuple[tuple[str, str, str], ...], level: Level, told: str
) -> None:
    decision = listed("sealing_decision", ("钢瓶", "只", "26"), ("库房", "间", "1"))
    found = findings("FRM003", situation_of(decision, listed("sealing_list", *rows)))
    assert found[0].level is NONE, "the decision itself has nothing beside it"
    assert (found[1].level, told in found[1].message) == (level, True), found


def test_a_quantity_in_the_same_words_agrees_whatever_the_words_are() -> None:
    pair = [listed(kind, ("残渣", "堆", "若干")) for kind in ("sealing_decision", "sealing_list")]
    assert levels("FRM003", situation_of(*pair)) == [NONE, PASS]


def test_a_list_without_its_decision_or_beside_two_of_them_is_not_compared() -> None:
    one = listed("sealing_list", ("钢瓶", "只", "26"))
    decision = listed("sealing_decision", ("钢瓶", "只", "25"))
    other = replace(decision, key="second")
    assert levels("FRM003", situation_of(one)) == [NONE]
    assert levels("FRM003", situation_of(decision, other, one)) == [NONE, NONE, NONE]


# --- FRM004


def citing(own: dict[str, Value], **decision: Any) -> list[Level]:
    """查封扣押清单写了 own；决定书的文号、日期与存放地点是 decision。"""
    made = draft_of("sealing_decision", day=decision.pop("day", "2026-11-24"), **decision)
    made = replace(made, number=parse_number("（鲁）应急查扣〔2026〕12号"))
    lists = draft_of("sealing_list", **own)
    situation = situation_of(made, lists)
    first, second = situation.case.instruments
    written = (first, replace(second, values=MappingProxyType(own)))
    case = replace(situation.case, instruments=written)
    found = findings("FRM004", replace(situation, case=case))
    return [finding.level for finding in found if "清单》" in finding.message]


@pytest.mark.parametrize(
    ("own", "level"),
    [
        ({"decision_number": "（鲁）应急查扣〔2026〕12号"}, PASS),
        ({"decision_number": "(鲁)应急查扣[2026]第012号"}, PASS),
        ({"decision_number": "（鲁）应急查扣〔2026〕77号"}, FAIL),
        ({"decision_date": date(2026, 11, 24)}, PASS),
        ({"decision_date": date(2026, 11, 23)}, FAIL),
        ({"custody": "一号库"}, PASS),
        ({"custody": "二号库"}, FAIL),
        ({}, NONE),
    ],
)
def test_what_a_document_says_of_another_in_the_case_is_what_that_one_says(
    own: dict[str, Value], level: Level
) -> None:
    assert citing(own, custody="一号库") == [level]


def test_a_number_written_before_the_other_document_has_one_is_refused() -> None:
    decision, lists = draft_of("sealing_decision"), draft_of("sealing_list")
    situation = situation_of(decision, lists)
    first, second = situation.case.instruments
    own = MappingProxyType({"decision_number": "（鲁）应急查扣〔2026〕77号"})
    case = replace(situation.case, instruments=(first, replace(second, values=own)))
    assert levels("FRM004", replace(situation, case=case)) == [NONE, FAIL]


def reinspection(title: str, *orders: Draft, **own: Any) -> list[Level]:
    """整改复查意见书写了原决定的名称和 own；案件里有 orders。"""
    opinion = draft_of("reinspection_opinion", "2026-12-20", earlier_title=title, **own)
    situation = situation_of(*orders, opinion)
    *others, last = situation.case.instruments
    written = (*others, replace(last, values=MappingProxyType({"earlier_title": title, **own})))
    case = replace(situation.case, instruments=written)
    found = findings("FRM004", replace(situation, case=case))
    return [finding.level for finding in found if "复查意见书》" in finding.message]


def order_of(key: str = "") -> Draft:
    made = draft_of("rectification_order", key=key)
    return replace(made, number=parse_number("（鲁）应急责改〔2026〕5号"))


@pytest.mark.parametrize(
    ("title", "own", "level"),
    [
        ("责令限期整改指令书", {"earlier_number": "（鲁）应急责改〔2026〕5号"}, PASS),
        ("《责令限期整改指令书》", {"earlier_number": "（鲁）应急责改〔2026〕6号"}, FAIL),
        ("责令限期整改指令书", {"earlier_date": date(2026, 11, 24)}, PASS),
        ("责令限期整改指令书", {"earlier_date": date(2026, 11, 23)}, FAIL),
        ("现场处理措施决定书", {"earlier_number": "（鲁）应急现决〔2026〕6号"}, NONE),
    ],
)
def test_an_earlier_decision_is_the_one_in_the_case_that_bears_the_title(
    title: str, own: dict[str, Value], level: Level
) -> None:
    assert reinspection(title, order_of(), draft_of("sealing_decision"), **own) == [level]


def test_an_earlier_decision_is_not_compared_where_two_bear_its_title() -> None:
    orders = (order_of(), order_of("second"))
    own = {"earlier_number": "（鲁）应急责改〔2026〕6号"}
    assert reinspection("责令限期整改指令书", *orders, **own) == [NONE]


# --- FRM002


@pytest.mark.parametrize(
    ("party", "level"),
    [
        (replace(PARTY, uscc="91110000600037341L"), PASS),
        (replace(PARTY, uscc="91110000600037341M"), FAIL),
        (replace(PARTY, uscc="甲"), FAIL),
        (PARTY, NONE),
        (Party("individual", "示例丙", "示例村", id_number="11010519491231002X"), PASS),
        (Party("individual", "示例丙", "示例村", id_number="110105194912310021"), FAIL),
        (Party("individual", "示例丙", "示例村", id_number="110105194902300025"), FAIL),
        (Party("individual", "示例丙", "示例村"), NONE),
    ],
)
def test_a_check_digit_that_does_not_fit_is_advice_and_never_blocks(
    party: Party, level: Level
) -> None:
    found = only("FRM002", situation_of(party=party))
    assert found.level is level
    assert found.advice is (level is FAIL)


# --- OFF001


@pytest.mark.parametrize(
    ("officers", "level"),
    [
        (OFFICERS, PASS),
        ((*OFFICERS, Officer("丙示例", "示例-0003")), PASS),
        (OFFICERS[:1], FAIL),
        ((), FAIL),
        ((OFFICERS[0], OFFICERS[0]), FAIL),
        ((OFFICERS[0], Officer("乙示例", "示例-0001")), FAIL),
        ((OFFICERS[0], Officer("甲 示例", "示例-0009")), FAIL),
        ((OFFICERS[0], Officer("乙示例", "示例－０００１")), FAIL),
        ((Officer("甲示例", "ab1"), Officer("乙示例", "AB 1")), FAIL),
    ],
)
def test_two_officers_are_two_different_people_with_two_certificates(
    officers: tuple[Officer, ...], level: Level
) -> None:
    situation = situation_of(draft_of("rectification_order"), officers=officers)
    assert levels("OFF001", situation) == [level]


def test_without_a_lawful_minimum_the_number_of_officers_is_unknown() -> None:
    situation = situation_of(draft_of("rectification_order"), law=Law({}, {}))
    assert levels("OFF001", situation) == [UNKNOWN]
    early = situation_of(draft_of("rectification_order", day="1990-01-01"))
    assert levels("OFF001", early) == [UNKNOWN]


# --- OFF002


@pytest.mark.parametrize(
    ("chair", "level"),
    [("丙示例", PASS), ("乙示例", FAIL), ("乙 示例", FAIL), (None, UNKNOWN)],
)
def test_a_hearing_is_chaired_by_someone_outside_the_investigation(
    chair: str | None, level: Level
) -> None:
    found = only("OFF002", situation_of(draft_of("hearing_notice", presiding_name=chair)))
    assert (found.level, found.where) == (level, "instruments[0].presiding_name")


def test_a_case_without_a_hearing_has_no_chair_to_check() -> None:
    assert levels("OFF002", situation_of(draft_of("rectification_order"))) == [NONE]


# --- TIM001


def hearing(
    planned_at: str | None, hearing_at: str, law: Law | None = None, mode: str = "direct"
) -> Finding:
    draft = draft_of("hearing_notice", day="2026-11-23", hearing_at=at(hearing_at))
    notice = delivery("hearing_notice", planned_at, mode)
    return only("TIM001", situation_of(draft, deliveries=(notice,), law=law))


@pytest.mark.parametrize(
    ("planned_at", "hearing_at", "level"),
    [
        ("2026-11-23T09:00", "2026-12-03T09:00", PASS),
        ("2026-11-23T23:59", "2026-12-03T00:00", PASS),
        ("2026-11-23T09:00", "2026-12-02T17:00", FAIL),
        ("2026-11-24T00:00", "2026-12-03T09:00", FAIL),
        ("2026-12-03T09:00", "2026-11-23T09:00", FAIL),
        (None, "2026-12-03T09:00", UNKNOWN),
        ("2026-09-28T09:00", "2026-10-14T09:00", PASS),
        ("2026-09-28T09:00", "2026-10-13T09:00", FAIL),
    ],
)
def test_a_hearing_is_notified_seven_working_days_ahead_not_counting_either_day(
    planned_at: str | None, hearing_at: str, level: Level
) -> None:
    assert hearing(planned_at, hearing_at).level is level


def test_a_late_notice_is_told_the_earliest_day_for_the_hearing() -> None:
    found = hearing("2026-11-23T09:00", "2026-12-02T09:00")
    assert "只有 6 个工作日，少于 7 个" in found.message
    assert "最早 2026-12-03 听证" in found.message
    saturday = hearing("2026-11-28T09:00", "2026-12-08T09:00")
    assert "最早 2026-12-09 听证" in saturday.message
    before_weekend = hearing("2026-11-25T09:00", "2026-12-02T09:00")
    assert "最早 2026-12-07 听证" in before_weekend.message, "not on Saturday the 5th"
    assert "第六十四条" in found.source


def test_a_hearing_in_a_year_without_a_calendar_is_decided_only_if_every_calendar_agrees() -> None:
    assert hearing("2035-03-01T09:00", "2035-03-08T09:00").level is FAIL
    assert hearing("2035-03-01T09:00", "2035-03-09T09:00").level is UNKNOWN
    unknown = hearing("2035-03-01T09:00", "2035-03-15T09:00")
    assert unknown.level is UNKNOWN
    assert "templates/law/holidays/" in unknown.message
    own = HolidayYear(2035, frozenset(), frozenset(), "虚构")
    law = Law(catalogue().law.parameters, {2035: own})
    assert hearing("2035-03-01T09:00", "2035-03-15T09:00", law).level is PASS


def test_a_hearing_far_enough_in_known_days_passes_whatever_the_unknown_ones_are() -> None:
    assert hearing("2026-11-23T09:00", "2035-01-01T09:00").level is PASS


@pytest.mark.parametrize(
    ("mode", "told"), [("announcement", "公告日不是送达日"), ("post", "交邮日不是送达日")]
)
def test_a_notice_that_is_announced_or_posted_is_not_delivered_on_that_day(
    mode: str, told: str
) -> None:
    found = hearing("2026-11-23T09:00", "2026-12-31T09:00", mode=mode)
    assert (found.level, told in found.message) == (UNKNOWN, True)


def test_a_hearing_notice_without_delivery_or_parameter_is_unknown() -> None:
    draft = draft_of("hearing_notice", hearing_at=at("2026-12-31T09:00"))
    assert levels("TIM001", situation_of(draft)) == [UNKNOWN]
    planned_in_time = delivery("hearing_notice", "2026-11-24T09:00")
    without_law = situation_of(draft, deliveries=(planned_in_time,), law=Law({}, {}))
    assert levels("TIM001", without_law) == [UNKNOWN]


def test_a_case_without_a_hearing_has_no_notice_to_check() -> None:
    assert levels("TIM001", situation_of(draft_of("rectification_order"))) == [NONE]


# --- DLV002


@pytest.mark.parametrize(
    ("planned_at", "mode", "level", "said"),
    [
        ("2026-11-30T15:00", "direct", PASS, "不晚于最早的期限 2026-12-01"),
        ("2026-12-01T23:59", "direct", PASS, "不晚于最早的期限 2026-12-01"),
        ("2026-12-02T00:00", "direct", FAIL, "而期限 2026-12-01（instruments[0].problems[1]"),
        (None, "direct", UNKNOWN, "没有写明计划送达时间"),
        ("2026-11-30T15:00", "announcement", UNKNOWN, "公告日不是送达日"),
        ("2026-11-30T15:00", "post", UNKNOWN, "交邮日不是送达日"),
    ],
)
def test_an_order_is_served_before_its_first_deadline_has_passed(
    planned_at: str | None, mode: str, level: Level, said: str
) -> None:
    draft = draft_of("rectification_order", problems=problems("2026-12-10", "2026-12-01"))
    notice = delivery("rectification_order", planned_at, mode)
    found = only("DLV002", situation_of(draft, deliveries=(notice,)))
    assert found.level is level
    assert said in found.message


def test_a_document_without_deadlines_or_delivery_has_none_to_miss() -> None:
    notice = delivery("hearing_notice", "2026-11-24T09:00")
    assert levels("DLV002", situation_of(draft_of("hearing_notice"), deliveries=(notice,))) == [
        NONE
    ]
    order = draft_of("rectification_order", problems=problems("2026-12-01"))
    assert levels("DLV002", situation_of(order)) == [NONE]


# --- TIM002


def cutoff(planned_at: str | None, mode: str = "direct", **fields: Value) -> Finding:
    values: dict[str, Value] = {"measure": "停止供电", "cutoff_at": at("2026-11-25T18:00")}
    draft = draft_of("power_cutoff_decision", **(values | fields))
    notice = delivery("power_cutoff_decision", planned_at, mode)
    return only("TIM002", situation_of(draft, deliveries=(notice,)))


@pytest.mark.parametrize(
    ("planned_at", "level", "said"),
    [
        ("2026-11-24T18:00", PASS, "距停止供电 24 小时，不少于 24 小时"),
        ("2026-11-24T17:59", PASS, "距停止供电 24 小时 1 分"),
        ("2026-11-24T18:01", FAIL, "距停止供电 23 小时 59 分，少于 24 小时"),
        ("2026-11-25T19:30", FAIL, "晚于停止供电 1 小时 30 分，少于 24 小时"),
        (None, UNKNOWN, "没有写明计划送达时间"),
    ],
)
def test_power_is_cut_no_sooner_than_24_hours_after_the_notice(
    planned_at: str | None, level: Level, said: str
) -> None:
    found = cutoff(planned_at)
    assert found.level is level
    assert said in found.message


def test_hours_are_counted_across_time_zones() -> None:
    moment = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    draft = draft_of("power_cutoff_decision", measure="停止供电", cutoff_at=at("2026-11-25T18:00"))
    notice = Delivery("power_cutoff_decision", "direct", moment)
    assert levels("TIM002", situation_of(draft, deliveries=(notice,))) == [PASS]


def test_explosives_and_urgency_need_no_24_hours() -> None:
    assert cutoff("2026-11-25T17:00", measure="停止供应民用爆炸物品").level is NONE
    assert cutoff("2026-11-25T17:00", urgent_reason="示例紧急情形").level is NONE


def test_a_cutoff_about_which_too_little_is_known_is_unknown() -> None:
    assert cutoff("2026-11-24T09:00", cutoff_at=None).level is UNKNOWN
    assert cutoff("2026-11-24T09:00", mode="announcement").level is UNKNOWN
    assert cutoff("2026-11-24T09:00", mode="post").level is UNKNOWN
    draft = draft_of("power_cutoff_decision", measure="停止供电", cutoff_at=at("2026-11-25T18:00"))
    assert levels("TIM002", situation_of(draft)) == [UNKNOWN]
    notice = delivery("power_cutoff_decision", "2026-11-24T09:00")
    without_law = situation_of(draft, deliveries=(notice,), law=Law({}, {}))
    assert levels("TIM002", without_law) == [UNKNOWN]
    assert levels("TIM002", situation_of(draft_of("rectification_order"))) == [NONE]


# --- TIM003


def sealing(start: str | None, end: str | None) -> Finding:
    draft = draft_of(
        "sealing_decision",
        term_from=date.fromisoformat(start) if start else None,
        term_to=date.fromisoformat(end) if end else None,
    )
    return only("TIM003", situation_of(draft))


@pytest.mark.parametrize(
    ("start", "end", "level"),
    [
        ("2026-11-24", "2026-12-24", PASS),
        ("2026-11-24", "2026-11-25", PASS),
        ("2026-11-24", "2026-12-25", FAIL),
        ("2026-11-24", "2026-11-24", FAIL),
        ("2026-11-24", "2026-11-23", FAIL),
        ("2026-11-23", "2026-12-01", FAIL),
        (None, "2026-12-01", UNKNOWN),
        ("2026-11-24", None, UNKNOWN),
    ],
)
def test_a_sealing_lasts_from_one_to_thirty_days(
    start: str | None, end: str | None, level: Level
) -> None:
    assert sealing(start, end).level is level


def test_thirty_days_is_not_the_same_day_next_month() -> None:
    late = sealing("2026-12-01", "2027-01-01")
    assert late.level is FAIL
    assert "查封扣押 31 日，超过 30 日；最晚止于 2026-12-31" in late.message
    assert sealing("2027-01-30", "2027-03-01").level is PASS
    assert sealing("2027-01-30", "2027-03-02").level is FAIL


def test_a_sealing_without_a_parameter_is_unknown_and_without_a_decision_not_applicable() -> None:
    draft = draft_of("sealing_decision", term_from=date(2026, 11, 24), term_to=date(2026, 12, 1))
    assert levels("TIM003", situation_of(draft, law=Law({}, {}))) == [UNKNOWN]
    assert levels("TIM003", situation_of(draft_of("rectification_order"))) == [NONE]
