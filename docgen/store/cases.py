"""登记簿里案件的事实：只增不改，取最新的。"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select

from docgen.errors import Refused
from docgen.model.number import Number
from docgen.model.register import CaseFacts, IssuedCase, State
from docgen.store import tables
from docgen.store.rows import record

_AFTERWARDS = ("deliveries", "recordings", "proceedings")
_SHOWN = 8


def keep_case(
    connection: Connection, facts: CaseFacts, at: datetime, reason: str | None = None
) -> bool:
    """记下案件的事实；与最新的相同就不再记，给出 False。

    reason: why facts kept before may fall away. Raises Refused naming them when it is None.
    """
    digest = digest_of_facts(facts.data)
    table = tables.cases
    if _latest(connection, facts.agency, facts.case_number, table.c.sha256) == digest:
        return False
    if reason is None and (lost := lost_facts(connection, facts)):
        told = "；".join(lost[:_SHOWN]) + f"；等 {len(lost)} 项" * (len(lost) > _SHOWN)
        raise Refused(
            f"案件 {facts.case_number}：登记簿里记过的事实，这个案件文件里没有或者不同：{told}。",
            advice="请用最新的案件文件；确要改正的，docgen register keep 案件文件 --reason 理由。",
        )
    values = {**vars(facts), "at": at.isoformat(), "sha256": digest}
    connection.execute(insert(table).values(values))
    body = {"agency": facts.agency, "case_number": facts.case_number, "sha256": digest}
    record(connection, at, "case_kept", body if reason is None else {**body, "reason": reason})
    return True


def digest_of_facts(data: str) -> str:
    """案件事实的摘要。"""
    return hashlib.sha256(data.encode("utf-8")).hexdigest()


def lost_facts(connection: Connection, facts: CaseFacts) -> tuple[str, ...]:
    """登记过的送达、记录、程序的事实里，facts 没有的或者不同的；各为“路径 = 值”。"""
    data = _latest(connection, facts.agency, facts.case_number, tables.cases.c.data)
    if data is None:
        return ()
    before, after = _leaves(json.loads(data)), _leaves(json.loads(facts.data))
    return tuple(f"{path} = {value}" for path, value in (before - after).elements())


def _leaves(data: object) -> Counter[tuple[str, str]]:
    """各项事实，连同它属于哪一份文书；列表里的次序不计。"""
    found: Counter[tuple[str, str]] = Counter()
    for part in _AFTERWARDS:
        rows = data.get(part, ()) if isinstance(data, dict) else ()
        for row in rows:
            spot = f"{part}[{row.get('instrument')}]"
            found.update((path, value) for path, value in _walk(row, spot))
    return found


def _walk(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    else:
        yield path, str(value)


Place = tuple[str, str]
"""机关与案号。"""


def next_place(connection: Connection, after: Place | None) -> Place | None:
    """有签发而没有作废的文书的案件，按机关与案号排在 after 之后的那一个。"""
    table = tables.instruments.c
    query = select(table.agency, table.case_number).where(table.state == State.ISSUED.value)
    if after is not None:
        agency, case_number = after
        later = (table.agency == agency) & (table.case_number > case_number)
        query = query.where((table.agency > agency) | later)
    found = connection.execute(query.order_by(table.agency, table.case_number).limit(1)).first()
    return None if found is None else (found[0], found[1])


def issued_case(connection: Connection, place: Place) -> IssuedCase:
    """一个案件签发而没有作废的文书，与最新的事实。"""
    agency, case_number = place
    table = tables.instruments.c
    mine = (table.agency == agency) & (table.case_number == case_number)
    columns = (table.key, table.region, table.code, table.year, table.sequence)
    issued = select(*columns).where(mine & (table.state == State.ISSUED.value))
    numbers = {key: Number(*rest) for key, *rest in connection.execute(issued)}
    data = _latest(connection, agency, case_number, tables.cases.c.data)
    return IssuedCase(agency, case_number, MappingProxyType(numbers), data)


def _latest(connection: Connection, agency: str, case_number: str, column: object) -> str | None:
    table = tables.cases.c
    query = (
        select(column)  # type: ignore[call-overload]
        .where((table.agency == agency) & (table.case_number == case_number))
        .order_by(table.id.desc())
        .limit(1)
    )
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
