"""录像、归属与送达：冻结类型 ⇄ 表里的一行，与查找。"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, null, select

from docgen.model.case import Delivery, Receipt
from docgen.model.footage import (
    Container,
    Deletion,
    Ending,
    Footage,
    Handover,
    Link,
    LinkEnd,
    Medium,
    Origin,
    Piece,
    Restatement,
    Said,
    Sighting,
    said_text,
)
from docgen.store import tables
from docgen.store.rows import moment

_CHINA = timezone(timedelta(hours=8))
_NEAR = timedelta(hours=24)


def footage_row(footage: Footage) -> dict[str, Any]:
    """文件 → 一行。started_at, device: as they count, so that neighbours are found."""
    started = footage.started_at
    return {
        "sha256": footage.sha256,
        "name": footage.name,
        "size": footage.size,
        "location": footage.location,
        "device": footage.device,
        "started_at": started.astimezone(_CHINA).isoformat() if started else None,
        "container": _text(asdict(footage.container)),
        "sightings": _text([[s.text, s.at, s.until] for s in footage.sightings]),
        "said": said_text(footage.first_said),
        "sm3": footage.sm3,
        "added_at": footage.added_at.isoformat(),
    }


def said_of(text: str) -> Said:
    """JSON 文字 → 记录人说的。"""
    told = json.loads(text)
    started = _moment(told["started_at"])
    return Said(told["recorder"], tuple(told["officers"]), told["device"], started)


def footage_of(row: Row[Any], restated: tuple[Restatement, ...] = ()) -> Footage:
    """一行 → 文件。"""
    container = json.loads(row.container)
    deleted = None
    if row.rule is not None:
        deleted = Deletion(row.rule, moment(row.deleted_at), row.by)
    return Footage(
        sha256=row.sha256,
        name=row.name,
        size=row.size,
        location=row.location,
        container=Container(
            **{
                **container,
                "medium": Medium(container["medium"]),
                "started_at": _moment(container["started_at"]),
            }
        ),
        sightings=tuple(Sighting(*each) for each in json.loads(row.sightings)),
        first_said=said_of(row.said),
        added_at=moment(row.added_at),
        sm3=row.sm3,
        deleted=deleted,
        restated=restated,
    )


def piece_row(piece: Piece) -> dict[str, Any]:
    """一段 → 一行，文书除外。"""
    return {
        "sha256": piece.sha256,
        "row": piece.row,
        "start": piece.start,
        "until": piece.until,
        "opened": piece.opened,
        "closed": piece.closed,
        "origin": piece.origin.value,
        "steps": _text(list(piece.steps)),
    }


def link_of(row: Row[Any]) -> Link:
    """一行 → 归属。"""
    piece = Piece(
        row.sha256,
        row.identity,
        row.row,
        row.start,
        row.until,
        row.opened,
        row.closed,
        Origin(row.origin),
        tuple(json.loads(row.steps)),
    )
    return Link(row.id, piece, row.by, moment(row.at), _end_of(row))


def delivery_of(text: str) -> Delivery:
    """JSON 文字 → 送达；属于哪份文书由那一行说。"""
    told: dict[str, Any] = json.loads(text)
    kinds = {field.name: str(field.type) for field in fields(Delivery)}
    for name, value in told.items():
        if kinds[name].startswith("datetime"):
            told[name] = moment(value)
        elif kinds[name].startswith("date"):
            told[name] = date.fromisoformat(value)
        elif kinds[name].startswith("Receipt"):
            told[name] = Receipt(**value)
    return Delivery(instrument="", **told)


def footages(connection: Connection, *conditions: object) -> tuple[Footage, ...]:
    """文件，按登记先后。"""
    table, gone = tables.recordings, tables.deletions
    query = (
        select(table, gone.c.rule, gone.c.at.label("deleted_at"), gone.c.by)
        .join_from(table, gone, gone.c.sha256 == table.c.sha256, isouter=True)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(table.c.id)
    )
    found = connection.execute(query).all()
    later = _restated(connection, [row.sha256 for row in found])
    return tuple(footage_of(row, later.get(row.sha256, ())) for row in found)


def misfiled(connection: Connection) -> tuple[str, ...]:
    """查找用的两列与登记的自述不符的文件。"""
    columns = ("device", "started_at")
    query = select(tables.recordings, *(null().label(n) for n in ("rule", "deleted_at", "by")))
    query = query.order_by(tables.recordings.c.id)
    return tuple(
        row.sha256
        for row in connection.execute(query)
        if any(getattr(row, name) != footage_row(footage_of(row))[name] for name in columns)
    )


def _restated(connection: Connection, digests: list[str]) -> dict[str, tuple[Restatement, ...]]:
    table = tables.restatements
    found: dict[str, tuple[Restatement, ...]] = {}
    query = select(table).order_by(table.c.id)
    if len(digests) < 500:  # SQLite takes a limited number of parameters
        query = query.where(table.c.sha256.in_(digests))
    for row in connection.execute(query):
        one = Restatement(said_of(row.said), row.reason, row.by, moment(row.at))
        found[row.sha256] = (*found.get(row.sha256, ()), one)
    return found


def around(connection: Connection, footage: Footage) -> tuple[Footage, ...]:
    """同一设备前后一天的文件，它自己在内；没有时间的只有它自己。"""
    table, started = tables.recordings.c, footage.started_at
    if started is None:
        return (footage,)
    first, last = (started - _NEAR).isoformat(), (started + _NEAR).isoformat()
    # Not BETWEEN: PostgreSQL cannot parse a COLLATE within it.
    near = (table.started_at >= first) & (table.started_at <= last)
    same = table.device.is_(None) if footage.device is None else table.device == footage.device
    return footages(connection, near & same)


def links(connection: Connection, *conditions: object) -> tuple[Link, ...]:
    """归属，按登记先后；不再算数的也在内。"""
    table, end, owners = tables.links, tables.link_ends, tables.instruments
    query = (
        select(table, owners.c.identity, *_ended(end))
        .join_from(table, owners, owners.c.id == table.c.instrument_id)
        .join(end, end.c.link_id == table.c.id, isouter=True)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(table.c.id)
    )
    return tuple(link_of(row) for row in connection.execute(query))


def handovers(connection: Connection, *conditions: object) -> tuple[Handover, ...]:
    """送达，按登记先后；更正、撤回的也在内。"""
    table, end, owners = tables.deliveries, tables.delivery_ends, tables.instruments
    query = (
        select(table, owners.c.identity, *_ended(end))
        .join_from(table, owners, owners.c.id == table.c.instrument_id)
        .join(end, end.c.delivery_id == table.c.id, isouter=True)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(table.c.id)
    )
    return tuple(_handover_of(row) for row in connection.execute(query))


def _ended(end: Table) -> tuple[ColumnElement[Any], ...]:
    named = (end.c.by.label("ended_by"), end.c.at.label("ended_at"))
    return (end.c.how, end.c.reason, *named, end.c.successor)


def _end_of(row: Row[Any]) -> LinkEnd | None:
    if row.how is None:
        return None
    at = moment(row.ended_at)
    return LinkEnd(Ending(row.how), row.reason, row.ended_by, at, row.successor)


def _handover_of(row: Row[Any]) -> Handover:
    told = delivery_of(row.data)
    return Handover(row.id, row.identity, told, row.receipt, row.by, moment(row.at), _end_of(row))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment(text)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_iso)


def _iso(value: date) -> str:
    return value.isoformat()
