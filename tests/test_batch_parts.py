"""批量的各部分：排册、合并事实、认出重复、没有印成的作废它的号。"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, pairwise
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.batch.duplicates import Duplicates
from docgen.batch.facts import joined
from docgen.batch.places import safe
from docgen.batch.volumes import settled, shares, volume_of
from docgen.model.batch import Ready, Rejection
from docgen.model.number import Number
from docgen.model.register import CaseFacts, Reservation, Slot
from docgen.model.table import JsonText, Raw
from docgen.model.volume import Paper, Sort, Volume
from docgen.store.numbers import Known, plan

DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9)


def _paper(order: int, group: str, pages: int, copies: int, agency: str) -> Paper:
    names = tuple(f"第 {n} 份" for n in range(1, copies + 1))
    told = ("示例书", f"{order}号", "案", "示例")
    return Paper(agency, "示", group, order, f"{order}.pdf", "", *told, DAY, names, pages)


papers = st.lists(
    st.builds(
        lambda group, pages, copies, agency: (agency, group, pages, copies),
        st.sampled_from("甲乙丙"), st.integers(1, 9), st.integers(1, 3), st.sampled_from("AB"),
    ),
    min_size=1, max_size=40,
).map(lambda rows: [
    _paper(n, group, pages, copies, agency)
    for n, (agency, group, pages, copies) in enumerate(sorted(rows))
])  # fmt: skip


@given(papers, st.integers(5, 40), st.booleans())
def test_every_paper_is_in_one_volume_in_order_and_no_volume_has_too_many_sheets(
    given_papers: list[Paper], sheets: int, duplex: bool
) -> None:
    made = list(shares(given_papers, sheets, duplex=duplex))
    assert [paper for share in made for paper in share] == given_papers
    for number, share in enumerate(made, 1):
        volume = settled(share, number, len(made), Sort.PARTY, _index_pages, duplex=duplex)
        assert len({paper.agency for paper in share}) == 1
        assert volume.leaves <= sheets or len(share) == 1


def _index_pages(volume: Volume) -> int:
    """一页放得下三十行。"""
    lines = sum(len(group.listed) + 2 for group in volume.groups)
    return -(-lines // 30)


@given(papers, st.integers(1, 4), st.booleans())
def test_pages_of_a_volume_follow_each_other_and_copies_begin_on_the_right(
    given_papers: list[Paper], index_pages: int, duplex: bool
) -> None:
    share = [paper for paper in given_papers if paper.agency == given_papers[0].agency]
    volume = volume_of(share, 1, 1, Sort.PARTY, index_pages, duplex=duplex)
    starts = [
        start for g in volume.groups for start in (g.first_page, *(i.first_page for i in g.listed))
    ]
    assert all(before < after for before, after in pairwise(starts))
    assert not duplex or all(start % 2 == 1 for start in starts)
    assert [group.name for group in volume.groups] == [
        name for name, _ in groupby(p.group for p in share)
    ]
    last = volume.groups[-1].listed[-1]
    paper = last.paper
    each = paper.pages + (paper.pages % 2 if duplex else 0)
    assert volume.pages == last.first_page + len(paper.copies) * each - 1
    assert volume.leaves * (2 if duplex else 1) == volume.pages


def _facts(*keys: str, **more: object) -> str:
    data: dict[str, object] = {
        "cause": "示例",
        "instruments": [{"type": key} for key in keys],
        "deliveries": [{"instrument": key, "mode": "direct"} for key in keys],
    }
    return json.dumps({**data, **more})


def test_what_a_row_says_replaces_its_own_documents_and_leaves_the_others() -> None:
    before = _facts("order", "notice", recordings=[{"instrument": "order", "row": "9"}])
    part = _facts("notice", cause="另一示例")
    whole = json.loads(joined(before, part))
    assert [row["type"] for row in whole["instruments"]] == ["order", "notice"]
    assert [row["instrument"] for row in whole["deliveries"]] == ["order", "notice"]
    assert whole["recordings"] == [{"instrument": "order", "row": "9"}]
    assert whole["cause"] == "另一示例"


def test_the_first_row_of_a_case_is_all_that_is_known_of_it() -> None:
    assert joined(None, _facts("order")) == _facts("order")


keys = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True)


@given(st.lists(keys, min_size=1, max_size=5))
def test_rows_add_up_to_every_document_that_any_of_them_told(rows: list[list[str]]) -> None:
    whole: str | None = None
    for row in rows:
        whole = joined(whole, _facts(*row))
    told = {row["type"] for row in json.loads(whole or "{}")["instruments"]}
    assert told == {key for row in rows for key in row}
    assert joined(whole, _facts(*rows[-1])) == joined(
        joined(whole, _facts(*rows[-1])), _facts(*rows[-1])
    )


TWO = Number("示", "应急责改", 2026, 2)


@dataclass(frozen=True)
class _Draft:
    """一份稿里要紧的：给定的号。"""

    number: Number | None


def _ready(case: str, *keys: str, whole: bool, number: Number | None = None) -> Ready:
    facts = CaseFacts("示例局", case, "{}")
    drafts = dict.fromkeys(keys, _Draft(number))
    return Ready(facts, whole, MappingProxyType(drafts))  # type: ignore[arg-type]


def _raw(index: int) -> Raw:
    return Raw(index, f"第 {index + 1} 行", JsonText("{}"))


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (_ready("1", "a", whole=False), _ready("1", "b", whole=False), False),
        (_ready("1", "a", whole=False), _ready("1", "a", whole=False), True),
        (_ready("1", "a", whole=True), _ready("1", "b", whole=True), True),
        (_ready("1", "a", whole=True), _ready("2", "a", whole=True), False),
        (_ready("1", "a", whole=True, number=TWO), _ready("2", "a", whole=True, number=TWO), True),
        (_ready("1", "a", whole=True, number=TWO), _ready("2", "a", whole=True), False),
    ],
)
def test_one_document_and_one_whole_case_come_once(first: Ready, second: Ready, same: bool) -> None:
    seen = Duplicates()
    assert seen.sift([_raw(0)], [first]) == [first]
    (found,) = seen.sift([_raw(1)], [second])
    assert isinstance(found, Rejection) == same
    assert not same or "第 1 行" in found.text  # type: ignore[union-attr]


def test_a_rejected_record_does_not_count_as_the_first() -> None:
    seen = Duplicates()
    refused = Rejection(status=None, message="x")  # type: ignore[arg-type]
    good = _ready("1", "a", whole=True)
    assert seen.sift([_raw(0), _raw(1)], [refused, good]) == [refused, good]


@given(st.text())
def test_a_district_makes_a_folder_name_that_goes_nowhere_else(name: str) -> None:
    made = safe(name)
    assert made
    assert not set(made) & set('/\\:*?"<>|.')


@given(st.lists(st.one_of(st.none(), st.integers(1, 12)), min_size=1, max_size=12))
def test_what_others_bring_is_left_free_and_no_number_comes_twice(given: list[int | None]) -> None:
    brought = [n for n in given if n is not None]
    cases = [
        [Reservation(Slot("局", f"案{i}", "k"), "t", "示", "代字", DAY, _number(n))]
        for i, n in enumerate(given)
    ]
    aside = {("局", "代字", DAY.year): frozenset(brought)}
    made = plan(cases, Known({}, {}, ()), lambda _slot, _edition: b"", NOW, aside)
    numbers = [
        outcome[0].number.sequence if isinstance(outcome, tuple) else None
        for outcome in made.outcomes
    ]
    own = [n for n, wanted in zip(numbers, given, strict=True) if wanted is None]
    assert not set(own) & set(brought)
    assert own == sorted(set(own))
    issued = [n for n in numbers if n is not None]
    assert len(issued) == len(set(issued))
    assert set(brought) <= set(issued)


def _number(sequence: int | None) -> Number | None:
    return None if sequence is None else Number("示", "代字", DAY.year, sequence)
