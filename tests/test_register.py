"""登记簿：文号不重不漏，作废留痕，接续编号，十六个进程同时留号也不乱。"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from books import behind, on_both
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from docgen.errors import EnvironmentLacking, InputInvalid, Refused
from docgen.model.key import Algorithm, PublicKey
from docgen.model.number import Number
from docgen.model.register import (
    Acceptance,
    Edge,
    Issue,
    IssuedFile,
    Reservation,
    Series,
    SlatePlace,
    Slot,
    State,
)
from docgen.seal.slate import make_slot
from docgen.seal.token import make_identity
from docgen.store.register import Register, open_register
from docgen.store.sqlite import refuse_remote_disk

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone(timedelta(hours=8)))
AGENCY = "示例省应急管理厅"
CODE = "应急责改"


def identity_of(secret: bytes, slot: Slot, edition: int) -> bytes:
    return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)


def opened(location: Path | str) -> Register:
    return open_register(location, b"s" * 32, NOW, identity_of, make_slot)


@pytest.fixture
def book(location: str) -> Iterator[Register]:
    register = opened(location)
    yield register
    register.close()


def wanted(
    case: str = "案一", *, key: str = "rectification_order", **changes: object
) -> Reservation:
    base = Reservation(
        slot=Slot(AGENCY, case, key),
        type="rectification_order",
        region="鲁",
        code=CODE,
        date=date(2026, 11, 24),
    )
    return replace(base, **changes)


def number(sequence: int) -> Number:
    return Number("鲁", CODE, 2026, sequence)


def issue(identity: bytes, content: bytes = b"{}", **changes: object) -> Issue:
    files = (IssuedFile("application/pdf", "ab" * 32, 2),)
    return replace(
        Issue(identity, date(2026, 11, 24), content, b"token", "v.example", files), **changes
    )


@on_both
def test_numbers_of_a_series_run_from_one_without_gaps(book: Register) -> None:
    entries = book.reserve([wanted(f"案{n}") for n in range(5)], NOW)
    assert [entry.number.sequence for entry in entries] == [1, 2, 3, 4, 5]


@on_both
def test_the_same_instrument_keeps_its_number_however_often_it_is_asked_for(book: Register) -> None:
    first = book.reserve([wanted()], NOW)
    assert book.reserve([wanted()], NOW + timedelta(days=1)) == first
    assert len(book.entries()) == 1


@on_both
def test_each_agency_code_and_year_has_a_series_of_its_own(book: Register) -> None:
    others = [
        wanted(),
        wanted(key="b", code="应急查扣"),
        wanted("案二", date=date(2027, 1, 1)),
        wanted("案三", slot=Slot("示例市应急管理局", "案三", "a"), region="市"),
    ]
    assert [entry.number.sequence for entry in book.reserve(others, NOW)] == [1, 1, 1, 1]


@on_both
def test_a_given_number_is_kept_and_the_series_goes_on_after_it(book: Register) -> None:
    (given_entry,) = book.reserve([wanted("案一", number=number(12))], NOW)
    (following,) = book.reserve([wanted("案二")], NOW)
    assert (given_entry.number.sequence, following.number.sequence) == (12, 13)


@on_both
def test_a_given_number_of_another_instrument_is_refused_and_nothing_is_kept(
    book: Register,
) -> None:
    book.reserve([wanted("案一")], NOW)
    with pytest.raises(Refused, match="已经用在案件 案一"):
        book.reserve([wanted("案二"), wanted("案三", number=number(1))], NOW)
    assert [entry.slot.case_number for entry in book.entries()] == ["案一"]


@on_both
def test_a_series_that_exists_is_taken_over(book: Register) -> None:
    book.start_series(Series(AGENCY, CODE, 2026, 58), NOW)
    (entry,) = book.reserve([wanted()], NOW)
    assert entry.number.text == "（鲁）应急责改〔2026〕58号"
    assert book.series() == (Series(AGENCY, CODE, 2026, 59),)


@on_both
def test_a_series_never_starts_again_below_a_number_in_use(book: Register) -> None:
    book.reserve([wanted("案一"), wanted("案二")], NOW)
    with pytest.raises(Refused, match="已用到 2 号"):
        book.start_series(Series(AGENCY, CODE, 2026, 2), NOW)


@on_both
def test_a_void_keeps_its_reason_and_the_next_edition_gets_a_new_number(book: Register) -> None:
    (entry,) = book.reserve([wanted()], NOW)
    with book.issuing([issue(entry.identity)], NOW):
        pass
    book.void(entry.identity, "期限写错", NOW)
    voided = book.find(entry.identity)
    assert voided is not None
    assert (voided.state, voided.void_reason, voided.number.sequence) == (
        State.VOIDED,
        "期限写错",
        1,
    )
    (again,) = book.reserve([wanted()], NOW)
    assert (again.edition, again.number.sequence, again.state) == (2, 2, State.RESERVED)
    assert again.identity != entry.identity
    with pytest.raises(Refused, match="期限写错"):
        book.void(entry.identity, "改口", NOW)


@on_both
def test_a_voided_number_cannot_be_given_again(book: Register) -> None:
    (entry,) = book.reserve([wanted(number=number(3))], NOW)
    book.void(entry.identity, "写错", NOW)
    with pytest.raises(Refused, match="已经用在"):
        book.reserve([wanted(number=number(3))], NOW)


@on_both
def test_a_reserved_number_of_another_year_is_voided_with_its_reason(book: Register) -> None:
    (old,) = book.reserve([wanted()], NOW)
    (new,) = book.reserve([wanted(date=date(2027, 1, 4))], NOW)
    assert (new.number.year, new.edition) == (2027, 2)
    kept = book.find(old.identity)
    assert kept is not None
    assert kept.state is State.VOIDED
    assert kept.void_reason


@on_both
def test_issuing_takes_effect_only_when_the_files_are_in_place(book: Register) -> None:
    (entry,) = book.reserve([wanted()], NOW)
    with (
        pytest.raises(EnvironmentLacking, match="磁盘"),
        book.issuing([issue(entry.identity)], NOW),
    ):
        raise EnvironmentLacking("磁盘已满")
    still = book.find(entry.identity)
    assert still is not None
    assert still.state is State.RESERVED


@on_both
def test_issuing_the_same_content_again_is_a_reprint_and_another_content_is_refused(
    book: Register,
) -> None:
    (entry,) = book.reserve([wanted()], NOW)
    accepted = (Acceptance("REC009", "停电"),)
    for acceptances in (accepted, ()):
        with book.issuing([issue(entry.identity, acceptances=acceptances)], NOW):
            pass
    with pytest.raises(Refused), book.issuing([issue(entry.identity, b'{"other":1}')], NOW):
        pytest.fail("the body must not run")
    kept = book.find(entry.identity)
    assert kept is not None
    assert (kept.content, len(kept.files), kept.acceptances) == (b"{}", 1, accepted)
    kinds = [event.kind for event in book.events()]
    assert kinds == ["number_reserved", "issued", "reprinted"]


@on_both
@pytest.mark.parametrize("statement", ["UPDATE event SET body = ''", "DELETE FROM event"])
def test_the_event_log_can_be_neither_changed_nor_shortened(
    book: Register, location: str, statement: str
) -> None:
    book.reserve([wanted()], NOW)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        behind(location) as connection,
    ):
        connection.exec_driver_sql(statement)
    assert len(book.events()) == 1


@on_both
def test_an_agency_keeps_the_region_it_first_used(book: Register) -> None:
    key = PublicKey(b"k" * 8, AGENCY, "鲁", Algorithm.EDDSA, b"p" * 32)
    assert book.keybook.of_agency(AGENCY, "鲁", lambda: key, NOW) == (key,)
    assert book.keybook.of_agency(AGENCY, "鲁", lambda: pytest.fail("made twice"), NOW) == (key,)
    with pytest.raises(InputInvalid, match="代字是“鲁”"):
        book.keybook.of_agency(AGENCY, "浙", lambda: key, NOW)


@on_both
def test_an_agency_whose_name_was_mistyped_gets_no_series_of_its_own(book: Register) -> None:
    key = PublicKey(b"k" * 8, AGENCY, "鲁", Algorithm.EDDSA, b"p" * 32)
    book.keybook.of_agency(AGENCY, "鲁", lambda: key, NOW)
    with pytest.raises(InputInvalid, match=f"属于“{AGENCY}”"):
        book.keybook.of_agency("示例省应急管理斤", "鲁", lambda: pytest.fail("made"), NOW)


@on_both
def test_a_series_taken_over_under_another_name_is_not_passed_over(book: Register) -> None:
    key = PublicKey(b"k" * 8, AGENCY, "鲁", Algorithm.EDDSA, b"p" * 32)
    book.start_series(Series("示例省应急管理斤", CODE, 2026, 58), NOW)
    with pytest.raises(InputInvalid, match="接续编号时写的机关是“示例省应急管理斤”"):
        book.keybook.of_agency(AGENCY, "鲁", lambda: pytest.fail("made"), NOW)
    book.start_series(Series(AGENCY, CODE, 2026, 58), NOW)
    assert book.keybook.of_agency(AGENCY, "鲁", lambda: key, NOW) == (key,)


@on_both
def test_one_number_never_stands_twice_in_a_register_whatever_the_agency(book: Register) -> None:
    book.reserve([wanted()], NOW)
    with pytest.raises(Refused, match=f"用在机关“{AGENCY}”"):
        book.reserve([wanted("案二", slot=Slot("示例省应急管理斤", "案二", "a"))], NOW)


@on_both
def test_a_register_of_a_newer_version_is_refused_and_left_alone(location: str) -> None:
    opened(location).close()
    with behind(location) as connection:
        connection.exec_driver_sql("UPDATE register SET version = 99")
    with pytest.raises(EnvironmentLacking, match="版本是 99") as caught:
        opened(location)
    assert "升级" in caught.value.advice
    with behind(location) as connection:
        assert connection.exec_driver_sql("SELECT version FROM register").scalar_one() == 99


@pytest.mark.parametrize(
    "content", [b"not a database at all, " * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_damaged_register_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "register.sqlite"
    path.write_bytes(content)
    with pytest.raises(EnvironmentLacking, match="不能用"):
        opened(path)
    assert path.read_bytes() == content


def test_a_register_that_cannot_be_written_can_still_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "登记 簿?.sqlite"
    book = opened(path)
    (entry,) = book.reserve([wanted()], NOW)
    book.close()
    before = path.read_bytes()
    monkeypatch.setattr("docgen.store.sqlite.os.access", lambda *_: False)  # a read-only disk
    asked = opened(path)
    assert asked.entries() == (entry,)
    with pytest.raises(EnvironmentLacking, match="只读"):
        asked.reserve([wanted("案二")], NOW)
    asked.close()
    assert path.read_bytes() == before


def test_the_register_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "home" / "register.sqlite"
    opened(path).close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_network_disk_is_refused_and_a_local_one_within_it_is_not() -> None:
    mounted = "/dev/sda / ext4 rw 0 0\nserver:/a /mnt/shared\\040x nfs4 rw 0 0\n"
    mounted += "/dev/sdb /mnt/shared\\040x/local xfs rw 0 0\n"
    refuse_remote_disk(Path("/home/a/register.sqlite"), mounted)
    refuse_remote_disk(Path("/mnt/shared x/local/register.sqlite"), mounted)
    with pytest.raises(EnvironmentLacking, match="网络磁盘（nfs4）"):
        refuse_remote_disk(Path("/mnt/shared x/a/register.sqlite"), mounted)


def test_writes_are_flushed_in_the_way_that_is_safe_for_the_linked_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "register.sqlite"
    register = opened(path)
    with register._engine.connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    register.close()
    safe = sqlite3.sqlite_version_info >= (3, 51, 3)
    assert (journal, synchronous) == (("wal", 2) if safe else ("truncate", 3))


def slate_places(identity: bytes, *numbers: int) -> list[SlatePlace]:
    return [SlatePlace(identity, number, edge) for number in numbers for edge in Edge]


@on_both
def test_a_slate_asked_for_again_is_the_same_and_is_registered_once(book: Register) -> None:
    (entry,) = book.reserve([wanted()], NOW)
    first = book.slates(slate_places(entry.identity, 9), NOW)
    again = book.slates(slate_places(entry.identity, 9, 26), NOW + timedelta(days=1))
    assert first.items() <= again.items()
    assert len(set(again.values())) == 4
    made = [json.loads(event.body) for event in book.events() if event.kind == "slates_made"]
    slots = {(p.row, p.edge.value): slot for p, slot in again.items()}
    assert [event["slates"] for event in made] == [
        [[number, edge, slots[number, edge]] for edge in ("end", "start")] for number in (9, 26)
    ]


@on_both
def test_a_slot_leads_to_its_instrument_row_and_edge_even_when_void(book: Register) -> None:
    first, second = book.reserve([wanted("案一"), wanted("案二")], NOW)
    places = [*slate_places(first.identity, 9), *slate_places(second.identity, 9)]
    slots = book.slates(places, NOW)
    for place, slot in slots.items():
        found = book.slate(slot)
        assert found is not None
        assert (found[0].identity, found[1]) == (place.identity, place)
    book.void(first.identity, "写错", NOW)
    found = book.slate(slots[places[0]])
    assert found is not None
    assert found[0].state is State.VOIDED
    assert book.slate("AAAAAAAAAAAA00") is None


@on_both
def test_no_slate_is_made_for_a_void_or_unknown_instrument_and_none_beside_it(
    book: Register,
) -> None:
    good, bad = book.reserve([wanted("案一"), wanted("案二")], NOW)
    book.void(bad.identity, "写错", NOW)
    for identity in (bad.identity, b"nobody know"[:10]):
        places = [*slate_places(good.identity, 9), *slate_places(identity, 9)]
        with pytest.raises(Refused, match="没有场记板"):
            book.slates(places, NOW)
    assert "slates_made" not in {event.kind for event in book.events()}


SLATE_WORKER = textwrap.dedent("""
    import sys
    from datetime import datetime, timezone
    from docgen.model.register import Edge, SlatePlace
    from docgen.seal.slate import make_slot
    from docgen.store.register import open_register
    location, identity = sys.argv[1], bytes.fromhex(sys.argv[2])
    now = datetime(2026, 11, 24, tzinfo=timezone.utc)
    sys.stdin.readline()
    book = open_register(location, b"s" * 32, now, lambda *_: b"", make_slot)
    for row in range(1, 31):
        made = book.slates([SlatePlace(identity, row, edge) for edge in Edge], now)
        print(row, *made.values())
