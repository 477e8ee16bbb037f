"""表格各测试共用：写一张表，读回来，看得到的案件与说法。"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from situations import catalogue

from docgen.bring import bring
from docgen.errors import InputInvalid
from docgen.model.case import Case
from docgen.model.table import COMMON_SHEET, DATA_SHEET, KIND, Column, Sheet
from docgen.read.case import read_case
from docgen.read.table.columns import columns_of
from docgen.read.table.records import Records, open_records, source_of
from docgen.rules import facts_asked
from docgen.source import Source

ORDER = "rectification_order"
Cells = Mapping[str, object]


@cache
def columns(kind: str) -> tuple[Column, ...]:
    known = catalogue()
    return columns_of(known.instrument(kind), known.checklist, facts_asked(kind))


def example(kind: str = ORDER, **changed: object) -> dict[str, object]:
    """示例行填在 CSV 里的样子，改掉几格；值为 None 的列不写。"""
    title = catalogue().instrument(kind).title
    row: dict[str, object] = {KIND: title}
    row |= {c.header: c.example for c in columns(kind) if c.sheet is not Sheet.EXTRA}
    row |= changed
    return {header: value for header, value in row.items() if value is not None}


def write_csv(path: Path, *rows: Cells, encoding: str = "utf-8") -> Path:
    """按第一行的列写 CSV。"""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(list(rows[0]))
    for row in rows:
        writer.writerow([row.get(header, "") for header in rows[0]])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, *rows: Cells, common: Mapping[str, object] | None = None) -> Path:
    """按第一行的列写工作簿。"""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = DATA_SHEET
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append([row.get(header) for header in rows[0]])
    if common:
        other = book.create_sheet(COMMON_SHEET)
        for pair in (("名称", "内容"), *common.items()):
            other.append(list(pair))
    book.save(path)
    return path


def opened(path: Path, mapping: Path | None = None) -> Records:
    return open_records(path, catalogue(), mapping)


def sources(path: Path, mapping: Path | None = None) -> list[Source]:
    records = opened(path, mapping)
    return [source_of(raw, records.layout) for raw in records]


def cases(path: Path, mapping: Path | None = None) -> list[Case]:
    """各行的案件，带着送达的回执。"""
    known = catalogue().instruments
    return [bring(read_case(source, known), known) for source in sources(path, mapping)]


def told(error: InputInvalid) -> str:
    return "\n".join([str(error), error.advice])


def place(source: Source, *steps: str | int) -> object:
    """案件里某处的值。"""
    found: object = source.data
    for step in steps:
        assert isinstance(found, (dict, Sequence))
        found = found[step]  # type: ignore[index, call-overload]
    return found
