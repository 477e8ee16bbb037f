"""填稿：每个字段都有着落，法律用当日的法律，缺的、多的、不符的一次说清。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.catalogue import Catalogue, load_catalogue
from docgen.errors import InputInvalid
from docgen.facts import Facts
from docgen.fill import fill
from docgen.model.case import Agency, Case, InstrumentRequest, Officer, Party, Value
from docgen.model.draft import Draft
from docgen.model.instrument import Field, Instrument, RowUse, applies
from docgen.model.law import DatedValue, Law, LawParameter
from docgen.model.number import Number

ROOT = Path(__file__).resolve().parents[1]
NOTICE = Instrument(
    id="notice",
    code=1,
    version=1,
    title="试验通知书",
    act="通知",
    number_code="应急试",
    fields=(
        Field("agency_name", "执法机关", "text", ("agency.name",)),
        Field("cause", "案由", "text", ("instrument.cause", "cause")),
        Field("party_position", "职务", "text", ("party.position",), required=False),
        Field("officers", "执法人员", "list", ("officers",), minimum=2),
        Field("basis", "法律依据", "text", ("instrument.basis", "law.basis")),
        Field("remedies", "救济途径", "text", ("wording.remedies",)),
        Field("ground", "情形", "choice", ("instrument.ground",), choices=("fire", "water")),
        Field("measure", "措施", "text", ("law.measure_{ground}",)),
        Field(
            "reason",
            "理由",
            "text",
            ("instrument.reason",),
            when=MappingProxyType({"ground": ("water",)}),
        ),
        Field("place", "地点", "text", ("instrument.place",), by_hand=True),
    ),
    rows=(RowUse(9), RowUse(28, MappingProxyType({"ground": ("water",)}))),
    events=("delivery",),
    copies=("一份存档",),
    signatures=(),
    stamp=True,
    remedies=True,
    in_force_from=date(2020, 1, 1),
    source="虚构",
    folder=ROOT,
)


def dated(identifier: str, *values: tuple[str, int | str]) -> LawParameter:
    """一个法律参数：从某日起取某值，到下一个值为止。"""
    days = [date.fromisoformat(day) for day, _ in values] + [None]
    rows = tuple(
        DatedValue(date.fromisoformat(day), value, f"来源{day}", True, days[index + 1])
        for index, (day, value) in enumerate(values)
    )
    return LawParameter(identifier, identifier, "text", rows)


LAW = Law(
    {
        row.id: row
        for row in (
            dated("basis", ("2010-01-01", "旧法第一条"), ("2024-01-01", "新法第二条")),
            dated(
                "remedies",
                ("2010-01-01", "收到本${act}后${suit_months}个月内向${court}起诉"),
                ("2024-01-01", "收到本${act}后${review_days}日内向${review_body}申请复议"),
            ),
            dated("suit_months", ("2010-01-01", 3), ("2015-05-01", 6)),
            dated("review_days", ("2024-01-01", 60)),
            dated("measure_fire", ("2010-01-01", "灭火")),
            dated("measure_water", ("2010-01-01", "排水")),
        )
    },
    {},
)


def request_of(day: str = "2026-11-24", number: str | None = None, **values: Value) -> Any:
    filled: dict[str, Value] = {field.name: None for field in NOTICE.fields}
    filled |= {"ground": "fire", "place": "示例路2号"} | values
    return InstrumentRequest(
        type="notice",
        key="notice",
        date=date.fromisoformat(day),
        number=number,
        values=MappingProxyType(filled),
        place="instruments[0]",
    )


def case_of(*requests: InstrumentRequest, **changes: Any) -> Case:
    case = Case(
        case_number="（鲁）应急案〔2026〕12号",
        cause="示例案由",
        agency=Agency(
            name="示例省应急管理厅",
            region="鲁",
            address="示例路1号",
            phone="0531-00000000",
            postcode="250000",
            review_body="示例省人民政府",
            court="示例市人民法院",
        ),
        party=Party("organization", "示例化工有限公司", "示例路2号"),
        officers=(Officer("甲示例", "0001"), Officer("乙示例", "0002")),
        instruments=requests,
    )
    return replace(case, **changes)


def filled(request: InstrumentRequest, **changes: Any) -> Draft:
    return fill(Facts(case_of(request, **changes), {"notice": NOTICE}, LAW, request))


def faults(request: InstrumentRequest, **changes: Any) -> dict[str, str]:
    """填不成的每一处：路径 → 说明；填得成就是错。"""
    with pytest.raises(InputInvalid) as caught:
        filled(request, **changes)
    return {problem.where: problem.message for problem in caught.value.problems}


def test_every_declared_field_is_in_the_draft_in_the_declared_order() -> None:
    draft = filled(request_of())
    assert list(draft.fields) == [field.name for field in NOTICE.fields]
    assert draft.fields["agency_name"] == "示例省应急管理厅"
    assert (draft.agency, draft.region, draft.key) == ("示例省应急管理厅", "鲁", "notice")
    officers = draft.fields["officers"]
    assert isinstance(officers, tuple)
    assert [dict(row) for row in officers if isinstance(row, Mapping)] == [
        {"name": "甲示例", "certificate": "0001"},
        {"name": "乙示例", "certificate": "0002"},
    ]


def test_an_own_value_wins_over_a_fact_of_the_case() -> None:
    assert filled(request_of()).fields["cause"] == "示例案由"
    assert filled(request_of(cause="另一案由")).fields["cause"] == "另一案由"
    assert filled(request_of(agency_name="示例县局")).fields["agency_name"] == "示例县局"


def test_a_field_that_is_not_required_may_be_absent() -> None:
    assert filled(request_of()).fields["party_position"] is None


def test_a_missing_field_is_named_with_the_place_it_belongs_to() -> None:
    assert faults(request_of(ground=None))["instruments[0].ground"] == (
        "缺少情形；应写在案件文件的 instruments[0].ground。"
    )


def test_all_missing_fields_are_named_at_once_with_the_title_and_the_case() -> None:
    request = request_of("2005-01-01", ground=None)
    with pytest.raises(InputInvalid) as caught:
        filled(request)
    assert "《试验通知书》" in caught.value.message
    assert "（鲁）应急案〔2026〕12号" in caught.value.message
    places = {problem.where.rpartition(".")[2] for problem in caught.value.problems}
    assert places == {"date", "basis", "remedies", "ground", "measure"}


def test_too_few_items_are_told_where_the_case_lists_them() -> None:
    found = faults(request_of(), officers=(Officer("甲示例", "0001"),))
    assert found == {"officers": "执法人员至少要有 2 项，现有 1 项。"}


def test_a_field_whose_condition_does_not_hold_is_absent_and_may_not_be_given() -> None:
    assert filled(request_of()).fields["reason"] is None
    message = faults(request_of(reason="示例理由"))["instruments[0].reason"]
    assert message == "理由只在情形（ground）为water时填写，现在不适用，请删去。"


def test_a_field_whose_condition_holds_is_demanded() -> None:
    assert "缺少理由" in faults(request_of(ground="water"))["instruments[0].reason"]
    draft = filled(request_of(ground="water", reason="示例理由"))
    assert draft.fields["reason"] == "示例理由"
    assert [u.row for u in draft.instrument.rows if applies(u.when, draft.fields)] == [9, 28]
    other = filled(request_of())
    assert [u.row for u in other.instrument.rows if applies(u.when, other.fields)] == [9]


def test_a_field_left_to_be_filled_by_hand_is_null_and_told() -> None:
    by_hand = filled(request_of(place=None))
    assert by_hand.fields["place"] is None
    assert by_hand.by_hand == ("place",)
    assert filled(request_of()).by_hand == ()


def test_a_blank_inside_a_list_is_told_with_its_place_and_one_that_does_not_apply_is_not() -> None:
    row = Field("answer", "答", "text", ("instrument.answer",), by_hand=True)
    listed = Field("questions", "问答", "list", ("instrument.questions",), of=(row,), by_hand=True)
    witness = Field(
        "witness",
        "见证人",
        "text",
        ("instrument.witness",),
        by_hand=True,
        when=MappingProxyType({"ground": ("water",)}),
    )
    form = replace(NOTICE, fields=(*NOTICE.fields, listed, witness))
    for questions, expected in (
        (None, ("questions",)),
        (({"answer": "示例"}, {"answer": None}), ("questions[1].answer",)),
    ):
        request = request_of(questions=questions, witness=None)
        draft = fill(Facts(case_of(request), {"notice": form}, LAW, request))
        assert draft.by_hand == expected
        request = request_of(ground="water", reason="甲", questions=questions, witness=None)
        assert fill(Facts(case_of(request), {"notice": form}, LAW, request)).by_hand == (
            *expected,
            "witness",
        )


def test_a_source_may_be_chosen_by_another_field() -> None:
    assert filled(request_of(ground="fire")).fields["measure"] == "灭火"
    assert filled(request_of(ground="water", reason="甲")).fields["measure"] == "排水"


@pytest.mark.parametrize(
    ("day", "basis", "remedies"),
    [
        ("2023-12-31", "旧法第一条", "收到本通知后6个月内向示例市人民法院起诉"),
        ("2024-01-01", "新法第二条", "收到本通知后60日内向示例省人民政府申请复议"),
    ],
)
def test_a_document_is_worded_by_the_law_of_its_own_date(
    day: str, basis: str, remedies: str
) -> None:
    fields = filled(request_of(day)).fields
    assert (fields["basis"], fields["remedies"]) == (basis, remedies)


def test_an_own_basis_wins_over_the_law_parameter() -> None:
    assert filled(request_of(basis="另一依据")).fields["basis"] == "另一依据"


def test_a_document_dated_before_its_form_was_in_force_is_refused() -> None:
    assert filled(request_of("2020-01-01")).date == NOTICE.in_force_from
    said = "《试验通知书》的式样自 2020-01-01 起可用，不能用于 2019-12-31 的文书。"
    assert faults(request_of("2019-12-31")) == {"instruments[0].date": said}


def test_a_law_parameter_without_a_value_on_the_day_is_refused_naming_it() -> None:
    law = Law({k: v for k, v in LAW.parameters.items() if k != "review_days"}, {})
    request = request_of()
    with pytest.raises(InputInvalid) as caught:
        fill(Facts(case_of(request), {"notice": NOTICE}, law, request))
    assert [problem.where for problem in caught.value.problems] == ["instruments[0].remedies"]
    assert "remedies" in caught.value.problems[0].message
    assert "2026-11-24" in caught.value.problems[0].message


@pytest.mark.parametrize(
    ("written", "notice"),
    [
        ("（鲁）应急试〔2026〕7号", False),
        ("（鲁）应急试〔2026〕0007号", True),
        ("(鲁)应急试[2026]第7号", True),
    ],
)
def test_a_given_number_is_normalised_and_the_change_is_told(written: str, notice: bool) -> None:
    draft = filled(request_of(number=written))
    assert draft.number == Number("鲁", "应急试", 2026, 7)
    assert bool(draft.notices) is notice
    assert all(written in said and "（鲁）应急试〔2026〕7号" in said for said in draft.notices)


@pytest.mark.parametrize(
    "written",
    ["（京）应急试〔2026〕7号", "（鲁）应急罚〔2026〕7号", "（鲁）应急试〔2025〕7号"],
)
def test_a_given_number_of_another_agency_code_or_year_is_refused(written: str) -> None:
    message = faults(request_of(number=written))["instruments[0].number"]
    assert message == f"现为“{written}”，应当如（鲁）应急试〔2026〕1号。"


def test_a_document_without_a_given_number_has_none_yet() -> None:
    assert filled(request_of()).number is None


@given(st.text(min_size=1))
def test_text_that_looks_like_a_template_is_filled_in_unchanged(text: str) -> None:
    for written in (text, "{{ 7*7 }}", "{agency.name}", "${court}", "{ground!r}", "%s"):
        draft = filled(request_of(cause=written, place=written))
        assert (draft.fields["cause"], draft.fields["place"]) == (written, written)


def test_a_court_named_like_a_placeholder_is_not_filled_in_twice() -> None:
    request = request_of("2023-06-01")
    agency = replace(case_of().agency, court="${review_body}法院")
    assert filled(request, agency=agency).fields["remedies"] == (
        "收到本通知后6个月内向${review_body}法院起诉"
    )


# --- the templates' own law


@cache
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "templates")


@pytest.mark.parametrize(
    ("day", "article"),
    [("2015-01-01", "第六十二条"), ("2021-08-31", "第六十二条"), ("2021-09-01", "第六十五条")],
)
def test_a_rectification_order_cites_the_article_in_force_on_its_date(
    day: str, article: str
) -> None:
    value = catalogue().law.at("basis_rectification", date.fromisoformat(day))
    assert value is not None
    assert article in str(value.value)


@pytest.mark.parametrize(("day", "months"), [("2015-04-30", 3), ("2015-05-01", 6)])
def test_the_time_for_a_suit_is_that_of_the_day(day: str, months: int) -> None:
    value = catalogue().law.at("suit_months", date.fromisoformat(day))
    assert value is not None
    assert value.value == months


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_no_law_parameter_has_two_values_on_one_day_and_each_names_its_source(day: date) -> None:
    for parameter in catalogue().law.parameters.values():
        values = [
            value
            for value in parameter.values
            if value.since <= day and (value.until is None or day < value.until)
        ]
        assert len(values) <= 1, parameter.id
        assert parameter.at(day) == (values[0] if values else None)
        assert all(value.source for value in values)


def test_every_law_parameter_is_in_force_today_as_long_as_nobody_ended_it() -> None:
    for parameter in catalogue().law.parameters.values():
        assert any(value.until is None for value in parameter.values), parameter.id


def test_the_wording_of_remedies_never_gives_three_months_once_six_are_the_law() -> None:
    value = catalogue().law.at("remedies", date(2026, 11, 24))
    assert value is not None
    assert "三个月" not in str(value.value)
    assert "3个月" not in str(value.value)
