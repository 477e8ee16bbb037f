"""归位：读出的每一行属于签发文字的哪一段、哪一格。纯函数。

Where the rules of a table were made out, a line belongs to the cell it stands in. Elsewhere its
words and its place in the reading order tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from docgen.model.words import Row, Words
from docgen.paper.columns import Columns
from docgen.paper.confusion import Confusions
from docgen.paper.index import Index
from docgen.paper.order import OrderedPage
from docgen.paper.path import Stand, Step, Way, path
from docgen.paper.piece import Assignment, Piece
from docgen.paper.ruled import RuledRow
from docgen.paper.turned import Placed
from docgen.paper.units import Unit

_BESIDE = 0.1
_FILLED = 0.3
_OUTSIDE = 0.2  # less likely in a table, where the page's tables are ruled
_BREAKS = 2  # rows from the top of a page: the header again, and the rest of a row


@dataclass(frozen=True)
class _Item:
    """按次序的一样：一行字，或者一行格。scores: by unit, of a line."""

    page: int
    step: Step
    line: Placed | None = None
    row: RuledRow | None = None
    scores: Mapping[Unit, float] | None = None


def assign(words: Words, pages: Sequence[OrderedPage], confusions: Confusions) -> Assignment:
    """每一行归到单元。"""
    index = Index(words, confusions)
    items = [item for number, page in enumerate(pages) for item in _items(number, page, index)]
    stands = path([item.step for item in items], index.header)
    found = Assignment()
    for item, stand in zip(items, stands, strict=True):
        if item.row is not None:
            _enter_row(item.page, item.row, stand, found)
    _enter_lines(index, [(i, s) for i, s in zip(items, stands, strict=True) if i.line], found)
    return found


def _items(number: int, page: OrderedPage, index: Index) -> Iterator[_Item]:
    """一页上的各行字与各行格，从上到下。"""
    known = [(row, index.row_scores(row)) for row in page.rows]
    rows = [(row, scores) for row, scores in known if scores]
    inside = {id(part.placed) for row, _ in rows for cell in row.cells for part in cell.parts}
    lines = [one for one in page.lines if id(one) not in inside]
    for at, (row, scores) in enumerate(rows):
        while lines and lines[0].middle < row.top:
            yield _line_item(number, lines.pop(0), index, _OUTSIDE)
        broken = number > 0 and at < _BREAKS
        yield _Item(number, Step(scores, row=True, broken=broken), row=row)
    for one in lines:
        yield _line_item(number, one, index, _OUTSIDE if rows else 0.0)


def _line_item(page: int, line: Placed, index: Index, outside: float) -> _Item:
    scores = index.scores(line.line.text)
    blocks: dict[int, float] = {}
    for unit, score in scores.items():
        told = score - outside if isinstance(index.blocks[unit.block], Row) else score
        blocks[unit.block] = max(blocks.get(unit.block, 0.0), told)
    return _Item(
        page, Step(blocks, opens=index.opened(line.line.text, scores)), line=line, scores=scores
    )


def _enter_row(page: int, row: RuledRow, stand: Stand, found: Assignment) -> None:
    for number, cell in enumerate(row.cells):
        unit = Unit(stand.block, number)
        pieces = [Piece(page, one.placed, one.start, one.end) for one in cell.parts]
        if stand.way is Way.TAKEN:
            found.pieces[unit] += pieces
            found.cells[unit].append((page, cell))
        elif stand.way is Way.HEADER:
            found.headers[page, unit] += pieces
        else:
            found.loose += [(piece, None) for piece in pieces]


def _enter_lines(index: Index, lines: Sequence[tuple[_Item, Stand]], found: Assignment) -> None:
    known = [(item.line, stand.block, item.scores or {}) for item, stand in lines]
    columns = Columns(index, [(line, at, scores) for line, at, scores in known if line])
    beside: dict[tuple[int, int], Unit] = {}
    for item, stand in lines:
        one, best = item.line, item.scores or {}
        assert one is not None
        whole = Piece(item.page, one, 0, len(one.line.text))
        cells = {unit: score for unit, score in best.items() if unit.block == stand.block}
        if cells and stand.way is Way.TAKEN:
            cells = columns.weighed(index.not_again(cells, best, found.pieces), one)
        if not cells:
            found.loose.append((whole, None))
        elif stand.way is Way.HEADER:
            found.headers[item.page, max(cells, key=lambda unit: cells[unit])].append(whole)
        else:
            _enter_line(whole, cells, index, beside, found)


def _enter_line(
    whole: Piece,
    cells: dict[Unit, float],
    index: Index,
    beside: dict[tuple[int, int], Unit],
    found: Assignment,
) -> None:
    one = whole.placed
    place = whole.page, one.band
    left = beside.get(place)
    if left in cells:  # two cells may be equally like a single character
        cells[left] += _BESIDE
    for unit in cells:  # two cells of a row may hold the same number
        if index.filled(unit, found.pieces.get(unit, ())):
            cells[unit] -= _FILLED
    likeliest = max(cells, key=lambda unit: cells[unit])
    if cells[likeliest] < 1:
        found.loose.append((whole, likeliest))
        beside[place] = likeliest
        return
    for unit, start, end in index.split(one.line.text, cells):
        found.pieces[unit].append(Piece(whole.page, one, start, end))
        beside[place] = unit
