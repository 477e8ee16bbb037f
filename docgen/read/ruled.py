"""表格线：一页图片上横线、竖线围成的各格。

Words of a table are told apart by the cell they stand in, not by what they say: rows repeat the
same words, a single character says nothing of its place. So the rules of the paper are looked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from docgen.model.scan import Box, ScannedLine, tilt
from docgen.read.ocr import Pixels, reddish

_UPRIGHT = 1.1  # line heights: longer than any stroke of a character
_LEVEL = 3.0
_AROUND = 2.0
_DARKER = 14
_BLACK = 120  # in the red channel: ink under a stamp
_FULL = 0.8  # of its frame: a cell is a rectangle
_LEAST = 0.7  # line heights
_MOST_CELLS = 4000


def ruled_cells(page: Pixels, lines: Sequence[ScannedLine]) -> tuple[Box, ...]:
    """围成的各格，四角在原图上。lines: tell how the page is turned and how large its type is."""
    if not lines:
        return ()
    import cv2  # comes with RapidOCR

    size = median(line.height for line in lines)
    height, width = page.shape[:2]
    middle = (width / 2, height / 2)
    turn = cv2.getRotationMatrix2D(middle, math.degrees(tilt(lines)), 1.0)
    level = cv2.warpAffine(
        _unstamped(page), turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255
    )
    back = cv2.invertAffineTransform(turn)
    rules = _rules(level, size)
    return tuple(_turned_back(frame, back) for frame in _frames(rules, _LEAST * size))


def _unstamped(page: Pixels) -> Pixels:
    """灰度图，红的当作白纸；盖在线上的红，底下还是黑的。"""
    level = page[:, :, 0].copy()
    level[reddish(page) & (level > _BLACK)] = 255
    return level


def _rules(level: npt.NDArray[Any], size: float) -> npt.NDArray[np.uint8]:
    """只留长的横线、竖线。size: the height of a line of type."""
    import cv2  # comes with RapidOCR

    block = int(_AROUND * size) | 1
    dark = cv2.adaptiveThreshold(
        level, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, max(block, 3), _DARKER
    )
    found = np.zeros_like(dark)
    for along in ((1, int(_UPRIGHT * size) | 1), (int(_LEVEL * size) | 1, 1)):
        across = (3, 1) if along[0] == 1 else (1, 3)
        thick = cv2.dilate(dark, np.ones(across[::-1], np.uint8))
        long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(along[::-1], np.uint8))
        gap = tuple(n // 3 | 1 if n > 1 else 1 for n in along)
        whole = cv2.morphologyEx(long, cv2.MORPH_CLOSE, np.ones(gap[::-1], np.uint8))
        found = np.maximum(found, whole)
    return np.asarray(found, np.uint8)


def _frames(
    rules: npt.NDArray[np.uint8], least: float
) -> Iterator[tuple[float, float, float, float]]:
    """线之间的空白，成矩形的：左、上、右、下。"""
    import cv2  # comes with RapidOCR

    count, _, stats, _ = cv2.connectedComponentsWithStats(255 - rules, connectivity=4)
    height, width = rules.shape
    for left, top, wide, tall, area in stats[1 : min(count, _MOST_CELLS)]:
        touches = left == 0 or top == 0 or left + wide == width or top + tall == height
        if touches or min(wide, tall) < least or area < _FULL * wide * tall:
            continue
        yield float(left), float(top), float(left + wide), float(top + tall)


def _turned_back(frame: tuple[float, float, float, float], back: npt.NDArray[Any]) -> Box:
    left, top, right, bottom = frame
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    a, b, c, d = (
        (
            float(back[0, 0] * x + back[0, 1] * y + back[0, 2]),
            float(back[1, 0] * x + back[1, 1] * y + back[1, 2]),
        )
        for x, y in corners
    )
    return a, b, c, d
