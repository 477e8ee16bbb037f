"""十六个进程同时留号：成批的与一个一个的，SQLite 与 PostgreSQL；不重、不漏、按次序，不见锁的错误。

    python benchmarks/allocation.py [-o benchmarks/results/allocation.md] [--each N] [--single N]

Each process reserves numbers of one series, in chunks as the batch does, then fewer of another
series one by one (a transaction each). Afterwards the register itself is looked through.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from database_server import database_server

from docgen.errors import Refused
from docgen.model.register import Entry, Reservation, Slot
from docgen.seal.slate import make_slot
from docgen.seal.token import make_identity
from docgen.store.register import Register, open_register

PROCESSES = 16
CHUNK = 500
AGENCY, REGION = "示例省应急管理厅", "鲁"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
gate: Barrier
CHUNKED, SINGLE = "应急责改", "应急查扣"


@dataclass(frozen=True)
class Done:
    """一个进程做的：得到的号（按得到的先后），与用的秒数。"""

    sequences: Sequence[int]
    seconds: float


@dataclass(frozen=True)
class Row:
    """表的一行。"""

    database: str
    how: str
    numbers: int
    seconds: float
    faults: str

    @property
    def rate(self) -> float:
        return self.numbers / self.seconds


def opened(location: str) -> Register:
    """打开登记簿。"""

    def identity(secret: bytes, slot: Slot, edition: int) -> bytes:
        return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)

    return open_register(location, b"s" * 32, NOW, identity, make_slot)


def reservations(code: str, worker: int, count: int) -> list[Reservation]:
    """一个进程要的号。"""
    return [
        Reservation(
            Slot(AGENCY, f"{code}{worker:02}-{n:06}", "a"), code, REGION, code, date(2026, 1, 1)
        )
        for n in range(count)
    ]


def work(location: str, code: str, worker: int, count: int, at_once: int) -> Done:
    """一个进程：至多 at_once 个一批。"""
    wanted = reservations(code, worker, count)
    book = opened(location)
    gate.wait()
    begun, got = time.perf_counter(), []
    for start in range(0, count, at_once):
        chunk = [[item] for item in wanted[start : start + at_once]]
        got += [_sequence(outcome) for outcome in book.reserve_each(chunk, NOW)]
    seconds = time.perf_counter() - begun
    book.close()
    return Done(got, seconds)


def _sequence(outcome: tuple[Entry, ...] | Refused) -> int:
    if isinstance(outcome, Refused):
        raise outcome
    return outcome[0].number.sequence


def _share(barrier: Barrier) -> None:
    global gate  # noqa: PLW0603 - a barrier reaches a process only when it starts
    gate = barrier


def measure(name: str, location: str, code: str, each: int, at_once: int) -> Row:
    """十六个进程一起开始。"""
    context = get_context("spawn")
    with ProcessPoolExecutor(
        PROCESSES, context, initializer=_share, initargs=(context.Barrier(PROCESSES),)
    ) as pool:
        jobs = [pool.submit(work, location, code, n, each, at_once) for n in range(PROCESSES)]
        done = [job.result() for job in jobs]
    how = f"in chunks of {at_once}" if at_once > 1 else "one by one"
    seconds = max(each.seconds for each in done)
    return Row(name, how, each * PROCESSES, seconds, _faults(done, each * PROCESSES))


def _faults(done: Sequence[Done], count: int) -> str:
    """重的、漏的、不按次序的。"""
    together = sorted(sequence for each in done for sequence in each.sequences)
    found = [
        "not 1 to n, each once" * (together != list(range(1, count + 1))),
        "not in order" * any(list(each.sequences) != sorted(each.sequences) for each in done),
    ]
    return ", ".join(filter(None, found)) or "none"


def main() -> None:
    """量，写表。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--each", type=int, default=10_000)
    parser.add_argument("--single", type=int, default=50)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database_server() as server:
        rows, logs = [], []
        for location in (f"{folder}/register.sqlite", server.fresh()):
            book = opened(location)
            rows.append(measure(book.server, location, CHUNKED, chosen.each, CHUNK))
            rows.append(measure(book.server, location, SINGLE, chosen.single, 1))
            logs.append(_log(book))
            book.close()
    text = _page(rows, logs)
    if chosen.output:
        chosen.output.write_text(text, "utf-8")
    sys.stdout.write(text)


def _log(book: Register) -> str:
    sequences = [event.sequence for event in book.events()]
    dense = sequences == list(range(1, len(sequences) + 1))
    said = "follow each other without a gap" if dense else "HAVE GAPS"
    return f"{book.server}: {len(sequences)} events of the log {said}."


def _page(rows: Sequence[Row], logs: Sequence[str]) -> str:
    head = (
        f"# Allocating numbers\n\n{date.today()}, Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} processors shared with other work. "
        f"`python benchmarks/allocation.py` gives this page.\n\n"
        f"{PROCESSES} processes at once on one register, every commit flushed to the disk. Faults: "
        "numbers given twice, left out or out of order; an error of a lock would end the run.\n\n"
        "| register | how | numbers | seconds | numbers a second | faults |\n"
        "|---|---|---|---|---|---|\n"
    )
    table = "".join(
        f"| {r.database} | {r.how} | {r.numbers} | {r.seconds:.1f} | {r.rate:.0f} | {r.faults} |\n"
        for r in rows
    )
    ratios = [
        f"{chunked.database}: in chunks {chunked.rate / single.rate:.0f} times as fast."
        for chunked, single in zip(rows[::2], rows[1::2], strict=True)
    ]
    return head + table + "\n" + "\n".join([*ratios, *logs]) + "\n"


if __name__ == "__main__":
    main()
