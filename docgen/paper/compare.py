"""比对：读出的各页与签发的文字 → 可疑的各处；再看几眼之后 → 结果。纯函数。

compare_paper() finds what to ask of the picture; settle() takes the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from docgen.model.content import ContentReading
from docgen.model.scan import (
    Box,
    Difference,
    DifferenceKind,
    PaperReading,
    Scan,
    ScannedLine,
)
from docgen.paper.attach import attach_loose
from docgen.paper.confusion import Confusions
from docgen.paper.differ import Compared, Spot, compare_unit
from docgen.paper.gaps import Sheets
from docgen.paper.order import OrderedPage, order_pages
from docgen.paper.piece import Piece
from docgen.paper.place import assign
from docgen.paper.units import Unit, units_of
from docgen.paper.words_near import words_around

SURE = 3.0
"""比读作签发的字可信 e³ 倍以上，才算不同。"""
_NOISE = 0.8
_NEARBY = 3  # printed lines
_EDGE = 4  # characters lost at the end of a line that a wider look may yet find


@dataclass(frozen=True)
class Doubt:
    """可疑的一处，要再看的。

    line: to read again, None where no line stands; issued_line, read_line: the two readings of
    it; gaps: places that should be bare paper if the words are really gone; clear: whether what
    cannot be read again as one line was read well.
    """

    difference: Difference
    line: ScannedLine | None = None
    issued_line: str = ""
    read_line: str = ""
    gaps: tuple[Box, ...] = ()
    spot_weight: float = 1.0
    clear: bool = True


@dataclass(frozen=True)
class Answer:
    """再看的结果。weight: read above issued, None where not read again; ink: in the gaps."""

    weight: float | None = None
    ink: bool = False


@dataclass(frozen=True)
class Drafted:
    """第一遍的结果：doubts 之外的都定了。"""

    doubts: tuple[Doubt, ...]
    by_hand: tuple[Difference, ...]
    absent: tuple[int, ...]
    unnumbered: bool
    unknown: str
    total: int
    confidence: float


def compare_paper(
    content: ContentReading, scan: Scan, margins: Iterable[str], confusions: Confusions
) -> Drafted:
    """第一遍。margins: the identity and the host, printed outside the type area."""
    pages = order_pages(scan, margins)
    found = assign(content.words, pages, confusions)
    attach_loose(found, content.words, pages, confusions)
    units = list(units_of(content.words, bool(content.by_hand)))
    sheets = Sheets(pages, found, units)
    doubts: list[Doubt] = []
    hand: list[Difference] = []
    strange: set[str] = set()
    away = 0
    for unit in units:
        compared = compare_unit(unit, found.pieces.get(unit.unit, ()), confusions, scan.known)
        absent: list[Spot] = []
        for spot in compared.spots:
            if sheets.on_absent_page(compared, spot) or sheets.beyond_pages(compared, spot):
                away += spot.end - spot.start
                absent.append(spot)
            elif _in_blank(compared, spot):
                hand.append(_difference(compared, spot, sheets))
            elif not _in_red(compared, spot):
                doubts.append(_doubt(compared, spot, sheets))
        strange |= {
            unit.text[at]
            for at in compared.strange
            if not any(spot.start - 1 <= at <= spot.end for spot in absent)
        }
    doubts += _repeated_headers(found.headers, sheets, confusions)
    doubts += [_added(piece, sheets) for piece, _ in found.loose if _matters(piece)]
    unnumbered = any(page.printed is None for page in pages)
    return Drafted(
        tuple(doubts),
        tuple(hand),
        sheets.absent,
        unnumbered,
        "".join(sorted(strange)),
        sum(len(unit.text) for unit in units) - away,
        _confidence(pages),
    )


def settle(drafted: Drafted, answers: Sequence[Answer]) -> PaperReading:
    """第二遍：凭再看的结果定。"""
    sure: list[Difference] = []
    doubtful: list[Difference] = []
    unread: list[Difference] = []
    lost = 0
    for doubt, answer in zip(drafted.doubts, answers, strict=True):
        seen = 1.0 if answer.weight is None else answer.weight / SURE
        told = replace(doubt.difference, weight=seen * SURE * doubt.spot_weight)
        if seen <= 0:
            continue
        lost += len(told.issued)
        if answer.ink:
            unread.append(told)
        elif told.weight >= SURE if answer.weight is not None else doubt.clear:
            sure.append(told)
        else:
            doubtful.append(told)
    moved = [one for one in sure if any(_moved(one, other) for other in sure)]
    return PaperReading(
        differences=tuple(one for one in sure if one not in moved),
        doubtful=(*doubtful, *moved),
        unread=tuple(unread),
        by_hand=drafted.by_hand,
        absent=drafted.absent,
        unnumbered=drafted.unnumbered,
        unknown=drafted.unknown,
        compared=drafted.total - lost,
        total=drafted.total,
        confidence=drafted.confidence,
    )


def _moved(one: Difference, other: Difference) -> bool:
    """这里多的正是近旁少的：多半是我们归错了位，请人看。"""
    kinds = {one.kind, other.kind}
    if kinds != {DifferenceKind.ADDED, DifferenceKind.MISSING}:
        return False
    near = one.sheet == other.sheet and 0 < abs(one.line - other.line) <= _NEARBY
    return near and one.issued + one.read == other.issued + other.read


def _in_blank(compared: Compared, spot: Spot) -> bool:
    return spot.start == spot.end and spot.start in compared.text.blanks


def _in_red(compared: Compared, spot: Spot) -> bool:
    """印章的字多读出来的。"""
    lines = [compared.pieces[n].placed.line for n, _ in compared.places[spot.low : spot.high]]
    return spot.start == spot.end and bool(lines) and all(line.red for line in lines)


def _matters(piece: Piece) -> bool:
    line = piece.placed.line
    return not line.red and line.confidence >= _NOISE and len(line.text.strip()) >= 2


def _difference(compared: Compared, spot: Spot, sheets: Sheets) -> Difference:
    issued = compared.text.text[spot.start : spot.end]
    read = compared.read[spot.low : spot.high]
    kind = (
        DifferenceKind.CHANGED
        if issued and read
        else DifferenceKind.MISSING
        if issued
        else DifferenceKind.ADDED
    )
    said, seen = words_around(compared.text.text, compared.read, spot, compared.spots)
    page, sheet, line, box = sheets.place(compared, spot)
    label = compared.text.label
    return Difference(kind, issued, read, said, seen, page, sheet, line, box, spot.weight, label)


def _doubt(compared: Compared, spot: Spot, sheets: Sheets) -> Doubt:
    difference = _difference(compared, spot, sheets)
    touched = (
        compared.places[spot.low : spot.high] or compared.places[max(0, spot.low - 1) : spot.low]
    )
    edge = sheets.at_edge(compared, spot)
    gaps = sheets.gaps(compared, spot) if edge else ()
    if len({n for n, _ in touched}) != 1 or (edge and len(difference.issued) > _EDGE):
        lines = [compared.pieces[n].placed.line.confidence for n, _ in touched]
        clear = not difference.read or sum(lines) / len(lines) >= _NOISE
        return Doubt(difference, gaps=gaps, spot_weight=spot.weight, clear=clear)
    piece = compared.pieces[touched[0][0]]
    text = piece.placed.line.text
    first = touched[0][1] if difference.read else touched[0][1] + 1
    last = touched[-1][1] + 1
    issued = text[:first] + difference.issued + text[last:]
    return Doubt(difference, piece.placed.line, issued, text, gaps, spot.weight)


def _added(piece: Piece, sheets: Sheets) -> Doubt:
    line = piece.placed.line
    page = sheets.pages[piece.page]
    text = line.text.strip()
    number, band = sheets.number(page), piece.placed.band
    kind = DifferenceKind.ADDED
    return Doubt(
        Difference(kind, "", text, "", text, number, page.number, band, line.box, line.confidence)
    )


def _repeated_headers(
    headers: dict[tuple[int, Unit], list[Piece]],
    sheets: Sheets,
    confusions: Confusions,
) -> Iterator[Doubt]:
    """换页重印的表头，与表头逐字比。"""
    texts = {unit.unit: unit for unit in sheets.units}
    for (_, unit), pieces in headers.items():
        compared = compare_unit(texts[unit], pieces, confusions, frozenset())
        yield from (_doubt(compared, spot, sheets) for spot in compared.spots)


def _confidence(pages: Sequence[OrderedPage]) -> float:
    told = [one.line.confidence for page in pages for one in page.lines]
    return sum(told) / len(told) if told else 0.0
