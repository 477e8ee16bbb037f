"""登记簿在 PostgreSQL 里：从签发到核对；连不上、只读、不落盘的，用中文说清楚，不留半截。"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from threading import Thread

import pytest
from books import behind, configure, copy_register, location_of, unguard
from database_server import PASSWORD, DatabaseServer, database_server
from filmed import Site
from sqlalchemy.exc import IntegrityError
from support import Data, Docgen, WriteCase

from docgen.errors import EnvironmentLacking
from docgen.model.register import Reservation, Slot
from docgen.seal.slate import make_slot
from docgen.store.register import Register, open_register

NOW = datetime(2026, 11, 24, tzinfo=UTC)
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def opened(location: str) -> Register:
    return open_register(location, os.urandom(32), NOW, identity_of, make_slot)


def identity_of(secret: bytes, slot: Slot, edition: int) -> bytes:
    return sha256(f"{slot}{edition}".encode()).digest()[:10]


def item(number: int) -> Reservation:
    slot = Slot("示例省应急管理厅", f"{number:04}", "a")
    return Reservation(slot, "rectification_order", "鲁", "应急责改", date(2026, 11, 24))


def reserve(register: Register, number: int) -> int:
    (entry,) = register.reserve([item(number)], NOW)
    return entry.number.sequence


@pytest.fixture
def own_server() -> Iterator[DatabaseServer]:
    """本测试自己的服务器，可以停下、改设置。"""
    with database_server() as server:
        yield server


# --- from the command line


@on_postgresql
def test_two_processes_that_generate_at_once_take_two_numbers_of_one_new_register(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, home: Path
) -> None:
    runs = []
    for number in (12, 13):
        hearing["case_number"] = f"（鲁）应急案〔2026〕{number}号"
        case = write_case(hearing, f"{number}.yaml")
        arguments = ["generate", case, "-o", tmp_path / f"out-{number}"]
        runs.append(subprocess.Popen([sys.executable, "-m", "docgen", *arguments]))
    assert [run.wait(300) for run in runs] == [0, 0]
    listed = docgen("register", "list", "--json").json["instruments"]
    numbers = sorted(row["number"] for row in listed if "听通" in row["number"])
    assert numbers == [f"（鲁）应急听通〔2026〕{n}号" for n in (1, 2)]
    events = docgen("log", "list", "--json").json["events"]
    assert [event["sequence"] for event in events] == [*range(1, len(events) + 1)]
    assert docgen("log", "verify").code == 0
    assert not (home / "register.sqlite").exists()
    told = docgen("doctor", "--json")
    (place,) = (c for c in told.json["conditions"] if c["name"] == "登记簿")
    assert place["ok"]
    assert "PostgreSQL 1" in place["message"]
    assert PASSWORD not in told.out + told.err


TAMPERED = [
    ("UPDATE event SET at = '2026-01-01T00:00:00+08:00' WHERE sequence = 3", "LOG004"),
    ("DELETE FROM event WHERE sequence = 3", "LOG001"),
    ("DELETE FROM event WHERE sequence > 5", "LOG003"),
    ("UPDATE instrument SET state = 'voided', void_reason = '无' WHERE id = 1", "LOG002"),
    ("UPDATE document SET sha256 = 'other' WHERE instrument_id = 1 AND pages IS NULL", "LOG002"),
    ("UPDATE slate SET row = 88 WHERE row = 1", "LOG002"),
]


@on_postgresql
def test_a_register_changed_behind_its_back_is_found(
    docgen: Docgen, site: Site, tmp_path: Path, postgresql: DatabaseServer
) -> None:
    kept, location = tmp_path / "kept.txt", location_of(site.home)
    assert docgen("log", "checkpoint", "-o", kept).code == 0
    assert docgen("log", "verify", "--checkpoint", kept).code == 0
    saved = postgresql.fresh()
    copy_register(location, saved)
    for statement, code in TAMPERED:
        with behind(location) as connection:
            unguard(connection)
            assert connection.exec_driver_sql(statement).rowcount > 0, statement
        answer = docgen("log", "verify", "--checkpoint", kept, "--json")
        levels = {row["code"]: row["level"] for row in answer.json["findings"]}
        assert (answer.code, levels[code]) == (1, "fail"), statement
        location = postgresql.fresh()
        copy_register(saved, location)
        configure(site.home, location)
    assert docgen("log", "verify", "--checkpoint", kept).code == 0


@on_postgresql
def test_a_register_that_is_lost_while_the_keys_are_there_is_never_started_anew(
    docgen: Docgen, site: Site, postgresql: DatabaseServer, tmp_path: Path
) -> None:
    empty = postgresql.fresh()
    configure(site.home, empty)
    for arguments in (("generate", site.case, "-o", tmp_path / "later"), ("register", "list")):
        answer = docgen(*arguments)
        assert (answer.code, "不见了" in answer.err) == (5, True)
    assert docgen("doctor").code == 5
    with behind(empty) as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()"
        )
        assert found.scalar_one() == 0


def test_an_address_that_is_not_one_of_postgresql_is_refused_with_its_line(
    docgen: Docgen, home: Path
) -> None:
    for wrong in ("mysql://a/b", "postgresql://", "postgresql://a@b:port/c"):
        configure(home, wrong)
        answer = docgen("register", "list")
        assert answer.code == 4, wrong
        assert "config.yaml" in answer.err


# --- what the database lacks


def lacking(url: str) -> str:
    with pytest.raises(EnvironmentLacking) as caught:
        opened(url)
    assert PASSWORD not in str(caught.value) + caught.value.advice
    assert caught.value.advice
    return str(caught.value)


def test_a_wrong_password_user_or_database_and_a_closed_port_are_told_apart(
    postgresql: DatabaseServer,
) -> None:
    url = postgresql.url("postgres")
    assert "口令不对" in lacking(url.replace(PASSWORD, "other"))
    assert "口令不对" in lacking(url.replace("docgen_test", "nobody"))
    assert "没有这个数据库" in lacking(postgresql.url("missing"))
    assert "连不上" in lacking(url.replace(str(postgresql.port), "1"))


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_lose_what_it_acknowledged_is_refused(setting: str) -> None:
    with database_server(**{setting: "off"}) as server:
        assert f"{setting} = off" in lacking(server.url("postgres"))
        with behind(server.url("postgres")) as connection:
            found = connection.exec_driver_sql("SELECT to_regclass('register')")
            assert found.scalar_one() is None


def test_a_server_that_acknowledges_early_is_made_to_wait_for_each_write() -> None:
    with database_server(synchronous_commit="off") as server:
        register = opened(server.url("postgres"))
        with register._engine.begin() as connection:
            shown = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        register.close()
        assert shown == "on"


def test_a_database_that_cannot_hold_chinese_is_refused(postgresql: DatabaseServer) -> None:
    name = postgresql.fresh_database("ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert "LATIN1" in lacking(postgresql.url(name))


def test_a_database_that_only_reads_can_be_read_and_says_why_it_takes_no_number(
    postgresql: DatabaseServer,
) -> None:
    name = postgresql.fresh_database()
    url = postgresql.url(name)
    register = opened(url)
    reserve(register, 1)
    register.close()
    postgresql.run("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    register = opened(url)
    assert len(register.entries()) == 1
    with pytest.raises(EnvironmentLacking, match="只读"):
        reserve(register, 2)
    register.close()


def test_a_user_without_the_right_to_make_tables_is_told(postgresql: DatabaseServer) -> None:
    url = postgresql.fresh()
    postgresql.run("postgres", f"CREATE USER clerk PASSWORD '{PASSWORD}'")
    assert "不许" in lacking(url.replace("docgen_test", "clerk"))


def test_a_server_that_dies_is_told_and_after_it_is_back_the_same_process_goes_on(
    own_server: DatabaseServer,
) -> None:
    register = opened(own_server.url("postgres"))
    assert reserve(register, 1) == 1
    own_server.stop(signal.SIGQUIT)
    for _ in range(2):
        with pytest.raises(EnvironmentLacking, match="连不上"):
            reserve(register, 2)
    own_server.start()
    assert [reserve(register, 1), reserve(register, 2)] == [1, 2]
    assert [event.sequence for event in register.events()] == [1, 2]
    register.close()


def test_a_connection_cut_in_the_midst_of_issuing_leaves_nothing_of_it(
    postgresql: DatabaseServer,
) -> None:
    name = postgresql.fresh_database()
    register = opened(postgresql.url(name))
    reserve(register, 1)
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    with (
        pytest.raises(EnvironmentLacking, match="中途断开"),
        register.issuing_cases([], NOW),
    ):
        postgresql.run("postgres", cut + f"'{name}'")
    assert reserve(register, 2) == 2
    register.close()


def test_processes_that_meet_on_an_empty_database_make_one_register(
    postgresql: DatabaseServer,
) -> None:
    url, made = postgresql.fresh(), []
    threads = [Thread(target=lambda: made.append(opened(url))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 6
    with behind(url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM register").scalar_one() == 1
    for register in made:
        register.close()


def test_a_refused_or_broken_write_leaves_no_gap_in_the_log(postgresql: DatabaseServer) -> None:
    register = opened(postgresql.fresh())
    reserve(register, 1)
    with pytest.raises(OSError, match="磁盘"), register.issuing_cases([], NOW):
        raise OSError("磁盘已满")
    reserve(register, 2)
    assert [event.sequence for event in register.events()] == [1, 2]
    assert [entry.number.sequence for entry in register.entries()] == [1, 2]
    register.close()


@pytest.mark.parametrize(
    "statement", ["TRUNCATE event", "DELETE FROM event", "TRUNCATE agency CASCADE"]
)
def test_what_only_grows_is_not_emptied(postgresql: DatabaseServer, statement: str) -> None:
    url = postgresql.fresh()
    register = opened(url)
    reserve(register, 1)
    with pytest.raises(IntegrityError, match="append-only"), behind(url) as connection:
        connection.exec_driver_sql(statement)
    assert len(register.events()) == 1
    register.close()


def test_texts_are_sorted_as_in_sqlite_whatever_the_language_of_the_database(
    postgresql: DatabaseServer, tmp_path: Path
) -> None:
    registers = [opened(str(tmp_path / "a.sqlite")), opened(postgresql.fresh())]
    names = ["b", "A", "a", "乙", "甲", "_", "Z", "示例"]
    for register in registers:
        for name in names:
            given = item(1)
            slot = Slot(name, f"{name}案", "a")
            register.reserve_each([[Reservation(slot, "x", name, "责改", given.date)]], NOW)
    first, second = (register.series() for register in registers)
    assert first == second
    assert [series.agency for series in first] == sorted(names)
    for register in registers:
        register.close()


def test_the_driver_that_is_missing_is_named_with_the_command_that_installs_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.yaml").write_text("register: postgresql://a@127.0.0.1:1/b\n", "utf-8")
    program = "import sys; sys.modules['psycopg'] = None; from docgen.cli import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", program, "register", "list"],
        env={**os.environ, "DOCGEN_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 5
    assert "pip install 'docgen[postgresql]'" in told.stderr
    assert "Traceback" not in told.stderr
