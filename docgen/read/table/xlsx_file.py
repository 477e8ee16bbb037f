"""读 XLSX：逐行给出各格的原样；看不见的、读不出的，先说清楚再决定。

The sheet is read here and not through openpyxl: a formula without a kept value, a hidden row
and a merged cell must not pass for what they are not.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lxml import etree

from docgen.errors import InputInvalid
from docgen.model.table import COMMON_SHEET, DATA_SHEET, GUIDE_SHEET, Cell, Row
from docgen.read.table.book import Book, read_book
from docgen.read.table.cells import shown_cell
from docgen.read.table.layout import letter_of
from docgen.read.table.package import demand_safe, elements, open_package
from docgen.read.table.sheet import Common, Table
from docgen.read.table.xlsx_cells import cell_of, column_of

_OWN_SHEETS = (COMMON_SHEET, GUIDE_SHEET)


@dataclass(frozen=True)
class _Surveyed:
    headers: tuple[str, ...]
    total: int
    notices: tuple[str, ...]


def open_xlsx(path: Path, header_row: int = 1, sheet: str | None = None) -> Table:
    """打开工作簿的数据表。Raises InputInvalid naming sheet, row and column."""
    with open_package(path) as archive:
        demand_safe(archive, path.name)
        book = read_book(archive)
        name = _chosen(path.name, book, sheet)
        part = book.sheets[name]
        found = _survey(archive, part, book, path.name, header_row)
        common = _common(archive, book)
    return Table(
        path.name,
        found.headers,
        found.total,
        found.notices,
        common,
        book.epoch,
        partial(_rows, path, part, book, header_row, len(found.headers)),
    )


def _chosen(name: str, book: Book, wanted: str | None) -> str:
    """读哪一张表：指名的、“数据”，或者唯一的一张。"""
    usable = [sheet for sheet in book.sheets if sheet not in _OWN_SHEETS]
    if wanted is not None and wanted in book.sheets:
        return wanted
    if wanted is None and DATA_SHEET in usable:
        return DATA_SHEET
    if wanted is None and len(usable) == 1:
        return usable[0]
    told = "、".join(book.sheets) or "没有表"
    said = f"没有“{wanted}”表" if wanted else f"有几张表（{told}），说不清读哪一张"
    raise InputInvalid(f"{name} {said}。", advice=f"请把数据所在的表命名为“{DATA_SHEET}”。")


def _parsed(archive: zipfile.ZipFile, part: str) -> Iterator[etree._Element]:
    """逐个给出一张表里的行与其余各段；用过即弃，不占内存。"""
    with archive.open(part) as stream:
        yield from elements(stream, "{*}row", "{*}mergeCell", "{*}col")


def _survey(
    archive: zipfile.ZipFile, part: str, book: Book, name: str, header_row: int
) -> _Surveyed:
    """标题与行数；隐藏的行、合并的格拒绝，隐藏的列说明。"""
    headers: tuple[str, ...] = ()
    total = number = 0
    hidden: list[int] = []
    merged: list[str] = []
    unseen: list[str] = []
    for element in _parsed(archive, part):
        kind = etree.QName(element).localname
        if kind == "col":
            if _true(element.get("hidden")):
                low, high = int(element.get("min", "1")), int(element.get("max", "1"))
                unseen += [letter_of(i - 1) for i in range(low, min(high, low + 20) + 1)]
        elif kind == "mergeCell":
            merged.append(element.get("ref", ""))
        else:
            number = int(element.get("r") or number + 1)
            if number == header_row:
                headers = _headers(_cells(element, book))
            elif number > header_row and _occupied(element, book):
                total += 1
                if _true(element.get("hidden")):
                    hidden.append(number)
    if not any(headers):
        raise InputInvalid(f"{name} 第 {header_row} 行没有标题。", advice="应当是各列的标题。")
    _refuse_hidden(name, hidden)
    _refuse_merged(name, merged, header_row)
    used = [letter for letter in unseen if letter in map(letter_of, range(len(headers)))]
    told = (f"{name} 隐藏的列也读：{'、'.join(used)} 列",) if used else ()
    return _Surveyed(headers, total, told)


def _true(text: str | None) -> bool:
    return text in ("1", "true")


def _headers(cells: tuple[Cell, ...]) -> tuple[str, ...]:
    texts = [shown_cell(cell) for cell in cells]
    while texts and not texts[-1].strip():
        texts.pop()
    return tuple(texts)


def _filled(cells: tuple[Cell, ...]) -> bool:
    return any(
        cell is not None and not (isinstance(cell, str) and not cell.strip()) for cell in cells
    )


def _occupied(row: etree._Element, book: Book) -> bool:
    """这一行有没有内容；有一格就够，不必读完。"""
    cells = (cell_of(element, book) for element in row if element.tag.endswith("}c"))
    return any(_filled((cell,)) for cell in cells)


def _refuse_hidden(name: str, rows: list[int]) -> None:
    if rows:
        told = "、".join(str(row) for row in rows[:10]) + ("等" if len(rows) > 10 else "")
        raise InputInvalid(
            f"{name} 有 {len(rows)} 行是隐藏的或者被筛选掉的（第 {told} 行），不知道要不要做。",
            advice="请取消隐藏和筛选；不要的行请删去，或者把要做的行复制到新表。",
        )


def _refuse_merged(name: str, ranges: list[str], header_row: int) -> None:
    def below(ref: str) -> bool:
        end = "".join(c for c in ref.rpartition(":")[2] if c.isdigit())
        return int(end or 0) >= header_row

    if data := [ref for ref in ranges if below(ref)]:
        raise InputInvalid(
            f"{name} 有合并的格（{'、'.join(data[:5])}），被合并的格里没有值。",
            advice="请取消合并，每格都写上内容。",
        )


def _cells(row: etree._Element, book: Book) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for element in row:
        if not element.tag.endswith("}c"):
            continue
        index = column_of(element.get("r"), len(cells))
        cells += [None] * (index + 1 - len(cells))
        cells[index] = cell_of(element, book)
    return tuple(cells)


def _rows(
    path: Path, part: str, book: Book, header_row: int, width: int
) -> Iterator[tuple[int, Row]]:
    with open_package(path) as archive:
        number = 0
        for element in _parsed(archive, part):
            if etree.QName(element).localname != "row":
                continue
            number = int(element.get("r") or number + 1)
            cells = _cells(element, book) if number > header_row else ()
            if _filled(cells):
                yield number, _row(cells, width)


def _row(cells: tuple[Cell, ...], width: int) -> Row:
    beyond = next((i for i in range(width, len(cells)) if _filled(cells[i : i + 1])), None)
    if beyond is not None:
        said = f"{letter_of(beyond)} 列有内容，该列却没有标题；请补上标题或者清空。"
        return Row((), said)
    return Row(cells[:width])


def _common(archive: zipfile.ZipFile, book: Book) -> tuple[Common, ...]:
    """共同事项：左边一列是名称，右边一列是内容，第一行是标题。"""
    part = book.sheets.get(COMMON_SHEET)
    if part is None:
        return ()
    found = []
    for number, element in enumerate(_parsed(archive, part), 1):
        if etree.QName(element).localname != "row":
            continue
        cells = _cells(element, book)
        row = int(element.get("r") or number)
        if row > 1 and len(cells) > 1 and isinstance(cells[0], str) and _filled(cells[1:2]):
            where = f"“{COMMON_SHEET}”表第 {row} 行“{cells[0].strip()}”"
            found.append(Common(cells[0].strip(), cells[1], where))
    return tuple(found)
