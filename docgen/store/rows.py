"""登记簿的行 ⇄ 冻结类型，以及单个事务内的几种写入。"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import rfc8785
from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from docgen.errors import Refused
from docgen.model.claim import identity_text
from docgen.model.number import Number
from docgen.model.register import (
    Acceptance,
    Edge,
    Entry,
    Issue,
    IssuedFile,
    Series,
    SlatePlace,
    Slot,
    State,
)
from docgen.store import tables


def moment(text: str) -> datetime:
    """存下的时刻文字 → datetime。"""
    return datetime.fromisoformat(text)


def record(connection: Connection, at: datetime, kind: str, body: Mapping[str, Any]) -> None:
    """记一条流水；body 以 RFC 8785 写成，以后作为日志的叶子。"""
    text = rfc8785.dumps(dict(body)).decode("utf-8")
    connection.execute(insert(tables.events).values(at=at.isoformat(), kind=kind, body=text))


def entries(connection: Connection, where: ColumnElement[bool] | None = None) -> tuple[Entry, ...]:
    """符合条件的条目，按登记先后。"""
    query = select(tables.instruments).order_by(tables.instruments.c.id)
    found = connection.execute(query if where is None else query.where(where)).all()
    return tuple(_entry(connection, row) for row in found)


def latest(connection: Connection, slot: Slot) -> Entry | None:
    """某份文书最新的一版。"""
    table = tables.instruments.c
    found = entries(
        connection,
        (table.agency == slot.agency)
        & (table.case_number == slot.case_number)
        & (table.key == slot.key),
    )
    return max(found, key=lambda entry: entry.edition) if found else None


def issue(connection: Connection, item: Issue, at: datetime) -> bool:
    """登记签发（给出 True），或者重印（False）。

    Raises Refused when it is void or was issued otherwise.
    """
    table = tables.instruments
    (entry,) = entries(connection, table.c.identity == item.identity)
    if entry.state is State.VOIDED:
        raise Refused(f"{entry.number.text} 刚刚被作废，没有签发。", advice="请重新执行。")
    if entry.state is State.ISSUED and entry.content != item.content:
        raise Refused(
            f"{entry.number.text} 刚刚以另一份内容签发。", advice="请核对案件文件后重新执行。"
        )
    fresh = {file.sha256 for file in item.files} - {file.sha256 for file in entry.files}
    if entry.state is State.ISSUED and fresh:
        raise Refused(
            f"{entry.number.text} 重印出来的文件与签发时不是同一个，没有输出。",
            advice="字体或程序变了；请改回原样，或者用签发时的文件，或者作废后另行制作。",
        )
    own = select(table.c.id).where(table.c.identity == item.identity)
    instrument_id = connection.execute(own).scalar_one()
    first = entry.state is State.RESERVED
    if first:
        values = {
            "date": item.date.isoformat(),
            "state": State.ISSUED.value,
            "content": item.content,
            "token": item.token,
            "host": item.host,
            "issued_at": at.isoformat(),
        }
        connection.execute(update(table).where(table.c.id == instrument_id).values(values))
        for file in item.files:
            values = {"instrument_id": instrument_id, **vars(file)}
            connection.execute(insert(tables.documents).values(values))
        for accepted in item.acceptances:
            values = {"instrument_id": instrument_id, **vars(accepted)}
            connection.execute(insert(tables.acceptances).values(values))
    body: dict[str, Any] = {
        "identity": item.identity.hex(),
        "number": entry.number.text,
        "files": sorted(file.sha256 for file in item.files),
        "accepted": [vars(accepted) for accepted in item.acceptances],
    }
    if first:
        body |= {"date": item.date.isoformat(), "host": item.host}
        body |= {n: hashlib.sha256(getattr(item, n)).hexdigest() for n in ("content", "token")}
    record(connection, at, "issued" if first else "reprinted", body)
    return first


def void(connection: Connection, entry: Entry, reason: str, at: datetime) -> None:
    """作废一版。"""
    table = tables.instruments
    values = {
        "state": State.VOIDED.value,
        "voided_at": at.isoformat(),
        "void_reason": reason,
    }
    connection.execute(update(table).where(table.c.identity == entry.identity).values(values))
    body = {"identity": entry.identity.hex(), "number": entry.number.text, "reason": reason}
    record(connection, at, "voided", body)


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
            rows = sorted([place.row, place.edge.value, slot] for place, slot in fresh.items())
            record(connection, at, "slates_made", {"identity": identity.hex(), "slates": rows})


def slate(connection: Connection, slot: str) -> tuple[Entry, SlatePlace] | None:
    """编号 → 文书与用处。"""
    table = tables.slates.c
    found = connection.execute(
        select(table.instrument_id, table.row, table.edge).where(table.slot == slot)
    ).one_or_none()
    if found is None:
        return None
    (entry,) = entries(connection, tables.instruments.c.id == found.instrument_id)
    return entry, SlatePlace(entry.identity, found.row, Edge(found.edge))


def slates(connection: Connection) -> Mapping[str, SlatePlace]:
    """全部场记板，按编号。"""
    table, owners = tables.slates.c, tables.instruments.c
    query = select(table.slot, owners.identity, table.row, table.edge).join_from(
        tables.slates, tables.instruments
    )
    return {s: SlatePlace(i, row, Edge(e)) for s, i, row, e in connection.execute(query)}


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


def _entry(connection: Connection, row: Row[Any]) -> Entry:
    files = tables.documents
    kept = tables.acceptances
    found = connection.execute(
        select(files.c.media_type, files.c.sha256, files.c.pages)
        .where(files.c.instrument_id == row.id)
        .order_by(files.c.media_type, files.c.sha256)
    )
    accepted = connection.execute(
        select(kept.c.code, kept.c.reason).where(kept.c.instrument_id == row.id).order_by(kept.c.id)
    )
    return Entry(
        slot=Slot(row.agency, row.case_number, row.key),
        type=row.type,
        edition=row.edition,
        identity=row.identity,
        number=Number(row.region, row.code, row.year, row.sequence),
        date=date.fromisoformat(row.date),
        state=State(row.state),
        reserved_at=moment(row.reserved_at),
        content=row.content,
        token=row.token,
        host=row.host,
        files=tuple(IssuedFile(*file) for file in found),
        acceptances=tuple(Acceptance(*pair) for pair in accepted),
        issued_at=None if row.issued_at is None else moment(row.issued_at),
        voided_at=None if row.voided_at is None else moment(row.voided_at),
        void_reason=row.void_reason,
    )
