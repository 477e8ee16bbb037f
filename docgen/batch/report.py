"""报告：输入的各行照原来的次序，加上状态、文号、错误、文件；改正后可以再交一次。"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from docgen.model.batch import Outcome, Status
from docgen.model.table import (
    COMMON_SHEET,
    DATA_SHEET,
    REPORTED,
    Broken,
    Cell,
    Raw,
    Row,
)
from docgen.read.table.cells import kept_cell
from docgen.read.table.layout import reported_at

_SOURCE = "来源"
_NO_TEXT = re.compile(r"[\ud800-\udfff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LOST = "\ufffd"
_MOST = 32_767  # characters in a cell, ECMA-376 and every spreadsheet
_FILLS = {Status.REFUSED: "F8CBAD", Status.FAILED: "F4B183"}
_WIDTHS = {"状态": 12, "文号": 28, "错误": 60, "提示": 40, "文件": 60, _SOURCE: 28}


class BatchReport:
    """一行一行写出的 report.xlsx；内存不随行数增长。source: the name of what was read."""

    def __init__(
        self, source: str, headers: tuple[str, ...], common: tuple[tuple[str, Cell], ...] = ()
    ) -> None:
        self._book = Workbook(write_only=True)
        self._book.properties.title = source
        self._sheet = self._book.create_sheet(DATA_SHEET)
        before = reported_at(headers)
        self._used = [n for n in range(len(headers)) if n not in before]
        self._headers = tuple(headers[n] for n in self._used) or (_SOURCE,)
        columns = (*self._headers, *REPORTED)
        for number, header in enumerate(columns, 1):
            width = _WIDTHS.get(header, 18)
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._sheet.freeze_panes = "A2"
        self._sheet.append([self._cell(header, bold=True) for header in columns])

        self._common = common

    def add(self, raw: Raw, outcome: Outcome) -> None:
        """一条记录与它的结果。"""
        fill = _FILLS.get(outcome.status)
        own = [self._cell(value, fill=fill) for value in self._own(raw)]
        self._sheet.append([*own, *(self._cell(text, fill=fill) for text in told(outcome))])

    def close(self) -> None:
        """收尾；写了一半的不要了。"""
        if not self._sheet.closed:
            self._sheet.close()

    def save(self, path: Path) -> None:
        """写成文件，共同事项照原样附在后面。"""
        if self._common:
            sheet = self._book.create_sheet(COMMON_SHEET)
            sheet.append(["名称", "内容"])
            for label, value in self._common:
                sheet.append([self._cell(label), self._cell(value)])
        self._book.save(path)

    def _own(self, raw: Raw) -> Iterator[Cell]:
        if not isinstance(raw.content, Row):
            yield raw.where
            return
        cells = raw.content.cells
        yield from (cells[n] if n < len(cells) else None for n in self._used)

    def _cell(self, value: Cell, *, fill: str | None = None, bold: bool = False) -> Any:
        kept = kept_cell(value)
        cell = WriteOnlyCell(self._sheet, value=_storable(kept) if isinstance(kept, str) else kept)
        if isinstance(kept, str):  # what starts with "=" is no formula, an error stays one
            cell.data_type = "e" if isinstance(value, Broken) and kept.startswith("#") else "s"
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if fill:
            cell.fill = PatternFill("solid", start_color=fill)
        if bold:
            cell.font = Font(bold=True)
        return cell


def source_named(report: bytes) -> str | None:
    """一份报告写的是哪个输入；看不出则 None。"""
    try:
        with zipfile.ZipFile(io.BytesIO(report)) as archive:
            core = etree.fromstring(archive.read("docProps/core.xml"))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError):
        return None
    return str(core.findtext("{http://purl.org/dc/elements/1.1/}title") or "") or None


def told(outcome: Outcome) -> tuple[str, ...]:
    """状态、文号、错误、提示、文件，各为一格。"""
    documents = outcome.documents
    return (
        outcome.status.label,
        "\n".join(document.number for document in documents),
        outcome.rejection.text if outcome.rejection else "",
        "\n".join(outcome.notices),
        "\n".join(file.path for document in documents for file in document.files),
    )


def manifest_lines(outcome: Outcome) -> Iterable[str]:
    """清单的各行（contract 5.2 的 documents），一个文件一行。"""
    for document in outcome.documents:
        for file in document.files:
            row = {
                "path": file.path,
                "record": outcome.where,
                "case_number": document.case_number,
                "instrument": document.instrument,
                "key": document.key,
                "number": document.number,
                "identity": document.identity,
                "media_type": file.media_type,
                "sha256": file.sha256,
                "pages": file.pages,
                "verification_url": document.verification_url,
            }
            yield json.dumps(row, ensure_ascii=False)


def _storable(text: str) -> str:
    """原样，照 ECMA-376 的写法（22.9.2.19）；放不下的以 U+FFFD 收尾，交回来时那一格会被拒绝。"""
    whole = _NO_TEXT.sub(_LOST, text)
    kept = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", whole)
    return kept if len(kept) <= _MOST else kept[: _MOST - 1] + _LOST
