"""登记簿条目：一份文书在登记簿里的样子。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from docgen.model.number import Number


class State(StrEnum):
    """文书在登记簿里的状态。"""

    RESERVED = "reserved"
    ISSUED = "issued"
    VOIDED = "voided"

    @property
    def label(self) -> str:
        """中文说法。"""
        return {"reserved": "已留号", "issued": "已签发", "voided": "已作废"}[self.value]


@dataclass(frozen=True)
class Slot:
    """一份文书在登记簿里的位置：哪个机关、哪个案件、哪份文书。"""

    agency: str
    case_number: str
    key: str


class Edge(StrEnum):
    """一段记录的两头。"""

    START = "start"
    END = "end"


@dataclass(frozen=True)
class SlatePlace:
    """一块场记板的用处：哪份文书（identity, 10 bytes）、清单第几行、哪一头。"""

    identity: bytes
    row: int
    edge: Edge


@dataclass(frozen=True)
class Reservation:
    """请登记簿为一份文书留号。number: one that the office has given already, or None."""

    slot: Slot
    type: str
    region: str
    code: str
    date: date
    number: Number | None = None


@dataclass(frozen=True)
class IssuedFile:
    """已登记的一个文件。sha256 is lower-case hex of its bytes."""

    media_type: str
    sha256: str
    pages: int | None


@dataclass(frozen=True)
class Acceptance:
    """带着未通过的检查仍然签发：哪一条、理由。"""

    code: str
    reason: str


@dataclass(frozen=True)
class Issue:
    """请登记簿登记签发的一份文书。identity: of the reserved entry."""

    identity: bytes
    date: date
    content: bytes
    token: bytes
    host: str
    files: tuple[IssuedFile, ...]
    acceptances: tuple[Acceptance, ...] = ()


@dataclass(frozen=True)
class CaseFacts:
    """一个案件写下的全部事实。data: the case file's data as canonical JSON text."""

    agency: str
    case_number: str
    data: str


@dataclass(frozen=True)
class IssuedCase:
    """有签发而没有作废的文书的一个案件。

    numbers: of those documents, by key; data: the latest facts kept, None where none were.
    """

    agency: str
    case_number: str
    numbers: Mapping[str, Number]
    data: str | None


@dataclass(frozen=True)
class Entry:
    """一份文书的一版。content is the canonical content (UTF-8 JSON), None until issued.

    host: of the verification page, as printed in the QR.
    """

    slot: Slot
    type: str
    edition: int
    identity: bytes
    number: Number
    date: date
    state: State
    reserved_at: datetime
    content: bytes | None = None
    token: bytes | None = None
    host: str | None = None
    files: tuple[IssuedFile, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    issued_at: datetime | None = None
    voided_at: datetime | None = None
    void_reason: str | None = None


@dataclass(frozen=True)
class Series:
    """一个编号序列：机关、文书代字、年份与下一个号。"""

    agency: str
    code: str
    year: int
    next_sequence: int


@dataclass(frozen=True)
class Event:
    """登记簿的一条流水。body: canonical JSON text of what happened."""

    sequence: int
    at: datetime
    kind: str
    body: str
