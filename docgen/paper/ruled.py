"""画线的表：纸上的各格排成行，每一行字归到它所在的格。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.model.scan import Box
from docgen.paper.turned import Placed, spun

_SIDE_BY_SIDE = 0.6  # of the taller one's height


@dataclass(frozen=True)
class InCell:
    """一行里写在一格中的一段字。"""

    placed: Placed
    start: int
    end: int


@dataclass(frozen=True)
class RuledCell:
    """纸上的一格。box: on the picture; the other four on the page turned upright."""

    box: Box
    left: float
    top: float
    right: float
    bottom: float
    parts: tuple[InCell, ...] = ()

    @property
    def text(self) -> str:
        return "".join(one.placed.line.text[one.start : one.end] for one in self.parts)


@dataclass(frozen=True)
class RuledRow:
    """纸上表格的一行，从左到右的各格。"""

    cells: tuple[RuledCell, ...]

    @property
    def top(self) -> float:
        return min(cell.top for cell in self.cells)

    def holds(self, one: Placed) -> bool:
        """这一行字的正中在不在这一行格里。"""
        across = (one.left + one.right) / 2
        if not self.cells[0].left <= across <= self.cells[-1].right:
            return False
        cell = self.cells[_cell_at(self, across)]
        return cell.top <= one.middle <= cell.bottom


def ruled_rows(cells: Sequence[Box], lines: Sequence[Placed], angle: float) -> tuple[RuledRow, ...]:
    """各行格，从上到下，写着各行字；红的（印章）不算。angle: that turns the page upright."""
    rows = sorted(_rows([_upright(box, angle) for box in cells]), key=lambda row: row.top)
    held: dict[int, list[Placed]] = {}
    for one in lines:
        number = next((n for n, row in enumerate(rows) if row.holds(one)), None)
        if number is not None and not one.line.red:
            held.setdefault(number, []).append(one)
    return tuple(_filled(row, held.get(n, ())) for n, row in enumerate(rows))


def _upright(box: Box, angle: float) -> RuledCell:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = spun(box, angle)
    return RuledCell(box, (ax + dx) / 2, (ay + by) / 2, (bx + cx) / 2, (cy + dy) / 2)


def _rows(cells: Sequence[RuledCell]) -> Iterator[RuledRow]:
    """左右相接、一样高低的格是一行；只有一格的不是表。"""
    rows: list[list[RuledCell]] = []
    for cell in sorted(cells, key=lambda one: one.left):
        beside = next((row for row in rows if _follows(row[-1], cell)), None)
        if beside is None:
            rows.append([cell])
        else:
            beside.append(cell)
    return (RuledRow(tuple(row)) for row in rows if len(row) > 1)


def _follows(before: RuledCell, cell: RuledCell) -> bool:
    tall = max(before.bottom - before.top, cell.bottom - cell.top)
    shared = min(before.bottom, cell.bottom) - max(before.top, cell.top)
    return shared > _SIDE_BY_SIDE * tall and abs(cell.left - before.right) < tall / 2


def _filled(row: RuledRow, lines: Sequence[Placed]) -> RuledRow:
    """各行字写进各格；跨过竖线读成一行的，按每个字的左右分开。"""
    parts: list[list[InCell]] = [[] for _ in row.cells]
    for one in lines:
        for number, start, end in _runs(row, one):
            parts[number].append(InCell(one, start, end))
    return RuledRow(
        tuple(
            replace(cell, parts=_in_order(own)) for cell, own in zip(row.cells, parts, strict=True)
        )
    )


def _in_order(parts: Sequence[InCell]) -> tuple[InCell, ...]:
    return tuple(sorted(parts, key=lambda one: (one.placed.band, one.placed.left, one.start)))


def _runs(row: RuledRow, one: Placed) -> Iterator[tuple[int, int, int]]:
    """第几格，从第几个字到第几个字。"""
    size = len(one.line.text)
    even = tuple((n + 0.5) / size for n in range(size))
    marks = one.line.centres if len(one.line.centres) == size else even
    start, last = 0, -1
    for at, mark in enumerate(marks):
        number = _cell_at(row, one.left + mark * (one.right - one.left))
        if number != last and at > 0:
            yield last, start, at
            start = at
        last = number
    if last >= 0:
        yield last, start, size


def _cell_at(row: RuledRow, across: float) -> int:
    def off(number: int) -> float:
        cell = row.cells[number]
        return max(cell.left - across, across - cell.right, 0.0)

    return min(range(len(row.cells)), key=off)
