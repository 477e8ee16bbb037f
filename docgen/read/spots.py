"""图中像二维码的地方：细碎而均匀的黑白，不像文字那样隔着空行。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats: TypeAlias = NDArray[np.float64]

_LONG = 1200
_SIDES = (260, 150, 92, 58, 36)  # of a code, when the picture's long side is _LONG
_BLOCKS = 6  # a code is this many blocks wide
_LEAST = 0.10


@dataclass(frozen=True)
class Spot:
    """一处：正中与边长，像素。"""

    x: float
    y: float
    side: float

    def box(self, room: float) -> tuple[int, int, int, int]:
        """四周留 room 倍边长的方框。"""
        half = self.side * (0.5 + room)
        return (
            round(self.x - half),
            round(self.y - half),
            round(self.x + half),
            round(self.y + half),
        )

    def holds(self, other: Spot) -> bool:
        """另一处的正中在这一处之内。"""
        half = self.side * 0.6
        return abs(self.x - other.x) < half and abs(self.y - other.y) < half

    def like(self, other: Spot) -> bool:
        """差不多是同一处，大小也差不多。"""
        return self.holds(other) and 0.55 < other.side / self.side < 1.8


def likely_spots(grey: Image.Image, most: int) -> tuple[Spot, ...]:
    """最像二维码的至多 most 处，最像的在前。"""
    shrink = max(grey.size) / _LONG
    size = (max(1, round(grey.width / shrink)), max(1, round(grey.height / shrink)))
    small = grey.resize(size, Image.Resampling.BOX if shrink > 1 else Image.Resampling.BILINEAR)
    pixels = np.asarray(small, np.float64)
    sums = _summed(pixels), _summed(pixels * pixels)
    scored = [one for side in _SIDES for one in _peaks(sums, side)]
    best: list[Spot] = []
    for _, spot in sorted(scored, key=lambda pair: -pair[0]):
        if len(best) == most:
            break
        if not any(known.like(spot) for known in best):
            best.append(spot)
    return tuple(Spot(s.x * shrink, s.y * shrink, s.side * shrink) for s in best)


def _peaks(sums: tuple[Floats, Floats], side: int) -> Iterator[tuple[float, Spot]]:
    """边长约 side 的各处：其中每一小块都黑白分明。"""
    block = side // _BLOCKS
    step = max(1, block // 2)
    mean, square = (_boxed(one, block, step) for one in sums)
    if min(mean.shape) < 9:
        return
    contrast = np.sqrt(np.maximum(square - mean * mean, 0)) / (mean + 20)
    lowest = _window(contrast, np.minimum)
    highest = _window(lowest, np.maximum)
    rows, columns = np.nonzero((lowest == highest) & (lowest >= _LEAST))
    order = np.argsort(-lowest[rows, columns], kind="stable")
    known: list[Spot] = []
    for at in order[:400]:
        spot = Spot(
            float(columns[at] * step + block / 2), float(rows[at] * step + block / 2), float(side)
        )
        if any(one.holds(spot) for one in known):
            continue
        known.append(spot)
        yield float(lowest[rows[at], columns[at]]), spot
        if len(known) == 8:
            return


def _summed(pixels: Floats) -> Floats:
    return np.pad(pixels.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _boxed(sums: Floats, block: int, step: int) -> Floats:
    """每隔 step 一块 block × block 的平均。"""
    low, high = sums[:-block:step], sums[block::step]
    total = (
        high[:, block::step] - high[:, :-block:step] - low[:, block::step] + low[:, :-block:step]
    )
    return total / (block * block)


def _window(level: Floats, pick: np.ufunc) -> Floats:
    """每点 9 × 9 邻域的最小或最大；边上不够的照样算。"""
    for _ in range(2):
        level = np.pad(level, ((4, 4), (0, 0)), mode="edge")
        for reach in (1, 2, 4, 1):  # 1 + 1 + 2 + 4 + 1 rows
            level = pick(level[:-reach], level[reach:])
        level = level.T
    return level
