"""成批留号、签发：与一个一个来，结果、每一行、每一条流水都相同；一个被拒，别的照办。"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from books import on_both
from database_server import DatabaseServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from docgen.errors import Refused
from docgen.model.number import Number
from docgen.model.register import (
    Acceptance,
    CaseFacts,
    Entry,
    Issue,
    IssuedFile,
    Reservation,
    Slot,
    State,
)
from docgen.seal.slate import make_slot
from docgen.seal.token import make_identity
from docgen.store import tables
from docgen.store.register import Register, open_register

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone(timedelta(hours=8)))
AGENCIES = {"示例省应急管理厅": "鲁", "示例市应急管理局": "市"}


def identity_of(secret: bytes, slot: Slot, edition: int) -> bytes:
    return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)


def opened(location: str) -> Register:
    return open_register(location, b"s" * 32, NOW, identity_of, make_slot)


@pytest.fixture
def register(location: str) -> Iterator[Register]:
    made = opened(location)
    yield made
    made.close()


@pytest.fixture
def fresh(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """每次一个还没有登记簿的位置。"""
    if database == "postgresql":
        server: DatabaseServer = request.getfixturevalue("postgresql")
        return server.fresh
    numbers = count()
    return lambda: str(tmp_path / f"{next(numbers)}.sqlite")


@contextmanager
def pair(location: str) -> Iterator[tuple[Register, Register]]:
    """要测的登记簿，与一个在临时的 SQLite 文件里、一个一个来的。"""
    with TemporaryDirectory() as folder:
        chunked, single = opened(location), opened(f"{folder}/single.sqlite")
        yield chunked, single
        chunked.close()
        single.close()


def rows_of(register: Register) -> Mapping[str, Sequence[tuple[object, ...]]]:
    """登记簿的每一张表的每一行。"""
    with register._engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in tables.metadata.sorted_tables
        }


def one_by_one(
    register: Register, cases: Sequence[Sequence[Reservation]]
) -> tuple[tuple[Entry, ...] | Refused, ...]:
    outcomes: list[tuple[Entry, ...] | Refused] = []
    for case in cases:
        try:
            outcomes.append(register.reserve(case, NOW))
        except Refused as refusal:
            outcomes.append(refusal)
    return tuple(outcomes)


few = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def told(outcomes: Sequence[object]) -> list[object]:
    return [
        (str(outcome), outcome.advice) if isinstance(outcome, Refused) else outcome
        for outcome in outcomes
    ]


def reservation(
    agency: str, case: int, key: str, kind: str, year: int, sequence: int | None
) -> Reservation:
    region = AGENCIES[agency]
    number = None if sequence is None else Number(region, kind, year, sequence)
    slot = Slot(agency, f"案{case}", key)
    return Reservation(slot, kind, region, kind, date(year, 11, 24), number)


reservations = st.builds(
    reservation,
    st.sampled_from(sorted(AGENCIES)),
    st.integers(1, 4),
    st.sampled_from(["a", "b"]),
    st.sampled_from(["应急责改", "应急查扣"]),
    st.sampled_from([2026, 2027]),
    st.one_of(st.none(), st.none(), st.integers(1, 6), st.integers(100, 140)),
)
chunks = st.lists(st.lists(reservations, min_size=1, max_size=3), max_size=12)


@dataclass(frozen=True)
class Round:
    """一批留号，然后签发其中几份，作废其中几份。"""

    cases: Sequence[Sequence[Reservation]]
    issued: Sequence[int]
    voided: Sequence[int]


rounds = st.builds(
    Round,
    chunks,
    st.lists(st.integers(0, 20), max_size=8),
    st.lists(st.integers(0, 20), max_size=3),
)


def issue(entry: Entry, content: bytes) -> Issue:
    files = (
        IssuedFile("application/pdf", entry.identity.hex() + content.hex(), 2),
        IssuedFile("application/docx", "00" + entry.identity.hex() + content.hex(), None),
    )
    accepted = (Acceptance("REC009", "停电"), Acceptance("REC001", "停电"))
    return Issue(entry.identity, date(2026, 12, 1), content, b"t", "v.example", files, accepted)


def facts(entry: Entry, recorded: int) -> CaseFacts:
    data = f'{{"recordings":[{{"instrument":"a","row":{recorded}}}]}}'
    return CaseFacts(entry.slot.agency, entry.slot.case_number, data)


@on_both
@few
@given(steps=st.lists(rounds, min_size=1, max_size=3))
def test_a_chunk_of_reservations_leaves_the_same_register_as_case_by_case(
    fresh: Callable[[], str], steps: Sequence[Round]
) -> None:
    with pair(fresh()) as (chunked, single):
        for step in steps:
            assert told(chunked.reserve_each(step.cases, NOW)) == told(
                one_by_one(single, step.cases)
            )
            for register in (chunked, single):
                entries = register.entries()
                for index in (i for i in step.issued if i < len(entries)):
                    if entries[index].state is State.RESERVED:
                        with register.issuing([issue(entries[index], b"{}")], NOW):
                            pass
                for index in (i for i in {*step.voided} if i < len(entries)):
                    if entries[index].state is not State.VOIDED:
                        register.void(entries[index].identity, "理由", NOW)
        assert rows_of(chunked) == rows_of(single)


issues = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 7), st.sampled_from([b"{}", b"[]"])), max_size=3),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=8,
)


@on_both
@few
@given(steps=st.lists(issues, min_size=1, max_size=2), void=st.sets(st.integers(0, 7), max_size=2))
def test_a_chunk_of_issued_cases_leaves_the_same_register_as_case_by_case(
    fresh: Callable[[], str],
    steps: Sequence[Sequence[tuple[Sequence[tuple[int, bytes]], int]]],
    void: set[int],
) -> None:
    with pair(fresh()) as (chunked, single):
        wanted = [
            [reservation("示例省应急管理厅", n // 2, "ab"[n % 2], "应急责改", 2026, None)]
            for n in range(8)
        ]
        for register in (chunked, single):
            register.reserve_each(wanted, NOW)
            for index in sorted(void):
                register.void(register.entries()[index].identity, "理由", NOW)
        entries = single.entries()
        for step in steps:
            cases = [
                ([issue(entries[n], content) for n, content in items], facts(entries[0], recorded))
                for items, recorded in step
            ]
            with chunked.issuing_cases(cases, NOW) as outcomes:
                pass
            expected: list[Refused | None] = []
            for case in cases:
                try:
                    with single.issuing(case[0], NOW, case[1]):
                        expected.append(None)
                except Refused as refusal:
                    expected.append(refusal)
            assert told(outcomes) == told(expected)
        assert rows_of(chunked) == rows_of(single)


def chunk(count: int) -> list[list[Reservation]]:
    return [[reservation("示例省应急管理厅", n, "a", "应急责改", 2026, None)] for n in range(count)]


@on_both
def test_a_refused_case_takes_no_number_and_those_after_it_close_up(register: Register) -> None:
    taken = reservation("示例省应急管理厅", 99, "b", "应急责改", 2026, 1)
    fresh = reservation("示例省应急管理厅", 99, "a", "应急责改", 2026, None)
    first, refused, last = register.reserve_each([chunk(1)[0], [fresh, taken], chunk(2)[1]], NOW)
    assert isinstance(refused, Refused)
    assert "已经用在案件 案0" in str(refused)
    assert isinstance(first, tuple)
    assert isinstance(last, tuple)
    assert [entry.number.sequence for entry in (*first, *last)] == [1, 2]
    assert len(register.entries()) == 2


@on_both
def test_a_given_number_is_held_against_those_given_out_in_the_same_chunk(
    register: Register,
) -> None:
    given_number = reservation("示例省应急管理厅", 50, "a", "应急责改", 2026, 2)
    *_, refused = register.reserve_each([*chunk(3), [given_number]], NOW)
    assert isinstance(refused, Refused)
    assert "已经用在案件 案1" in str(refused)


@on_both
def test_a_chunk_larger_than_one_statement_takes_is_numbered_in_order(register: Register) -> None:
    cases = chunk(1201)
    outcomes = register.reserve_each(cases, NOW)
    entries = [entry for outcome in outcomes for entry in outcome]  # type: ignore[union-attr]
    assert [entry.number.sequence for entry in entries] == list(range(1, 1202))
    latest = register.current_many(case[0].slot for case in cases)
    assert latest == {entry.slot: entry for entry in entries}
    with register.issuing_cases([([issue(e, b"{}")], facts(e, 1)) for e in entries], NOW):
        pass
    assert {entry.state for entry in register.entries()} == {State.ISSUED}
    assert [event.sequence for event in register.events()] == list(range(1, 3 * 1201 + 1))


@on_both
def test_of_several_editions_the_latest_one_is_current(register: Register) -> None:
    ((first,),) = register.reserve_each(chunk(1), NOW)  # type: ignore[misc]
    register.void(first.identity, "写错", NOW)
    ((second,),) = register.reserve_each(chunk(1), NOW)  # type: ignore[misc]
    absent = Slot("示例省应急管理厅", "没有", "a")
    assert register.current_many([first.slot, absent]) == {first.slot: second}


@on_both
def test_a_case_that_cannot_be_issued_is_told_and_the_others_are_issued(register: Register) -> None:
    entries = [entry for (entry,) in register.reserve_each(chunk(3), NOW)]  # type: ignore[misc]
    register.void(entries[1].identity, "写错", NOW)
    cases = [([issue(entry, b"{}")], facts(entry, 1)) for entry in entries]
    with register.issuing_cases(cases, NOW) as outcomes:
        assert [str(outcome) for outcome in outcomes if outcome] == [
            f"{entries[1].number.text} 刚刚被作废，没有签发。"
        ]
        assert [outcome is None for outcome in outcomes] == [True, False, True]
    states = [entry.state for entry in register.entries()]
    assert states == [State.ISSUED, State.VOIDED, State.ISSUED]


@on_both
def test_when_the_files_cannot_be_put_in_place_nothing_of_the_chunk_is_issued(
    register: Register,
) -> None:
    entries = [entry for (entry,) in register.reserve_each(chunk(3), NOW)]  # type: ignore[misc]
    before = rows_of(register)
    cases = [([issue(entry, b"{}")], facts(entry, 1)) for entry in entries]
    with pytest.raises(OSError, match="磁盘"), register.issuing_cases(cases, NOW):
        raise OSError("磁盘已满")
    assert rows_of(register) == before


@on_both
def test_a_number_reserved_for_what_could_not_be_printed_is_voided_with_its_reason(
    register: Register,
) -> None:
    ((entry,),) = register.reserve_each(chunk(1), NOW)  # type: ignore[misc]
    register.void(entry.identity, "没有印成：缺字", NOW)
    ((again,),) = register.reserve_each(chunk(1), NOW)  # type: ignore[misc]
    assert (again.number.sequence, again.edition) == (2, 2)
    kept = register.find(entry.identity)
    assert kept is not None
    assert (kept.state, kept.void_reason) == (State.VOIDED, "没有印成：缺字")
    kinds = [event.kind for event in register.events()]
    assert kinds == ["number_reserved", "voided", "number_reserved"]
