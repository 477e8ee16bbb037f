"""留号的读与写：一次读出有关的各行，在内存里编号，一次写下。在登记簿的一个事务里。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from docgen.errors import Refused
from docgen.model.register import Entry, Reservation, Series, Slot, State
from docgen.store import rows, tables
from docgen.store.numbers import (
    NOTHING_ASIDE,
    Aside,
    IdentityOf,
    Known,
    Outcome,
    Plan,
    SeriesKey,
    Step,
    plan,
    series_of,
)


def reserve_each(
    connection: Connection,
    cases: Sequence[Sequence[Reservation]],
    identity_of: IdentityOf,
    at: datetime,
    aside: Aside = NOTHING_ASIDE,
) -> tuple[Outcome, ...]:
    """给各案件的文书留号；一个案件有一份留不了，整个不留，给出理由，别的照留。"""
    planned = planned_each(connection, cases, identity_of, at, aside)
    made = [step for step in planned.steps if step.void_reason is None]
    if made:
        connection.execute(insert(tables.instruments), [_row(step.entry) for step in made])
    voided = [(step.entry, step.void_reason) for step in planned.steps if step.void_reason]
    rows.write_voids(connection, voided, at)
    for (agency, code, year), following in planned.following.items():
        set_next(connection, Series(agency, code, year, following))
    rows.record_all(connection, at, [_told(step) for step in planned.steps])
    return planned.outcomes


def planned_each(
    connection: Connection,
    cases: Sequence[Sequence[Reservation]],
    identity_of: IdentityOf,
    at: datetime,
    aside: Aside = NOTHING_ASIDE,
) -> Plan:
    """会怎样留号；什么也不写。"""
    known = _known(connection, [item for case in cases for item in case])
    return plan(cases, known, identity_of, at, aside)


def start_series(connection: Connection, series: Series, at: datetime, *, new_agency: bool) -> None:
    """接续已有的编号。Raises Refused when numbers would come again, or the agency is unknown."""
    table = tables.instruments.c
    agencies = sorted(connection.execute(select(tables.agencies.c.name)).scalars())
    if agencies and series.agency not in agencies and not new_agency:
        raise Refused(
            f"登记簿里没有机关“{series.agency}”，没有接续。",
            advice=f"已有：{'、'.join(agencies)}；确是新的机关，加 --new-agency。",
        )
    used = rows.entries(
        connection,
        (table.agency == series.agency) & (table.code == series.code) & (table.year == series.year),
    )
    highest = max((entry.number.sequence for entry in used), default=0)
    if series.next_sequence <= highest:
        raise Refused(
            f"{series.code}〔{series.year}〕已用到 {highest} 号，不能从"
            f" {series.next_sequence} 号开始。",
            advice=f"请给出 {highest + 1} 以上的数。",
        )
    set_next(connection, series)
    rows.record(connection, at, "series_started", {**vars(series)})


def set_next(connection: Connection, series: Series) -> None:
    """写下某序列的下一个号。"""
    table = tables.series
    mine = (
        (table.c.agency == series.agency)
        & (table.c.code == series.code)
        & (table.c.year == series.year)
    )
    changed = connection.execute(
        update(table).where(mine).values(next_sequence=series.next_sequence)
    )
    if changed.rowcount == 0:
        connection.execute(insert(table).values(**vars(series)))


def _known(connection: Connection, wanted: Sequence[Reservation]) -> Known:
    latest = rows.latest(connection, (item.slot for item in wanted))
    unissued = [item for item in wanted if not _issued(latest, item.slot)]
    following = _following(connection, {item.slot.agency for item in unissued})
    return Known(latest, following, _taken(connection, unissued, following))


def _issued(latest: Mapping[Slot, Entry], slot: Slot) -> bool:
    return slot in latest and latest[slot].state is State.ISSUED


def _following(connection: Connection, agencies: Iterable[str]) -> dict[SeriesKey, int]:
    table = tables.series
    found = connection.execute(select(table).where(table.c.agency.in_(sorted(agencies))))
    return {(row.agency, row.code, row.year): row.next_sequence for row in found}


def _taken(
    connection: Connection, wanted: Sequence[Reservation], following: Mapping[SeriesKey, int]
) -> tuple[Entry, ...]:
    """已经占着要留的号的条目：给定的那些号，与每个序列里下一个号以后的（本不该有）。"""
    given: dict[tuple[SeriesKey, str], set[int]] = defaultdict(set)
    for item in wanted:
        given[series_of(item), item.region] |= {item.number.sequence} if item.number else set()
    table = tables.instruments.c
    found: list[Entry] = []
    for (series, region), sequences in given.items():
        agency, code, year = series
        for owner in (table.agency == agency, table.region == region):
            mine = owner & (table.code == code) & (table.year == year)
            found += rows.entries(connection, mine & (table.sequence >= following.get(series, 1)))
            for some in rows.parts(sorted(sequences)):
                found += rows.entries(connection, mine & table.sequence.in_(some))
    return tuple(found)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "identity": entry.identity,
        **vars(entry.slot),
        "edition": entry.edition,
        "type": entry.type,
        **vars(entry.number),
        "date": entry.date.isoformat(),
        "state": entry.state.value,
        "reserved_at": entry.reserved_at.isoformat(),
    }


def _told(step: Step) -> rows.Told:
    entry = step.entry
    if step.void_reason is not None:
        return rows.told_void(entry, step.void_reason)
    slot = [*vars(entry.slot).values(), entry.type, entry.edition]
    body = {"identity": entry.identity.hex(), "slot": slot, "number": entry.number.text}
    return "number_reserved", body
