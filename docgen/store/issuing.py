"""登记签发的读与写：一次读出有关的各行，在内存里定下，一次写下。在登记簿的一个事务里。"""

from __future__ import annotations

import hashlib
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from docgen.errors import Refused
from docgen.model.register import CaseFacts, Entry, Issue, State
from docgen.store import rows, tables
from docgen.store.cases import (
    Place,
    kept_before,
    lost_facts,
    place_of,
    told_facts,
    write_facts,
)

_COLUMNS = ("date", "content", "token", "host")


@dataclass
class _Page:
    """登记簿此时的样子，与这一页写的：新签发的，新记下的事实，流水。"""

    entries: ChainMap[bytes, Entry]
    facts: ChainMap[Place, str]
    issued: list[Issue] = field(default_factory=list)
    kept: list[CaseFacts] = field(default_factory=list)
    told: list[rows.Told] = field(default_factory=list)

    def turned(self) -> _Page:
        """空白的下一页；写了不要，这一页不变。"""
        return _Page(self.entries.new_child(), self.facts.new_child())

    def add(self, other: _Page) -> None:
        """把下一页写的抄到这一页。"""
        self.entries.update(other.entries.maps[0])
        self.facts.update(other.facts.maps[0])
        self.issued += other.issued
        self.kept += other.kept
        self.told += other.told


def issue_each(
    connection: Connection,
    cases: Sequence[tuple[Sequence[Issue], CaseFacts | None]],
    at: datetime,
) -> tuple[Refused | None, ...]:
    """登记各案件的签发（同样的内容再登记即为重印）和事实；有一份登记不了的案件整个不登记，给出理由。"""
    items = [item for issues, _ in cases for item in issues]
    page = _Page(
        ChainMap(rows.of_identities(connection, (item.identity for item in items))),
        ChainMap(kept_before(connection, [place_of(f) for _, f in cases if f is not None])),
    )
    outcomes: list[Refused | None] = []
    for issues, facts in cases:
        tried = page.turned()
        try:
            _issue_case(tried, issues, facts, at)
        except Refused as refusal:
            outcomes.append(refusal)
        else:
            page.add(tried)
            outcomes.append(None)
    _write(connection, page, at)
    return tuple(outcomes)


def _issue_case(
    page: _Page, issues: Sequence[Issue], facts: CaseFacts | None, at: datetime
) -> None:
    """一个案件的签发与事实。

    A mere reprint from a file that lacks facts kept before leaves those facts as they are.
    """
    fresh = [_issue(page, item, at) for item in issues]
    before = None if facts is None else page.facts.get(place_of(facts))
    if facts is not None and (any(fresh) or not lost_facts(facts, before)):
        told = told_facts(facts, before)
        if told is not None:
            page.facts[place_of(facts)] = facts.data
            page.kept.append(facts)
            page.told.append(told)


def _issue(page: _Page, item: Issue, at: datetime) -> bool:
    """签发（给出 True），或者重印（False）。Raises Refused when void or issued otherwise."""
    entry = page.entries[item.identity]
    _refuse_change(entry, item)
    first = entry.state is State.RESERVED
    if first:
        page.issued.append(item)
        files = tuple(sorted(item.files, key=lambda file: (file.media_type, file.sha256)))
        given = {name: getattr(item, name) for name in (*_COLUMNS, "acceptances")}
        page.entries[item.identity] = replace(
            entry, state=State.ISSUED, issued_at=at, files=files, **given
        )
    page.told.append(_told(entry, item, first))
    return first


def _refuse_change(entry: Entry, item: Issue) -> None:
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


def _told(entry: Entry, item: Issue, first: bool) -> rows.Told:
    body: dict[str, Any] = {
        "identity": item.identity.hex(),
        "number": entry.number.text,
        "files": sorted(file.sha256 for file in item.files),
        "accepted": [vars(accepted) for accepted in item.acceptances],
    }
    if not first:
        return "reprinted", body
    body |= {"date": item.date.isoformat(), "host": item.host}
    body |= {n: hashlib.sha256(getattr(item, n)).hexdigest() for n in ("content", "token")}
    return "issued", body


def _write(connection: Connection, page: _Page, at: datetime) -> None:
    owners = _row_numbers(connection, [item.identity for item in page.issued])
    table = tables.instruments
    if page.issued:
        stated = {"state": State.ISSUED.value, "issued_at": at.isoformat()}
        given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _COLUMNS}
        query = update(table).where(table.c.id == bindparam("own")).values(**stated, **given)
        connection.execute(query, [_row(owners[item.identity], item) for item in page.issued])
    for kind, part in ((tables.documents, "files"), (tables.acceptances, "acceptances")):
        made = [
            {"instrument_id": owners[item.identity], **vars(each)}
            for item in page.issued
            for each in getattr(item, part)
        ]
        if made:
            connection.execute(insert(kind), made)
    write_facts(connection, page.kept, at)
    rows.record_all(connection, at, page.told)


def _row(own: int, item: Issue) -> dict[str, Any]:
    given = {name: getattr(item, name) for name in _COLUMNS}
    told = {**given, "date": item.date.isoformat()}
    return {"own": own, **{f"new_{name}": value for name, value in told.items()}}


def _row_numbers(connection: Connection, identities: Sequence[bytes]) -> Mapping[bytes, int]:
    table = tables.instruments.c
    query = select(table.identity, table.id)
    return {
        identity: own
        for some in rows.parts(identities)
        for identity, own in connection.execute(query.where(table.identity.in_(some)))
    }
