"""逐字：一个单元签发的字与读出的字对齐，给出可疑的各处。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docgen.paper.confusion import SUSPICIOUS, Confusions
from docgen.paper.place import Piece
from docgen.paper.units import UnitText

_GAP = 0.7  # of one character left out, beside 1 for one read as another
_LARGEST = 250_000
_JOINED = 2  # characters alike between two differences that are told as one
Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Spot:
    """可疑的一处：签发的 [start, end)，读出的 [low, high)，都是单元里的位置。"""

    start: int
    end: int
    low: int
    high: int
    weight: float


@dataclass(frozen=True)
class Compared:
    """一个单元比对的结果。places: for each character read, its piece and place in the line."""

    text: UnitText
    pieces: tuple[Piece, ...]
    read: str
    places: tuple[tuple[int, int], ...]
    spots: tuple[Spot, ...]


def compare_unit(
    text: UnitText, pieces: Sequence[Piece], confusions: Confusions, known: frozenset[str]
) -> Compared:
    """对齐一个单元。known: what the reader knows; it cannot be held to the other characters."""
    places = tuple(
        (number, at)
        for number, piece in enumerate(pieces)
        for at in range(piece.start, piece.end)
        if not piece.placed.line.text[at].isspace()
    )
    read = "".join(pieces[n].placed.line.text[at] for n, at in places)
    pairs = list(align(confusions.fold(text.text), confusions.fold(read), confusions))
    spots = tuple(_spots(text.text, read, pairs, confusions, known))
    return Compared(text, tuple(pieces), read, places, spots)


def align(issued: str, read: str, confusions: Confusions) -> Iterator[Pair]:
    """两段折过的字逐字成对；一边没有的为 None。"""
    matcher = SequenceMatcher(None, issued, read, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(range(a, b), range(c, d), strict=True)
        elif tag == "replace" and (b - a) * (d - c) <= _LARGEST:
            yield from _closest(issued, read, (a, b), (c, d), confusions)
        else:
            yield from ((i, None) for i in range(a, b))
            yield from ((None, j) for j in range(c, d))


def _closest(
    issued: str, read: str, own: tuple[int, int], other: tuple[int, int], confusions: Confusions
) -> Iterator[Pair]:
    """最省的对法（Needleman–Wunsch）。"""
    (a, b), (c, d) = own, other
    rows, columns = b - a, d - c
    cost = [[(i + j) * _GAP for j in range(columns + 1)] for i in range(rows + 1)]
    for i in range(1, rows + 1):
        for j in range(1, columns + 1):
            both = confusions.changed(issued[a + i - 1], read[c + j - 1])
            cost[i][j] = min(
                cost[i - 1][j - 1] + both, cost[i - 1][j] + _GAP, cost[i][j - 1] + _GAP
            )
    found: list[Pair] = []
    i, j = rows, columns
    while i or j:
        both = confusions.changed(issued[a + i - 1], read[c + j - 1]) if i and j else 9.0
        if i and j and cost[i][j] == cost[i - 1][j - 1] + both:
            i, j = i - 1, j - 1
            found.append((a + i, c + j))
        elif i and (j == 0 or cost[i][j] == cost[i - 1][j] + _GAP):
            i -= 1
            found.append((a + i, None))
        else:
            j -= 1
            found.append((None, c + j))
    yield from reversed(found)


def _spots(
    issued: str,
    read: str,
    pairs: Sequence[Pair],
    confusions: Confusions,
    known: frozenset[str],
) -> Iterator[Spot]:
    """相邻的可疑之处合为一处。"""
    at, to, spot = 0, 0, None
    for i, j in pairs:
        strange = i is not None and bool(known) and issued[i] not in known
        weight = 0.0 if strange else _weight(issued, read, i, j, confusions)
        low, start = at if i is None else i, to if j is None else j
        end, high = low + (i is not None), start + (j is not None)
        grows = spot is not None and 0 <= low - spot.end == start - spot.high <= _JOINED
        touches = spot is not None and spot.end == low and spot.high == start
        if spot and (grows if weight >= SUSPICIOUS else touches and weight > 0):
            spot = Spot(spot.start, end, spot.low, high, max(spot.weight, weight))
        elif weight >= SUSPICIOUS:
            if spot:
                yield spot
            spot = Spot(low, end, start, high, weight)
        at = at if i is None else i + 1
        to = to if j is None else j + 1
    if spot:
        yield spot


def _weight(issued: str, read: str, i: int | None, j: int | None, confusions: Confusions) -> float:
    if i is not None and j is not None:
        return confusions.changed(confusions.fold(issued[i]), confusions.fold(read[j]))
    text, at = (issued, i) if i is not None else (read, j)
    assert at is not None
    return confusions.alone(text[at], text[at - 1 : at], text[at + 1 : at + 2])
