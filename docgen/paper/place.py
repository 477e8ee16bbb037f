"""归位：读出的每一行属于签发文字的哪一段、哪一格。纯函数。

Lines in reading order belong to blocks in their order, so one pass of dynamic programming over
lines and blocks settles which of several alike places a line stands in.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from docgen.model.words import Row, Words, squeeze
from docgen.paper.confusion import Confusions
from docgen.paper.order import OrderedPage, Placed
from docgen.paper.units import Unit

_LEAST = 0.34
_CROSSING = 0.8
_BIN = 6
_HEADER_AGAIN = 0.5
_LONGEST = 60
_BESIDE = 0.1
_FILLED = 0.3
_DECISIVE = 3.0
_APART = 1.5
_IN_COLUMN = 1.0
_SHORT = 2
_Ints = np.ndarray[tuple[int], np.dtype[np.intp]]
_Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Piece:
    """一行里属于某个单元的一段字。page: index of the ordered page."""

    page: int
    placed: Placed
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.placed.line.text[self.start : self.end]


@dataclass
class Assignment:
    """各单元的各段；重印的表头按页另放。

    loose: lines that belong nowhere by their words; for a line of a character or two, the unit
    that holds those, if any.
    """

    pieces: dict[Unit, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    headers: dict[tuple[int, Unit], list[Piece]] = field(default_factory=lambda: defaultdict(list))
    loose: list[tuple[Piece, Unit | None]] = field(default_factory=list)


def assign(words: Words, pages: Sequence[OrderedPage], confusions: Confusions) -> Assignment:
    """每一行归到单元。"""
    index = _Index(words, confusions)
    rows = [(number, one) for number, page in enumerate(pages) for one in page.lines]
    scores = [index.scores(one.line.text) for _, one in rows]
    found = Assignment()
    beside: dict[tuple[int, int], Unit] = {}
    blocks = _blocks(index, scores)
    columns = _Columns(index, [one for _, one in rows], blocks, scores)
    for (page, one), block, best in zip(rows, blocks, scores, strict=True):
        whole = Piece(page, one, 0, len(one.line.text))
        cells = {unit: score for unit, score in best.items() if unit.block == abs(block) - 1}
        if cells and block > 0:
            cells = columns.weighed(index.not_again(cells, best, found.pieces), one)
        if not cells:
            found.loose.append((whole, None))
        elif block < 0:
            found.headers[page, max(cells, key=lambda unit: cells[unit])].append(whole)
        else:
            left = beside.get((page, one.band))
            if left in cells:  # two cells may be equally like a single character
                cells[left] += _BESIDE
            for unit in cells:  # two cells of a row may hold the same number
                if index.filled(unit, found.pieces.get(unit, ())):
                    cells[unit] -= _FILLED
            likeliest = max(cells, key=lambda unit: cells[unit])
            if cells[likeliest] < 1:
                found.loose.append((whole, likeliest))
                beside[page, one.band] = likeliest
                continue
            for unit, start, end in index.split(one.line.text, cells):
                found.pieces[unit].append(Piece(page, one, start, end))
                beside[page, one.band] = unit
    return found


class _Index:
    """签发文字的二字索引。"""

    def __init__(self, words: Words, confusions: Confusions) -> None:
        self.blocks = words.blocks
        self.fold = confusions.fold
        self.texts: dict[Unit, str] = {}
        self.header: list[int | None] = []
        self._grams: dict[str, list[tuple[Unit, int]]] = defaultdict(list)
        header: int | None = None
        for number, block in enumerate(words.blocks):
            row = isinstance(block, Row)
            cells = block.cells if isinstance(block, Row) else (block,)
            header = number if isinstance(block, Row) and block.repeated else header
            header = header if row else None
            self.header.append(None if header == number else header)
            for cell, text in enumerate(cells):
                self._enter(Unit(number, cell), self.fold(squeeze(text)))

    def _enter(self, unit: Unit, text: str) -> None:
        self.texts[unit] = text
        for at in range(len(text) - 1):
            self._grams[text[at : at + 2]].append((unit, at))

    def table(self, block: int) -> int | None:
        """这一块所在的表，即它的表头；不在有表头的表里的没有。"""
        own = self.blocks[block]
        heads = isinstance(own, Row) and own.repeated
        return block if heads else self.header[block]

    def scores(self, text: str) -> dict[Unit, float]:
        """这一行像各单元里的字的程度：约等于对上的字数；太不像的不算。"""
        line = self.fold(squeeze(text))
        if len(line) <= 2:
            return self._short(line)
        bins: Counter[tuple[Unit, int]] = Counter()
        for at in range(len(line) - 1):
            for unit, place in self._grams.get(line[at : at + 2], ()):
                bins[unit, (place - at) // _BIN] += 1
        best: dict[Unit, float] = {}
        for (unit, slot), count in bins.items():
            hits = count + max(bins.get((unit, slot - 1), 0), bins.get((unit, slot + 1), 0)) + 1
            if hits >= _LEAST * len(line) and hits > best.get(unit, 0):
                best[unit] = hits
        return {unit: score + self._whole(unit, line) for unit, score in best.items()}

    def _short(self, line: str) -> dict[Unit, float]:
        return {
            unit: (len(line) if text == line else 0.3) + self._whole(unit, line)
            for unit, text in self.texts.items()
            if line and line in text
        }

    def _whole(self, unit: Unit, line: str) -> float:
        return 0.5 if self.texts[unit] == line else 0.0

    def split(self, text: str, cells: Mapping[Unit, float]) -> list[tuple[Unit, int, int]]:
        """一行属于哪一格；跨两格的在最像的地方断开。"""
        best = max(cells, key=lambda unit: cells[unit])
        whole = [(best, 0, len(text))]
        row = [unit for unit in self.texts if unit.block == best.block]
        if len(row) < 2 or cells[best] >= _CROSSING * len(squeeze(text)):
            return whole
        score, parts = self._parted(self.fold(text), row)
        return parts if score > cells[best] + 1.0 else whole

    def _parted(self, line: str, row: Sequence[Unit]) -> tuple[float, list[tuple[Unit, int, int]]]:
        """一行依次分给各格，最像的分法。"""
        size = min(len(line), _LONGEST)
        best: list[tuple[float, list[tuple[Unit, int, int]]]] = [(0.0, [])]
        best += [(-math.inf, [])] * size
        for cell in row:
            for start in range(size - 1, -1, -1):
                score, parts = best[start]
                for end in range(start + 1, size + 1) if score > -math.inf else ():
                    told = score + self._inside(squeeze(line[start:end]), cell)
                    if told > best[end][0]:
                        stop = len(line) if end == size else end
                        best[end] = told, [*parts, (cell, start, stop)]
        return best[size]

    def not_again(
        self,
        cells: Mapping[Unit, float],
        best: Mapping[Unit, float],
        pieces: Mapping[Unit, Sequence[Piece]],
    ) -> dict[Unit, float]:
        """下几行还有同样的一格的，已经读全的不再收第二遍。"""
        here = max(cells, key=lambda unit: cells[unit])
        if self.filled(here, pieces.get(here, ())):
            later = [
                unit
                for unit, score in best.items()
                if unit.block > here.block
                and self.texts[unit] == self.texts[here]
                and score >= cells[here]
                and not self.filled(unit, pieces.get(unit, ()))
            ]
            if later:
                block = min(unit.block for unit in later)
                return {unit: score for unit, score in best.items() if unit.block == block}
        return dict(cells)

    def filled(self, unit: Unit, pieces: Sequence[Piece]) -> bool:
        """这个单元已经整个读到了。"""
        return self.fold(squeeze("".join(p.text for p in pieces))) == self.texts[unit]

    def _inside(self, text: str, unit: Unit) -> float:
        if text and text in self.texts[unit]:
            return len(text) + self._whole(unit, text)
        own = self.scores(text).get(unit, 0.0) if len(text) > 2 else 0.0
        return own - 0.5


class _Columns:
    """表格各列在纸上的左右：由读得确凿的行量出，一两个字的行凭它归列。"""

    def __init__(
        self,
        index: _Index,
        lines: Sequence[Placed],
        blocks: Sequence[int],
        scores: Sequence[Mapping[Unit, float]],
    ) -> None:
        self._index = index
        self._ranges: dict[tuple[int, int], tuple[float, float]] = {}
        for line, block, best in zip(lines, blocks, scores, strict=True):
            own = sorted(
                ((score, u) for u, score in best.items() if u.block == abs(block) - 1), reverse=True
            )
            second = own[1][0] if len(own) > 1 else 0.0
            if own and own[0][0] >= _DECISIVE and own[0][0] - second >= _APART:
                self._widen(own[0][1], line)

    def weighed(self, cells: Mapping[Unit, float], line: Placed) -> dict[Unit, float]:
        """在自己那一列里的加分，在别的列里的减分；量不出的不变。"""
        return {unit: score + self._worth(unit, line) for unit, score in cells.items()}

    def _worth(self, unit: Unit, line: Placed) -> float:
        table = self._index.table(unit.block)
        known = None if table is None else self._ranges.get((table, unit.cell))
        if known is None or len(squeeze(line.line.text)) > _SHORT:
            return 0.0
        return _IN_COLUMN if known[0] <= (line.left + line.right) / 2 <= known[1] else -_IN_COLUMN

    def _widen(self, unit: Unit, line: Placed) -> None:
        table = self._index.table(unit.block)
        if table is not None:
            low, high = self._ranges.get((table, unit.cell), (line.left, line.right))
            self._ranges[table, unit.cell] = min(low, line.left), max(high, line.right)


def _blocks(index: _Index, scores: Sequence[Mapping[Unit, float]]) -> list[int]:
    """各行的块，从 1 数；不属于任何块的也给出所在的块；负数是重印的表头。"""
    count = len(index.blocks)
    if not scores or not count:
        return [1] * len(scores)
    value = np.zeros(count)
    back: list[_Ints] = []
    again: list[_Flags] = []
    for row in scores:
        own = np.zeros(count)
        for unit, score in row.items():
            own[unit.block] = max(own[unit.block], score)
        repeated = np.array([0.0 if h is None else own[h] - _HEADER_AGAIN for h in index.header])
        highest = np.maximum.accumulate(value)
        risen = np.r_[True, np.diff(highest) > 0]
        back.append(np.maximum.accumulate(np.where(risen, np.arange(count), 0)))
        again.append(repeated > own)
        value = highest + np.maximum(own, repeated)
    at = int(np.argmax(value))
    told = []
    for before, headed in zip(reversed(back), reversed(again), strict=True):
        header = index.header[at] if headed[at] else None
        told.append(at + 1 if header is None else -(header + 1))
        at = int(before[at])
    return told[::-1]
