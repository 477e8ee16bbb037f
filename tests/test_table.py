"""表格：待填的工作簿读回来就是案件；行里的毛病说得出文件、行、列与怎样改。"""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from situations import catalogue
from support import Docgen
from tabled import (
    ORDER,
    cases,
    columns,
    example,
    opened,
    place,
    sources,
    told,
    write_csv,
    write_xlsx,
)

from docgen.check import check
from docgen.errors import InputInvalid
from docgen.fill import fill_case
from docgen.model.case import Case
from docgen.model.rule import Phase, Situation
from docgen.model.table import COMMON_SHEET, DATA_SHEET, MARKED, MARKER, Column, Raw, Sheet
from docgen.new.workbook import csv_form, workbook
from docgen.read.case import read_case
from docgen.read.table.records import source_of
from docgen.rules import rules_of

KINDS = sorted(catalogue().instruments)
FIRST = ("instruments", 0)


def verdict(case: Case) -> str:
    known = catalogue()
    drafts = fill_case(case, known.instruments, known.law)
    situation = Situation(case, drafts, known.checklist, known.law, Phase.PLAN, date(2026, 11, 20))
    return check(situation, rules_of(known.checklist)).bottom_line.value


def form(kind: str) -> tuple[bytes, tuple[Column, ...]]:
    made = columns(kind)
    return workbook(catalogue().instrument(kind), made), made


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_row_of_the_workbook_is_a_case_that_passes_the_plan(
    kind: str, tmp_path: Path
) -> None:
    data, made = form(kind)
    path = tmp_path / "待填.xlsx"
    path.write_bytes(data)
    book = openpyxl.load_workbook(path)
    shared = {column.header: column.example for column in made if column.sheet is Sheet.COMMON}
    for row in book[COMMON_SHEET].iter_rows(min_row=3):
        row[1].value = shared[str(row[0].value)]
    book[DATA_SHEET]["A2"].value = None  # the mark of the example
    book.save(path)
    (case,) = cases(path)
    assert verdict(case) == "pass"
    plain = tmp_path / "待填.csv"
    text = csv_form(catalogue().instrument(kind), made).decode("utf-8-sig")
    plain.write_text(text.replace(MARKED, ""), "utf-8")
    (other,) = cases(plain)
    assert other.facts == case.facts


def test_the_same_catalogue_writes_the_same_workbook() -> None:
    assert form(ORDER)[0] == form(ORDER)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_its_own_header_and_every_choice_a_drop_down(
    kind: str, tmp_path: Path
) -> None:
    data, made = form(kind)
    headers = [column.header for column in made]
    assert len(set(headers)) == len(headers)
    path = tmp_path / "待填.xlsx"
    path.write_bytes(data)
    sheet = openpyxl.load_workbook(path)[DATA_SHEET]
    offered = [column for column in made if column.sheet is Sheet.DATA]
    assert len(sheet.data_validations.dataValidation) == sum(bool(c.choices) for c in offered)
    assert sheet.freeze_panes == "B2"
    assert {cell.number_format for cell in sheet[2]} == {"@"}


def test_the_marked_example_is_skipped_and_an_altered_one_is_refused(tmp_path: Path) -> None:
    marked = {MARKER: MARKED} | example()
    own = {MARKER: ""} | example(当事人="示例二公司", 案号="（示市）应急案〔2026〕2号")
    records = opened(write_csv(tmp_path / "一.csv", marked, own))
    raws = list(records)
    assert [(raw.index, raw.where) for raw in raws] == [(0, "一.csv 第 3 行")]
    assert records.total == 1
    assert any("示例行" in notice for notice in records.notices)
    altered = opened(write_csv(tmp_path / "二.csv", marked | {"当事人": "示例三公司"}))
    (raw,) = altered
    with pytest.raises(InputInvalid, match="示例行的标记"):
        source_of(raw, altered.layout)


def test_the_agency_is_written_once_in_the_sheet_of_what_is_common(tmp_path: Path) -> None:
    whole = example()
    shared = {c.header: c.example for c in columns(ORDER) if c.sheet is Sheet.COMMON}
    row = {h: v for h, v in whole.items() if h not in shared and h != "文书种类"}
    path = write_xlsx(tmp_path / "表.xlsx", row, common=shared | {"文书种类": "责令限期整改指令书"})
    assert cases(path)[0].agency.name == "示例市应急管理局"
    wrong = write_xlsx(
        tmp_path / "错.xlsx",
        row | {"机关地址": "示例路"},
        common=shared | {"文书种类": ORDER, "机关电弧": "1"},
    )
    with pytest.raises(InputInvalid, match="机关电弧") as caught:
        opened(wrong)
    assert "是否应为“机关电话”" in told(caught.value)


def test_a_problem_of_a_row_names_file_row_header_and_letter(tmp_path: Path) -> None:
    row = example() | {"存在的问题1 整改期限": "2026-13-01", "执法人员2 姓名": ""}
    path = write_csv(tmp_path / "案件.csv", example(), row)
    records = opened(path)
    raw = list(records)[1]
    with pytest.raises(InputInvalid) as caught:
        read_case(source_of(raw, records.layout), catalogue().instruments)
    said = told(caught.value)
    headers = list(row)
    letter = openpyxl.utils.get_column_letter(headers.index("存在的问题1 整改期限") + 1)
    assert f"案件.csv 第 3 行“存在的问题1 整改期限”列（{letter} 列）：不是存在的日期。" in said
    assert "第 3 行“执法人员2 姓名”列" in said


