"""成批输入的文件：几种来源一个样，恶意的文件拒绝，再大也不进内存；映射文件说得出错在哪。"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from situations import catalogue
from support import ROOT
from tabled import cases, example, opened, place, sources, told, write_csv, write_xlsx
from test_table import verdict

from docgen.errors import InputInvalid, UsageWrong
from docgen.model.table import JsonText, Raw
from docgen.read.case import read_case
from docgen.read.table.records import open_records, source_of

CASES = ROOT / "samples" / "cases"
TABLES = ROOT / "samples" / "tables"


# --- case files and JSON Lines


def test_a_folder_of_case_files_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    for path in CASES.glob("*.yaml"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "说明.txt").write_text("x")
    records = opened(tmp_path)
    names = [raw.where for raw in records]
    assert names == sorted(path.name for path in CASES.glob("*.yaml"))
    assert records.total == len(names)
    assert "说明.txt" in records.notices[0]
    for raw in records:
        assert read_case(source_of(raw, records.layout), catalogue().instruments)


def test_each_line_of_json_lines_is_a_case_and_a_broken_one_stops_no_other(tmp_path: Path) -> None:
    data = yaml.load((CASES / "quarry.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    line = json.dumps(data, ensure_ascii=False).encode()
    path = tmp_path / "案件.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + line + b"\r\n\n{\n\xff\n" + line)
    records = opened(path)
    raws = list(records)
    assert [raw.where for raw in raws] == [f"案件.jsonl 第 {n} 行" for n in (1, 3, 4, 5)]
    for index, said in ((1, "JSON 写法有误"), (2, "不是 UTF-8")):
        with pytest.raises(InputInvalid, match=said):
            source_of(raws[index], records.layout)
    assert source_of(raws[0], None).data == source_of(raws[3], None).data


@pytest.mark.parametrize("name", ["表.xls", "表.xlsm", "表.ods", "表.doc"])
def test_a_format_that_is_not_read_is_told_with_what_to_save_as(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputInvalid, match="表") as caught:
        opened(tmp_path / name)
    assert ".xlsx" in caught.value.advice


def test_a_table_without_a_row_is_refused_and_a_mapping_is_for_tables_only(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "表.csv", example())
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    with pytest.raises(InputInvalid, match="没有一行数据"):
        opened(path)
    with pytest.raises(UsageWrong, match="只用于表格"):
        opened(CASES, TABLES / "mapping.yaml")


@given(st.text(max_size=40))
def test_any_line_is_a_case_or_a_refusal(text: str) -> None:
    raw = Raw(0, "案件.jsonl 第 1 行", JsonText(text))
    with suppress(InputInvalid):
        assert source_of(raw, None).name == raw.where


# --- hostile workbooks


def altered(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """改掉包里的一个部件；没有的加上。"""
    with zipfile.ZipFile(path) as old:
        parts = {item: old.read(item) for item in old.namelist()}
    parts[name] = change(parts.get(name, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item, data in parts.items():
            new.writestr(item, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"
EXTERNAL = (
    b'<Relationship Id="rX" TargetMode="External" Target="http://example.invalid/x" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"/>'
    b"</Relationships>"
)


@pytest.mark.parametrize(
    ("part", "change", "said"),
    [
        (SHEET, lambda d: b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + d, "DOCTYPE"),
        (SHEET, lambda d: d + b" " * 60_000_000 + b"<!DOCTYPE x>", "DOCTYPE"),
        (RELS, lambda d: d.replace(b"</Relationships>", EXTERNAL), "外部资源"),
        ("xl/vbaProject.bin", lambda d: b"x", "宏"),
        ("xl/embeddings/a.bin", lambda d: b"x", "嵌入"),
        ("xl/media/a.bin", lambda d: b"\0" * 60_000_000, "展开后太大"),
        ("xl/sharedStrings.xml", lambda d: b" " * 210_000_000, "展开后太大"),
        (
            SHEET,
            lambda d: d.replace(b"<row", b"<row>" + b"<z/>" * 1_100_000 + b"</row><row", 1),
            "大得",
        ),
        (SHEET, lambda d: d[: len(d) // 2], "不是完整的 XLSX"),
        ("xl/workbook.xml", lambda d: b"<workbook/>", "几张表|没有表"),
        (
            "[Content_Types].xml",
            lambda d: d.replace(b"sheet.main", b"sheet.macroEnabled.main"),
            "宏",
        ),
    ],
)
def test_a_hostile_workbook_is_refused(
    part: str, change: Callable[[bytes], bytes], said: str, tmp_path: Path
) -> None:
    path = altered(write_xlsx(tmp_path / "表.xlsx", example()), part, change)
    with pytest.raises(InputInvalid, match=said):
        opened(path)


def test_a_package_with_thousands_of_parts_or_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(600):
            made.writestr(f"{number}.xml", "")
    with pytest.raises(InputInvalid, match="部件太多"):
        opened(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(InputInvalid, match="旧格式"):
        opened(path)
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(InputInvalid, match="不是完整的 XLSX"):
        opened(path)


CHANGE = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 9), st.binary(max_size=9))


@settings(max_examples=60)
@given(write=st.sampled_from((write_csv, write_xlsx)), changes=st.lists(CHANGE, min_size=1))
def test_a_file_with_bytes_changed_is_read_or_refused_and_nothing_else(
    write: Callable[..., Path],
    changes: list[tuple[float, int, bytes]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    path = write(folder / ("表.csv" if write is write_csv else "表.xlsx"), example(), example())
    whole = bytearray(path.read_bytes())
    for at, length, new in changes:
        start = int(at * len(whole))
        whole[start : start + length] = new
    path.write_bytes(whole)
    with suppress(InputInvalid):
        records = opened(path)
        for raw in records:
            with suppress(InputInvalid):
                assert source_of(raw, records.layout).name == raw.where


STRINGS_REL = (
    b'<Relationship Id="rS" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org'
    b'/officeDocument/2006/relationships/sharedStrings"/></Relationships>'
)


def as_excel_saves(path: Path) -> Path:
    """文字放进文字表，带着字体和注音；Excel 和 WPS 都这样存。"""
    texts: list[str] = []

    def pooled(found: re.Match[str]) -> str:
        texts.append(html.unescape(found[2]))
        return f'<c {found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    def sheet(data: bytes) -> bytes:
        pattern = r'<c ([^>]*?) t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
        return re.sub(pattern, pooled, data.decode()).encode()

    altered(path, SHEET, sheet)
    items = "".join(
        f"<si><r><t>{escape(t[:1])}</t></r><r><rPr><b/></rPr><t>{escape(t[1:])}</t></r>"
        "<rPh><t>zhù</t></rPh></si>"
        for t in texts
    )
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}">{items}</sst>'.encode()
    assert len(texts) > 40
    altered(path, "xl/sharedStrings.xml", lambda _: strings)
    return altered(path, RELS, lambda d: d.replace(b"</Relationships>", STRINGS_REL))


def test_a_workbook_as_excel_saves_it_is_the_same(tmp_path: Path) -> None:
    before = sources(write_xlsx(tmp_path / "表.xlsx", example(), example()))
    after = sources(as_excel_saves(tmp_path / "表.xlsx"))
    assert [source.data for source in after] == [source.data for source in before]


def test_a_formula_gives_the_value_that_was_kept(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "表.xlsx", example(案由="=CONCATENATE(1)"))

    def kept(data: bytes) -> bytes:
        found = re.subn(rb"<c ([^>]*)>(<f>[^<]*</f>)<v ?/?>(</v>)?", KEPT, data)
        assert found[1] == 1
        return found[0]

    (source,) = sources(altered(path, SHEET, kept))
    assert place(source, "cause") == "示例案由"


KEPT = rb'<c \1 t="str">\2<v>' + "示例案由".encode() + b"</v>"


def test_several_sheets_need_one_that_is_named_as_the_data(tmp_path: Path) -> None:
    import openpyxl

    path = write_xlsx(tmp_path / "表.xlsx", example())
    book = openpyxl.load_workbook(path)
    book.create_sheet("别的")
    book.save(path)
    assert opened(path).total == 1
    book["数据"].title = "导出"
    book.save(path)
    with pytest.raises(InputInvalid, match="有几张表"):
        opened(path)


MEASURE = """
import resource, sys
from pathlib import Path
from docgen.catalogue import load_catalogue
from docgen.read.table.records import open_records, source_of
records = open_records(Path(sys.argv[1]), load_catalogue(Path(sys.argv[2])))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in records)
source_of(next(iter(records)), records.layout)
print(count, records.total, before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_two_hundred_thousand_rows_take_no_more_memory_than_a_few(tmp_path: Path) -> None:
    def measured(rows: int) -> list[int]:
        filled = {header: value for header, value in example().items() if value}
        path = write_csv(tmp_path / f"{rows}.csv", filled)
        head, row = path.read_text("utf-8").splitlines()
        with path.open("w", encoding="utf-8") as file:
            file.write(head + "\n")
            file.writelines(row + "\n" for _ in range(rows))
        command = [sys.executable, "-c", MEASURE, str(path), str(ROOT / "templates")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return [int(word) for word in done.stdout.split()]

    few, many = measured(1_000), measured(200_000)
    assert (many[0], many[1]) == (200_000, 200_000)
    assert many[3] - few[3] < 15_000, "KiB; the file has 80 MB"


# --- the mapping file


def mapping(tmp_path: Path, **changed: object) -> Path:
    data = yaml.safe_load((TABLES / "mapping.yaml").read_text("utf-8"))
    for key, value in changed.items():
        data[key] = value
    path = tmp_path / "映射.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def test_the_sample_export_is_read_by_its_mapping_and_every_row_passes() -> None:
    found = cases(TABLES / "export.csv", TABLES / "mapping.yaml")
    assert [verdict(case) for case in found] == ["pass"] * 3
    assert [len(case.officers) for case in found] == [2, 2, 2]
    first = found[0].instruments[0]
    assert first.number == "（示市）应急责改〔2026〕101号"
    assert "“整改时限”列（T 列）" in found[0].where("instruments[0].problems[1].deadline")
    assert "constants.agency.name" in found[0].where("agency.name")
    raws = list(open_records(TABLES / "export.csv", catalogue(), TABLES / "mapping.yaml"))
    assert [raw.district for raw in raws] == ["东片区", "西片区", "东片区"]


def columns_with(**changed: object) -> dict[str, object]:
    data = yaml.safe_load((TABLES / "mapping.yaml").read_text("utf-8"))
    return {**data["columns"], **changed}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colums": {}}, "是否应为“columns”"),
        ({"columns": columns_with(注册地址="当事人地扯")}, "是否应为“当事人地址”"),
        ({"columns": columns_with(案卷号={"to": "案号", "splitt": "#"})}, "是否应为“split”"),
        ({"columns": columns_with(隐患内容="problems[*].text")}, "要写 split"),
        ({"columns": columns_with(没有的列="案由")}, "缺少映射文件 columns 所说的“没有的列”列"),
        ({"columns": columns_with(序号="案由")}, "既在 columns 里，又在 ignore 里"),
        ({"ignore": ["序号"]}, "不认识这一列"),
        ({"constants": {"agancy": {}}}, "是否应为“agency”"),
        ({"number": {"sequence": "号", "year": "年"}}, "缺少映射文件 number.year"),
        ({"instrument": "rectification_ordre"}, "是否应为“rectification_order”"),
        ({"sheet": "数据", "header_row": "两"}, "应当是整数"),
    ],
)
def test_a_mistake_in_the_mapping_is_told_with_what_would_be_right(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    with pytest.raises(InputInvalid) as caught:
        opened(TABLES / "export.csv", mapping(tmp_path, **changed))
    assert said in told(caught.value)


def test_a_fact_stands_in_the_columns_or_in_the_constants_but_not_in_both(tmp_path: Path) -> None:
    data = yaml.safe_load((TABLES / "mapping.yaml").read_text("utf-8"))
    path = mapping(tmp_path, constants=data["constants"] | {"cause": "示例"})
    with pytest.raises(InputInvalid, match="只能写一处"):
        opened(TABLES / "export.csv", path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("#一号车间的疏散指示标志损坏", "", "应当一样多"),
        ("示例-0001、示例-0002", "示例-0001", "应当一样多"),
        ("甲示例、乙示例", "甲示例、、乙示例", "有空着的一项"),
        (",企业,", ",企 业,", "只能是下列之一"),
        ("2026/12/10", "2026/13/10", "不是存在的日期"),
    ],
)
def test_a_joined_cell_that_does_not_fit_is_refused_by_its_own_header(
    old: str, new: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "导出.csv"
    path.write_text((TABLES / "export.csv").read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(InputInvalid) as caught:
        cases(path, TABLES / "mapping.yaml")
    assert said in told(caught.value)
    assert "导出.csv 第 2 行“" in told(caught.value)


def test_titles_above_the_header_and_own_codes_for_nothing_are_told_by_the_mapping(
    tmp_path: Path,
) -> None:
    text = (TABLES / "export.csv").read_text("utf-8").replace("示例化工一厂办公楼", "无")
    path = tmp_path / "导出.csv"
    path.write_text("执法情况一览表\n" + text, "utf-8")
    where = {"to": "送达地点", "values": {"无": None}}
    told_so = mapping(tmp_path, header_row="2", columns=columns_with(送达处所=where))
    found = sources(path, told_so)
    assert "place" not in place(found[0], "deliveries", 0)  # type: ignore[operator]
    assert place(found[1], "deliveries", 0, "place") == "示例化工二厂办公楼"
