"""次序：各页按页码排，各行扶正后从上到下、从左到右；页眉、页码、二维码另放。纯函数。"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from statistics import median

from docgen.model.scan import Box, Scan, ScannedLine, ScannedPage
from docgen.model.words import squeeze

_FOOT = re.compile(r"第(\d{1,4})页[,，.、]?共(\d{1,4})页")
_SAME_BAND = 0.4
_LIKE = 0.6


@dataclass(frozen=True)
class Placed:
    """一行在扶正的页上的位置。band: which printed line of the page, from 1."""

    line: ScannedLine
    left: float
    right: float
    middle: float
    height: float
    band: int = 0


@dataclass(frozen=True)
class OrderedPage:
    """排好的一页。printed: the page number at its foot, None unread; total: so too."""

    number: int
    lines: tuple[Placed, ...]
    printed: int | None
    total: int | None


def order_pages(scan: Scan, margins: Iterable[str]) -> tuple[OrderedPage, ...]:
    """各页排好，按读到的页码。margins: what is printed outside the type area."""
    told = [squeeze(text).upper() for text in margins if text]
    pages = [_ordered(page, told) for page in scan.pages]
    if all(page.printed is not None for page in pages):
        pages.sort(key=lambda page: page.printed or 0)
    return tuple(pages)


def _ordered(page: ScannedPage, margins: Sequence[str]) -> OrderedPage:
    lines, printed, total = [], None, None
    for line in page.lines:
        text = squeeze(line.text)
        if foot := _FOOT.fullmatch(text):
            printed, total = int(foot[1]), int(foot[2])
        elif not (_inside(line, page.code) or _margin(line, text, page, margins)):
            lines.append(line)
    return OrderedPage(page.number, banded(lines), printed, total)


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
    turn = -_angle(lines)
    placed = sorted((_turned(line, turn) for line in lines), key=lambda one: one.middle)
    limit = _SAME_BAND * median(one.height for one in placed)
    bands: list[list[Placed]] = []
    for one in placed:
        if bands and one.middle - median(p.middle for p in bands[-1]) < limit:
            bands[-1].append(one)
        else:
            bands.append([one])
    return tuple(
        Placed(one.line, one.left, one.right, one.middle, one.height, number)
        for number, band in enumerate(bands, 1)
        for one in sorted(band, key=lambda p: p.left)
    )


def _angle(lines: Sequence[ScannedLine]) -> float:
    slopes = []
    for line in lines:
        (ax, ay), (bx, by), *_ = line.box
        width = math.hypot(bx - ax, by - ay)
        slopes.append((width, math.atan2(by - ay, bx - ax)))
    longest = sorted(slopes)[-max(1, len(slopes) // 2) :]
    return median(angle for _, angle in longest)


def _turned(line: ScannedLine, angle: float) -> Placed:
    cos, sin = math.cos(angle), math.sin(angle)
    points = [(x * cos - y * sin, x * sin + y * cos) for x, y in line.box]
    (_, ay), (_, by), (_, cy), (_, dy) = points
    across = [x for x, _ in points]
    height = ((dy - ay) + (cy - by)) / 2
    return Placed(line, min(across), max(across), (ay + by + cy + dy) / 4, height)
