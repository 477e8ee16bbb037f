"""导出的表里的脏东西：常见的写法归一并说明，丢了的拒绝，绝不当作空着。"""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example as also
from hypothesis import given, settings
from hypothesis import strategies as st
from tabled import ORDER, columns, example, opened, place, sources, told, write_csv, write_xlsx

from docgen.errors import InputInvalid
from docgen.model.table import Column, Figure, Row
from docgen.read.table.cells import EPOCH, kept_cell, shown_cell, tidied
from docgen.read.table.layout import letter_of
from docgen.read.table.records import source_of
from docgen.source import Source

CODE = "统一社会信用代码"
DAY = "文书日期"
PLANNED = "计划送达时间"
FINE = "罚款金额"
PATHS = {CODE: ("party", "uscc"), DAY: ("instruments", 0, "date")}


def column(header: str, kind: str = ORDER) -> Column:
    return next(c for c in columns(kind) if c.header == header)


@pytest.mark.parametrize(
    ("header", "written", "read"),
    [
        (DAY, "2026年1月5日", "2026年1月5日"),
        (DAY, "２０２６／１／５", "2026/1/5"),
        (DAY, "20260105", "2026-01-05"),
        (DAY, "46027", "2026-01-05"),
        (DAY, "46027.0", "2026-01-05"),
        (DAY, "2026-01-05 00:00:00", "2026-01-05"),
        (DAY, "2026年1月5日 9时30分", "2026年1月5日"),
        (PLANNED, "46027.625", "2026-01-05 15:00"),
        (PLANNED, "2026年1月5日15时", "2026年1月5日15时00分"),
        (CODE, " ９１３７ＤＥＭ　", "9137DEM"),
        (CODE, "\u00a091370000DEM000055U\u3000", "91370000DEM000055U"),
        ("当事人", "　示例公司 ", "示例公司"),
        ("当事人电话", "１３８０００００００0.0", "13800000000"),
        ("案由", "规格 15E2", "规格 15E2"),
        ("案由", "15E2", "15E2"),
        ("当事人类别", "单位", "organization"),
        ("当事人类别", "individual", "individual"),
        ("送达方式", "留置送达", "left"),
    ],
)
def test_a_common_way_of_writing_is_taken(header: str, written: str, read: str) -> None:
    found = tidied(written, column(header), EPOCH)
    assert (found.value, found.fault) == (read, "")
    same = written == read or header in ("当事人类别", "送达方式")
    assert bool(found.notices) != same, "what was changed is told"


@pytest.mark.parametrize(("written", "read"), [("20,000元", "20,000"), ("￥300.50", "300.50")])
def test_an_amount_may_carry_its_unit(written: str, read: str) -> None:
    found = tidied(written, column(FINE, "penalty_prenotice"), EPOCH)
    assert (found.value, len(found.notices)) == (read, 1)


@pytest.mark.parametrize(
    ("header", "text", "read"),
    [
        (CODE, "12.0", "12"),
        (CODE, "370102199001011", "370102199001011"),
        (CODE, "1.3800000000000000E+10", "13800000000"),
        ("当事人电话", "13800000000", "13800000000"),
        (DAY, "46027", "2026-01-05"),
        (PLANNED, "46027.625", "2026-01-05 15:00"),
    ],
)
def test_a_number_cell_is_read_as_what_it_was_and_told(header: str, text: str, read: str) -> None:
    found = tidied(Figure(text), column(header), EPOCH)
    assert (found.value, found.fault, len(found.notices)) == (read, "", 1)


@pytest.mark.parametrize(
    ("header", "cell", "said"),
    [
        (CODE, Figure("3.7010219900101101E+17"), "末几位已经丢失"),
        (CODE, Figure("370102199001011234"), "末几位已经丢失"),
        (CODE, "3.70102E+17", "末几位已经丢失"),
        ("案由", "3.70102E+17", "末几位已经丢失"),
        (CODE, Figure("1.5"), "不是号码"),
        (CODE, "370102199001011248.0", "末几位已经丢失"),
        ("送达方式", Figure("1"), "只能是下列之一"),
        ("案由", Figure("1234567890123456"), "末几位已经丢失"),
        (DAY, Figure("3"), "不是日期"),
        (PLANNED, Figure("46027"), "只有日期没有时间"),
        (PLANNED, datetime(2026, 1, 5), "只有日期没有时间"),
        ("当事人", datetime(2026, 1, 5), "变成了日期"),
        ("当事人", True, "逻辑值"),
        ("送达方式", "亲手交", "只能是下列之一：直接送达"),
        ("案由", "#N/A", "错误值"),
        ("案由", "#####", "错误值"),
        (DAY, Figure("nan"), "不是数"),
        (DAY, Figure("1E+999999999"), "不是数"),
    ],
)
def test_what_has_lost_its_meaning_is_refused(header: str, cell: object, said: str) -> None:
    found = tidied(cell, column(header), EPOCH)  # type: ignore[arg-type]
    assert found.value is None
    assert said in found.fault


