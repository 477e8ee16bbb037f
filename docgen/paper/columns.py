"""栏：没有认出表格线的，由读得确凿的行量出各栏的左右，一两个字的行凭它归栏。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from docgen.model.words import squeeze
from docgen.paper.index import Index
from docgen.paper.turned import Placed
from docgen.paper.units import Unit

_DECISIVE = 3.0
_APART = 1.5
_IN_COLUMN = 1.0
_SHORT = 2


class Columns:
    """各栏在纸上的左右。"""

    def __init__(
        self,
        index: Index,
        lines: Iterable[tuple[Placed, int, Mapping[Unit, float]]],
    ) -> None:
        self._index = index
        self._ranges: dict[tuple[int, int], tuple[float, float]] = {}
        for line, block, best in lines:
            own = sorted(
                ((score, u) for u, score in best.items() if u.block == block), reverse=True
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
