"""位置：不同之处在哪一页哪一行、图上哪里；少了的字原来应在哪块空白。纯函数。"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from docgen.model.scan import Box
from docgen.paper.differ import Compared, Spot
from docgen.paper.order import OrderedPage
from docgen.paper.piece import Assignment, Piece
from docgen.paper.ruled import RuledCell
from docgen.paper.turned import spun
from docgen.paper.units import Unit, UnitText

_INSET = 0.15
_REACH = 1.5  # line heights
_EDGE = 0.04  # of a cell's height
_WORTH = 0.45  # of a line's height: a lower gap holds no line


@dataclass(frozen=True)
class _Frame:
    """扶正的页上的一块。"""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def within(cls, cell: RuledCell) -> _Frame:
        """格子里面，不沾表格线。"""
        inset = _EDGE * (cell.bottom - cell.top)
        return cls(cell.left + inset, cell.top + inset, cell.right - inset, cell.bottom - inset)

    def box(self, angle: float) -> Iterator[Box]:
        """图上的框；太窄太矮的不算；四边收一点，不沾邻行的笔画。"""
        wide, tall = self.right - self.left, self.bottom - self.top
        if wide < 12 or tall < 8:
            return
        inset = _INSET * min(wide, tall)
        a, b = self.left + inset, self.right - inset
        c, d = self.top + inset, self.bottom - inset
        yield spun(((a, c), (b, c), (b, d), (a, d)), -angle)


class Sheets:
    """排好的各页，与各单元在上面的位置。"""

    def __init__(
        self,
        pages: Sequence[OrderedPage],
        found: Assignment,
        units: Sequence[UnitText],
    ) -> None:
        self.pages = pages
        self.units = units
        self._pieces = found.pieces
        self._cells = found.cells
        self._order = {unit.unit: number for number, unit in enumerate(units)}

    def number(self, page: OrderedPage) -> int:
        """这一页的页码：印着的，读不出的用它在文件里的次序。"""
        return page.printed if page.printed is not None else page.number

    @cached_property
    def absent(self) -> tuple[int, ...]:
        """没有交来的页。"""
        total = max((page.total or 0 for page in self.pages), default=0)
        seen = {self.number(page) for page in self.pages}
        return tuple(n for n in range(1, total + 1) if n not in seen)

    def on_absent_page(self, compared: Compared, spot: Spot) -> bool:
        """少了的字是不是在没有交来的页上。"""
        if spot.low != spot.high or not self.absent:
            return False
        before, after = self._around(compared, spot)
        total = max((page.total or 0 for page in self.pages), default=0)
        first = 0 if before is None else self.number(self.pages[before.page])
        last = total + 1 if after is None else self.number(self.pages[after.page])
        return any(first < page < last for page in self.absent)

    def beyond_pages(self, compared: Compared, spot: Spot) -> bool:
        """首尾少了的字，会不会在没有交来的页上：有的页没有读到页码，说不准。"""
        if spot.low != spot.high or all(page.printed is not None for page in self.pages):
            return False
        return None in self._around(compared, spot)

    def place(self, compared: Compared, spot: Spot) -> tuple[int, int, int, Box | None]:
        """页码、文件里的第几页、第几行、图上的框。"""
        chosen = compared.places[spot.low : spot.high]
        if chosen:
            number = chosen[0][0]
            inside = [at for n, at in chosen if n == number]
            piece = compared.pieces[number]
            box = piece.placed.line.part(inside[0], inside[-1] + 1)
            return *self._page(piece), piece.placed.band, box
        if self.at_edge(compared, spot):
            before, after = self._around(compared, spot)
            near = before or after
            if near is None:
                return 1, 1, 0, None
            gaps = self.gaps(compared, spot)
            whole = gaps[0] if gaps else near.placed.line.part(near.end, near.end)
            return *self._page(near), near.placed.band, whole
        number, at = compared.places[spot.low - 1]
        piece = compared.pieces[number]
        box = piece.placed.line.part(at + 1, at + 1)
        return *self._page(piece), piece.placed.band, box

    def _page(self, piece: Piece) -> tuple[int, int]:
        page = self.pages[piece.page]
        return self.number(page), page.number

    def at_edge(self, compared: Compared, spot: Spot) -> bool:
        """少了的字不在一行的中间。"""
        if spot.low != spot.high:
            return False
        if spot.low == 0 or spot.low == len(compared.places):
            return True
        return compared.places[spot.low - 1][0] != compared.places[spot.low][0]

    def gaps(self, compared: Compared, spot: Spot) -> tuple[Box, ...]:
        """少了的字原来可能在的空白：上一行之后，两行之间，下一行之前；画线的格子里，不出这一格。"""
        if not compared.pieces and (cell := self._empty_cell(compared)):
            return cell
        before, after = self._around(compared, spot)
        near = [p for p in (before, after) if p is not None]
        if not near:
            return ()
        frame = self._frame(compared, near)
        first, last = spot.low == 0, spot.low == len(compared.places)
        found: list[_Frame] = []
        if before is not None and not first:
            one = before.placed
            stop = after.placed.left if _beside(before, after) and after else frame.right
            found.append(_Frame(one.right, one.top, stop, one.bottom))
        if after is not None and not last and not _beside(before, after):
            one = after.placed
            found.append(_Frame(frame.left, one.top, one.left, one.bottom))
        top, bottom = self._span(compared, before, after, first=first, last=last)
        top, bottom = max(top, frame.top), min(bottom, frame.bottom)
        if bottom - top > _WORTH * near[0].placed.height:
            found.append(_Frame(frame.left, top, frame.right, bottom))
        angle = self.pages[near[0].page].angle
        return tuple(box for one in found for box in one.box(angle))

    def _span(
        self,
        compared: Compared,
        before: Piece | None,
        after: Piece | None,
        *,
        first: bool,
        last: bool,
    ) -> tuple[float, float]:
        """上下两行之间；在单元开头或末尾少了的，是首行之上、末行之下的一行，不越过邻块。"""
        if before is not None and after is not None and first == last:
            same = before.page == after.page
            return (before.placed.bottom, after.placed.top) if same else (0, 0)
        own = after if first else before
        if own is None:
            return 0, 0
        near, reach = own.placed, _REACH * own.placed.height
        lines = [
            p.placed
            for unit, found in self._pieces.items()
            for p in found
            if p.page == own.page and unit.block != compared.text.unit.block
        ]
        if first:
            floor = max((x.bottom for x in lines if x.bottom < near.bottom), default=0.0)
            return max(floor, near.top - reach), near.top
        ceiling = min((x.top for x in lines if x.top > near.top), default=math.inf)
        return near.bottom, min(ceiling, near.bottom + reach)

    def _frame(self, compared: Compared, near: Sequence[Piece]) -> _Frame:
        """这个单元在纸上的一栏：画线的格子，没有的凭它的各行。"""
        page = near[0].page
        for number, cell in self._cells.get(compared.text.unit, ()):
            if number == page:
                return _Frame.within(cell)
        lines = [p.placed for p in compared.pieces or near if p.page == page] or [near[0].placed]
        left, right = min(line.left for line in lines), max(line.right for line in lines)
        return _Frame(left, 0.0, right, math.inf)

    def _empty_cell(self, compared: Compared) -> tuple[Box, ...]:
        """一个字也没有读到的格子：画出来的，或者同一横行的高，同一栏的宽。"""
        own = compared.text.unit
        if ruled := self._cells.get(own):
            return tuple(
                box
                for page, cell in ruled
                for box in _Frame.within(cell).box(self.pages[page].angle)
            )
        row = [p for u, ps in self._pieces.items() if u.block == own.block for p in ps]
        if not row:
            return ()
        page = row[0].page
        column = [
            p.placed
            for unit, found in self._pieces.items()
            for p in found
            if p.page == page and unit.cell == own.cell and self._in_table(unit, own)
        ]
        if not column:
            return ()
        lines = [p.placed for p in row if p.page == page]
        margin = lines[0].height / 4
        left, right = min(x.left for x in column), max(x.right for x in column)
        top, bottom = min(x.top for x in lines), max(x.bottom for x in lines)
        whole = _Frame(left - margin, top - margin, right + margin, bottom + margin)
        return tuple(whole.box(self.pages[page].angle))

    def _in_table(self, unit: Unit, own: Unit) -> bool:
        low, high = sorted((unit.block, own.block))
        rows = {u.unit.block for u in self.units if u.unit.cell == 1}
        return all(block in rows for block in range(low, high + 1))

    def _around(self, compared: Compared, spot: Spot) -> tuple[Piece | None, Piece | None]:
        """前后最近的读到的行。"""
        before = after = None
        if spot.low > 0:
            before = compared.pieces[compared.places[spot.low - 1][0]]
        if spot.low < len(compared.places):
            after = compared.pieces[compared.places[spot.low][0]]
        at = self._order[compared.text.unit]
        if before is None:
            earlier = (self._pieces.get(unit.unit) for unit in reversed(self.units[:at]))
            before = next((found[-1] for found in earlier if found), None)
        if after is None:
            later = (self._pieces.get(unit.unit) for unit in self.units[at + 1 :])
            after = next((found[0] for found in later if found), None)
        return before, after


def _beside(before: Piece | None, after: Piece | None) -> bool:
    if before is None or after is None or before.page != after.page:
        return False
    return before.placed.band == after.placed.band
