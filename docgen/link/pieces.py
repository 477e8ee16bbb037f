"""分段：各文件里看到的码 → 每份文书每一行的起止；一件事可以跨几个文件。"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from docgen.model.footage import Footage, Medium, Origin, Piece, Sighting
from docgen.model.register import Edge, SlatePlace

Mark = SlatePlace | bytes
"""一个码说的：场记板的用处，或者文书的标识（文书自己的二维码）。"""

GAP = timedelta(seconds=10)
"""设备切分文件时丢掉的时间，至多算这么多。"""
_OVERLAP = timedelta(seconds=2)


@dataclass(frozen=True)
class Seen:
    """一个文件里认得出的一个码。"""

    footage: Footage
    sighting: Sighting
    mark: Mark


@dataclass(frozen=True)
class Muddle:
    """同时入镜、不能分清的两个码；两个都不作数。"""

    first: Seen
    second: Seen


def chains(footages: Iterable[Footage]) -> tuple[tuple[Footage, ...], ...]:
    """首尾相接的文件各成一串：同一设备，后一个在前一个结束时开始。没有时间的各自一串。"""
    found: list[list[Footage]] = []
    for footage in sorted(footages, key=_by_clock):
        last = next((c for c in reversed(found) if _follows(c[-1], footage)), None)
        if last is None:
            found.append([footage])
        else:
            last.append(footage)
    return tuple(tuple(chain) for chain in found)


def seen_in(footage: Footage, marks: Mapping[str, Mark]) -> tuple[Seen, ...]:
    """一个文件里认得出的码，按先后。"""
    known = [Seen(footage, s, marks[s.text]) for s in footage.sightings if s.text in marks]
    return tuple(sorted(known, key=lambda seen: seen.sighting.at))


def muddles(seen: Sequence[Seen]) -> tuple[Muddle, ...]:
    """同一时间入镜的两块场记板、两份文书的码：说不清是哪一个。"""
    found = []
    for index, first in enumerate(seen):
        for second in seen[index + 1 :]:
            if type(first.mark) is type(second.mark) and _together(first, second):
                found.append(Muddle(first, second))
    return tuple(found)


def pieces_of(footages: Iterable[Footage], marks: Mapping[str, Mark]) -> tuple[Piece, ...]:
    """各文件的各段，按文件与时间；再算一次、多了几个文件，原来的各段仍然一样。

    A start and the next end of one row make a stretch, over the files between them too; a start
    without an end lasts to the end of its own file, an end without a start from its beginning.
    """
    found: list[Piece] = []
    for chain in chains(footages):
        clear = [_clear(footage, marks) for footage in chain]
        found += _of_slates(chain, clear)
        found += [_of_code(seen) for each in clear for seen in each if isinstance(seen.mark, bytes)]
    return tuple(found)


def _by_clock(footage: Footage) -> tuple[float, str]:
    started = footage.started_at
    return (started.timestamp() if started else math.inf), footage.name


def _follows(before: Footage, after: Footage) -> bool:
    if before.started_at is None or after.started_at is None or before.container.duration is None:
        return False
    end = before.started_at + timedelta(seconds=before.container.duration)
    same = before.device == after.device and before.said.recorder == after.said.recorder
    return same and -_OVERLAP <= after.started_at - end <= GAP


def _clear(footage: Footage, marks: Mapping[str, Mark]) -> tuple[Seen, ...]:
    seen = seen_in(footage, marks)
    muddled = {id(one) for m in muddles(seen) for one in (m.first, m.second)}
    return tuple(one for one in seen if id(one) not in muddled)


def _together(first: Seen, second: Seen) -> bool:
    """同时入镜的时间超过较短的一半；换板时的一两帧不算。"""
    a, b = first.sighting, second.sighting
    if first.mark == second.mark:
        return False
    shared = min(a.until, b.until) - max(a.at, b.at)
    return shared >= min(a.until - a.at, b.until - b.at) / 2


Row = tuple[bytes, int]
Spot = tuple[int, Sighting, Edge]


def _of_slates(chain: Sequence[Footage], clear: Sequence[Sequence[Seen]]) -> Iterator[Piece]:
    rows: dict[Row, list[Spot]] = defaultdict(list)
    for number, each in enumerate(clear):
        for seen in each:
            if isinstance(seen.mark, SlatePlace):
                row = seen.mark.identity, seen.mark.row
                rows[row].append((number, seen.sighting, seen.mark.edge))
    for row, spots in rows.items():
        yield from _of_row(chain, row, spots)


def _of_row(chain: Sequence[Footage], row: Row, spots: Sequence[Spot]) -> Iterator[Piece]:
    begun: Spot | None = None
    closed = False
    for spot in spots:
        if spot[2] is Edge.START:
            if begun is not None and begun[0] != spot[0]:
                yield _piece(chain, row, begun, None)
                begun = None
            begun, closed = begun or spot, False
        elif begun is not None:
            yield from _stretch(chain, row, begun, spot)
            begun, closed = None, True
        elif not closed:
            yield _piece(chain, row, None, spot)
            closed = True
    if begun is not None:
        yield _piece(chain, row, begun, None)


def _stretch(chain: Sequence[Footage], row: Row, first: Spot, last: Spot) -> Iterator[Piece]:
    if first[0] == last[0]:
        yield _piece(chain, row, first, last)
        return
    yield _piece(chain, row, first, None)
    for number in range(first[0] + 1, last[0]):
        whole = chain[number]
        yield _made(whole, row, (0.0, whole.container.duration or 0.0), opened=False, closed=False)
    yield _piece(chain, row, None, last)


def _piece(chain: Sequence[Footage], row: Row, first: Spot | None, last: Spot | None) -> Piece:
    number = first[0] if first is not None else last[0] if last is not None else 0
    footage = chain[number]
    if footage.container.medium is Medium.PHOTO:
        return _made(footage, row, (0.0, 0.0), opened=False, closed=False)
    start = first[1].at if first else 0.0
    until = last[1].until if last else footage.container.duration or start
    return _made(footage, row, (start, until), opened=first is not None, closed=last is not None)


def _made(
    footage: Footage, row: Row, span: tuple[float, float], *, opened: bool, closed: bool
) -> Piece:
    return Piece(footage.sha256, *row, *span, opened, closed, Origin.MACHINE)


def _of_code(seen: Seen) -> Piece:
    """文书自己的二维码：只说明这份文书在画面里，不说哪一行。"""
    assert isinstance(seen.mark, bytes)
    at, until = seen.sighting.at, seen.sighting.until
    return Piece(seen.footage.sha256, seen.mark, None, at, until, False, False, Origin.MACHINE)
