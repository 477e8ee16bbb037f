"""登记簿里案件的事实：只增不改，取最新的。"""

from __future__ import annotations

import hashlib
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
