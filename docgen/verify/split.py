"""分：把几份合在一起的 PDF（打印文件、几份文书的合订）按页分回各份。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from docgen.excerpt import page_number
from docgen.model.document import PageText, Presented
from docgen.model.words import squeeze

_COVER = re.compile(r"((封面|目录)只供清点|分隔页)，不送达，不入卷第\d+页共\d+页\Z")
_SHEET = re.compile(r"音像记录单.*文书标识[A-Z2-7]{16}第\d+页共\d+页\Z")


@dataclass(frozen=True)
class Parts:
    """一个 PDF 的各页是什么，页码从 1 数。

    copies: token → for each copy its pages; foreign: with words of no known part; unread: with
    no text to tell what they are.
    """

    copies: Mapping[str, tuple[tuple[int, ...], ...]]
    covers: tuple[int, ...]
    sheets: tuple[int, ...]
    blanks: tuple[int, ...]
    foreign: tuple[int, ...]
    unread: tuple[int, ...]

    @property
    def bundled(self) -> bool:
        """是不是几份合在一起的，或者打印文件的一部分。"""
        several = sum(len(copies) for copies in self.copies.values()) > 1
        return several or bool(self.covers or self.sheets or self.blanks)


def split(presented: Presented, identities: Mapping[str, str]) -> Parts:
    """按每页的签封与页脚分开。identities: token → the identity printed beside its code.

    A page that bears an identity without its code belongs to that document too, so that its
    words are compared.
    """
    owners = {squeeze(identity): token for token, identity in identities.items()}
    pages: dict[str, list[int]] = {token: [] for token in presented.tokens}
    others: dict[str, list[int]] = {}
    for number, page in enumerate(presented.pages, 1):
        token = _owner(page, owners)
        (others.setdefault(_kind(page), []) if token is None else pages[token]).append(number)
    found = {kind: tuple(numbers) for kind, numbers in others.items()}
    copies = {token: _copies(presented, numbers) for token, numbers in pages.items()}
    return Parts(
        {token: each for token, each in copies.items() if each},
        *(found.get(kind, ()) for kind in ("cover", "sheet", "blank", "foreign", "unread")),
    )


def taken(presented: Presented, token: str, numbers: Iterable[int]) -> Presented:
    """只取一份文书的这几页，当作单独的一份。"""
    pages = tuple(presented.pages[number - 1] for number in numbers)
    hosts = dict.fromkeys(host for page in pages for host in page.hosts)
    return replace(
        presented,
        tokens=(token,),
        pages=pages,
        hosts=tuple(hosts),
        file_oddities=(),
        file_seal=None,
    )


def _owner(page: PageText, owners: Mapping[str, str]) -> str | None:
    if len(page.tokens) == 1:
        return page.tokens[0]
    if page.tokens or _SHEET.search(page.margin):
        return None
    return next((token for identity, token in owners.items() if identity in page.margin), None)


def _kind(page: PageText) -> str:
    if page.tokens:
        return "foreign"
    if _COVER.search(page.margin):
        return "cover"
    if page.slots or _SHEET.search(page.margin):
        return "sheet"
    if page.body or page.margin:
        return "foreign"
    return "unread" if page.oddities else "blank"


def _copies(presented: Presented, numbers: list[int]) -> tuple[tuple[int, ...], ...]:
    """页码不再增大的地方，另起一份。"""
    copies: list[list[int]] = []
    before = 0
    for number in numbers:
        found = page_number(presented.pages[number - 1])
        own = found[0] if found else before + 1
        if own <= before or not copies:
            copies.append([])
        copies[-1].append(number)
        before = own
    return tuple(tuple(copy) for copy in copies)
