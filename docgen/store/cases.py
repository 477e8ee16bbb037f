"""登记簿里案件的事实：只增不改，取最新的。"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Connection, func, insert, select, tuple_

from docgen.errors import Refused
from docgen.model.number import Number
from docgen.model.register import CaseFacts, IssuedCase, State
from docgen.store import tables
from docgen.store.rows import Told, parts, record_all

_AFTERWARDS = ("deliveries", "recordings", "proceedings")
_SHOWN = 8

Place = tuple[str, str]
"""一个案件：机关与案号。"""


def keep_case(
    connection: Connection, facts: CaseFacts, at: datetime, reason: str | None = None
) -> bool:
    """记下案件的事实；与最新的相同就不再记，给出 False。

    reason: why facts kept before may fall away. Raises Refused naming them when it is None.
    """
    before = kept_before(connection, [place_of(facts)]).get(place_of(facts))
    told = told_facts(facts, before, reason)
    if told is not None:
        write_facts(connection, [facts], at)
        record_all(connection, at, [told])
    return told is not None


def told_facts(facts: CaseFacts, before: str | None, reason: str | None = None) -> Told | None:
    """记下事实的流水；与 before（最新的）相同就没有什么要记。

    Raises Refused naming the facts that fall away, when no reason is given.
    """
    if before == facts.data:
        return None
    if reason is None and (lost := lost_facts(facts, before)):
        told = "；".join(lost[:_SHOWN]) + f"；等 {len(lost)} 项" * (len(lost) > _SHOWN)
        raise Refused(
            f"案件 {facts.case_number}：登记簿里记过的事实，这个案件文件里没有或者不同：{told}。",
            advice="请用最新的案件文件；确要改正的，docgen register keep 案件文件 --reason 理由。",
        )
    digest = digest_of_facts(facts.data)
    body = {"agency": facts.agency, "case_number": facts.case_number, "sha256": digest}
    return "case_kept", body if reason is None else {**body, "reason": reason}


def write_facts(connection: Connection, kept: Sequence[CaseFacts], at: datetime) -> None:
    """写下各案件的事实；流水另记。"""
    values = [{**vars(facts), "at": at.isoformat()} for facts in kept]
    if values:
        connection.execute(insert(tables.cases), values)


def digest_of_facts(data: str) -> str:
    """案件事实的摘要。"""
    return hashlib.sha256(data.encode("utf-8")).hexdigest()


def lost_facts(facts: CaseFacts, before: str | None) -> tuple[str, ...]:
    """before（最新的）里的送达、记录、程序的事实，facts 没有的或者不同的；各为“路径 = 值”。"""
    if before is None:
        return ()
    held, given = _leaves(json.loads(before)), _leaves(json.loads(facts.data))
    return tuple(f"{path} = {value}" for path, value in (held - given).elements())


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


def next_place(connection: Connection, after: Place | None) -> Place | None:
    """有签发而没有作废的文书的案件，按机关与案号排在 after 之后的那一个。"""
    table = tables.instruments.c
    query = select(table.agency, table.case_number).where(table.state == State.ISSUED.value)
    if after is not None:
        query = query.where(tuple_(table.agency, table.case_number) > tuple_(*after))
    found = connection.execute(query.order_by(table.agency, table.case_number).limit(1)).first()
    return None if found is None else (found[0], found[1])


def issued_case(connection: Connection, place: Place) -> IssuedCase:
    """一个案件签发而没有作废的文书，与最新的事实。"""
    agency, case_number = place
    table = tables.instruments.c
    mine = (table.agency == agency) & (table.case_number == case_number)
    columns = (table.key, table.region, table.code, table.year, table.sequence)
    issued = select(*columns).where(mine & (table.state == State.ISSUED.value)).order_by(table.id)
    numbers = {key: Number(*rest) for key, *rest in connection.execute(issued)}
    data = kept_before(connection, [place]).get(place)
    return IssuedCase(agency, case_number, MappingProxyType(numbers), data)


def place_of(facts: CaseFacts) -> Place:
    """哪一个案件的事实。"""
    return facts.agency, facts.case_number


def kept_before(connection: Connection, places: Iterable[Place]) -> dict[Place, str]:
    """各案件最新的事实；没有记过的不在其中。"""
    table, wanted = tables.cases.c, {*places}
    found: dict[Place, str] = {}
    for some in parts(sorted({case_number for _, case_number in wanted})):
        mine = table.case_number.in_(some)
        newest = select(func.max(table.id)).where(mine).group_by(table.agency, table.case_number)
        query = select(table.agency, table.case_number, table.data).where(table.id.in_(newest))
        for agency, case_number, data in connection.execute(query):
            found[agency, case_number] = data
    return {place: data for place, data in found.items() if place in wanted}
