"""登记簿的行 ⇄ 冻结类型，以及几处共用的写入。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

import rfc8785
from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from docgen.model.number import Number
from docgen.model.register import Acceptance, Entry, IssuedFile, Slot, State
from docgen.store import tables

Told = tuple[str, Mapping[str, Any]]
"""一条流水：种类与内容。"""

AT_ONCE = 500
"""一句里至多列出几个值：数据库一句收得下的参数有限。"""

_Value = TypeVar("_Value")
_next_event = select(func.coalesce(func.max(tables.events.c.sequence), 0) + 1).scalar_subquery()


def moment(text: str) -> datetime:
    """存下的时刻文字 → datetime。"""
    return datetime.fromisoformat(text)


def record(connection: Connection, at: datetime, kind: str, body: Mapping[str, Any]) -> None:
    """记一条流水；body 以 RFC 8785 写成，以后作为日志的叶子。"""
    record_all(connection, at, [(kind, body)])


def record_all(connection: Connection, at: datetime, told: Sequence[Told]) -> None:
    """依次记下几条流水。

    Their sequence is given here: a counter of the database may leave gaps.
    """
    if told:
        made = [
            {"at": at.isoformat(), "kind": kind, "body": rfc8785.dumps(dict(body)).decode("utf-8")}
            for kind, body in told
        ]
        connection.execute(insert(tables.events).values(sequence=_next_event), made)


def entries(connection: Connection, where: ColumnElement[bool] | None = None) -> tuple[Entry, ...]:
    """符合条件的条目，按登记先后。"""
    query = select(tables.instruments).order_by(tables.instruments.c.id)
    found = connection.execute(query if where is None else query.where(where)).all()
    return tuple(entry for some in parts(found) for entry in _entries(connection, some))


def latest(connection: Connection, slots: Iterable[Slot]) -> dict[Slot, Entry]:
    """各份文书最新的一版；没有的不在其中。"""
    column, wanted = tables.instruments.c.case_number, {*slots}
    editions = [
        entry
        for some in parts(sorted({slot.case_number for slot in wanted}))
        for entry in entries(connection, column.in_(some))
        if entry.slot in wanted
    ]
    return {entry.slot: entry for entry in sorted(editions, key=lambda entry: entry.edition)}


def of_identities(connection: Connection, identities: Iterable[bytes]) -> dict[bytes, Entry]:
    """这些标识的条目。"""
    column = tables.instruments.c.identity
    wanted = parts([*dict.fromkeys(identities)])
    found = (entry for some in wanted for entry in entries(connection, column.in_(some)))
    return {entry.identity: entry for entry in found}


def void(connection: Connection, voided: Sequence[tuple[Entry, str]], at: datetime) -> None:
    """作废几版，各有理由。"""
    write_voids(connection, voided, at)
    record_all(connection, at, [told_void(*each) for each in voided])


def write_voids(connection: Connection, voided: Sequence[tuple[Entry, str]], at: datetime) -> None:
    """写下几版的作废；流水另记。"""
    table = tables.instruments
    if voided:
        query = (
            update(table)
            .where(table.c.identity == bindparam("own"))
            .values(
                state=State.VOIDED.value,
                voided_at=at.isoformat(),
                void_reason=bindparam("reason"),
            )
        )
        given = [{"own": entry.identity, "reason": reason} for entry, reason in voided]
        connection.execute(query, given)


def told_void(entry: Entry, reason: str) -> Told:
    """作废的流水。"""
    number = entry.number.text
    return "voided", {"identity": entry.identity.hex(), "number": number, "reason": reason}


def begins(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """以 prefix 开头；大小写、通配符都照字面。"""
    return func.substr(column, 1, len(prefix)) == prefix


def parts(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """分成几份，每份一句收得下。"""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _entries(connection: Connection, found: Sequence[Row[Any]]) -> Iterator[Entry]:
    files, kept = tables.documents.c, tables.acceptances.c
    documents = _of_instruments(
        connection,
        select(files.instrument_id, files.media_type, files.sha256, files.pages)
        .where(files.instrument_id.in_([row.id for row in found]))
        .order_by(files.instrument_id, files.media_type, files.sha256),
    )
    acceptances = _of_instruments(
        connection,
        select(kept.instrument_id, kept.code, kept.reason)
        .where(kept.instrument_id.in_([row.id for row in found]))
        .order_by(kept.instrument_id, kept.id),
    )
    for row in found:
        yield Entry(
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
            files=tuple(IssuedFile(*each) for each in documents.get(row.id, ())),
            acceptances=tuple(Acceptance(*each) for each in acceptances.get(row.id, ())),
            issued_at=None if row.issued_at is None else moment(row.issued_at),
            voided_at=None if row.voided_at is None else moment(row.voided_at),
            void_reason=row.void_reason,
        )


def _of_instruments(connection: Connection, query: Select[Any]) -> dict[int, list[Any]]:
    """各文书的各行，去掉开头的行号。query: its first column is the row number, in order."""
    found = groupby(connection.execute(query), key=lambda row: int(row[0]))
    return {owner: [tuple(row[1:]) for row in rows] for owner, rows in found}
