"""对齐：两段折过的字逐字成对，最省的对法。纯函数。

Gaps cost an opening and an extension (Gotoh 1982), so that a sentence left out is one gap and a
character put for another is no gap at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

import numpy as np
import numpy.typing as npt

from docgen.paper.confusion import Confusions

_OPENED = 0.4
_LONGER = 0.5
_LIGHT = 0.2  # a mark of punctuation left out
_LARGEST = 1_000_000
Pair = tuple[int | None, int | None]
_Floats = npt.NDArray[np.float64]


def align(issued: str, read: str, confusions: Confusions) -> Iterator[Pair]:
    """逐字成对；一边没有的为 None。"""
    start, stop = _ends(issued, read)
    yield from ((at, at) for at in range(start))
    a, b = issued[start : len(issued) - stop], read[start : len(read) - stop]
    small = len(a) * len(b) <= _LARGEST
    for i, j in _closest(a, b, confusions) if small else _roughly(a, b):
        yield None if i is None else start + i, None if j is None else start + j
    yield from ((len(issued) - n, len(read) - n) for n in range(stop, 0, -1))


def _ends(a: str, b: str) -> tuple[int, int]:
    """两头相同的各几个字。"""
    most = min(len(a), len(b))
    start = next((n for n in range(most) if a[n] != b[n]), most)
    most -= start
    stop = next((n for n in range(most) if a[-n - 1] != b[-n - 1]), most)
    return start, stop


def _roughly(a: str, b: str) -> Iterator[Pair]:
    """太长的，只认相同的段。"""
    for tag, low, high, start, end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from zip(range(low, high), range(start, end), strict=True)
        else:
            yield from ((i, None) for i in range(low, high))
            yield from ((None, j) for j in range(start, end))


def _closest(a: str, b: str, confusions: Confusions) -> list[Pair]:
    """最省的对法。best: of each pair of starts; down, over: those that end in a gap."""
    changed = _changes(a, b, confusions)
    fall, rise = _lengths(a, confusions), _lengths(b, confusions)
    slope = np.r_[0.0, np.cumsum(rise)]
    shape = len(a) + 1, len(b) + 1
    best, down, over = (np.full(shape, np.inf) for _ in range(3))
    best[0] = _OPENED + slope
    over[0, 1:] = best[0, 1:]
    best[0, 0] = 0.0
    for i in range(1, len(a) + 1):
        down[i] = np.minimum(best[i - 1] + _OPENED, down[i - 1]) + fall[i - 1]
        entered = down[i].copy()
        entered[1:] = np.minimum(entered[1:], best[i - 1, :-1] + changed[i - 1])
        lowest = np.minimum.accumulate(entered - slope)
        over[i, 1:] = lowest[:-1] + _OPENED + slope[1:]
        best[i] = np.minimum(entered, over[i])
    return _traced(best, down, over, changed)


def _traced(best: _Floats, down: _Floats, over: _Floats, changed: _Floats) -> list[Pair]:
    """倒着走出对法；一段缺字走到头再换。"""
    i, j = best.shape[0] - 1, best.shape[1] - 1
    found: list[Pair] = []
    gap = ""
    while i or j:
        if not gap and not (
            i and j and np.isclose(best[i, j], best[i - 1, j - 1] + changed[i - 1, j - 1])
        ):
            gap = "down" if i and np.isclose(best[i, j], down[i, j]) else "over"
        if gap == "down":
            gap = "" if _opens(down[i, j], best[i - 1, j], down[i - 1, j]) else gap
            i -= 1
            found.append((i, None))
        elif gap == "over":
            gap = "" if _opens(over[i, j], best[i, j - 1], over[i, j - 1]) else gap
            j -= 1
            found.append((None, j))
        else:
            i, j = i - 1, j - 1
            found.append((i, j))
    return found[::-1]


def _opens(here: float, best: float, longer: float) -> bool:
    """这一段缺字是不是从这里开始的：接着缺不比另起省。"""
    return best + _OPENED <= longer and here < np.inf


def _lengths(text: str, confusions: Confusions) -> _Floats:
    return np.array([_LIGHT if char in confusions.punctuation else _LONGER for char in text])


def _changes(a: str, b: str, confusions: Confusions) -> _Floats:
    rows, columns = sorted(set(a)), sorted(set(b))
    table = np.array([[confusions.changed(x, y) for y in columns] for x in rows])
    table = table.reshape(len(rows), len(columns))
    own = [rows.index(char) for char in a]
    other = [columns.index(char) for char in b]
    return np.asarray(table[np.ix_(own, other)], np.float64)
