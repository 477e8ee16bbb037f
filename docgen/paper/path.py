"""次第：纸面上从上到下的各行、各行格，依次是签发文字的第几块。纯函数。

What is read in order belongs to blocks in their order, so one pass of dynamic programming settles
which of several alike places a line stands in. A paragraph has many lines; a row of a table is one
row on the paper, and one more only where a page ends within it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

_AGAIN = 0.5
_BEGUN = 0.3
_NEARER = 0.1
_Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """一行或者一行格。scores: how much it is like each block; row: is it a row of ruled cells;
    broken: may it be the rest of a row that began on the page before; opens: the blocks that begin
    like the line, so that it rather begins one of them than goes on in it.
    """

    scores: Mapping[int, float]
    row: bool = False
    broken: bool = False
    opens: frozenset[int] = frozenset()


class Way(IntEnum):
    """归到一块的方式。"""

    TAKEN = 0
    HEADER = 1
    RESTS = 2
    """哪一块也不是；一行字的话，在这一块的近旁。"""


@dataclass(frozen=True)
class Stand:
    """一步在哪一块；headed block for Way.HEADER. Block -1: before the first."""

    way: Way
    block: int


def path(steps: Sequence[Step], headers: Sequence[int | None]) -> list[Stand]:
    """各步所在的块。headers: the repeated header of the table that each block is in."""
    # State 0 is before the first block. Of ways alike, the one with the least left out between its
    # first block and its last is taken.
    nearer = np.linspace(0.0, _NEARER, len(headers) + 1)
    value = nearer.copy()
    trace: list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]] = []
    for step in steps:
        own = np.zeros(len(headers) + 1)
        for block, score in step.scores.items():
            own[block + 1] = score
        again = np.array([0.0, *(0.0 if h is None else own[h + 1] - _AGAIN for h in headers)])
        value, before, ways = (
            _row(value, own, again, step) if step.row else _line(value, own, again, step)
        )
        trace.append((before, ways))
    at = int(np.argmax(value - nearer))
    told = []
    for before, ways in reversed(trace):
        header = headers[at - 1] if at and ways[at] == Way.HEADER else None
        told.append(Stand(Way(int(ways[at])), at - 1 if header is None else header))
        at = int(before[at])
    return told[::-1]


def _best_before(value: _Floats) -> tuple[_Floats, npt.NDArray[np.intp]]:
    """到这一块为止最好的，与它在哪一块。"""
    highest = np.maximum.accumulate(value)
    risen = np.r_[True, np.diff(highest) > 0]
    return highest, np.maximum.accumulate(np.where(risen, np.arange(len(value)), 0))


def _line(
    value: _Floats, own: _Floats, again: _Floats, step: Step
) -> tuple[_Floats, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    highest, before = _best_before(value)
    gain = np.maximum(own, again)
    ways = np.where(again > own, Way.HEADER, np.where(own > 0, Way.TAKEN, Way.RESTS))
    begun = np.full(len(value), -np.inf)
    for block in step.opens:
        begun[block + 1] = highest[block] + own[block + 1] + _BEGUN
    anew = begun > highest + gain
    ways = np.where(anew, Way.TAKEN, ways)
    origin = np.where(anew, np.r_[0, before[:-1]], before)
    return np.maximum(begun, highest + gain), origin, ways


def _row(
    value: _Floats, own: _Floats, again: _Floats, step: Step
) -> tuple[_Floats, npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    highest, before = _best_before(value)
    states = np.arange(len(value))
    taken = np.where(own > 0, np.r_[-np.inf, highest[:-1]] + own, -np.inf)
    ways = [taken, np.where(again > 0, highest + again, -np.inf), value]
    origins = [np.r_[0, before[:-1]], before, states]
    if step.broken:
        ways.append(np.where(own > _AGAIN, value + own - _AGAIN, -np.inf))
        origins.append(states)
    every = np.stack(ways)
    chosen = every.argmax(axis=0)
    told = np.where(chosen == len(Way), Way.TAKEN, chosen)
    return every.max(axis=0), np.stack(origins)[chosen, states], told