@pytest.mark.parametrize("mark", ["无", "/", "-", "——", "0", "null", "~"])
def test_a_mark_for_nothing_is_no_empty_cell(mark: str, tmp_path: Path) -> None:
    (source,) = sources(write_csv(tmp_path / "表.csv", example(送达地点=mark)))
    assert place(source, "deliveries", 0, "place") == mark


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_way_to_write_a_day_gives_the_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    ways = (
        str(serial),
        Figure(f"{serial}.0"),
        day.strftime("%Y%m%d"),
        datetime(*day.timetuple()[:3]),
    )
    assert {tidied(way, column(DAY), EPOCH).value for way in ways} == {day.isoformat()}


@given(st.integers(0, 10**17))
def test_a_number_of_at_most_fifteen_digits_keeps_them_all_and_no_other_passes(number: int) -> None:
    found = tidied(Figure(str(number)), column(CODE), EPOCH)
    assert found.value == (str(number) if number < 10**15 else None)
    assert bool(found.fault) == (number >= 10**15)


@given(st.integers(0, 16_383))
def test_letters_are_those_of_a_spreadsheet(index: int) -> None:
    assert letter_of(index) == openpyxl.utils.get_column_letter(index + 1)


CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"))
    | st.sampled_from("，,；;\t\"'“”　 \n①0123456789.-/年月日"),
    max_size=12,
)


def answer(path: Path) -> object:
    """一行读成的案件，或者为什么不行；文件名与读法的说明除外。"""
    records = opened(path)
    (raw,) = records
    try:
        source: Source = source_of(raw, records.layout)
    except InputInvalid as error:
        return [p.message for p in error.problems] or error.message.partition("第 2 行")[2]
    return source.data


@settings(max_examples=60)
@given(cells=st.lists(CELL, min_size=4, max_size=4))
@also(cells=["+1", "=1+1", "#N/A", "_x"])
def test_a_row_of_text_is_the_same_from_csv_and_from_a_workbook(
    cells: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    headers = ("案由", CODE, "送达地点", PLANNED)
    row = example() | dict(zip(headers, cells, strict=True))
    folder = tmp_path_factory.mktemp("same")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(row))
    for index, value in enumerate(row.values(), 1):
        cell = sheet.cell(2, index)
        cell.value, cell.data_type = str(value) or None, "s"
    book.save(folder / "表.xlsx")
    assert answer(folder / "表.xlsx") == answer(write_csv(folder / "表.csv", row))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encoding_and_delimiter_are_found_and_told(
    encoding: str, delimiter: str, tmp_path: Path
) -> None:
    row = example(当事人="示例𠮷化工有限公司", 案由="示例，“案由”")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([list(row), list(row.values())])
    path = tmp_path / "表.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    (source,) = sources(path)
    assert place(source, "party", "name") == "示例𠮷化工有限公司"
    called = "GB18030" if encoding == "gb18030" else "UTF-8"
    assert called in opened(path).notices[0]


def test_row_numbers_count_quoted_line_ends_as_a_spreadsheet_does(tmp_path: Path) -> None:
    first = example("penalty_prenotice", 违法事实="第一段\r\n第二段")
    path = write_csv(tmp_path / "表.csv", first, dict.fromkeys(first, ""), first)
    assert [raw.where for raw in opened(path)] == ["表.csv 第 2 行", "表.csv 第 4 行"]
    assert place(sources(path)[0], "instruments", 0, "facts") == "第一段\n第二段"


def test_a_stray_quote_and_a_lost_line_end_stop_the_whole_table(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "表.csv", example(), example(), example())
    lines = path.read_text("utf-8").splitlines()
    lines[2] = lines[2].replace(",", ',"', 1)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(InputInvalid, match=r"第 3 行的写法有误"):
        opened(path)


