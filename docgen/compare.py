"""比对：印出来的文字与应有的文字，逐字（空白除外）。纯函数（invariant 1、3）。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from docgen.errors import Defect
from docgen.model.document import PageText, Presented
from docgen.model.words import Block, Row, Words, squeeze

_CONTEXT = 20
_MOST_SPLITS = 200


@dataclass(frozen=True)
class Mismatch:
    """第一处不同：在哪里、应当是什么、实际是什么。"""

    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}：应为“{self.expected}”，实为“{self.found}”"


@dataclass(frozen=True)
class _Place:
    """读到了哪里：第几块，块内各单元格已读多少字。"""

    block: int
    read: tuple[int, ...]


def prove(
    expected: Words, presented: Presented, tokens: tuple[str, ...], identity: str | None, host: str
) -> None:
    """刚印好的文件读回来，文字、签封、页眉页脚都与应有的相同（invariants 1 and 3）。

    tokens: what its QR codes must say; identity: printed under the code, None on a 草稿.
    Raises Defect at the first difference.
    """
    if presented.words is not None:
        mismatch = compare_words(expected, presented.words)
    else:
        mismatch = compare_pages(expected, presented.pages) or compare_margins(
            presented.pages, identity, host
        )
    if mismatch is not None:
        raise Defect(f"印出的 {presented.kind.upper()} 与应有的文字不同，没有输出。{mismatch}。")
    if tokens and presented.oddities:
        raise Defect(f"印出的 PDF {'、'.join(presented.oddities[:5])}，没有输出。")
    if presented.tokens != tokens:
        raise Defect(f"印出的 {presented.kind.upper()} 上的二维码读不回来，没有输出。")


def prove_printed(expected: Words, pages: Sequence[PageText], what: str) -> None:
    """刚印好的记录单或封面，应有的每一个字都在纸上（invariant 1）。

    Their pages have a type area of their own, so that each character is counted, not its place.
    Raises Defect naming what is not there.
    """
    wanted = Counter("".join(squeeze(unit) for unit in expected.units()))
    missing = wanted - Counter("".join(page.body + page.margin for page in pages))
    if missing:
        raise Defect(f"印出的{what}少了字，没有输出：{'、'.join(sorted(missing))}。")


def compare_words(expected: Words, found: Words) -> Mismatch | None:
    """两份文字逐单元比对；相同则 None。"""
    left = [text for unit in expected.units() if (text := squeeze(unit))]
    right = [text for unit in found.units() if (text := squeeze(unit))]
    for index in range(max(len(left), len(right))):
        wanted = left[index] if index < len(left) else ""
        got = right[index] if index < len(right) else ""
        if wanted != got:
            start = _common(wanted, got)
            return Mismatch(f"第 {index + 1} 段", _near(wanted, start), _near(got, start))
    return None


def compare_pages(expected: Words, pages: Sequence[PageText]) -> Mismatch | None:
    """PDF 各页版心文字与应有文字比对；相同则 None。

    A table row may run over a page end, cell by cell, and header rows may print again at the
    head of the next page; nothing else may be added, cut or moved.
    """
    groups = [_cells(block) for block in expected.blocks]
    headers = _headers_before(expected.blocks)
    places = {_skip_empty(groups, _Place(0, ()))}
    for number, page in enumerate(pages, 1):
        body = squeeze(page.body)
        following: set[_Place] = set()
        reached = next(iter(places)), 0
        for place in islice(places, _MOST_SPLITS):
            for end, position in _read_page(groups, headers, place, body):
                if position == len(body):
                    following.add(end)
                reached = max(reached, (end, position), key=lambda item: item[1])
        if not following:
            end, position = reached
            wanted = _rest(groups, end)
            return Mismatch(f"第 {number} 页", wanted[:_CONTEXT], body[position:][:_CONTEXT])
        places = following
    if any(place.block == len(groups) for place in places):
        return None
    missing = _rest(groups, next(iter(places)))
    return Mismatch(f"第 {len(pages)} 页之后", missing[:_CONTEXT], "（没有了）")


def compare_margins(
    pages: Sequence[PageText], identity: str | None, host: str | None
) -> Mismatch | None:
    """每页版心之外只许有标识、主机名和“第 x 页 共 y 页”；host 为 None 时不核对主机名。"""
    name = re.escape(host) if host is not None else r"[a-z0-9.:-]+"
    head = f"{re.escape(squeeze(identity))}{name}" if identity is not None else ""
    for number, page in enumerate(pages, 1):
        foot = f"第{number}页共{len(pages)}页"
        margin = squeeze(page.margin)
        if not re.fullmatch(f"{head}{foot}|{foot}{head}", margin):
            wanted = f"{squeeze(identity or '')} … {foot}"
            return Mismatch(f"第 {number} 页的页眉页脚", wanted, margin[:80])
    return None


def _cells(block: Block) -> tuple[str, ...]:
    return tuple(squeeze(c) for c in block.cells) if isinstance(block, Row) else (squeeze(block),)


def _headers_before(blocks: Sequence[Block]) -> list[str]:
    """每一块若在新页开头，可以先重印的表头文字；不是表格正文行则为空。"""
    result, header = [], ""
    for index, block in enumerate(blocks):
        if not isinstance(block, Row):
            header = ""
        elif block.repeated:
            before = blocks[index - 1] if index else None
            continues = isinstance(before, Row) and before.repeated
            header = (header if continues else "") + "".join(_cells(block))
        body_row = isinstance(block, Row) and not block.repeated
        result.append(header if body_row else "")
    return result


def _skip_empty(groups: Sequence[tuple[str, ...]], place: _Place) -> _Place:
    block, read = place.block, place.read
    while block < len(groups):
        read = read or (0,) * len(groups[block])
        if any(len(cell) > done for cell, done in zip(groups[block], read, strict=True)):
            return _Place(block, read)
        block, read = block + 1, ()
    return _Place(block, ())


def _read_page(
    groups: Sequence[tuple[str, ...]], headers: Sequence[str], place: _Place, body: str
) -> Iterator[tuple[_Place, int]]:
    """从 place 起读这一页；给出每种读法到达的位置与读过的字数。"""
    starts = [0]
    if place.block < len(groups):
        header = headers[place.block]
        if header and body.startswith(header):
            starts.append(len(header))
    for start in starts:
        yield from _read_from(groups, place, body, start)


def _read_from(
    groups: Sequence[tuple[str, ...]], place: _Place, body: str, position: int
) -> Iterator[tuple[_Place, int]]:
    while place.block < len(groups) and position < len(body):
        rest = _remaining(groups, place)
        whole = "".join(rest)
        if not body.startswith(whole, position):
            partial = False
            for lengths in _splits(rest, body[position:]):
                partial = True
                read = tuple(r + n for r, n in zip(place.read, lengths, strict=True))
                yield _skip_empty(groups, _Place(place.block, read)), len(body)
            if not partial:
                agreed = _common(whole, body[position:])
                yield _advanced(groups, place, agreed), position + agreed
            return
        position += len(whole)
        place = _skip_empty(groups, _Place(place.block + 1, ()))
    yield place, position


def _remaining(groups: Sequence[tuple[str, ...]], place: _Place) -> tuple[str, ...]:
    return tuple(c[n:] for c, n in zip(groups[place.block], place.read, strict=True))


def _splits(cells: tuple[str, ...], text: str) -> Iterator[tuple[int, ...]]:
    """text 恰为各单元格开头部分依次相接的分法，至多 _MOST_SPLITS 种。

    Cells of one repeated character could be split in millions of ways that all read the same.
    """

    @cache
    def possible(cell: int, start: int) -> bool:
        if cell == len(cells):
            return start == len(text)
        longest = _common(cells[cell], text[start:])
        return any(possible(cell + 1, start + length) for length in range(longest, -1, -1))

    def found(cell: int, start: int) -> Iterator[tuple[int, ...]]:
        if cell == len(cells):
            yield ()
            return
        for length in range(_common(cells[cell], text[start:]), -1, -1):
            if possible(cell + 1, start + length):
                for rest in found(cell + 1, start + length):
                    yield (length, *rest)

    return islice(found(0, 0) if possible(0, 0) else iter(()), _MOST_SPLITS)


def _advanced(groups: Sequence[tuple[str, ...]], place: _Place, agreed: int) -> _Place:
    read = list(place.read)
    for index, cell in enumerate(_remaining(groups, place)):
        step = min(agreed, len(cell))
        read[index] += step
        agreed -= step
    return _Place(place.block, tuple(read))


def _rest(groups: Sequence[tuple[str, ...]], place: _Place) -> str:
    if place.block >= len(groups):
        return "（没有了）"
    later = ("".join(cells) for cells in groups[place.block + 1 : place.block + 4])
    return "".join(_remaining(groups, place)) + "".join(later)


def _common(a: str, b: str) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length


def _near(text: str, start: int) -> str:
    return text[max(0, start - _CONTEXT // 2) : start + _CONTEXT] or "（没有）"
