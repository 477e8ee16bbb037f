"""成批输入的统一门面：打开什么都得到 Records，逐条 Raw，再由 source_of 变成 Source。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from docgen.catalogue import Catalogue
from docgen.errors import InputInvalid, UsageWrong
from docgen.model.table import Cell, JsonText, Layout, Raw, Unread, YamlText
from docgen.read.table.case_files import (
    CASE_SUFFIXES,
    case_files,
    json_lines,
    read_case_files,
    unreadable,
)
from docgen.read.table.cells import shown_cell
from docgen.read.table.csv_file import open_csv
from docgen.read.table.example import is_example
from docgen.read.table.layout import layout_of
from docgen.read.table.mapping import read_mapping
from docgen.read.table.plan import plan_of
from docgen.read.table.rows import source_of_row
from docgen.read.table.sheet import Table
from docgen.read.table.xlsx_file import open_xlsx
from docgen.source import Source, parse_json, parse_yaml

_LINES = (".jsonl", ".ndjson")
_TEXTS = (".csv", ".tsv", ".txt")
_WORKBOOKS = (".xlsx",)
_OLD = (".xls", ".xlsm", ".xlsb", ".et", ".ods", ".wps")


@dataclass(frozen=True)
class Records:
    """打开了的输入。Iterate as often as wanted; each time from the start.

    headers: of the table, empty for case files; common: what its sheet 共同事项 says, as it
    stands there; total: how many records, None where unknown
    before the end; layout: what source_of needs, None for case files.
    """

    headers: tuple[str, ...]
    layout: Layout | None
    total: int | None
    notices: tuple[str, ...]
    start: Callable[[], Iterator[Raw]]
    common: tuple[tuple[str, Cell], ...] = ()

    def __iter__(self) -> Iterator[Raw]:
        return self.start()


def open_records(path: Path, catalogue: Catalogue, mapping: Path | None = None) -> Records:
    """打开成批的输入：表格、JSON Lines、一个案件文件，或者案件文件的文件夹。

    mapping: how the columns of an office's own table are to be read. Raises InputInvalid,
    EnvironmentLacking; what is wrong with one record only is told by source_of.
    """
    suffix = path.suffix.lower()
    if mapping is not None and suffix not in (*_TEXTS, *_WORKBOOKS):
        told = "--mapping 只用于表格（.xlsx、.csv）。"
        raise UsageWrong(told, advice="案件文件各有自己的键，不用映射。")
    if path.is_dir():
        files, notices = case_files(path)
        if not files:
            raise InputInvalid(
                f"{path} 里没有案件文件。", advice=f"案件文件以 {'、'.join(CASE_SUFFIXES)} 结尾。"
            )
        return Records((), None, len(files), notices, partial(read_case_files, files))
    if not path.exists():
        raise InputInvalid(f"没有这个文件：{path}", advice="请核对路径。")
    if suffix in CASE_SUFFIXES:
        return Records((), None, 1, (), partial(read_case_files, (path,)))
    if suffix in _LINES:
        return Records((), None, None, (), partial(json_lines, path))
    if suffix in _OLD:
        raise InputInvalid(
            f"{path.name} 不是能读的格式。",
            advice="请用表格软件打开，另存为“Excel 工作簿（.xlsx）”，或者“CSV UTF-8（逗号分隔）”。",
        )
    if suffix not in (*_TEXTS, *_WORKBOOKS):
        raise InputInvalid(
            f"不认识 {path.name} 是什么文件。",
            advice="可以用 .xlsx、.csv、.jsonl、案件文件，或者案件文件的文件夹。",
        )
    return _table_records(path, catalogue, mapping)


def _table_records(path: Path, catalogue: Catalogue, mapping: Path | None) -> Records:
    told = read_mapping(mapping) if mapping is not None else None
    header_row = told.file.header_row if told else 1
    try:
        if path.suffix.lower() in _WORKBOOKS:
            table = open_xlsx(path, header_row, told.file.sheet if told else None)
        else:
            table = open_csv(path, header_row)
    except OSError as error:
        raise unreadable(path, error) from error
    if not table.total:
        raise _without_rows(table.name, "只有标题")
    plan = plan_of(table, catalogue, told)
    layout = layout_of(table.name, table.headers, plan, table.epoch)
    start = partial(_raws, table, layout)
    first = next(iter(table.rows()), None)
    examples = int(first is not None and is_example(first[1], layout))
    if table.total == examples:
        raise _without_rows(table.name, "只有示例行")
    notices = (*table.notices, *(("示例行没有改动，跳过不做",) if examples else ()))
    common = tuple((item.label, item.value) for item in table.common)
    return Records(table.headers, layout, table.total - examples, notices, start, common)


def _without_rows(name: str, said: str) -> InputInvalid:
    return InputInvalid(f"{name} {said}，没有一行数据。", advice="请从下一行起填写。")


def _raws(table: Table, layout: Layout) -> Iterator[Raw]:
    index = 0
    for number, row in table.rows():
        if is_example(row, layout):
            continue
        at = layout.district
        district = (
            shown_cell(row.cells[at]).strip() if at is not None and at < len(row.cells) else ""
        )
        yield Raw(index, f"{table.name} 第 {number} 行", row, district or None)
        index += 1


def source_of(raw: Raw, layout: Layout | None) -> Source:
    """一条记录 → Source，供 read_case 使用。纯函数。Raises InputInvalid naming row and column."""
    match raw.content:
        case JsonText(text):
            return parse_json(text, raw.where)
        case YamlText(text):
            return parse_yaml(text, raw.where)
        case Unread(said, advice):
            raise InputInvalid(f"{raw.where} {said}。", advice=advice)
    assert layout is not None, "a row has the layout of its table"
    return source_of_row(raw.where, raw.content, layout)
