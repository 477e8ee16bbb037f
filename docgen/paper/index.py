"""索引：一行读出的字像签发文字的哪几段、哪几格，各像多少。纯函数。"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from docgen.model.words import Row, Words, squeeze
from docgen.paper.confusion import Confusions
from docgen.paper.piece import Piece
from docgen.paper.ruled import RuledRow
from docgen.paper.units import Unit

_LEAST = 0.34
_CROSSING = 0.8
_BIN = 6
_LONGEST = 60
_LIKELY = 0.2  # of a row with as many cells, whatever its words
_ASTRAY = 0.3


class Index:
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

    def row_scores(self, row: RuledRow) -> dict[int, float]:
        """纸上的一行格像各块的程度，逐格比；格数不同的不算。"""
        read = [self.fold(squeeze(cell.text)) for cell in row.cells]
        return {
            number: max(_LIKELY, sum(self._same(t, number, n) for n, t in enumerate(read)))
            for number, block in enumerate(self.blocks)
            if isinstance(block, Row) and len(block.cells) == len(read)
        }

    def _same(self, read: str, block: int, cell: int) -> float:
        """一格读出的字与签发的字：对上的字数，对不上的倒扣。"""
        issued = self.texts[Unit(block, cell)]
        if not read:
            return -_ASTRAY if issued else 0.0
        one, other = _pairs(read), _pairs(issued)
        alike = sum((one & other).values())
        return alike - _ASTRAY * (sum(one.values()) - alike)

    def opened(self, text: str, units: Iterable[Unit]) -> frozenset[int]:
        """其中哪些段落的开头与这一行的开头一样。"""
        lead = self.fold(squeeze(text))[:2]
        return frozenset(
            unit.block
            for unit in units
            if len(lead) == 2
            and not isinstance(self.blocks[unit.block], Row)
            and self.texts[unit].startswith(lead)
        )

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


def _pairs(text: str) -> Counter[str]:
    ended = f"\n{text}\n" if text else ""
    return Counter(ended[at : at + 2] for at in range(len(ended) - 1))