""")


@on_both
def test_two_processes_that_ask_for_the_same_slates_get_the_same(location: str) -> None:
    register = opened(location)
    (entry,) = register.reserve([wanted()], NOW)
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", SLATE_WORKER, location, entry.identity.hex()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        for _ in range(2)
    ]
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate(timeout=300) for worker in workers]
    assert [error for _, error in answers if error] == []
    assert answers[0][0] == answers[1][0]
    made = [event for event in register.events() if event.kind == "slates_made"]
    register.close()
    assert len(made) == 30


WORKER = textwrap.dedent("""
    import sys
    from datetime import date, datetime, timezone
    from docgen.model.register import Reservation, Slot
    from docgen.seal.slate import make_slot
    from docgen.seal.token import make_identity
    from docgen.store.register import open_register
    location, worker = sys.argv[1], sys.argv[2]
    now = datetime(2026, 11, 24, tzinfo=timezone.utc)
    sys.stdin.readline()
    book = open_register(location, worker.encode().ljust(32), now,
        lambda secret, slot, edition: make_identity(
            secret, slot.agency, slot.case_number, slot.key, edition), make_slot)
    for n in range(20):
        slot = Slot("示例省应急管理厅", f"案{worker}-{n}", "a")
        common_slot = Slot("示例省应急管理厅", f"共{n}", "a")
        item = Reservation(slot, "rectification_order", "鲁", "应急责改", date(2026, 11, 24))
        shared = Reservation(common_slot, "x", "鲁", "应急查扣", date(2026, 11, 24))
        own, common = book.reserve([item, shared], now)
        print(own.number.sequence, common.number.sequence)
