"""节选：一份文书的几页，是不是原样取自它，缺哪几页。纯函数。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from docgen.model.document import PageText
from docgen.model.words import Words, squeeze
from docgen.page_flow import MOST_SPLITS, Place, cells_of, headers_before, read_page, skip_empty


def page_number(page: PageText) -> tuple[int, int] | None:
    """页脚的“第 x 页 共 y 页”，读不出则 None。"""
    found = re.search(r"第([0-9]{1,4})页共([0-9]{1,4})页", squeeze(page.margin))
    return (int(found[1]), int(found[2])) if found else None


def missing_pages(
    expected: Words, pages: Sequence[PageText], identity: str
) -> tuple[int, ...] | None:
    """这几页若原样取自应有的文字印出的各页，缺哪几页；不是这样则 None。

    What stands on pages that follow each other must be one unbroken part of the words.
    """
    numbers = [found for page in pages if (found := page_number(page))]
    own, totals = [n for n, _ in numbers], {total for _, total in numbers}
    if len(numbers) != len(pages) or len(totals) != 1 or sorted(set(own)) != own:
        return None
    (total,) = totals
    head = re.escape(squeeze(identity)) + r"[a-z0-9.:-]+"
    for number, page in zip(own, pages, strict=True):
        foot = f"第{number}页共{total}页"
        if not re.fullmatch(f"{head}{foot}|{foot}{head}", squeeze(page.margin)):
            return None
    if not 0 < own[0] <= own[-1] <= total:
        return None
    starts = [i for i, n in enumerate(own) if i == 0 or own[i - 1] != n - 1]
    for start, end in zip(starts, [*starts[1:], len(own)], strict=True):
        if not _stands_in(expected, pages[start:end], own[start], total):
            return None
    return tuple(n for n in range(1, total + 1) if n not in own) or None


def _stands_in(expected: Words, pages: Sequence[PageText], first: int, total: int) -> bool:
    """第 first 页起的这几页，是不是应有文字里连续的一段。"""
    groups = [cells_of(block) for block in expected.blocks]
    headers = headers_before(expected.blocks)
    begin = {skip_empty(groups, Place(0, ()))}
    places = begin if first == 1 else set(_starts(groups, headers, squeeze(pages[0].body)))
    for page in pages:
        body = squeeze(page.body)
        places = {
            end
            for place in places
            for end, position in read_page(groups, headers, place, body)
            if position == len(body)
        }
    whole = first + len(pages) > total
    return any(place.block == len(groups) or not whole for place in places)


def _starts(
    groups: Sequence[tuple[str, ...]], headers: Sequence[str], body: str
) -> Iterator[Place]:
    """body 这一页可能从哪里读起：从某块的中间或开头。"""
    for index, cells in enumerate(groups):
        for text in {body, body.removeprefix(headers[index])}:
            for lengths in islice(_tails(cells, text), MOST_SPLITS):
                read = tuple(len(c) - n for c, n in zip(cells, lengths, strict=True))
                yield skip_empty(groups, Place(index, read))
            for column, cell in enumerate(cells):
                if text and text in cell:
                    done = [len(c) for c in cells]
                    done[column] = cell.index(text)
                    yield Place(index, tuple(done))


def _tails(cells: tuple[str, ...], text: str) -> Iterator[tuple[int, ...]]:
    """各单元格留下多长的末尾，依次相接恰为 text 的开头；先给长的。"""
    if not cells:
        yield ()
        return
    for length in range(len(cells[0]), -1, -1):
        if text.startswith(cells[0][len(cells[0]) - length :]):
            for rest in _tails(cells[1:], text[length:]):
                yield (length, *rest)
