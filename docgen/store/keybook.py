"""登记簿的密钥部分：公钥、轮换、吊销、根公钥；只增不改。每个方法是一个事务。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, select

from docgen.errors import InputInvalid, Refused
from docgen.model.key import Algorithm, KeyList, PublicKey
from docgen.model.number import Number
from docgen.model.register import State
from docgen.store import tables
from docgen.store.agencies import admit, regions
from docgen.store.database import reading, transaction
from docgen.store.rows import record

MakeKey = Callable[[], PublicKey]
KidOf = Callable[[bytes], bytes]


class Keybook:
    """一个登记簿的密钥。"""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keys(self) -> KeyList:
        """全部公钥，按机关与先后。"""
        with reading(self._engine) as connection:
            return KeyList(_keys(connection))

    def regions(self) -> dict[str, str]:
        """登记簿里的机关：名称 → 代字。"""
        with reading(self._engine) as connection:
            return regions(connection)

    def of_agency(
        self, agency: str, region: str, make: MakeKey, at: datetime
    ) -> tuple[PublicKey, ...]:
        """机关的各把公钥，早的在前；第一次用时由 make 新做。

        Raises InputInvalid when the region differs.
        """
        with transaction(self._engine) as connection:
            if admit(connection, agency, region):
                _add(connection, make(), at, "key_made")
            return tuple(key for key in _keys(connection) if key.agency == agency)

    def found(self, agency: str, region: str, make: MakeKey, at: datetime) -> PublicKey:
        """给新机关立第一把。Raises Refused when it has one already; InputInvalid."""
        with transaction(self._engine) as connection:
            if not admit(connection, agency, region):
                raise Refused(
                    f"机关“{agency}”已经有密钥了。", advice="要换一把新的，用 docgen keys rotate。"
                )
            made = make()
            _add(connection, made, at, "key_made")
        return made

    def rotate(
        self, agency: str, make: MakeKey, first: date, at: datetime, kid_of: KidOf
    ) -> PublicKey:
        """换一把：新的自 first 起签，原来的只签更早的文书。Raises Refused, InputInvalid.

        make: the new key, its valid_from is set here; kid_of: a token's bytes → who signed it.
        """
        with transaction(self._engine) as connection:
            known = regions(connection)
            if agency not in known:
                raise InputInvalid(
                    f"登记簿里没有机关“{agency}”。",
                    advice=f"有：{'、'.join(known) or '（还没有）'}；新机关用 docgen keys new。",
                )
            old = [key for key in _keys(connection) if key.agency == agency]
            later = [key for key in old if key.valid_from is not None and key.valid_from >= first]
            if later:
                raise Refused(
                    f"密钥 {later[-1].kid.hex()} 自 {later[-1].valid_from} 起用，"
                    f"新的不能从 {first} 起。",
                    advice="新的一把要从更晚的一天起。",
                )
            _refuse_to_break(connection, old, first, kid_of)
            made = replace(make(), valid_from=first)
            _add(connection, made, at, "key_rotated")
            last = first - timedelta(days=1)
            for key in old:
                if key.valid_until is None or key.valid_until > last:
                    values = {"valid_until": last.isoformat()}
                    _change(connection, key, values, f"由 {made.kid.hex()} 接替", at)
        return made

    def sealed_since(self, kid: bytes, first: date, kid_of: KidOf) -> tuple[str, ...]:
        """这把密钥签封的、first 起的、没有作废的文书的文号。"""
        with reading(self._engine) as connection:
            return tuple(
                text for text, own in _sealed_since(connection, first, kid_of) if own == kid
            )

    def revoke(self, kid: bytes, first: date, reason: str, at: datetime) -> PublicKey:
        """吊销：first 起的文书不可信。Raises InputInvalid, Refused when revoked as early before."""
        with transaction(self._engine) as connection:
            key = next((k for k in _keys(connection) if k.kid == kid), None)
            if key is None:
                raise InputInvalid(
                    f"登记簿里没有密钥 {kid.hex()}。", advice="docgen keys list 列出各把。"
                )
            if key.revoked_from is not None and key.revoked_from <= first:
                raise Refused(
                    f"密钥 {kid.hex()} 已经吊销，自 {key.revoked_from} 起的文书不可信。",
                    advice="只能改为更早的一天。",
                )
            _change(connection, key, {"revoked_from": first.isoformat()}, reason, at)
        return replace(key, revoked_from=first, revoked_reason=reason)

    def root(self) -> bytes | None:
        """根公钥，还没有则 None。"""
        with reading(self._engine) as connection:
            return _root(connection)

    def root_of(self, make: Callable[[], bytes], at: datetime) -> bytes:
        """根公钥，第一次用时由 make 新做。"""
        with transaction(self._engine) as connection:
            known = _root(connection)
            if known is not None:
                return known
            made = make()
            values = {"id": 1, "public": made, "made_at": at.isoformat()}
            connection.execute(insert(tables.roots).values(values))
            record(connection, at, "root_made", {"public": made.hex()})
        return made

    def published(self) -> tuple[KeyList, tuple[bytes, ...], int]:
        """要公布的：各把公钥，作废文书的标识的 SHA-256，流水的条数；同一时刻的。"""
        table = tables.instruments.c
        void = (table.state == State.VOIDED.value) & table.token.is_not(None)
        with reading(self._engine) as connection:
            identities = connection.execute(
                select(table.identity).where(void).order_by(table.id)
            ).scalars()
            revoked = tuple(hashlib.sha256(identity).digest() for identity in identities)
            serial = connection.execute(select(func.count()).select_from(tables.events))
            return KeyList(_keys(connection)), revoked, serial.scalar_one()


def _sealed_since(
    connection: Connection, first: date, kid_of: KidOf
) -> Iterator[tuple[str, bytes]]:
    """first 起的、签发而没有作废的文书：文号与签封的密钥。"""
    table = tables.instruments.c
    issued = (table.state == State.ISSUED.value) & (table.date >= first.isoformat())
    query = select(table.region, table.code, table.year, table.sequence, table.token)
    for row in connection.execute(query.where(issued).order_by(table.date.desc(), table.id)):
        number = Number(row.region, row.code, row.year, row.sequence)
        yield number.text, kid_of(row.token)


def _refuse_to_break(
    connection: Connection, keys: Sequence[PublicKey], first: date, kid_of: KidOf
) -> None:
    """换密钥不使签发过的文书失效；已经吊销的不论。Raises Refused."""
    sound = {key.kid for key in keys if key.revoked_from is None or key.revoked_from > first}
    broken = [text for text, kid in _sealed_since(connection, first, kid_of) if kid in sound]
    if broken:
        raise Refused(
            f"{first} 起的文书已经用原来的密钥签发过（{'、'.join(broken[:3])}"
            f"{'等' if len(broken) > 3 else ''}），从那天起换会使它们失效，没有换。",
            advice="--from 写在它们的日期之后；密钥泄露了的，先 docgen keys revoke。",
        )


def _root(connection: Connection) -> bytes | None:
    found: bytes | None = connection.execute(select(tables.roots.c.public)).scalar_one_or_none()
    return found


def _add(connection: Connection, key: PublicKey, at: datetime, kind: str) -> None:
    values: dict[str, Any] = {
        "kid": key.kid,
        "agency": key.agency,
        "algorithm": key.algorithm.value,
        "public": key.public,
        "valid_from": key.valid_from and key.valid_from.isoformat(),
        "made_at": at.isoformat(),
    }
    connection.execute(insert(tables.public_keys).values(values))
    told = {"region": key.region, "kid": key.kid.hex(), "public": key.public.hex()}
    kept = ("agency", "algorithm", "valid_from")
    told |= {name: values[name] for name in kept if values[name] is not None}
    record(connection, at, kind, told)


def _change(
    connection: Connection, key: PublicKey, values: dict[str, str], reason: str, at: datetime
) -> None:
    row = {"kid": key.kid, **values, "reason": reason, "at": at.isoformat()}
    connection.execute(insert(tables.key_changes).values(row))
    kind = "key_revoked" if "revoked_from" in values else "key_retired"
    record(connection, at, kind, {"kid": key.kid.hex(), **values, "reason": reason})


def _keys(connection: Connection) -> tuple[PublicKey, ...]:
    table, owners = tables.public_keys, tables.agencies
    query = (
        select(table, owners.c.region)
        .join_from(table, owners)
        .order_by(table.c.agency, table.c.valid_from.nulls_first(), table.c.made_at)
    )
    made = {
        row.kid: PublicKey(
            kid=row.kid,
            agency=row.agency,
            region=row.region,
            algorithm=Algorithm(row.algorithm),
            public=row.public,
            valid_from=_day(row.valid_from),
        )
        for row in connection.execute(query)
    }
    changes = select(tables.key_changes).order_by(tables.key_changes.c.id)
    for row in connection.execute(changes):
        made[row.kid] = _changed(made[row.kid], row)
    return tuple(made.values())


def _changed(key: PublicKey, row: Any) -> PublicKey:
    if row.revoked_from is not None:
        return replace(key, revoked_from=_day(row.revoked_from), revoked_reason=row.reason)
    return replace(key, valid_until=_day(row.valid_until))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
