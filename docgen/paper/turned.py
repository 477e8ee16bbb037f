"""扶正：一行字、一个框在扶正的页上的位置。纯函数。"""

from __future__ import annotations

import math
from dataclasses import dataclass

from docgen.model.scan import Box, ScannedLine


@dataclass(frozen=True)
class Placed:
    """一行在扶正的页上的位置。band: which printed line of the page, from 1."""

    line: ScannedLine
    left: float
    right: float
    middle: float
    height: float
    band: int = 0

    @property
    def top(self) -> float:
        return self.middle - self.height / 2

    @property
    def bottom(self) -> float:
        return self.middle + self.height / 2


def spun(box: Box, angle: float) -> Box:
    """转过一个角（弧度）。"""
    cos, sin = math.cos(angle), math.sin(angle)
    a, b, c, d = ((x * cos - y * sin, x * sin + y * cos) for x, y in box)
    return a, b, c, d


def turned(line: ScannedLine, angle: float) -> Placed:
    """一行字扶正。"""
    points = spun(line.box, angle)
    (_, ay), (_, by), (_, cy), (_, dy) = points
    across = [x for x, _ in points]
    height = ((dy - ay) + (cy - by)) / 2
    return Placed(line, min(across), max(across), (ay + by + cy + dy) / 4, height)
