"""音像记录单：一份文书的各行记录，供现场照着拍、照着勾。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from docgen.model.case import Officer
from docgen.model.claim import identity_text
from docgen.model.register import Edge, SlatePlace
from docgen.model.symbol import Symbol


@dataclass(frozen=True)
class Slate:
    """一块场记板。slot: 12 base32 characters and 2 check digits; symbol draws url."""

    slot: str
    url: str
    symbol: Symbol

    @property
    def groups(self) -> str:
        """供人输入的写法：四个一组，校验数字另成一组。"""
        return " ".join((self.slot[:4], self.slot[4:8], self.slot[8:12], self.slot[12:]))


@dataclass(frozen=True)
class SheetStep:
    """一个步骤。planned: None where the case plans no recording of the row at all.

    recorder: who is to record it, where the row's plan names more than one.
    """

    label: str
    optional: bool
    planned: bool | None
    recorder: str | None = None


@dataclass(frozen=True)
class SheetRow:
    """清单的一行。

    place and recorder: as planned, else as the checklist has them. deliver_at: the planned
    delivery, for a row that includes one. phrase: to be spoken, names put in.
    """

    number: int
    item: str
    start: str
    end: str
    process: str
    place: str
    classes: str
    recorder: str
    steps: tuple[SheetStep, ...]
    discretionary: bool = False
    phrase: str | None = None
    deliver_at: datetime | None = None
    start_slate: Slate | None = None
    end_slate: Slate | None = None


@dataclass(frozen=True)
class Sheet:
    """一份文书的记录单。key: of the instrument in the case; beside: titles of the others
    whose recordings it covers; number, identity: None before they are reserved.

    starts_at, place: when and where the instrument is made or delivered, where it is planned.
    """

    key: str
    title: str
    beside: tuple[str, ...]
    number: str | None
    identity: str | None
    case_number: str
    agency: str
    party: str
    date: date
    officers: tuple[Officer, ...]
    rows: tuple[SheetRow, ...]
    starts_at: datetime | None = None
    place: str | None = None

    def places(self, identity: bytes) -> tuple[SlatePlace, ...]:
        """要哪些场记板：每行两块。identity: of the instrument, 10 bytes."""
        return tuple(SlatePlace(identity, row.number, edge) for row in self.rows for edge in Edge)

    def with_slates(self, identity: bytes, slates: Mapping[SlatePlace, Slate]) -> Sheet:
        """配好场记板的记录单。slates: for every one of `places(identity)`."""
        rows = tuple(
            replace(
                row,
                start_slate=slates[SlatePlace(identity, row.number, Edge.START)],
                end_slate=slates[SlatePlace(identity, row.number, Edge.END)],
            )
            for row in self.rows
        )
        return replace(self, identity=identity_text(identity), rows=rows)
