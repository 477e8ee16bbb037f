"""单元：签发文字的一段或一格，它的字、手写的空处与名称。纯函数。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from docgen.model.words import Row, Words, squeeze

_BLANK_BEFORE = re.compile(r"[：:，、）]$")
_BLANK_AFTER = re.compile(r"^[年月日时分，。、]")
_LABEL = 12


@dataclass(frozen=True, order=True)
class Unit:
    """第几块的第几格；段落只有一格。"""

    block: int
    cell: int


@dataclass(frozen=True)
class UnitText:
    """一个单元。blanks: places in text where something may be written by hand; offset: of its
    first character in the whole issued text.
    """

    unit: Unit
    text: str
    blanks: frozenset[int]
    label: str
    offset: int


def units_of(words: Words, by_hand: bool) -> Iterator[UnitText]:
    """签发文字的各单元。by_hand: whether the document has blanks beside its signature lines."""
    header: tuple[str, ...] = ()
    offset = 0
    for number, block in enumerate(words.blocks):
        if not isinstance(block, Row):
            header = ()
        elif block.repeated:
            header = block.cells
        cells = block.cells if isinstance(block, Row) else (block,)
        for cell, own in enumerate(cells):
            text = squeeze(own)
            blanks = _blanks(own, by_hand, isinstance(block, Row))
            label = _label(block, header, cell, own)
            yield UnitText(Unit(number, cell), text, blanks, label, offset)
            offset += len(text)


def _blanks(text: str, by_hand: bool, in_table: bool) -> frozenset[int]:
    """空处在去掉空白的文字里的位置。"""
    parts = text.split(" ")
    found, at = set(), 0
    for before, after in pairwise(parts):
        at += len(before)
        if not before or _BLANK_BEFORE.search(before) or _BLANK_AFTER.search(after):
            found.add(at)
    length = len(squeeze(text))
    if not text or text.rstrip().endswith(("：", ":")):
        found |= {0, length} if by_hand and in_table else {length}
    if by_hand and _BLANK_AFTER.search(text):
        found.add(0)
    return frozenset(found)


def _label(block: str | Row, header: tuple[str, ...], cell: int, text: str) -> str:
    if isinstance(block, Row):
        if header and header != block.cells and cell < len(header):
            return f"“{squeeze(header[cell])}”一栏"
        return f"“{squeeze(block.cells[0])[:_LABEL]}”一行" if block.cells[0] else "表格"
    lead = re.match(r"[^：，。]{1,12}：", text)
    return f"“{lead[0][:-1]}”" if lead and len(text) > len(lead[0]) else ""
