"""读页：印出的各页文字怎样接着应有的文字读下去。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from docgen.model.words import Block, Row, squeeze

MOST_SPLITS = 200


@dataclass(frozen=True)
class Place:
    """读到了哪里：第几块，块内各单元格已读多少字。"""

    block: int
    read: tuple[int, ...]


def cells_of(block: Block) -> tuple[str, ...]:
    return tuple(squeeze(c) for c in block.cells) if isinstance(block, Row) else (squeeze(block),)


def headers_before(blocks: Sequence[Block]) -> list[str]:
    """每一块若在新页开头，可以先重印的表头文字；不是表格正文行则为空。"""
    result, header = [], ""
    for index, block in enumerate(blocks):
        if not isinstance(block, Row):
            header = ""
        elif block.repeated:
            before = blocks[index - 1] if index else None
            continues = isinstance(before, Row) and before.repeated
            header = (header if continues else "") + "".join(cells_of(block))
        body_row = isinstance(block, Row) and not block.repeated
        result.append(header if body_row else "")
    return result


def skip_empty(groups: Sequence[tuple[str, ...]], place: Place) -> Place:
    block, read = place.block, place.read
    while block < len(groups):
        read = read or (0,) * len(groups[block])
        if any(len(cell) > done for cell, done in zip(groups[block], read, strict=True)):
            return Place(block, read)
        block, read = block + 1, ()
    return Place(block, ())


def read_page(
    groups: Sequence[tuple[str, ...]], headers: Sequence[str], place: Place, body: str
) -> Iterator[tuple[Place, int]]:
    """从 place 起读这一页；给出每种读法到达的位置与读过的字数。"""
    starts = [0]
    if place.block < len(groups):
        header = headers[place.block]
        if header and body.startswith(header):
            starts.append(len(header))
    for start in starts:
        yield from _read_from(groups, place, body, start)


def _read_from(
    groups: Sequence[tuple[str, ...]], place: Place, body: str, position: int
) -> Iterator[tuple[Place, int]]:
    while place.block < len(groups) and position < len(body):
        rest = remaining(groups, place)
        whole = "".join(rest)
        if not body.startswith(whole, position):
            partial = False
            for lengths in _splits(rest, body[position:]):
                partial = True
                read = tuple(r + n for r, n in zip(place.read, lengths, strict=True))
                yield skip_empty(groups, Place(place.block, read)), len(body)
            if not partial:
                agreed = common(whole, body[position:])
                yield _advanced(groups, place, agreed), position + agreed
            return
        position += len(whole)
        place = skip_empty(groups, Place(place.block + 1, ()))
    yield place, position


def remaining(groups: Sequence[tuple[str, ...]], place: Place) -> tuple[str, ...]:
    return tuple(c[n:] for c, n in zip(groups[place.block], place.read, strict=True))


def _splits(cells: tuple[str, ...], text: str) -> Iterator[tuple[int, ...]]:
    """text 恰为各单元格开头部分依次相接的分法，至多 MOST_SPLITS 种。

    Cells of one repeated character could be split in millions of ways that all read the same.
    """

    @cache
    def possible(cell: int, start: int) -> bool:
        if cell == len(cells):
            return start == len(text)
        longest = common(cells[cell], text[start:])
        return any(possible(cell + 1, start + length) for length in range(longest, -1, -1))

    def found(cell: int, start: int) -> Iterator[tuple[int, ...]]:
        if cell == len(cells):
            yield ()
            return
        for length in range(common(cells[cell], text[start:]), -1, -1):
            if possible(cell + 1, start + length):
                for rest in found(cell + 1, start + length):
                    yield (length, *rest)

    return islice(found(0, 0) if possible(0, 0) else iter(()), MOST_SPLITS)


def _advanced(groups: Sequence[tuple[str, ...]], place: Place, agreed: int) -> Place:
    read = list(place.read)
    for index, cell in enumerate(remaining(groups, place)):
        step = min(agreed, len(cell))
        read[index] += step
        agreed -= step
    return Place(place.block, tuple(read))


def common(a: str, b: str) -> int:
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    return length
