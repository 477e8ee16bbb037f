"""核查音像记录：清单每一行少了哪一步都说得出来（REC001 至 REC030）。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from situations import (
    FAIL,
    NONE,
    PASS,
    UNKNOWN,
    catalogue,
    draft_of,
    findings,
    levels,
    only,
    situation_of,
)

from docgen.model.case import (
    Recording,
)
from docgen.model.checklist import ChecklistRow
from docgen.model.verdict import Finding, Level


def rows() -> tuple[ChecklistRow, ...]:
    return catalogue().checklist.rows


def planned(row: ChecklistRow, **changes: Any) -> Recording:
    """按该行安排齐全的音像记录。"""
    recording = Recording(
        instrument="rectification_order",
        row=row.number,
        recorder="甲示例",
        place=row.places[0],
        categories=row.categories,
        steps=tuple(step.id for step in row.steps if not step.optional),
    )
    return replace(recording, **changes)


def recorded(row: ChecklistRow, *recordings: Recording) -> list[Finding]:
    """该行的认定；文书本身所要的第 9 行另算。"""
    situation = situation_of(draft_of("rectification_order"), recordings=recordings)
    return [f for f in findings("REC", situation) if f.code == row.code]


each_row = pytest.mark.parametrize("row", rows(), ids=lambda row: row.code)


@each_row
def test_a_row_planned_in_full_passes(row: ChecklistRow) -> None:
    (found,) = recorded(row, planned(row))
    assert (found.level, found.advice, found.where) == (PASS, False, "recordings[0]")


@each_row
def test_any_required_step_left_out_of_a_row_is_a_failure_that_names_it(row: ChecklistRow) -> None:
    required = [step for step in row.steps if not step.optional]
    assert required
    for step in required:
        steps = tuple(other.id for other in row.steps if other.id != step.id)
        (found,) = recorded(row, planned(row, steps=steps))
        assert found.level is FAIL
        assert not found.advice
        assert f"{step.label}（{step.id}）" in found.message
        assert found.where == "recordings[0].steps"


@each_row
def test_an_optional_step_may_be_left_out_and_may_be_given(row: ChecklistRow) -> None:
    (found,) = recorded(row, planned(row, steps=tuple(step.id for step in row.steps)))
    assert found.level is PASS


@each_row
def test_a_row_may_be_recorded_in_several_pieces(row: ChecklistRow) -> None:
    pieces = [planned(row, steps=(step.id,)) for step in row.steps]
    assert [found.level for found in recorded(row, *pieces)] == [PASS]


@each_row
def test_a_recording_without_recorder_or_place_is_unknown(row: ChecklistRow) -> None:
    for part in ("recorder", "place"):
        (found,) = recorded(row, planned(row, **{part: None}))
        assert (found.level, found.where) == (UNKNOWN, f"recordings[0].{part}")


@each_row
def test_a_recording_in_another_place_or_of_other_classes_fails(row: ChecklistRow) -> None:
    (place,) = recorded(row, planned(row, place="示例路上"))
    assert (place.level, place.where) == (FAIL, "recordings[0].place")
    for category in row.categories:
        others = tuple(other for other in row.categories if other != category)
        (found,) = recorded(row, planned(row, categories=others))
        assert (found.level, found.where) == (FAIL, "recordings[0].categories")
        assert category in found.message


@each_row
def test_a_step_the_row_does_not_have_is_refused_with_those_it_has(row: ChecklistRow) -> None:
    (found,) = recorded(row, planned(row, steps=(*planned(row).steps, "danced")))
    assert found.level is FAIL
    assert "danced" in found.message
    assert all(step.id in found.message for step in row.steps)


@pytest.mark.parametrize(
    "row", [row for row in rows() if row.recorder == "执法人员"], ids=lambda row: row.code
)
def test_a_recorder_who_is_not_an_officer_of_the_case_fails(row: ChecklistRow) -> None:
    (found,) = recorded(row, planned(row, recorder="丁示例"))
    assert (found.level, found.where) == (FAIL, "recordings[0].recorder")
    assert "乙示例、甲示例" in found.message


@pytest.mark.parametrize(("recorder", "level"), [("戊示例", PASS), ("甲示例", FAIL)])
def test_a_hearing_is_recorded_by_its_clerk(recorder: str, level: Level) -> None:
    row = catalogue().checklist.row(18)
    assert row is not None
    draft = draft_of("hearing_notice", clerk_name="戊示例")
    recording = planned(row, instrument="hearing_notice", recorder=recorder)
    found = findings("REC", situation_of(draft, recordings=(recording,)))
    assert [f.level for f in found if f.code == "REC018"] == [level]


def test_a_row_the_document_demands_fails_when_nothing_is_planned() -> None:
    draft = draft_of("sealing_decision", ground="work_safety")
    found = only("REC", situation_of(draft))
    assert (found.code, found.level, found.where) == ("REC028", FAIL, "instruments[0]")
    assert not found.advice
    row = catalogue().checklist.row(28)
    assert row is not None
    assert all(step.label in found.message for step in row.steps)


def test_which_row_is_demanded_depends_on_the_document() -> None:
    draft = draft_of("sealing_decision", ground="precursor")
    assert only("REC", situation_of(draft)).code == "REC029"


def test_a_discretionary_row_not_planned_is_advice() -> None:
    found = only("REC009", situation_of(draft_of("rectification_order")))
    assert (found.level, found.advice) == (FAIL, True)
    assert "视情" in found.message


def test_a_discretionary_row_once_planned_must_be_complete() -> None:
    row = catalogue().checklist.row(9)
    assert row is not None
    assert row.discretionary
    (found,) = recorded(row, planned(row, steps=("prepared",)))
    assert (found.level, found.advice) == (FAIL, False)


def test_a_row_the_checklist_does_not_have_fails() -> None:
    recording = Recording("rectification_order", 31)
    found = only("FRM009", situation_of(draft_of("rectification_order"), recordings=(recording,)))
    assert (found.level, found.where) == (FAIL, "recordings[0].row")


def test_the_first_document_of_a_visit_carries_the_rows_that_name_no_document() -> None:
    visit = (draft_of("inspection_plan"), draft_of("rectification_order"))
    for code in ("REC001", "REC002", "REC003", "REC004", "REC007"):
        (found,) = findings(code, situation_of(*visit))
        assert (found.level, found.advice, found.where) == (FAIL, True, "instruments[0]")


def test_a_defence_that_was_not_made_demands_no_recording() -> None:
    prenotice = draft_of("penalty_prenotice")
    for defence, level in (("没有提出", NONE), ("已经提出", FAIL)):
        decision = draft_of("penalty_decision", defence=defence)
        assert only("REC015", situation_of(prenotice, decision)).level is level


def test_a_checklist_that_names_a_recorder_we_do_not_know_takes_whoever_is_named() -> None:
    row = catalogue().checklist.row(9)
    assert row is not None
    other = replace(row, recorder="见证人")
    situation = situation_of(draft_of("rectification_order"), recordings=(planned(row),))
    strange = replace(situation, checklist=replace(situation.checklist, rows=(other,)))
    assert levels("REC009", strange) == [PASS]


def test_a_recording_of_one_document_does_not_serve_another() -> None:
    row = catalogue().checklist.row(28)
    assert row is not None
    drafts = [draft_of("sealing_decision", key=key, ground="work_safety") for key in ("a", "b")]
    found = findings("REC", situation_of(*drafts, recordings=(planned(row, instrument="a"),)))
    assert [f.level for f in found] == [PASS, FAIL]


def sealed(*recordings: Recording, mains: int = 1) -> Any:
    """查封扣押决定书（可以有几份）和随附的清单。"""
    drafts = [
        draft_of("sealing_decision", key=f"main{n}", ground="work_safety") for n in range(mains)
    ]
    beside = draft_of("sealing_list", key="list", ground="work_safety")
    return situation_of(*drafts, beside, recordings=recordings)


def test_a_document_made_beside_another_demands_no_recording_of_its_own() -> None:
    row = catalogue().checklist.row(28)
    assert row is not None
    assert levels("REC", sealed(planned(row, instrument="main0"))) == [PASS]
    assert levels("REC", sealed()) == [FAIL]


def test_a_recording_may_be_bound_to_the_main_document_or_to_one_beside_it() -> None:
    row = catalogue().checklist.row(28)
    assert row is not None
    ids = [step.id for step in row.steps]
    first = planned(row, instrument="main0", steps=tuple(ids[:3]))
    rest = planned(row, instrument="list", steps=tuple(ids[3:]))
    assert levels("REC", sealed(planned(row, instrument="list"))) == [PASS]
    assert levels("REC", sealed(first, rest)) == [PASS]
    assert levels("REC", sealed(first)) == [FAIL]


def test_what_is_bound_beside_two_main_documents_serves_neither() -> None:
    row = catalogue().checklist.row(28)
    assert row is not None
    situation = sealed(planned(row, instrument="list"), mains=2)
    assert sorted(levels("REC", situation)) == sorted([FAIL, FAIL, PASS])


def test_a_document_beside_another_that_is_not_in_the_case_says_where_its_row_belongs() -> None:
    found = only("REC029", situation_of(draft_of("sealing_list", ground="precursor")))
    assert found.level is NONE
    assert "主文书" in found.message
    row = catalogue().checklist.row(29)
    assert row is not None
    alone = situation_of(
        draft_of("sealing_list", ground="precursor"),
        recordings=(planned(row, instrument="sealing_list"),),
    )
    assert levels("REC029", alone) == [PASS]


def test_a_receipt_of_a_document_left_behind_demands_its_own_row() -> None:
    assert only("REC", situation_of(draft_of("delivery_receipt", mode="left"))).code == "REC026"
    assert findings("REC", situation_of(draft_of("delivery_receipt", mode="direct"))) == []
