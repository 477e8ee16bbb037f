"""批量：记录一块一块地备好、编号、印出、签发，结果按输入的先后给出。

prepare (workers) -> number (here, in order) -> print (workers) -> issue (here, in order)

Two commits a chunk: numbers reserved, documents issued. Killed at any moment, the same command
goes on: what is reserved keeps its number, what is issued is only compared.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.batch.duplicates import Duplicates
from docgen.batch.given import Given
from docgen.batch.issue import Issuing, PrintedCase
from docgen.batch.number import Known, Numbered, number
from docgen.batch.number import rehearse as rehearse_numbers
from docgen.batch.spread import Pending, chunks, spread
from docgen.batch.worker import Setup, prepare, print_chunk
from docgen.model.batch import Outcome, Ready, Rejection, Status
from docgen.model.document import Sealed
from docgen.model.table import Layout, Raw
from docgen.workshop import Workshop


@dataclass(frozen=True)
class Plan:
    """一次批量怎样做。size: records in a chunk; ahead: chunks under way in each stage.

    aside: the numbers that the input itself brings.
    """

    setup: Setup
    layout: Layout | None
    size: int
    ahead: int
    aside: Given


Prepared = tuple[Sequence[Raw], Pending[Raw, Ready]]
Printing = tuple[
    Sequence[Raw], Sequence[Numbered | Rejection], Pending[tuple[Sealed, ...], PrintedCase]
]


def run(
    records: Iterable[Raw],
    plan: Plan,
    executor: Executor,
    issuing: Issuing,
    clock: Callable[[], datetime],
) -> Iterator[tuple[Raw, Outcome]]:
    """做完全部记录，结果按输入的先后。Raises EnvironmentLacking: what is done stays done."""
    prepared = _prepared(records, plan, executor)
    printing: deque[Printing] = deque()
    for raws, results in prepared:
        numbered = number(results, replace(issuing.workshop, now=clock()), plan.aside)
        waiting = [
            item.sealed
            for raw, item in zip(raws, numbered, strict=True)
            if isinstance(item, Numbered) and not issuing.in_place(raw, item)
        ]
        printing.append((raws, numbered, spread(executor, print_chunk, (plan.setup,), waiting)))
        if len(printing) > plan.ahead:
            yield from _issued(printing.popleft(), issuing, clock())
    while printing:
        yield from _issued(printing.popleft(), issuing, clock())


def rehearse(
    records: Iterable[Raw], plan: Plan, executor: Executor, workshop: Workshop | None
) -> Iterator[tuple[Raw, Outcome]]:
    """只核对，不留号，什么也不写。workshop: None where there is no register yet."""
    for raws, results in _prepared(records, plan, executor):
        known: Sequence[Ready | Known | Rejection] = results
        if workshop is not None:
            known = rehearse_numbers(results, workshop, plan.aside)
        for raw, item in zip(raws, known, strict=True):
            if isinstance(item, Rejection):
                yield raw, Outcome(raw.index, raw.where, item.status, rejection=item)
            else:
                ready, status = (
                    (item, Status.READY) if isinstance(item, Ready) else (item.ready, item.status)
                )
                yield raw, Outcome(raw.index, raw.where, status, notices=ready.notices)


def _prepared(
    records: Iterable[Raw], plan: Plan, executor: Executor
) -> Iterator[tuple[Sequence[Raw], Sequence[Ready | Rejection]]]:
    """各块备好的记录，按先后；总有几块在做。"""
    source = chunks(records, plan.size)
    duplicates = Duplicates()
    waiting: deque[Prepared] = deque()

    def top_up() -> None:
        while len(waiting) < plan.ahead and (raws := next(source, None)) is not None:
            waiting.append((raws, spread(executor, prepare, (plan.setup, plan.layout), raws)))

    top_up()
    while waiting:
        raws, pending = waiting.popleft()
        results = pending.collect()
        top_up()
        yield raws, duplicates.sift(raws, results)


def _issued(printing: Printing, issuing: Issuing, at: datetime) -> Iterator[tuple[Raw, Outcome]]:
    raws, numbered, pending = printing
    printed = iter(pending.collect())
    outcomes: dict[int, Outcome] = {}
    made: list[tuple[Raw, Numbered, PrintedCase | Rejection]] = []
    sealed = {id(item) for item in pending.items}
    for raw, item in zip(raws, numbered, strict=True):
        if isinstance(item, Rejection):
            outcomes[raw.index] = Outcome(raw.index, raw.where, item.status, rejection=item)
        elif id(item.sealed) in sealed:
            made.append((raw, item, next(printed)))
        else:
            outcomes[raw.index] = issuing.kept(raw, item)
    outcomes.update((outcome.index, outcome) for outcome in issuing.issue(made, at))
    for raw in raws:
        yield raw, outcomes[raw.index]
