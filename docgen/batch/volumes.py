"""排册：各份文书按次序放进几册，每册不超过给定的张数；一份不拆到两册。纯函数。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from docgen.model.pack import in_duplex
from docgen.model.volume import Group, Listed, Paper, Sort, Volume

_LINES_A_PAGE = 20  # fewer than an index page holds: the estimate is never too low


def shares(papers: Iterable[Paper], sheets: int, *, duplex: bool) -> Iterator[tuple[Paper, ...]]:
    """依次放满各册。papers: sorted; sheets: of paper in one volume, index and dividers included.

    A document that alone needs more gets a volume of its own.
    """
    for _, own in groupby(papers, key=lambda paper: (paper.agency, paper.region)):
        share: list[Paper] = []
        groups, leaves = set[str](), 0
        for paper in own:
            more = _leaves(paper, duplex=duplex)
            if share and _most(len(share) + 1, len(groups | {paper.group}), duplex) > sheets - (
                leaves + more
            ):
                yield tuple(share)
                share, groups, leaves = [], set(), 0
            share.append(paper)
            groups.add(paper.group)
            leaves += more
        yield tuple(share)


def volume_of(
    share: Sequence[Paper], number: int, of: int, sort: Sort, index_pages: int, *, duplex: bool
) -> Volume:
    """一册的次序与页码。index_pages: how many its index takes."""
    following = (in_duplex(index_pages) if duplex else index_pages) + 1
    groups = []
    for name, own in groupby(share, key=lambda paper: paper.group):
        first, listed = following, []
        following += 2 if duplex else 1
        for paper in own:
            leaves = _leaves(paper, duplex=duplex)
            listed.append(Listed(paper, following, leaves))
            following += leaves * 2 if duplex else leaves
        groups.append(Group(name, first, tuple(listed)))
    pages = following - 1
    return Volume(
        number=number,
        of=of,
        agency=share[0].agency,
        region=share[0].region,
        sort=sort,
        date=max(paper.date for paper in share),
        duplex=duplex,
        index_pages=index_pages,
        groups=tuple(groups),
        pages=pages,
        leaves=pages // 2 if duplex else pages,
    )


def settled(
    share: Sequence[Paper],
    number: int,
    of: int,
    sort: Sort,
    index_pages_of: Callable[[Volume], int],
    *,
    duplex: bool,
) -> Volume:
    """目录写着后面各份从第几页起，自己的页数又使它们移动：直到不再变。"""
    volume = volume_of(share, number, of, sort, 1, duplex=duplex)
    while (pages := index_pages_of(volume)) != volume.index_pages:
        volume = volume_of(share, number, of, sort, pages, duplex=duplex)
    return volume


def _leaves(paper: Paper, *, duplex: bool) -> int:
    """一份文书各份的张数。"""
    return len(paper.copies) * (in_duplex(paper.pages) // 2 if duplex else paper.pages)


def _most(papers: int, groups: int, duplex: bool) -> int:
    """目录与分隔页至多要几张。"""
    pages = -(-(papers + 2 * groups) // _LINES_A_PAGE)
    return (in_duplex(pages) // 2 if duplex else pages) + groups
