"""登记簿里的录像、归属与送达：只增不改（contract 5.4）。每个方法是一个事务。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, insert, select

from docgen.errors import Refused
from docgen.model.case import Delivery
from docgen.model.footage import (
    Deletion,
    Ending,
    Footage,
    Handover,
    Link,
    LinkEnd,
    Piece,
    Restatement,
    delivery_text,
    said_text,
)
from docgen.model.register import Entry, SlatePlace
from docgen.store import footage_rows as kept
from docgen.store import rows, slate_rows, tables
from docgen.store.cases import digest_of_facts
from docgen.store.database import reading, transaction
from docgen.store.rows import record

SlateOf = Callable[[str], SlatePlace | None]
Divide = Callable[[Sequence[Footage], SlateOf], Sequence[Piece]]


class Archive:
    """登记簿的影像部分。"""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, footage: Footage, by: str, divide: Divide
    ) -> tuple[Footage, tuple[Link, ...], bool]:
        """登记一个文件和它带来的归属；早已登记的原样给出，不再登记。

        divide: the files of the same device around it, and what a slate's slot means → pieces.
        Gives the file as registered, the links made, and whether it is new.
        """
        table = tables.recordings.c
        with transaction(self._engine) as connection:
            known = kept.footages(connection, table.sha256 == footage.sha256)
            if known:
                return known[0], (), False
            connection.execute(insert(tables.recordings).values(kept.footage_row(footage)))
            told = {"name": footage.name, "size": footage.size, "location": footage.location}
            body = {"sha256": footage.sha256, **told, "facts": footage.facts_digest, "by": by}
            if footage.sm3 is not None:
                body["sm3"] = footage.sm3
            record(connection, footage.added_at, "recording_added", body)
            pieces = divide(kept.around(connection, footage), lambda slot: _place(connection, slot))
            links = _bind(connection, pieces, by, footage.added_at)
        return footage, links, True

    def restate(self, sha256: str, told: Restatement) -> None:
        """记录人说的改正，原来的仍然看得到。"""
        values = {"sha256": sha256, "said": said_text(told.said)}
        values |= {"reason": told.reason, "by": told.by}
        with transaction(self._engine) as connection:
            row = {**values, "at": told.at.isoformat()}
            connection.execute(insert(tables.restatements).values(row))
            record(connection, told.at, "recording_restated", values)

    def misfiled(self) -> tuple[str, ...]:
        """查找用的列被改过的文件。"""
        with reading(self._engine) as connection:
            return kept.misfiled(connection)

    def bind(self, piece: Piece, by: str, at: datetime) -> Link:
        """登记人说的一条归属。Raises Refused when the same stretch stands there already."""
        with transaction(self._engine) as connection:
            return _bound(connection, piece, by, at)

    def supersede(self, number: int, piece: Piece, reason: str, by: str, at: datetime) -> Link:
        """以新的一条更正旧的一条，旧的仍然看得到。Raises Refused."""
        with transaction(self._engine) as connection:
            _demand_standing(connection, number)
            link = _bound(connection, piece, by, at, number)
            _finish(
                connection,
                tables.link_ends,
                "link",
                number,
                LinkEnd(Ending.SUPERSEDED, reason, by, at, link.id),
            )
        return link

    def withdraw(self, number: int, reason: str, by: str, at: datetime) -> None:
        """撤回一条归属，仍然看得到。Raises Refused."""
        with transaction(self._engine) as connection:
            _demand_standing(connection, number)
            _finish(
                connection,
                tables.link_ends,
                "link",
                number,
                LinkEnd(Ending.WITHDRAWN, reason, by, at),
            )

    def deliver(
        self, identity: bytes, delivery: Delivery, receipt: str | None, by: str, at: datetime
    ) -> Handover:
        """登记一次送达。Raises Refused when the same one is there already."""
        with transaction(self._engine) as connection:
            return _delivered(connection, Handover(0, identity, delivery, receipt, by, at))

    def correct(self, number: int, told: Delivery, receipt: str | None, end: LinkEnd) -> Handover:
        """以新的一次更正登记过的送达，旧的仍然看得到。Raises Refused."""
        with transaction(self._engine) as connection:
            known = _standing_handover(connection, number)
            fresh = Handover(0, known.identity, told, receipt, end.by, end.at)
            made = _delivered(connection, fresh)
            ended = replace(end, successor=made.id)
            _finish(connection, tables.delivery_ends, "delivery", number, ended)
        return made

    def withdraw_delivery(self, number: int, end: LinkEnd) -> None:
        """撤回一次登记错的送达，仍然看得到。Raises Refused."""
        with transaction(self._engine) as connection:
            _standing_handover(connection, number)
            _finish(connection, tables.delivery_ends, "delivery", number, end)

    def delete(self, sha256: str, deletion: Deletion) -> None:
        """登记保存期满的删去；摘要、依据和日期留下。"""
        with transaction(self._engine) as connection:
            values = {"sha256": sha256, "rule": deletion.rule, "by": deletion.by}
            at = deletion.at.isoformat()
            connection.execute(insert(tables.deletions).values({**values, "at": at}))
            record(connection, deletion.at, "recording_deleted", values)

    def footages(self) -> tuple[Footage, ...]:
        """全部文件，按登记先后。"""
        with reading(self._engine) as connection:
            return kept.footages(connection)

    def starting(self, prefix: str) -> tuple[Footage, ...]:
        """摘要以 prefix 开头的文件。"""
        column = tables.recordings.c.sha256
        with reading(self._engine) as connection:
            return kept.footages(connection, rows.begins(column, prefix.lower()))

    def links(self) -> tuple[Link, ...]:
        """全部归属，不再算数的也在内。"""
        with reading(self._engine) as connection:
            return kept.links(connection)

    def handovers(self) -> tuple[Handover, ...]:
        """全部送达，更正过的也在内。"""
        with reading(self._engine) as connection:
            return kept.handovers(connection)

    def links_of_files(self, digests: Iterable[str]) -> tuple[Link, ...]:
        """这些文件的归属。"""
        with reading(self._engine) as connection:
            return kept.links(connection, tables.links.c.sha256.in_(tuple(digests)))

    def kept_cases(self) -> tuple[tuple[str, str, str, str], ...]:
        """记过的案件事实：机关、案号、事实的 SHA-256（现算）、何时，按先后。"""
        table = tables.cases.c
        query = select(table.agency, table.case_number, table.data, table.at).order_by(table.id)
        with reading(self._engine) as connection:
            found = connection.execute(query)
            return tuple((a, n, digest_of_facts(data), at) for a, n, data, at in found)

    def all_slates(self) -> Mapping[str, SlatePlace]:
        """全部场记板，按编号。"""
        with reading(self._engine) as connection:
            return slate_rows.slates(connection)

    def receipts(self) -> frozenset[str]:
        """送达回执扫描件的摘要。"""
        column = tables.deliveries.c.receipt
        with reading(self._engine) as connection:
            return frozenset(
                connection.execute(select(column).where(column.is_not(None))).scalars()
            )

    def of_case(
        self, identities: Iterable[bytes]
    ) -> tuple[tuple[Link, ...], Mapping[str, Footage], tuple[Handover, ...]]:
        """这些文书的归属、所涉的文件与送达。"""
        owners, wanted = tables.instruments.c, tuple(identities)
        with reading(self._engine) as connection:
            links = kept.links(connection, owners.identity.in_(wanted))
            digests = {link.piece.sha256 for link in links}
            files = kept.footages(connection, tables.recordings.c.sha256.in_(digests))
            handovers = kept.handovers(connection, owners.identity.in_(wanted))
        return links, {f.sha256: f for f in files}, handovers


def _bind(
    connection: Connection, pieces: Sequence[Piece], by: str, at: datetime
) -> tuple[Link, ...]:
    """登记还没有的各段；撤回、更正过的同一处不再登记。"""
    digests = {piece.sha256 for piece in pieces}
    known = {
        link.piece.place for link in kept.links(connection, tables.links.c.sha256.in_(digests))
    }
    fresh = [piece for piece in pieces if piece.place not in known]
    return tuple(_insert(connection, piece, by, at) for piece in fresh)


def _bound(
    connection: Connection, piece: Piece, by: str, at: datetime, instead: int | None = None
) -> Link:
    entry = _entry(connection, piece.identity)
    for link in kept.links(connection, tables.links.c.sha256 == piece.sha256):
        if link.end is None and link.piece.place == piece.place and link.id != instead:
            raise Refused(
                f"这一段已经归到 {entry.number.text}（第 {link.id} 条），没有再登记。",
                advice="要改正请用 docgen record bind … --supersedes 条号 --reason 理由。",
            )
    return _insert(connection, piece, by, at)


def _insert(connection: Connection, piece: Piece, by: str, at: datetime) -> Link:
    own = _instrument_id(connection, piece.identity)
    values = {**kept.piece_row(piece), "instrument_id": own, "by": by, "at": at.isoformat()}
    done = connection.execute(insert(tables.links).values(values))
    number = int(done.inserted_primary_key[0])  # type: ignore[index]
    record(connection, at, "bound", {"link": number, **piece.told, "by": by})
    return Link(number, piece, by, at)


def _delivered(connection: Connection, told: Handover) -> Handover:
    table, text = tables.deliveries, delivery_text(told.delivery)
    entry, own = _entry(connection, told.identity), _instrument_id(connection, told.identity)
    for other in kept.handovers(connection, table.c.instrument_id == own):
        if other.end is None and other.delivery == told.delivery:
            said = f"{entry.number.text} 的这次送达已经登记过（第 {other.id} 次）。"
            raise Refused(said, advice="没有再登记；要改正请用 --supersedes 次号 --reason 理由。")
    at = told.at.isoformat()
    values = {"instrument_id": own, "data": text, "receipt": told.receipt, "by": told.by, "at": at}
    done = connection.execute(insert(table).values(values))
    number = int(done.inserted_primary_key[0])  # type: ignore[index]
    body = {"delivery": number, "identity": told.identity.hex(), "data": text, "by": told.by}
    receipt = {"receipt": told.receipt} if told.receipt else {}
    record(connection, told.at, "delivered", body | receipt)
    return replace(told, id=number)


def _finish(connection: Connection, table: Table, what: str, number: int, end: LinkEnd) -> None:
    values = {"how": end.how.value, "reason": end.reason, "by": end.by, "successor": end.successor}
    row = {f"{what}_id": number, **values, "at": end.at.isoformat()}
    connection.execute(insert(table).values(row))
    told = {key: value for key, value in values.items() if value is not None and key != "how"}
    record(connection, end.at, end.how.value, {what: number, **told})


def _demand_standing(connection: Connection, number: int) -> None:
    found = kept.links(connection, tables.links.c.id == number)
    if not found:
        raise Refused(f"没有第 {number} 条归属。", advice="docgen record list 列出全部。")
    if (end := found[0].end) is not None:
        raise Refused(
            f"第 {number} 条归属{end.how.label}（{end.reason}）。", advice="没有再改；旧的不变。"
        )


def _standing_handover(connection: Connection, number: int) -> Handover:
    known = kept.handovers(connection, tables.deliveries.c.id == number)
    if not known:
        raise Refused(f"没有第 {number} 次送达。", advice="docgen record list 列出全部。")
    if (end := known[0].end) is not None:
        later = f"，以第 {end.successor} 次代替" if end.successor else ""
        raise Refused(
            f"第 {number} 次送达{end.how.label}（{end.reason}{later}）。",
            advice="没有再改；旧的不变。",
        )
    return known[0]


def _entry(connection: Connection, identity: bytes) -> Entry:
    return rows.entries(connection, tables.instruments.c.identity == identity)[0]


def _instrument_id(connection: Connection, identity: bytes) -> int:
    table = tables.instruments.c
    query = select(table.id).where(table.identity == identity)
    return int(connection.execute(query).scalar_one())


def _place(connection: Connection, slot: str) -> SlatePlace | None:
    found = slate_rows.slate(connection, slot)
    return None if found is None else found[1]
