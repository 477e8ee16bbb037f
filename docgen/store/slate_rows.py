"""登记簿里的场记板：编号与它的文书、清单的行、哪一头。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from docgen.errors import Refused
from docgen.model.claim import identity_text
from docgen.model.register import Edge, Entry, SlatePlace, State
from docgen.store import rows, tables


def keep_slates(connection: Connection, made: Mapping[SlatePlace, str], at: datetime) -> None:
    """登记还没有的场记板，每份文书一条流水。Raises Refused for a void or unknown instrument."""
    table, owners = tables.slates, tables.instruments.c
    for identity in dict.fromkeys(place.identity for place in made):
        found = connection.execute(
            select(owners.id, owners.state).where(owners.identity == identity)
        ).one_or_none()
        if found is None or found.state == State.VOIDED.value:
            raise Refused(
                f"文书 {identity_text(identity)} 已经作废或者不在登记簿里，没有场记板可印。",
                advice="请重新执行 docgen generate，用新的一版。",
            )
        known = set(
            connection.execute(
                select(table.c.slot).where(table.c.instrument_id == found.id)
            ).scalars()
        )
        fresh = {
            p: slot for p, slot in made.items() if p.identity == identity and slot not in known
        }
        for place, slot in fresh.items():
            values = {
                "slot": slot,
                "instrument_id": found.id,
                "row": place.row,
                "edge": place.edge.value,
            }
            connection.execute(insert(table).values(values))
        if fresh:
            made_of = sorted([place.row, place.edge.value, slot] for place, slot in fresh.items())
            rows.record(
                connection, at, "slates_made", {"identity": identity.hex(), "slates": made_of}
            )


def slate(connection: Connection, slot: str) -> tuple[Entry, SlatePlace] | None:
    """编号 → 文书与用处。"""
    table = tables.slates.c
    found = connection.execute(
        select(table.instrument_id, table.row, table.edge).where(table.slot == slot)
    ).one_or_none()
    if found is None:
        return None
    (entry,) = rows.entries(connection, tables.instruments.c.id == found.instrument_id)
    return entry, SlatePlace(entry.identity, found.row, Edge(found.edge))


def slates(connection: Connection) -> Mapping[str, SlatePlace]:
    """全部场记板，按编号。"""
    table, owners = tables.slates.c, tables.instruments.c
    query = select(table.slot, owners.identity, table.row, table.edge).join_from(
        tables.slates, tables.instruments
    )
    return {s: SlatePlace(i, row, Edge(e)) for s, i, row, e in connection.execute(query)}
