"""案件：事实只写一次，各文书从中取用（contract 5.1）。"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from docgen.model.place import label_of

Scalar: TypeAlias = str | int | Decimal | bool | date | datetime | None
Value: TypeAlias = "Scalar | tuple[Mapping[str, Scalar], ...] | tuple[str, ...]"


@dataclass(frozen=True)
class Agency:
    """执法机关。region is the one-character name in the number (鲁)."""

    name: str
    region: str
    address: str
    phone: str
    postcode: str
    review_body: str
    court: str
    contact: str | None = None


@dataclass(frozen=True)
class Party:
    """当事人：单位（organization）或者个人（individual）。"""

    kind: str
    name: str
    address: str
    phone: str | None = None
    uscc: str | None = None
    representative: str | None = None
    position: str | None = None
    id_number: str | None = None
    gender: str | None = None


@dataclass(frozen=True)
class Officer:
    """执法人员。certificate is the number of the enforcement certificate (执法证号)."""

    name: str
    certificate: str


@dataclass(frozen=True)
class InstrumentRequest:
    """案件中要制作的一份文书。

    key names it inside the case (its type unless given); values are the typed own fields;
    place is its path in the case file (instruments[0], or the delivery that brings it).
    delivers: the keys of the documents whose delivery it certifies (a receipt);
    delivery: the index of the delivery that brought it, None where the case wrote it itself.
    """

    type: str
    key: str
    date: date
    number: str | None
    values: Mapping[str, Value]
    place: str
    delivers: tuple[str, ...] = ()
    delivery: int | None = None


@dataclass(frozen=True)
class Receipt:
    """送达回执上的签收情况。"""

    signed: bool | None = None
    sealed: bool | None = None


@dataclass(frozen=True)
class Delivery:
    """送达：出发前写计划（planned_at），送达后写事实（at）。Times carry an offset.

    What each mode needs: left 留置 the refusal and the witness, post 邮寄 the tracking number,
    entrusted 委托 the agency it was entrusted to, electronic 电子 the consent and the address;
    direct and entrusted may be taken by an agent 代收人, with the relation to the addressee.
    """

    instrument: str
    mode: str
    planned_at: datetime | None = None
    at: datetime | None = None
    place: str | None = None
    recipient: str | None = None
    receipt: Receipt | None = None
    agent: str | None = None
    agent_relation: str | None = None
    refusal_reason: str | None = None
    refused_on: date | None = None
    witness: str | None = None
    witness_unit: str | None = None
    tracking: str | None = None
    entrusted_to: str | None = None
    consent_on: date | None = None
    electronic_address: str | None = None
    arrived_at: datetime | None = None

    @property
    def undone(self) -> Delivery:
        """还没有送达时的样子：只有计划。"""
        kept = {"entrusted_to", "consent_on", "electronic_address"}
        plan = {name: getattr(self, name) for name in kept}
        return Delivery(self.instrument, self.mode, self.planned_at, **plan)

    @property
    def undecided(self) -> str | None:
        """计划的时间为何还说不准送达的时间；说得准即 None（民事诉讼法第九十一条、第九十五条）。"""
        reasons = {"announcement": "公告日不是送达日", "post": "交邮日不是送达日，以收件日期为准"}
        missing = None if self.planned_at else "没有写明计划送达时间"
        return reasons.get(self.mode, missing)


@dataclass(frozen=True)
class Recording:
    """音像记录：对应清单的一行（row），出发前为计划，之后为事实。

    officers: who is seen in it; steps: in the order in which they were filmed.
    """

    instrument: str
    row: int
    recorder: str | None = None
    place: str | None = None
    categories: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    file: str | None = None

    @property
    def made(self) -> bool:
        """是否已经录下；否则只是计划。"""
        return any((self.started_at, self.ended_at, self.file))

    @property
    def undone(self) -> Recording:
        """还没有录下时的样子：只有计划。"""
        return replace(self, officers=(), started_at=None, ended_at=None, file=None)


@dataclass(frozen=True)
class Proceeding:
    """程序上的事实：纸上没有而核查要用的，属于某一份文书。

    What each matter needs: an approval 批准 (by, on; urgent cases the reason and reported_at),
    sealing 查封扣押 (told, present or witness, heard, extension, days of testing), hearing 听证
    (agents, signed or refusal), penalty 处罚 (filed_on, announced_to_party), cutoff 停止供电
    (residents_affected, hazard_removed_on, lifted_on).
    """

    instrument: str
    filed_on: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    urgent_reason: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    party_notified: bool | None = None
    party_present: bool | None = None
    witness: str | None = None
    reasons_told: bool | None = None
    party_heard: bool | None = None
    testing_days: int | None = None
    extension_approved_on: date | None = None
    extended_to: date | None = None
    released_on: date | None = None
    agents: tuple[str, ...] = ()
    signed: bool | None = None
    refusal: str | None = None
    announced_to_party: bool | None = None
    residents_affected: bool | None = None
    hazard_removed_on: date | None = None
    lifted_on: date | None = None


@dataclass(frozen=True)
class Suppression:
    """不计入结论的一条认定：哪一条、为什么、谁决定。instrument: only there; None everywhere."""

    code: str
    reason: str
    name: str
    instrument: str | None = None


@dataclass(frozen=True)
class Case:
    """一个案件。notices: what was folded or normalised while reading, for the user's eyes.

    file, lines: where it was read from, and the line of each path (instruments[0].date).
    facts: what was read, as canonical JSON text. labels: of a row of a table, what tells where
    each path stands there.
    """

    case_number: str
    cause: str
    agency: Agency
    party: Party
    officers: tuple[Officer, ...]
    instruments: tuple[InstrumentRequest, ...]
    deliveries: tuple[Delivery, ...] = ()
    recordings: tuple[Recording, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    notices: tuple[str, ...] = ()
    file: str = ""
    facts: str = "{}"
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    labels: Mapping[str, str] = field(default_factory=dict)

    def where(self, path: str) -> str:
        """案件文件里的位置：文件、路径、行号（没有写的项，指它所在那一段的行号）。"""
        if self.labels:
            return self.file + label_of(self.labels, path)
        line = self.line_of(path)
        since = "" if path in self.lines else "起"
        return f"{self.file} {path}".strip() + (f"（第 {line} 行{since}）" if line else "")

    def line_of(self, path: str) -> int | None:
        """该项的行号；没有写的项，是它所在那一段的行号。"""
        known = path
        while known and known not in self.lines:
            known = re.sub(r"(\.[^.\[\]]+|\[[0-9]+\]|^[^.\[\]]+)$", "", known)
        return self.lines.get(known)

    def enumerated_deliveries(self, keys: Collection[str]) -> tuple[tuple[int, Delivery], ...]:
        """这些文书的送达，连同在案件文件里的序号。"""
        return tuple((i, d) for i, d in enumerate(self.deliveries) if d.instrument in keys)

    def instrument(self, key: str) -> InstrumentRequest | None:
        """按 key 找文书请求，没有则 None。"""
        return next((r for r in self.instruments if r.key == key), None)


def brought_key(main: str, nth: int) -> str:
    """一份文书的第 nth 次送达带来的回执的 key；写进案件的 key 里没有点，不会相重。"""
    return f"{main}{BROUGHT}" if nth == 1 else f"{main}{BROUGHT}.{nth}"


BROUGHT = ".receipt"
