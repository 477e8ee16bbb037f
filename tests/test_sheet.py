"""音像记录单：每份文书该记的行一行不少，随附的并入主文书，计划写到每一步。"""

from __future__ import annotations

import pytest
from situations import at, delivery, draft_of, situation_of

from docgen.errors import InputInvalid
from docgen.model.case import Recording
from docgen.model.draft import Draft
from docgen.model.sheet import Sheet
from docgen.sheet import sheets_of


def sheets(*drafts: Draft, **parts: object) -> tuple[Sheet, ...]:
    situation = situation_of(*drafts, **parts)
    return sheets_of(situation.case, situation.drafts, situation.checklist)


def recording(kind: str, row: int, *steps: str, recorder: str | None = "甲示例") -> Recording:
    return Recording(kind, row, recorder, "检查场所", ("场景类",), steps)


def numbers(sheet: Sheet) -> list[int]:
    return [row.number for row in sheet.rows]


# --- which sheets, which rows


def test_what_is_made_beside_a_main_instrument_is_recorded_on_its_sheet() -> None:
    ground = "work_safety"
    made = sheets(
        draft_of("sealing_list", ground=ground),
        draft_of("sealing_decision", ground=ground),
        draft_of("sealing_site_record", ground=ground),
        recordings=(recording("sealing_list", 28, "counted"),),
    )
    assert [(sheet.key, numbers(sheet)) for sheet in made] == [("sealing_decision", [28])]
    assert len(made[0].beside) == 2
    counted = [step.label for step in made[0].rows[0].steps if step.planned]
    assert counted == ["清点"]


def test_with_two_main_instruments_each_has_a_sheet_of_its_own() -> None:
    made = sheets(
        draft_of("sealing_decision", ground="work_safety"),
        draft_of("sealing_decision", key="second", ground="precursor"),
        draft_of("sealing_list", ground="work_safety"),
    )
    assert [(sheet.key, numbers(sheet)) for sheet in made] == [
        ("sealing_decision", [28]),
        ("second", [29]),
    ]


def test_rows_that_the_case_plans_besides_stand_in_the_order_of_the_checklist() -> None:
    planned = [recording("inspection_record", n) for n in (7, 1, 3)]
    (sheet,) = sheets(draft_of("inspection_record"), recordings=tuple(planned))
    assert numbers(sheet) == [1, 3, 6, 7, 8]
    (other,) = sheets(draft_of("inquest_record"), recordings=(recording("inquest_record", 12),))
    assert numbers(other) == [11, 12, 14]


def test_an_instrument_without_rows_has_no_sheet() -> None:
    assert sheets(draft_of("penalty_decision")) == ()


def test_a_planned_row_that_the_checklist_lacks_is_refused_with_its_place() -> None:
    with pytest.raises(InputInvalid, match="清单没有第 99 行") as caught:
        sheets(draft_of("penalty_decision"), recordings=(recording("penalty_decision", 99),))
    assert [problem.where for problem in caught.value.problems] == ["recordings[0].row"]


def test_the_phrase_to_be_spoken_names_the_agency_and_its_officers() -> None:
    plan = (recording("inspection_record", 3),)
    (sheet,) = sheets(draft_of("inspection_record"), recordings=plan)
    (spoken,) = [row for row in sheet.rows if row.number == 3]
    assert spoken.phrase == (
        "我们是示例省应急管理厅行政执法人员甲示例、乙示例，证件号码为示例-0001、示例-0002，"
        "这是我们的证件，现依法对你单位进行监督检查，请予以配合"
    )
    assert [row.number for row in sheet.rows if row.phrase] == [3]


def test_the_planned_recorder_stands_before_the_role_that_the_checklist_names() -> None:
    order = draft_of("rectification_order")
    (bare,) = sheets(order)
    (planned,) = sheets(order, recordings=(recording("rectification_order", 9, "prepared"),))
    assert (bare.rows[-1].recorder, planned.rows[-1].recorder) == ("执法人员", "甲示例")
    assert {step.planned for step in bare.rows[-1].steps} == {None}
    assert [step.planned for step in planned.rows[-1].steps] == [True, False, False]


def test_a_row_of_two_recorders_says_who_records_which_step() -> None:
    plan = (
        recording("rectification_order", 9, "prepared"),
        recording("rectification_order", 9, "read_aloud", "delivered", recorder="乙示例"),
    )
    (sheet,) = sheets(draft_of("rectification_order"), recordings=plan)
    assert sheet.rows[-1].recorder == "甲示例、乙示例"
    assert [step.recorder for step in sheet.rows[-1].steps] == ["甲示例", "乙示例", "乙示例"]


def test_a_planned_delivery_stands_only_at_the_row_that_hands_something_over() -> None:
    planned = (delivery("sealing_list", "2026-11-24 16:30"),)
    (sheet,) = sheets(
        draft_of("sealing_decision", ground="work_safety"),
        draft_of("sealing_list", ground="work_safety"),
        deliveries=planned,
        recordings=(recording("sealing_decision", 11),),
    )
    times = {row.number: row.deliver_at for row in sheet.rows}
    assert times == {11: None, 28: at("2026-11-24 16:30")}


def test_each_row_says_the_time_of_its_own_mode_of_delivery() -> None:
    kind = "power_cutoff_decision"
    direct = delivery(kind, "2026-11-25T09:00")
    left = delivery(kind, "2026-11-25T16:00", mode="left")
    (sheet,) = sheets(
        draft_of(kind),
        deliveries=(direct, left),
        recordings=(recording(kind, 26), recording(kind, 30)),
    )
    times = {row.number: row.deliver_at for row in sheet.rows}
    assert times == {26: at("2026-11-25T16:00"), 30: at("2026-11-25T09:00")}
