"""比对：印出来的文字与应有的文字，逐字（空白除外）。纯函数（invariant 1、3）。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from docgen.errors import Defect
from docgen.model.document import PageText, Presented
from docgen.model.words import Words, squeeze
from docgen.page_flow import (
    MOST_SPLITS,
    Place,
    cells_of,
    common,
    headers_before,
    read_page,
    remaining,
    skip_empty,
)

_CONTEXT = 20


@dataclass(frozen=True)
class Mismatch:
    """第一处不同：在哪里、应当是什么、实际是什么。"""

    where: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}：应为“{self.expected}”，实为“{self.found}”"


def prove(
    expected: Words,
    presented: Presented,
    tokens: tuple[str, ...],
    identity: str | None,
    host: str,
    content: bytes | None = None,
) -> None:
    """刚印好的文件读回来，文字、签封、页眉页脚都与应有的相同（invariants 1 and 3）。

    tokens: what its QR codes must say; identity: printed under the code, None on a 草稿;
    content: that the PDF must hold.
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
    if presented.words is None and presented.content != content:
        raise Defect("印出的 PDF 没有内嵌规范内容，或者不是所签的那一份，没有输出。")
    if tokens and presented.oddities:
        raise Defect(f"印出的 PDF {'、'.join(presented.oddities[:5])}，没有输出。")
    seen = {page.tokens for page in presented.pages} or {presented.tokens}
    if seen != {tokens}:
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
            start = common(wanted, got)
            return Mismatch(f"第 {index + 1} 段", _near(wanted, start), _near(got, start))
    return None


def compare_pages(expected: Words, pages: Sequence[PageText]) -> Mismatch | None:
    """PDF 各页版心文字与应有文字比对；相同则 None。

    A table row may run over a page end, cell by cell, and header rows may print again at the
    head of the next page; nothing else may be added, cut or moved.
    """
    groups = [cells_of(block) for block in expected.blocks]
    headers = headers_before(expected.blocks)
    places = {skip_empty(groups, Place(0, ()))}
    for number, page in enumerate(pages, 1):
        body = squeeze(page.body)
        following: set[Place] = set()
        reached = next(iter(places)), 0
        for place in islice(places, MOST_SPLITS):
            for end, position in read_page(groups, headers, place, body):
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


def _rest(groups: Sequence[tuple[str, ...]], place: Place) -> str:
    if place.block >= len(groups):
        return "（没有了）"
    later = ("".join(cells) for cells in groups[place.block + 1 : place.block + 4])
    return "".join(remaining(groups, place)) + "".join(later)


def _near(text: str, start: int) -> str:
    return text[max(0, start - _CONTEXT // 2) : start + _CONTEXT] or "（没有）"
