"""收留：哪一段也不像的行，凭它在纸上的位置归到改过的那一段。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from docgen.model.words import Row, Words
from docgen.paper.order import Placed
from docgen.paper.place import Assignment, Piece
from docgen.paper.units import Unit

_OVERLAP = 0.3
_NEXT_LINE = 2.2  # line heights between the middles of a line and the next of its paragraph


def attach_loose(found: Assignment, words: Words) -> None:
    """能凭位置归到某个单元的，归进去；其余仍在 loose。"""
    left: list[tuple[Piece, Unit | None]] = []
    for piece, hint in found.loose:
        unit = _unit_of(piece, hint, found, words)
        if unit is None:
            left.append((piece, None))
        else:
            found.pieces[unit].append(piece)
    found.loose = left
    for pieces in (*found.pieces.values(), *found.headers.values()):
        pieces.sort(key=lambda p: (p.page, p.placed.band, p.placed.left, p.start))


def _unit_of(piece: Piece, hint: Unit | None, found: Assignment, words: Words) -> Unit | None:
    on_page = [
        (p.placed, unit)
        for unit, pieces in found.pieces.items()
        for p in pieces
        if p.page == piece.page
    ]
    own = piece.placed
    beside = [unit for one, unit in on_page if one.band == own.band]
    if beside and not any(isinstance(words.blocks[unit.block], Row) for unit in beside):
        return beside[0]
    above = _nearest(own, on_page, below=False)
    below = _nearest(own, on_page, below=True)
    if above and below and above[1] == below[1]:
        return above[1]
    if empty := _empty_between(beside, above, below, found.pieces, words):
        return empty
    if hint is not None:
        return hint
    for near in (above, below):
        if near is None or isinstance(words.blocks[near[1].block], Row) != bool(beside):
            continue
        if abs(near[0].middle - own.middle) < _NEXT_LINE * own.height:
            return near[1]
    return None


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
