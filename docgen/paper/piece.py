"""归位的结果：每个单元由哪些行的哪几段字写成。"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from docgen.paper.ruled import RuledCell
from docgen.paper.turned import Placed
from docgen.paper.units import Unit


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
    that holds those, if any. cells: where the rules of the paper enclose a unit, with the page.
    """

    pieces: dict[Unit, list[Piece]] = field(default_factory=lambda: defaultdict(list))
    headers: dict[tuple[int, Unit], list[Piece]] = field(default_factory=lambda: defaultdict(list))
    loose: list[tuple[Piece, Unit | None]] = field(default_factory=list)
    cells: dict[Unit, list[tuple[int, RuledCell]]] = field(
        default_factory=lambda: defaultdict(list)
    )
