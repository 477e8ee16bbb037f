"""待填的工作簿：填写说明、共同事项与数据三张表。同样的列写出同样的字节。"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from docgen.model.instrument import Instrument
from docgen.model.table import (
    COMMON_SHEET,
    DATA_SHEET,
    DISTRICT,
    GUIDE_SHEET,
    KIND,
    MARKED,
    MARKER,
    Column,
    Kind,
    Sheet,
)

_LAST_ROW = 1_048_576
_LONGEST_LIST = 255  # of a drop-down written into the sheet itself
_REQUIRED = PatternFill("solid", fgColor="FFD9B3")
_OPTIONAL = PatternFill("solid", fgColor="E7E9EC")
_EXAMPLE = PatternFill("solid", fgColor="F6F6E8")
_LINE = Side("thin", color="A0A4A8")
_BOXED = Border(_LINE, _LINE, _LINE, _LINE)
_TOP = Alignment(vertical="top", wrap_text=True)
_HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)
_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
_OWN_HELP = {
    MARKER: "有字的一行是示例，没有改动就不做；自己的行空着",
    DISTRICT: "只用来排序和分文件夹，不印在文书上",
}


def workbook(instrument: Instrument, columns: Sequence[Column]) -> bytes:
    """一种文书的工作簿，示例行带着标记。"""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    guide.title = GUIDE_SHEET
    _write_guide(guide, instrument, columns)
    common = [column for column in columns if column.sheet is Sheet.COMMON]
    _write_common(book.create_sheet(COMMON_SHEET), instrument, common)
    data = [column for column in columns if column.sheet is Sheet.DATA]
    _write_data(book.create_sheet(DATA_SHEET), data)
    book.active = 0
    made = io.BytesIO()
    book.save(made)
    return _settled(made.getvalue())


def csv_form(instrument: Instrument, columns: Sequence[Column]) -> bytes:
    """同样的列写成 CSV：标题行与示例行。UTF-8 with a mark, so that spreadsheets see it."""
    offered = [column for column in columns if column.sheet is not Sheet.EXTRA]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([MARKER, KIND, DISTRICT, *(column.header for column in offered)])
    writer.writerow([MARKED, instrument.title, "示例区", *(c.example for c in offered)])
    return text.getvalue().encode("utf-8-sig")


def _write_guide(sheet: Worksheet, instrument: Instrument, columns: Sequence[Column]) -> None:
    sheet.append([f"《{instrument.title}》批量填写说明"])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in _steps():
        sheet.append([line])
    sheet.append([])
    sheet.append(["列", "在哪张表", "必填", "怎样填", "例"])
    head = sheet.max_row
    for cell in sheet[head]:
        cell.fill, cell.font, cell.border, cell.alignment = (
            _OPTIONAL,
            Font(bold=True),
            _BOXED,
            _HEAD,
        )
    for column in columns:
        if column.sheet is not Sheet.EXTRA:
            where = COMMON_SHEET if column.sheet is Sheet.COMMON else DATA_SHEET
            must = "必填" if column.required else ""
            row = [column.header, where, must, _told(column), column.example]
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                cell.alignment, cell.border, cell.number_format = _TOP, _BOXED, "@"
            if column.required:
                sheet.cell(sheet.max_row, 1).fill = _REQUIRED
    extra = "、".join(c.header for c in columns if c.sheet is Sheet.EXTRA)
    if extra:
        sheet.append([])
        sheet.append([f"还可以自己在“{DATA_SHEET}”表里加这些列（标题照写）：{extra}"])
        last = sheet.max_row
        sheet.merge_cells(start_row=last, start_column=1, end_row=last, end_column=5)
        sheet.cell(last, 1).alignment = _TOP
        sheet.row_dimensions[last].height = 15 * (len(extra) // 45 + 2)
    for letter, width in zip("ABCDE", (30, 10, 8, 56, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    _printed(sheet)


def _steps() -> Iterator[str]:
    yield f"1．先填“{COMMON_SHEET}”表：机关的名称、地址等，各行相同，只填一次。"
    yield f"2．在“{DATA_SHEET}”表一行填一个案件的一份文书；橙色标题的列必填，其余按需要填。"
    yield "3．编号的列（如 1、2、3）依次填，不够可以在后面照样加列，编号接着写。"
    yield "4．日期写 2026-11-24，时间写 2026-11-24 15:00；各格已是文本格式，号码不会变样。"
    yield f"5．示例行只是样子，请删去；留着也不会做，但改过就必须清空“{MARKER}”格。"
    yield "6．“无”“/”“-”都照字面印出；没有内容的格请空着。不要合并格，不要隐藏或者筛选掉行。"


def _told(column: Column) -> str:
    choices = f"从下拉表选：{'、'.join(label for label, _ in column.choices)}"
    return "；".join(part for part in (column.help, choices if column.choices else "") if part)


def _write_common(sheet: Worksheet, instrument: Instrument, columns: Sequence[Column]) -> None:
    sheet.append(["名称", "内容", "说明", "例"])
    for cell in sheet[1]:
        cell.fill, cell.font, cell.border, cell.alignment = (
            _OPTIONAL,
            Font(bold=True),
            _BOXED,
            _HEAD,
        )
    sheet.append([KIND, instrument.title, "请不要改", ""])
    for column in columns:
        sheet.append([column.header, None, _told(column), column.example])
        if column.required:
            sheet.cell(sheet.max_row, 1).fill = _REQUIRED
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.number_format, cell.border, cell.alignment = "@", _BOXED, _TOP
    for letter, width in zip("ABCD", (20, 44, 36, 36), strict=True):
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    _printed(sheet)


def _write_data(sheet: Worksheet, columns: Sequence[Column]) -> None:
    headers = [MARKER, DISTRICT, *(column.header for column in columns)]
    sheet.append(headers)
    sheet.append([MARKED, "示例区", *(column.example or None for column in columns)])
    for index, header in enumerate(headers, 1):
        letter = get_column_letter(index)
        column = columns[index - 3] if index > 2 else None
        head, example = sheet.cell(1, index), sheet.cell(2, index)
        head.fill = _REQUIRED if column is not None and column.required else _OPTIONAL
        head.font, head.alignment, head.border = Font(bold=True), _HEAD, _BOXED
        example.fill, example.alignment, example.border = _EXAMPLE, _TOP, _BOXED
        example.font = Font(italic=True, color="606468")
        head.number_format = example.number_format = "@"
        sheet.column_dimensions[letter].number_format = "@"
        sheet.column_dimensions[letter].width = _width(header, column)
        if column is not None and column.choices:
            _drop_down(sheet, letter, column)
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation = "landscape"
    _printed(sheet)


def _width(header: str, column: Column | None) -> float:
    """放得下两行标题与常见的内容。"""
    widest = {Kind.PARAGRAPHS: 48, Kind.DATE: 13, Kind.DATETIME: 18, Kind.IDENTIFIER: 22}
    least = widest.get(column.kind, 14) if column is not None else 14
    example = len(column.example) if column is not None else 0
    return max(least, len(header) + 4, min(36, example * 1.6 + 2))


def _drop_down(sheet: Worksheet, letter: str, column: Column) -> None:
    formula = ",".join(label for label, _ in column.choices)
    if len(formula) > _LONGEST_LIST or any("," in label for label, _ in column.choices):
        return
    listed = DataValidation("list", formula1=f'"{formula}"', allow_blank=True)
    listed.error, listed.errorTitle = "请从下拉表选择。", column.header[:30]
    listed.showErrorMessage = True
    listed.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(listed)


def _printed(sheet: Worksheet) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _settled(data: bytes) -> bytes:
    """去掉写的时刻：同样的内容得同样的字节。"""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = _STAMP.sub(rb"\g<1>2026-01-01T00:00:00Z", old.read(name))
            item = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            item.compress_type, item.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(item, part)
    return made.getvalue()
