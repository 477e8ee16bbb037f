"""登记簿里案件的事实：只增不改，取最新的。"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, insert, select

from docgen.model.number import Number
from docgen.model.register import CaseFacts, IssuedCase, State
from docgen.store import tables
from docgen.store.rows import record


def keep_case(connection: Connection, facts: CaseFacts, at: datetime) -> bool:
    """记下案件的事实；与最新的相同就不再记，给出 False。"""
    digest = hashlib.sha256(facts.data.encode("utf-8")).hexdigest()
    table = tables.cases
    if _latest(connection, facts.agency, facts.case_number, table.c.sha256) == digest:
        return False
    values = {**vars(facts), "at": at.isoformat(), "sha256": digest}
    connection.execute(insert(table).values(values))
    body = {"agency": facts.agency, "case_number": facts.case_number, "sha256": digest}
    record(connection, at, "case_kept", body)
    return True


def issued_cases(connection: Connection) -> Iterator[IssuedCase]:
    """有签发而没有作废的文书的各案件，按机关与案号，一个一个给出。"""
    table = tables.instruments.c
    issued = table.state == State.ISSUED.value
    pairs = select(table.agency, table.case_number).where(issued).distinct()
    for agency, case_number in connection.execute(pairs.order_by(*pairs.selected_columns)).all():
        mine = issued & (table.agency == agency) & (table.case_number == case_number)
        columns = (table.key, table.region, table.code, table.year, table.sequence)
        numbers = {
            key: Number(*rest) for key, *rest in connection.execute(select(*columns).where(mine))
        }
        data = _latest(connection, agency, case_number, tables.cases.c.data)
        yield IssuedCase(agency, case_number, MappingProxyType(numbers), data)


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
