"""登记簿：留号、签发、作废、接续编号（contract 5.4）。每个方法是一个事务。"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, Engine, func, select

from docgen.errors import Refused
from docgen.model.case import BROUGHT
from docgen.model.number import Number
from docgen.model.register import (
    CaseFacts,
    Entry,
    Event,
    Issue,
    IssuedCase,
    Reservation,
    Series,
    SlatePlace,
    Slot,
    State,
)
from docgen.store import rows, slate_rows, tables
from docgen.store.archive import Archive
from docgen.store.cases import issued_case, keep_case, kept_before, next_place
from docgen.store.database import Location, open_database, reading, server_of, transaction
from docgen.store.issuing import issue_each
from docgen.store.keybook import Keybook
from docgen.store.numbers import NOTHING_ASIDE, Aside
from docgen.store.receipts import fallen, lists
from docgen.store.reserving import planned_each, reserve_each, start_series

IdentityOf = Callable[[bytes, Slot, int], bytes]
SlotOf = Callable[[bytes, SlatePlace], str]


class Register:
    """一个登记簿。

    identity_of: register's secret, slot, edition → identity (10 bytes); slot_of: secret and
    place → the slate's slot. The secret never leaves the register.
    """

    def __init__(self, engine: Engine, identity_of: IdentityOf, slot_of: SlotOf) -> None:
        self._engine = engine
        self._identity_of = identity_of
        self._slot_of = slot_of

    @property
    def archive(self) -> Archive:
        """影像部分。"""
        return Archive(self._engine)

    @property
    def keybook(self) -> Keybook:
        """密钥部分。"""
        return Keybook(self._engine)

    @property
    def server(self) -> str:
        """数据库的名称与版本。"""
        return server_of(self._engine)

    def close(self) -> None:
        """放开数据库文件。"""
        self._engine.dispose()

    def current(self, slot: Slot) -> Entry | None:
        """某份文书最新的一版，没有则 None。"""
        with reading(self._engine) as connection:
            return rows.latest(connection, [slot]).get(slot)

    def current_many(self, slots: Iterable[Slot]) -> Mapping[Slot, Entry]:
        """各份文书最新的一版；没有的不在其中。"""
        with reading(self._engine) as connection:
            return rows.latest(connection, slots)

    def find(self, identity: bytes) -> Entry | None:
        """按标识找，没有则 None。"""
        with reading(self._engine) as connection:
            found = rows.entries(connection, tables.instruments.c.identity == identity)
        return found[0] if found else None

    def numbered(self, number: Number) -> tuple[Entry, ...]:
        """文号对应的条目；几个机关代字相同时可能不止一条。"""
        table = tables.instruments.c
        with reading(self._engine) as connection:
            return rows.entries(
                connection,
                (table.region == number.region)
                & (table.code == number.code)
                & (table.year == number.year)
                & (table.sequence == number.sequence),
            )

    def entries(self) -> tuple[Entry, ...]:
        """全部条目，按登记先后。"""
        with reading(self._engine) as connection:
            return rows.entries(connection)

    def unissued(self) -> int:
        """留了号而没有签发的有几份。"""
        waiting = tables.instruments.c.state == State.RESERVED.value
        query = select(func.count()).select_from(tables.instruments).where(waiting)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def of_case(self, agency: str, case_number: str) -> tuple[Entry, ...]:
        """一个案件的全部条目，作废的也在内。"""
        table = tables.instruments.c
        with reading(self._engine) as connection:
            mine = (table.agency == agency) & (table.case_number == case_number)
            return rows.entries(connection, mine)

    def series(self) -> tuple[Series, ...]:
        """全部编号序列。"""
        query = select(tables.series).order_by(*tables.series.primary_key)
        with reading(self._engine) as connection:
            return tuple(Series(*row) for row in connection.execute(query))

    def events(self, after: int = 0) -> tuple[Event, ...]:
        """第 after 条以后的流水，按先后。"""
        table = tables.events.c
        query = select(tables.events).where(table.sequence > after).order_by(table.sequence)
        with reading(self._engine) as connection:
            found = connection.execute(query).all()
        return tuple(Event(e.sequence, rows.moment(e.at), e.kind, e.body) for e in found)

    def reserve(self, wanted: Sequence[Reservation], at: datetime) -> tuple[Entry, ...]:
        """给每份文书留号：已留的沿用，作废的另留新号，没有的新留。

        Raises Refused when a given number is another instrument's.
        """
        with transaction(self._engine) as connection:
            (outcome,) = self._reserve(connection, [wanted], at)
            if isinstance(outcome, Refused):
                raise outcome
        return outcome

    def reserve_each(
        self,
        cases: Sequence[Sequence[Reservation]],
        at: datetime,
        aside: Aside = NOTHING_ASIDE,
    ) -> tuple[tuple[Entry, ...] | Refused, ...]:
        """依次给各案件的文书留号，如 reserve；留不了的案件整个不留、不占号，给出理由。

        aside: numbers that no document gets by itself, since others are to bring them.
        """
        with transaction(self._engine) as connection:
            return self._reserve(connection, cases, at, aside)

    def would_reserve(
        self,
        cases: Sequence[Sequence[Reservation]],
        at: datetime,
        aside: Aside = NOTHING_ASIDE,
    ) -> tuple[tuple[Entry, ...] | Refused, ...]:
        """如 reserve_each，而什么也不写。"""
        with reading(self._engine) as connection:
            secret = connection.execute(select(tables.register.c.secret)).scalar_one()
            identity_of = partial(self._identity_of, secret)
            return planned_each(connection, cases, identity_of, at, aside).outcomes

    def slates(self, wanted: Iterable[SlatePlace], at: datetime) -> Mapping[SlatePlace, str]:
        """各块场记板的编号，没有登记的登记下来；再要一次还是同样的编号。

        Raises Refused when an instrument is void or not in the register.
        """
        with transaction(self._engine) as connection:
            secret = connection.execute(select(tables.register.c.secret)).scalar_one()
            made = {place: self._slot_of(secret, place) for place in wanted}
            slate_rows.keep_slates(connection, made, at)
        return made

    def slate(self, slot: str) -> tuple[Entry, SlatePlace] | None:
        """编号对应的文书（作废的也在内）与用处，没有则 None。slot: as read_slot gives it."""
        with reading(self._engine) as connection:
            return slate_rows.slate(connection, slot)

    @contextmanager
    def issuing(
        self, issues: Sequence[Issue], at: datetime, facts: CaseFacts | None = None
    ) -> Iterator[None]:
        """登记签发（同样的内容再登记即为重印）和案件的事实，把文件放到位之后才生效。

        The body of the with statement puts the files in place; if it fails, nothing is issued.
        A mere reprint from a file that lacks facts kept before leaves those facts as they are.
        Raises Refused when another content was issued, or a void recorded, meanwhile, or when
        the file that brings a new document lacks facts kept before.
        """
        with transaction(self._engine) as connection:
            (refusal,) = issue_each(connection, [(issues, facts)], at)
            if refusal is not None:
                raise refusal
            yield

    @contextmanager
    def issuing_cases(
        self, cases: Sequence[tuple[Sequence[Issue], CaseFacts]], at: datetime
    ) -> Iterator[tuple[Refused | None, ...]]:
        """依次登记各案件的签发，如 issuing；登记不了的案件整个不登记。

        Gives why, for each case, None where it is issued: the body puts in place the files of
        those alone. If the body fails, nothing is issued.
        """
        with transaction(self._engine) as connection:
            yield issue_each(connection, cases, at)

    def keep(self, facts: CaseFacts, at: datetime, reason: str | None = None) -> bool:
        """记下案件最新的事实，没有变化则 False。

        reason: why facts kept before fall away. Raises Refused when they do and it is None, or
        when nothing of the case is issued.
        """
        table = tables.instruments.c
        with transaction(self._engine) as connection:
            mine = (table.agency == facts.agency) & (table.case_number == facts.case_number)
            if not rows.entries(connection, mine & (table.state == State.ISSUED.value)):
                raise Refused(
                    f"案件 {facts.case_number} 在登记簿里没有签发的文书，没有记下。",
                    advice="请核对案号和机关；先 docgen generate 签发。",
                )
            return keep_case(connection, facts, at, reason)

    def kept_facts(self, cases: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """各案件（机关与案号）最新的事实；没有记过的不在其中。"""
        with reading(self._engine) as connection:
            return kept_before(connection, cases)

    def cases(self) -> Iterator[IssuedCase]:
        """有签发而没有作废的文书的各案件，一个一个给出，连同最新的事实；其间不占着登记簿。"""
        place = None
        while True:
            with reading(self._engine) as connection:
                place = next_place(connection, place)
                issued = None if place is None else issued_case(connection, place)
            if issued is None:
                return
            yield issued

    def void(
        self, identity: bytes, reason: str, at: datetime, receipts: Collection[str] = ()
    ) -> tuple[Entry, ...]:
        """作废一份文书和只为它送达的回执（给出的即是），理由永久保留。

        receipts: the types of receipt; one that the case wrote itself falls with the last of its
        documents. Raises Refused when it is void already.
        """
        table = tables.instruments
        with transaction(self._engine) as connection:
            entry = rows.entries(connection, table.c.identity == identity)[0]
            if entry.state is State.VOIDED:
                raise Refused(
                    f"{entry.number.text} 已经作废（理由：{entry.void_reason}）。",
                    advice="作废只能一次，原来的理由保留不改。",
                )
            brought = rows.begins(table.c.key, entry.slot.key + BROUGHT)
            same = (table.c.agency == entry.slot.agency) & (
                table.c.case_number == entry.slot.case_number
            )
            live = table.c.state != State.VOIDED.value
            own = rows.entries(connection, same & brought & live)
            rows.void(connection, [(entry, reason)], at)
            of_case = rows.entries(connection, same)
            shared = (e for e in of_case if e.type in receipts and e.state is State.ISSUED)
            fell = [e for e in shared if lists(e, entry) and fallen(e, of_case) and e not in own]
            later = f"{entry.number.text} 作废：{reason}"
            rows.void(connection, [(each, later) for each in (*own, *fell)], at)
        return (*own, *fell)

    def start_series(self, series: Series, at: datetime, *, new_agency: bool = False) -> None:
        """接续已有的编号。Raises Refused when numbers would come again, or the agency is unknown.

        new_agency: said on purpose; otherwise a register with agencies takes no other name.
        """
        with transaction(self._engine) as connection:
            start_series(connection, series, at, new_agency=new_agency)

    def _reserve(
        self,
        connection: Connection,
        cases: Sequence[Sequence[Reservation]],
        at: datetime,
        aside: Aside = NOTHING_ASIDE,
    ) -> tuple[tuple[Entry, ...] | Refused, ...]:
        secret = connection.execute(select(tables.register.c.secret)).scalar_one()
        return reserve_each(connection, cases, partial(self._identity_of, secret), at, aside)


def open_register(
    location: Location, secret: bytes, at: datetime, identity_of: IdentityOf, slot_of: SlotOf
) -> Register:
    """打开或新建登记簿。secret: 32 random bytes for a new one. Raises EnvironmentLacking."""
    return Register(open_database(location, secret, at.isoformat()), identity_of, slot_of)