def test_a_row_that_is_too_long_is_refused_and_a_short_one_is_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "表.csv", example())
    head, row = path.read_text("utf-8").splitlines()
    short = row.rsplit(",", 2)[0]
    path.write_text("\n".join([head, row + ",多出", short, row + ",,", ""]), "utf-8")
    records = opened(path)
    long, brief, padded = list(records)
    with pytest.raises(InputInvalid, match=r"第 2 行 比标题行多出有内容的格"):
        source_of(long, records.layout)
    assert any("缺少的按空着算" in n for n in source_of(brief, records.layout).notices)
    assert not source_of(padded, records.layout).notices
    path.write_text("\n".join([head, row, short]), "utf-8")
    with pytest.raises(InputInvalid, match="没有写完的最后一行"):
        sources(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfea\x00", "UTF-16"),
        ("案号,案由\n1,2\n".encode() + b"\0", "空字符"),
        ("案号,案由，很长的标题行里有很多的汉字所以一定是\n".encode() + b"\xff\n", "却不是"),
        (b"\xff\xff\xff", "既不是 UTF-8"),
        (b"", "没有标题行"),
    ],
)
def test_a_broken_text_file_is_refused_with_what_to_do(
    data: bytes, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(data)
    with pytest.raises(InputInvalid, match=said) as caught:
        opened(path)
    assert caught.value.advice


def test_real_dates_and_numbers_of_a_workbook_are_read_by_their_column(tmp_path: Path) -> None:
    row = example(
        文书日期=date(2026, 11, 24), 计划送达时间=datetime(2026, 11, 24, 15), 当事人电话=5310
    )
    (source,) = sources(write_xlsx(tmp_path / "表.xlsx", row))
    assert place(source, "instruments", 0, "date") == "2026-11-24"
    assert place(source, "deliveries", 0, "planned_at") == "2026-11-24 15:00"
    assert place(source, "party", "phone") == "5310"
    assert any("前导零" in notice for notice in source.notices)


def test_formulas_without_a_value_and_error_cells_are_refused_by_name(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "表.xlsx", example(案由="=A1", 当事人="#N/A"))
    with pytest.raises(InputInvalid) as caught:
        sources(path)
    said = told(caught.value)
    assert "“案由”列" in said
    assert "没有算出的值" in said
    assert "错误值 #N/A" in said


def test_hidden_rows_and_merged_cells_stop_the_table_and_hidden_columns_are_told(
    tmp_path: Path,
) -> None:
    path = write_xlsx(tmp_path / "表.xlsx", example(), example())
    book = openpyxl.load_workbook(path)
    sheet = book["数据"]
    sheet.column_dimensions["C"].hidden = True
    book.save(path)
    assert any("隐藏的列也读：C 列" in notice for notice in opened(path).notices)
    sheet.row_dimensions[3].hidden = True
    book.save(path)
    with pytest.raises(InputInvalid, match="第 3 行"):
        opened(path)
    sheet.row_dimensions[3].hidden = False
    sheet.merge_cells("A2:A3")
    book.save(path)
    with pytest.raises(InputInvalid, match="A2:A3"):
        opened(path)


def test_what_a_report_writes_back_is_read_as_before(tmp_path: Path) -> None:
    written = {
        "案由": "=A1",
        "当事人": "#N/A",
        CODE: 370102199001011234,
        "送达地点": datetime(2026, 1, 5),
        "存在的问题1 问题": True,
        "当事人电话": 5310,
    }
    path = write_xlsx(tmp_path / "表.xlsx", example(**written))
    records = opened(path)
    (raw,) = records
    assert isinstance(raw.content, Row)
    again = dict(zip(records.headers, map(kept_cell, raw.content.cells), strict=True))
    other = write_xlsx(tmp_path / "报告.xlsx", again)

    def faults(table: Path) -> list[str]:
        with pytest.raises(InputInvalid) as caught:
            sources(table)
        return [problem.where.partition("行")[2] for problem in caught.value.problems]

    assert len(faults(path)) == 5
    assert faults(other) == faults(path)
    as_text = dict(zip(records.headers, map(shown_cell, raw.content.cells), strict=True))
    told_again = faults(write_csv(tmp_path / "报告.csv", as_text))
    assert [w for w in faults(path) if "统一社会信用代码" in w or "案由" in w] == [
        w for w in told_again if "统一社会信用代码" in w or "案由" in w
    ]
