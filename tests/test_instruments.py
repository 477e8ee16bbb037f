"""文书种类：二十四种都在，每一种填满、留白、两类当事人、各种选择，两种版式的话都一样。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment
from situations import BEIJING, OFFICERS, catalogue
from support import ROOT, Data, Docgen, WriteCase

from docgen.compare import compare_words
from docgen.errors import InputInvalid
from docgen.facts import Facts
from docgen.fill import fill
from docgen.model.case import Agency, Case, InstrumentRequest, Party, Value
from docgen.model.draft import Draft
from docgen.model.instrument import Field, Instrument, applies
from docgen.model.words import Words
from docgen.new.docx import draft_all
from docgen.read.presented import read_presented
from docgen.render.docx import render_docx
from docgen.render.html import html_words, render_html
from docgen.render.template import environment

DAY = date(2026, 11, 24)
AGENCY = Agency(
    "示例省应急管理厅", "鲁", "示例路1号", "0531-00000000", "250000", "示例省人民政府",
    "示例市人民法院", "庚示例",
)  # fmt: skip
PARTIES = {
    "organization": Party(
        "organization", "示例有限公司", "示例路2号", "0531-00000008", "91370000DEM000014L",
        "示例甲", "总经理",
    ),
    "individual": Party(
        "individual", "示例乙", "示例路3号", "0531-00000009", id_number="110101190001010014"
    ),
}  # fmt: skip
# The documents that each row of the checklist names or implies (the research notes' table).
NAMED = {
    5: {"inspection_plan"},
    6: {"inspection_record"},
    8: {"inspection_record"},
    9: {"rectification_order", "onsite_measures_decision"},
    10: {"reinspection_opinion"},
    13: {
        "evidence_preservation_notice",
        "evidence_preservation_list",
        "evidence_disposition_decision",
    },
    14: {"inquest_record"},
    15: {"penalty_prenotice", "defence_record"},
    16: {"interview_notice", "interview_record"},
    17: {"hearing_notice", "hearing_rights_notice"},
    **{row: {"hearing_transcript"} for row in range(18, 26)},
    26: {"delivery_receipt"},
    27: {"delivery_announcement"},
    28: {"sealing_decision", "sealing_list", "sealing_site_record"},
    29: {"sealing_decision", "sealing_list", "sealing_site_record"},
    30: {"power_cutoff_decision", "power_cutoff_notice"},
}
KINDS = tuple(catalogue().instruments)
each_kind = pytest.mark.parametrize("kind", KINDS)


@cache
def jinja() -> ImmutableSandboxedEnvironment:
    return environment(ROOT / "templates")


def sample(field: Field, whole: bool) -> Value | tuple[Mapping[str, Any], ...]:
    """一个字段的值；whole 为假时，可以手写的和可有可无的都空着。"""
    if not whole and (field.by_hand or not field.required):
        return None
    match field.type:
        case "text":
            return f"示例{field.label}"
        case "paragraphs":
            return (f"示例{field.label}第一段", "第二段")
        case "date":
            return DAY
        case "datetime":
            return datetime(2026, 11, 24, 9, 5, tzinfo=BEIJING)
        case "integer":
            return field.minimum or 2
        case "quantity":
            return "2"
        case "money":
            return Decimal("12345.60")
        case "choice":
            return field.choices[0]
    count = min(3, field.maximum or 3)
    if not field.of:
        return tuple(f"示例{field.label}{n}" for n in range(count))
    row = MappingProxyType({child.name: sample(child, whole) for child in field.of})
    return (row,) * count  # type: ignore[return-value]


def drafted(kind: str, party: str, whole: bool, **chosen: str) -> Draft:
    """按给定的选择填好的一份文书。"""
    instrument = catalogue().instruments[kind]
    values: dict[str, Value] = {}
    known: dict[str, Value] = {"party_kind": party}
    for field in instrument.fields:
        value = None
        if field.own and applies(field.when, known):
            value = chosen.get(field.name) or sample(field, whole)  # type: ignore[assignment]
        values[field.name] = known[field.name] = value
        known["party_kind"] = party
    request = InstrumentRequest(kind, kind, DAY, None, MappingProxyType(values), "instruments[0]")
    case = Case("（鲁）应急案〔2026〕1号", "示例案由", AGENCY, PARTIES[party], OFFICERS, (request,))
    return fill(Facts(case, catalogue().instruments, catalogue().law, request))


def choices(instrument: Instrument) -> Iterator[dict[str, str]]:
    """一切取第一个值，以及每个选择字段各取每个值。"""
    yield {}
    for field in instrument.fields:
        if field.own:
            yield from ({field.name: choice} for choice in field.choices[1:])


def variants(kind: str) -> Iterator[Draft]:
    """填满与留白、两类当事人、每一种选择。"""
    for chosen in choices(catalogue().instruments[kind]):
        for party in PARTIES:
            for whole in (True, False):
                # an individual has no representative to be taken as the contact of the unit
                plan = {"unit_contact": "示例丙"} if kind == "inspection_plan" else {}
                yield drafted(kind, party, whole, **plan, **chosen)


def words_of(draft: Draft) -> Words:
    return html_words(render_html(draft, jinja()))


def test_all_twenty_four_instruments_are_there_with_permanent_codes() -> None:
    codes = {instrument.code: kind for kind, instrument in catalogue().instruments.items()}
    assert sorted(codes) == list(range(1, 25))
    assert (codes[1], codes[15], codes[24]) == (
        "rectification_order",
        "hearing_notice",
        "penalty_decision",
    )


@pytest.mark.parametrize("row", range(1, 31))
def test_every_row_of_the_checklist_names_its_documents(row: int) -> None:
    naming = {
        kind
        for kind, instrument in catalogue().instruments.items()
        if row in {use.row for use in instrument.rows}
    }
    assert naming == NAMED.get(row, set())
    listed = catalogue().checklist.row(row)
    assert listed is not None
    assert bool(listed.without_instrument) is not bool(naming), "one names it, or it says why none"


def test_only_one_document_of_a_row_demands_the_recording_besides_the_two_on_site_orders() -> None:
    for row, kinds in NAMED.items():
        demanding = {k for k in kinds if catalogue().instruments[k].accompanies is None}
        assert len(demanding) == (2 if row == 9 else 1), row


def test_the_samples_print_every_instrument() -> None:
    printed = {
        request["type"]
        for folder in ("cases", "complete", "procedures")
        for path in (ROOT / "samples" / folder).glob("*.yaml")
        for request in yaml.safe_load(path.read_text("utf-8"))["instruments"]
    }
    assert printed == set(KINDS)


def test_every_docx_template_is_drafted_from_its_html() -> None:
    stale = [path for path, data in draft_all(ROOT / "templates") if path.read_bytes() != data]
    assert stale == [], "run: make templates"


@each_kind
def test_docx_and_html_say_the_same_in_every_case(kind: str) -> None:
    for draft in variants(kind):
        words = words_of(draft)
        document = render_docx(draft, None, {}, jinja())
        found = read_presented(document.data, draft.instrument.title).words
        assert found is not None
        assert compare_words(words, found) is None, dict(draft.fields)


@each_kind
def test_nothing_is_printed_that_is_no_word_of_the_form(kind: str) -> None:
    for draft in variants(kind):
        text = "\n".join(words_of(draft).units())
        for stray in (
            "None",
            "{",
            "}",
            "。。",
            "；。",
            "，。",
            "：。",
            "  ",
            "Undefined",
            "mappingproxy",
        ):
            assert stray not in text, (stray, text)


@each_kind
def test_every_field_that_is_given_is_printed(kind: str) -> None:
    unprinted = {"party_kind", "ground"}  # they choose the wording
    for draft in variants(kind):
        text = "\n".join(words_of(draft).units())
        for field in draft.instrument.fields:
            value = draft.fields[field.name]
            if isinstance(value, str) and field.own and field.type == "text":
                assert value in text, (field.name, text)
            if isinstance(value, tuple) and field.name not in unprinted:
                for part in _texts(value):
                    assert part in text, (field.name, part)


def _texts(value: tuple[Any, ...]) -> Iterator[str]:
    for row in value:
        parts = row.values() if isinstance(row, Mapping) else (row,)
        yield from (part for part in parts if isinstance(part, str))


@each_kind
def test_blanks_are_told_and_only_where_the_form_allows_them(kind: str) -> None:
    instrument = catalogue().instruments[kind]
    for draft in variants(kind):
        allowed = {field.name for field in instrument.fields if field.by_hand}
        inside = {
            f"{field.name}.{child.name}"
            for field in instrument.fields
            for child in field.of
            if child.by_hand
        }
        told = {"".join(c for c in name if c not in "[]0123456789") for name in draft.by_hand}
        assert told <= allowed | inside
        empty = {
            field.name
            for field in instrument.fields
            if field.by_hand and draft.fields[field.name] is None
        }
        assert {name for name in draft.by_hand if "[" not in name} == {
            name for name in empty if applies(_field(instrument, name).when, draft.fields)
        }


def _field(instrument: Instrument, name: str) -> Field:
    found = instrument.field(name)
    assert found is not None
    return found


@each_kind
def test_a_number_is_printed_only_on_the_documents_that_have_one(kind: str) -> None:
    draft = drafted(kind, "organization", whole=True)
    units = list(words_of(draft).units())
    assert units[:2] == ["示例省应急管理厅", draft.instrument.title]
    assert ("〔2026〕" in units[2]) is draft.instrument.numbered


@each_kind
def test_remedies_are_told_where_the_form_has_them_and_nowhere_else(kind: str) -> None:
    draft = drafted(kind, "organization", whole=True)
    told = [unit for unit in words_of(draft).units() if "向示例省人民政府申请行政复议" in unit]
    assert len(told) == draft.instrument.remedies
    assert all("60日内" in unit and "6个月内" in unit for unit in told)


@each_kind
def test_no_figure_of_law_stands_in_a_template(kind: str) -> None:
    source = (ROOT / "templates" / "instruments" / kind / "template.html").read_text("utf-8")
    for figure in ("三个月", "3个月", "60日", "15日", "7日", "5日", "30日", "3%加处", "上一级"):
        assert figure not in source
    assert "》第" not in source, "an article belongs into templates/law/"


def test_a_decision_says_the_six_things_that_the_law_demands() -> None:
    draft = drafted("penalty_decision", "organization", True, hearing="已经举行")
    text = "\n".join(words_of(draft).units())
    for demanded in (
        "当事人：示例有限公司", "地址：示例路2号", "示例违法事实第一段", "（1）示例证据名称",
        "违反了示例违反的规定的规定", "依据示例处罚依据的规定",
        "罚款人民币12345.60元（大写：人民币壹万贰仟叁佰肆拾伍元陆角整）",
        "自收到本决定书之日起15日内缴纳罚款", "每日按罚款数额的3%加处罚款",
        "申请行政复议", "示例省应急管理厅（印章）", "2026年11月24日",
    ):  # fmt: skip
        assert demanded in text


def test_a_hearing_may_be_asked_for_within_five_working_days() -> None:
    text = "\n".join(words_of(drafted("hearing_rights_notice", "individual", True)).units())
    assert "自收到本告知书之日起5个工作日内" in text


@pytest.mark.parametrize(
    ("mode", "told", "untold"),
    [
        ("direct", ("代收人", "拒绝签收的"), ("邮寄凭证号", "受委托的机关", "确认书")),
        ("left", ("拒收事由、日期", "见证人"), ("代收人", "邮寄凭证号", "确认书")),
        ("post", ("邮寄凭证号",), ("拒收", "见证人", "代收人", "确认书")),
        ("entrusted", ("受委托的机关", "代收人"), ("拒收", "见证人", "确认书")),
        ("electronic", ("确认书", "特定系统"), ("拒收", "见证人", "代收人", "邮寄")),
    ],
)
def test_a_receipt_has_the_lines_that_its_mode_needs(
    mode: str, told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    draft = drafted("delivery_receipt", "organization", False, mode=mode)
    text = "\n".join(words_of(draft).units())
    assert all(line in text for line in told)
    assert not any(line in text for line in untold)
    rows = [use.row for use in draft.instrument.rows if applies(use.when, draft.fields)]
    assert rows == ([26] if mode == "left" else [])


@pytest.mark.parametrize("mode", ["direct", "left", "post", "entrusted", "electronic"])
def test_a_receipt_names_its_officers_as_deliverers_unless_another_agency_delivers(
    mode: str,
) -> None:
    draft = drafted("delivery_receipt", "organization", False, mode=mode)
    text = "\n".join(words_of(draft).units())
    assert ("送达人：甲示例" in text) == (mode != "entrusted")
    assert ("受委托的机关的送达人签名" in text) == (mode == "entrusted")


@pytest.mark.parametrize("kind", ["sealing_list", "evidence_preservation_list"])
def test_a_list_of_any_length_repeats_its_head_and_counts_itself(
    docgen: Docgen, write_case: WriteCase, tmp_path: Any, kind: str
) -> None:
    case: Data = yaml.load(
        (ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml").read_text("utf-8"),
        Loader=yaml.BaseLoader,
    )
    items = [
        {"name": f"示例物品{n}", "model": "无", "unit": "只", "quantity": str(n + 1)}
        for n in range(99)
    ]
    own: Data = {"type": kind, "date": "2026-09-07", "items": items}
    own |= (
        {"ground": "work_safety", "decision_date": "2026-09-07", "custody": "就地封存"}
        if kind == "sealing_list"
        else {"preserved_on": "2026-09-07", "place": "示例市应急管理局物证室"}
    )
    case["instruments"] = [own]
    case["deliveries"] = [{"instrument": kind, "mode": "direct", "planned_at": "2026-09-07 16:00"}]
    case["recordings"] = case["proceedings"] = []
    out = tmp_path / "out"
    answer = docgen("generate", write_case(case), "-o", out, "--json")
    assert answer.code == 0, answer.err
    pdf = next(row for row in answer.json["documents"] if row["pages"])
    presented = read_presented((out / pdf["path"]).read_bytes(), "")
    pages = [page.body for page in presented.pages]
    full = [page for page in pages if "示例物品" in page]
    assert len(full) > 2
    assert all("序号" in page for page in full)
    assert "以上共99项" in "".join(pages)


def test_a_document_beside_another_must_name_one_that_exists(tmp_path: Any) -> None:
    import shutil

    from docgen.catalogue import load_catalogue

    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    path = templates / "instruments" / "sealing_list" / "instrument.yaml"
    text = path.read_text("utf-8")
    for main in ("sealing_decisoin", "sealing_site_record"):
        path.write_text(text.replace("accompanies: sealing_decision", f"accompanies: {main}"))
        with pytest.raises(InputInvalid, match="不是主文书"):
            load_catalogue(templates)


@pytest.mark.parametrize(
    "case", sorted((ROOT / "samples" / "procedures").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_procedure_sample_is_printed_sealed_and_verified(
    docgen: Docgen, tmp_path: Path, case: Path
) -> None:
    answer = docgen("generate", case, "-o", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    for row in answer.json["documents"]:
        assert docgen("verify", tmp_path / "out" / row["path"]).code == 0, row["path"]
