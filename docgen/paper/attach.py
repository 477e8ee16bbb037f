"""收留：哪一段也不像的行，凭它在纸上的位置归到改过的那一段。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen.model.words import Row, Words, squeeze
from docgen.paper.align import align
from docgen.paper.confusion import Confusions
from docgen.paper.order import OrderedPage
from docgen.paper.piece import Assignment, Piece
from docgen.paper.turned import Placed
from docgen.paper.units import Unit, units_of

_OVERLAP = 0.3
_GAIN = 0.6  # of the line's characters
_CLEARLY = 0.5
_NEXT_LINE = 2.2  # line heights between the middles of a line and the next of its paragraph


def attach_loose(
    found: Assignment, words: Words, pages: Sequence[OrderedPage], confusions: Confusions
) -> None:
    """能归到某个单元的，归进去；其余仍在 loose。"""
    texts = {unit.unit: confusions.fold(unit.text) for unit in units_of(words, by_hand=False)}
    left: list[tuple[Piece, Unit | None]] = []
    for piece, hint in found.loose:
        near = _Near(piece, found, words, pages[piece.page])
        unit = near.lacking(texts, hint, confusions) or near.unit(hint)
        if unit is None:
            left.append((piece, None))
        else:
            found.pieces[unit].append(piece)
            found.pieces[unit].sort(key=_order)
    found.loose = left
    for pieces in (*found.pieces.values(), *found.headers.values()):
        pieces.sort(key=_order)


def _order(piece: Piece) -> tuple[int, int, float, int]:
    return piece.page, piece.placed.band, piece.placed.left, piece.start


class _Near:
    """一行的上下左右是哪些单元。画出格子的表，格外的字不归它。"""

    def __init__(self, piece: Piece, found: Assignment, words: Words, page: OrderedPage) -> None:
        self.piece, self._words = piece, words
        ruled = bool(page.rows)
        self._pieces = {
            unit: pieces
            for unit, pieces in found.pieces.items()
            if not (ruled and isinstance(words.blocks[unit.block], Row))
        }
        on_page = [
            (p.placed, unit)
            for unit, pieces in self._pieces.items()
            for p in pieces
            if p.page == piece.page
        ]
        own = piece.placed
        self.beside = [unit for one, unit in on_page if one.band == own.band]
        self.above = _nearest(own, on_page, below=False)
        self.below = _nearest(own, on_page, below=True)

    def lacking(
        self, texts: Mapping[Unit, str], hint: Unit | None, confusions: Confusions
    ) -> Unit | None:
        """邻近的单元里，加上这一行就更像签发的文字的那一个。"""
        near = [pair[1] for pair in (self.above, self.below) if pair]
        every = {*near, *self.beside, *((hint,) if hint in self._pieces else ())}
        text = squeeze(self.piece.text)
        gains = sorted((self._gain(unit, texts[unit], confusions), unit) for unit in every)
        if not gains or gains[-1][0] < max(1.0, _GAIN * len(text)):
            return None
        rival = gains[-2][0] if len(gains) > 1 else 0.0
        return gains[-1][1] if gains[-1][0] - rival >= _CLEARLY else None

    def _gain(self, unit: Unit, issued: str, confusions: Confusions) -> float:
        """多对上几个字。"""

        def alike(pieces: Sequence[Piece]) -> int:
            read = confusions.fold(squeeze("".join(p.text for p in sorted(pieces, key=_order))))
            return sum(
                i is not None and j is not None and issued[i] == read[j]
                for i, j in align(issued, read, confusions)
            )

        own = self._pieces[unit]
        return float(alike([*own, self.piece]) - alike(own))

    def unit(self, hint: Unit | None) -> Unit | None:
        """凭位置归到的单元。"""
        own, above, below = self.piece.placed, self.above, self.below
        if self.beside and not any(self._in_table(unit) for unit in self.beside):
            return self.beside[0]
        if above and below and above[1] == below[1]:
            return above[1]
        if empty := _empty_between(self.beside, above, below, self._pieces, self._words):
            return empty
        if hint is not None:
            return hint
        for near in (above, below):
            if near is None or self._in_table(near[1]) != bool(self.beside):
                continue
            if abs(near[0].middle - own.middle) < _NEXT_LINE * own.height:
                return near[1]
        return None

    def _in_table(self, unit: Unit) -> bool:
        return isinstance(self._words.blocks[unit.block], Row)


def _nearest(
    own: Placed, on_page: Sequence[tuple[Placed, Unit]], *, below: bool
) -> tuple[Placed, Unit] | None:
    sign = 1 if below else -1
    near = [
        (one, unit)
        for one, unit in on_page
        if sign * (one.middle - own.middle) > 0 and _overlap(own, one) > _OVERLAP
    ]
    return min(near, key=lambda pair: abs(pair[0].middle - own.middle), default=None)


def _overlap(a: Placed, b: Placed) -> float:
    shared = min(a.right, b.right) - max(a.left, b.left)
    return shared / max(min(a.right - a.left, b.right - b.left), 1.0)


def _empty_between(
    beside: Sequence[Unit],
    above: tuple[Placed, Unit] | None,
    below: tuple[Placed, Unit] | None,
    pieces: Mapping[Unit, Sequence[Piece]],
    words: Words,
) -> Unit | None:
    """上下两行之间一个字也没有读到的单元；同一横行里有格子的，在那一行里找。"""
    low = above[1].block if above else -1
    high = below[1].block if below else len(words.blocks)
    rows = {unit.block for unit in beside}
    column = above[1].cell if above else below[1].cell if below else 0
    wanted = [u for u in _between(low, high, words) if not pieces.get(u)]
    if rows:
        wanted = [u for u in wanted if u.block in rows]
        wanted.sort(key=lambda u: u.cell != column)
    return wanted[0] if wanted else None


def _between(low: int, high: int, words: Words) -> Iterator[Unit]:
    for number in range(max(low, 0), min(high + 1, len(words.blocks))):
        block = words.blocks[number]
        cells = block.cells if isinstance(block, Row) else (block,)
        yield from (Unit(number, cell) for cell, text in enumerate(cells) if text.strip())