""")


@on_both
def test_sixteen_processes_at_once_get_sixteen_times_different_numbers(location: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, location, str(index)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        for index in range(16)
    ]
    answers = [worker.communicate("go\n", timeout=300) for worker in workers]
    assert [error for _, error in answers if error] == []
    pairs = [line.split() for output, _ in answers for line in output.splitlines()]
    assert sorted(int(own) for own, _ in pairs) == list(range(1, 16 * 20 + 1))
    assert Counter(int(common) for _, common in pairs) == dict.fromkeys(range(1, 21), 16)


operations = st.lists(
    st.tuples(
        st.sampled_from(["reserve", "issue", "void", "given"]), st.integers(0, 3), st.integers(1, 9)
    ),
    max_size=25,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(operations)
def test_whatever_the_order_of_events_no_number_is_ever_used_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    book = opened(tmp_path_factory.mktemp("book") / "register.sqlite")
    seen: dict[int, bytes] = {}
    for verb, case, sequence in steps:
        slot = wanted(f"案{case}").slot
        entry = book.current(slot)
        try:
            if verb == "reserve":
                book.reserve([wanted(f"案{case}")], NOW)
            elif verb == "given":
                book.reserve([wanted(f"案{case}", number=number(sequence))], NOW)
            elif entry is not None and verb == "void":
                book.void(entry.identity, "理由", NOW)
            elif entry is not None:
                with book.issuing([issue(entry.identity)], NOW):
                    pass
        except Refused:
            continue
        for found in book.entries():
            assert seen.setdefault(found.number.sequence, found.identity) == found.identity
    identities = {entry.identity for entry in book.entries()}
    assert set(seen.values()) == identities
    book.close()
