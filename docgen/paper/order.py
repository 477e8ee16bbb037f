"""次序：各页按页码排，各行扶正后从上到下、从左到右；页眉、页码、二维码另放。纯函数。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from statistics import median

from docgen.model.scan import Box, Scan, ScannedLine, ScannedPage, tilt
from docgen.model.words import squeeze
from docgen.paper.overlap import read_once
from docgen.paper.ruled import RuledRow, ruled_rows
from docgen.paper.turned import Placed, turned

_FOOT = re.compile(r"第(\d{1,4})页[,，.、]?共(\d{1,4})页")
_SAME_BAND = 0.4
_LIKE = 0.6


@dataclass(frozen=True)
class OrderedPage:
    """排好的一页。

    printed: the page number at its foot, None unread; total: so too; angle: that turns the page
    upright; rows: of its ruled tables.
    """

    number: int
    lines: tuple[Placed, ...]
    printed: int | None
    total: int | None
    angle: float = 0.0
    rows: tuple[RuledRow, ...] = ()


def order_pages(scan: Scan, margins: Iterable[str]) -> tuple[OrderedPage, ...]:
    """各页排好，按读到的页码。margins: what is printed outside the type area."""
    told = [squeeze(text).upper() for text in margins if text]
    pages = [_ordered(page, told) for page in scan.pages]
    if all(page.printed is not None for page in pages):
        pages.sort(key=lambda page: page.printed or 0)
    return tuple(pages)


def _ordered(page: ScannedPage, margins: Sequence[str]) -> OrderedPage:
    lines, printed, total = [], None, None
    for line in read_once(page.lines):
        text = squeeze(line.text)
        if foot := _FOOT.fullmatch(text):
            printed, total = int(foot[1]), int(foot[2])
        elif not (_inside(line, page.code) or _margin(line, text, page, margins)):
            lines.append(line)
    placed = banded(lines)
    angle = -tilt(lines) if lines else 0.0
    rows = ruled_rows(page.cells, placed, angle)
    return OrderedPage(page.number, placed, printed, total, angle, rows)


def _inside(line: ScannedLine, code: Box | None) -> bool:
    if code is None:
        return False
    x, y = (line.left + line.right) / 2, (line.top + line.bottom) / 2
    across, down = [p[0] for p in code], [p[1] for p in code]
    return min(across) <= x <= max(across) and min(down) <= y <= max(down)


def _margin(line: ScannedLine, text: str, page: ScannedPage, margins: Sequence[str]) -> bool:
    if line.bottom > page.height * 0.3 or not text.isascii():
        return False
    return any(
        SequenceMatcher(None, text.upper(), own, autojunk=False).ratio() >= _LIKE for own in margins
    )


def banded(lines: Sequence[ScannedLine]) -> tuple[Placed, ...]:
    """扶正，分成印出的各行，排好。"""
    if not lines:
        return ()
    turn = -tilt(lines)
    placed = sorted((turned(line, turn) for line in lines), key=lambda one: one.middle)
    limit = _SAME_BAND * median(one.height for one in placed)
    bands: list[list[Placed]] = []
    for one in placed:
        if bands and one.middle - median(p.middle for p in bands[-1]) < limit:
            bands[-1].append(one)
        else:
            bands.append([one])
    return tuple(
        replace(one, band=number)
        for number, band in enumerate(bands, 1)
        for one in sorted(band, key=lambda p: p.left)
    )
