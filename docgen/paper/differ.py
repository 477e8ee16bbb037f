"""逐字：一个单元签发的字与读出的字对齐，给出可疑的各处。纯函数。"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docgen.paper.align import Pair, align
from docgen.paper.confusion import SUSPICIOUS, Confusions
from docgen.paper.piece import Piece
from docgen.paper.units import UnitText

Places = tuple[tuple[int, int], ...]
_JOINS = 0.1
_RAISED = str.maketrans("23", "²³")
_JOINED = 2  # characters alike between two differences that are told as one


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
    """一个单元比对的结果。

    places: for each character read, its piece and place in the line; strange: where a character
    was issued that the reader does not know well enough, and did not read.
    """

    text: UnitText
    pieces: tuple[Piece, ...]
    read: str
    places: Places
    spots: tuple[Spot, ...]
    strange: tuple[int, ...]


def compare_unit(
    text: UnitText, pieces: Sequence[Piece], confusions: Confusions, known: frozenset[str]
) -> Compared:
    """对齐一个单元。known: what the reader knows; it is not held to the other characters."""
    places: Places = tuple(
        (number, at)
        for number, piece in enumerate(pieces)
        for at in range(piece.start, piece.end)
        if not piece.placed.line.text[at].isspace()
    )
    read = "".join(pieces[n].placed.line.text[at] for n, at in places)
    places, read = _respelled(text.text, places, read, known)
    pairs = list(align(confusions.fold(text.text), confusions.fold(read), confusions))
    strange = tuple(
        i
        for i, j in pairs
        if i is not None
        and _strange(text.text[i], known)
        and (j is None or text.text[i] != read[j])
    )
    spots = tuple(_spots(text.text, read, pairs, confusions, frozenset(strange)))
    return Compared(text, tuple(pieces), read, places, spots, strange)


def _respelled(issued: str, places: Places, read: str, known: frozenset[str]) -> tuple[Places, str]:
    """不认得的字分开写也是它：㎡ 读作 m² 或者 m2。"""
    for char in sorted(set(issued)):
        plain = unicodedata.normalize("NFKC", char) if _strange(char, known) else char
        if len(plain) < 2 or plain in issued:
            continue
        for spelled in (plain, plain.translate(_RAISED)):
            while (at := read.find(spelled)) >= 0:
                end = at + len(spelled)
                read = read[:at] + char + read[end:]
                places = places[: at + 1] + places[end:]
    return places, read


def _strange(char: str, known: frozenset[str]) -> bool:
    """认字的模型不认得，或者虽在它的表里而难得一见（扩展区的字）。"""
    return (
        (bool(known) and char not in known) or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000"
    )


def _spots(
    issued: str,
    read: str,
    pairs: Sequence[Pair],
    confusions: Confusions,
    strange: frozenset[int],
) -> Iterator[Spot]:
    """相邻的可疑之处合为一处。"""
    at, to, spot = 0, 0, None
    for i, j in pairs:
        weight = _weight(issued, read, i, j, confusions)
        if i in strange:  # joins what is gone around it, and is no difference by itself
            weight = _JOINS if j is None else 0.0
        elif i is None and {at - 1, at} & strange and not read[to].isdigit():
            weight = 0.0  # what is not known may be read as two
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
