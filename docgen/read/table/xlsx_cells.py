"""XLSX 的一格：文字、数、日期、逻辑值，或者说明为什么读不出来。"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lxml import etree

from docgen.model.table import Broken, Cell, Figure
from docgen.read.table.book import Book, rich_text

_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]+")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_COLUMNS = 16_384
_MOST_DAYS = 2_958_466  # 9999-12-31


def column_of(reference: str | None, following: int) -> int:
    """格的列号，从 0 起；没有写的接着前一格。"""
    found = _REFERENCE.fullmatch(reference or "")
    if found is None:
        return following
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    if number > _MOST_COLUMNS:
        raise ValueError(reference)
    return number - 1


def cell_of(element: etree._Element, book: Book) -> Cell:
    """一格的值。A formula gives the value that was kept; without one it is refused."""
    kind = element.get("t", "n")
    value: str | None = None
    formula = False
    for child in element:
        tag = child.tag
        if tag.endswith("}v"):
            value = child.text or ""
        elif tag.endswith("}f"):
            formula = True
        elif tag.endswith("}is") and kind == "inlineStr":
            return _text(rich_text(child))
    if kind == "e":
        text = value or "#N/A"
        return Broken(f"是错误值 {text}；请改正公式或者直接填写内容。", text)
    if value is None or (formula and value == "" and kind != "str"):
        told = "是公式而没有算出的值；请用表格软件打开、保存一次，或者粘贴为值。"
        return Broken(told) if formula else None
    match kind:
        case "s":
            return _text(book.strings[int(value)])
        case "str":
            return _text(value)
        case "b":
            return value.strip() in ("1", "true")
        case "d":
            return _iso(value)
    return _number(value.strip(), element.get("s"), book)


def _text(text: str) -> str | None:
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain or None


def _iso(value: str) -> Cell:
    try:
        return datetime.fromisoformat(value).replace(tzinfo=None)
    except ValueError:
        return Broken(f"不是日期：{value}。", value)


def _number(value: str, style: str | None, book: Book) -> Cell:
    if int(style or 0) not in book.dated:
        return Figure(value)
    try:
        serial = float(value)
    except ValueError:
        return Broken(f"不是日期：{value}。", value)
    if not 1 <= serial < _MOST_DAYS:
        return Broken(f"只有时间或者不是日期（{value}）；应当如 2026-11-24 15:00。", "#VALUE!")
    return book.epoch + timedelta(days=int(serial), seconds=round(serial % 1 * 86400))