def test_a_part_that_is_empty_altogether_is_told_by_its_first_column(tmp_path: Path) -> None:
    bare = {header: "" for header in example() if header.startswith(("执法人员", "存在的问题"))}
    with pytest.raises(InputInvalid) as caught:
        cases(write_csv(tmp_path / "表.csv", example() | bare))
    assert "“执法人员1 姓名”列" in told(caught.value)
    assert "“存在的问题1 问题”列" in told(caught.value)


def test_a_problem_found_later_names_the_column_too(tmp_path: Path) -> None:
    row = example("hearing_notice", 听证方式="不公开")
    (case,) = cases(write_csv(tmp_path / "听证.csv", row))
    with pytest.raises(InputInvalid, match=r"听证\.csv 第 2 行“不公开的理由”列"):
        fill_case(case, catalogue().instruments, catalogue().law)


def test_a_higher_number_than_the_form_offers_is_taken_and_a_gap_refused(tmp_path: Path) -> None:
    more = {f"存在的问题{n} {part}": v for n in (2, 3, 4, 5) for part, v in parts(n).items()}
    (source,) = sources(write_csv(tmp_path / "多.csv", example() | more))
    assert place(source, *FIRST, "problems", 4, "text") == "示例问题5"
    gap = more | {f"存在的问题3 {part}": "" for part in parts(3)}
    with pytest.raises(InputInvalid, match="第 3 项空着") as caught:
        sources(write_csv(tmp_path / "缺.csv", example() | gap))
    assert "存在的问题3" in told(caught.value)


def parts(number: int) -> dict[str, str]:
    return {"问题": f"示例问题{number}", "整改期限": "2026-12-10"}


def test_a_recorder_plans_the_row_of_the_checklist_and_an_empty_one_none(tmp_path: Path) -> None:
    row = example() | {"记录人（清单第2项）": "乙示例"}
    (case,) = cases(write_csv(tmp_path / "一.csv", row))
    checklist = catalogue().checklist
    assert [r.row for r in case.recordings] == [2, 9]
    second, ninth = case.recordings
    assert (second.recorder, ninth.recorder) == ("乙示例", "甲示例")
    steps = checklist.row(9).steps  # type: ignore[union-attr]
    assert ninth.steps == tuple(step.id for step in steps if not step.optional)
    assert "“记录人（清单第9项）”列" in case.where("recordings[1].recorder")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"当事入": "x"}, "是否应为“当事人”"),
        ({"案由": None}, "缺少必填的“案由”列"),
        ({"执法机关": None}, "没有填“执法机关”"),
    ],
)
def test_unknown_and_missing_headers_are_told(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputInvalid) as caught:
        opened(write_csv(tmp_path / "表.csv", example(**changed)))
    assert said in told(caught.value)


def test_a_repeated_header_is_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "表.csv", example())
    text = path.read_text("utf-8").replace("案由,", "案由,案 由,", 1)
    path.write_text(text, "utf-8")
    with pytest.raises(InputInvalid, match="重复"):
        opened(path)


def test_the_columns_of_the_report_are_not_read_when_it_comes_back(tmp_path: Path) -> None:
    row = example(文号="") | {
        "状态": "错误",
        "文号 ": "",
        "错误": "某处不对",
        "提示": "",
        "文件": "",
    }
    path = write_csv(tmp_path / "表.csv", row)
    text = path.read_text("utf-8").replace("文号 ,", "文号,", 1)
    path.write_text(text, "utf-8")
    assert verdict(cases(path)[0]) == "pass"


def test_the_kind_of_instrument_is_demanded_and_must_be_one(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="没有说是哪种文书"):
        opened(write_csv(tmp_path / "无.csv", example(文书种类=None)))
    path = write_csv(tmp_path / "混.csv", example(), example(文书种类="听证会通知书"))
    records = opened(path)
    with pytest.raises(InputInvalid, match="请分表"):
        source_of(list(records)[1], records.layout)


def test_the_district_goes_with_the_record_and_not_into_the_case(tmp_path: Path) -> None:
    (raw,) = opened(write_csv(tmp_path / "表.csv", example() | {"辖区": " 示例北片区 "}))
    assert raw.district == "示例北片区"
    (source,) = sources(tmp_path / "表.csv")
    assert "示例北片区" not in str(source.data)


def test_records_and_layout_travel_to_another_process(tmp_path: Path) -> None:
    records = opened(write_csv(tmp_path / "表.csv", example(), example()))
    sent: tuple[Raw, object] = pickle.loads(pickle.dumps((list(records)[1], records.layout)))
    assert source_of(*sent).data == sources(tmp_path / "表.csv")[1].data  # type: ignore[arg-type]
    assert len(pickle.dumps(records.layout)) < 50_000
    assert [raw.index for raw in records] == [raw.index for raw in records] == [0, 1]


def test_schema_writes_the_workbook_and_never_over_another(docgen: Docgen, tmp_path: Path) -> None:
    path = tmp_path / "整改.xlsx"
    assert docgen("schema", ORDER, "--format", "xlsx", "-o", path).code == 0
    before = path.read_bytes()
    again = docgen("schema", ORDER, "--format", "csv", "-o", path)
    assert (again.code, path.read_bytes() == before) == (1, True)
    assert before == form(ORDER)[0]
    assert docgen("schema", "case", "--format", "xlsx").code == 2
