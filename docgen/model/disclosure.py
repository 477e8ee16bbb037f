"""公开：扫码的人看得到的，只有这几项；别的都不在里面。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docgen.model.verdict import Finding, Level


@dataclass(frozen=True)
class Filmed:
    """一次在册的音像记录。

    item: the checklist's name of the row; seconds: how long, None where begin or end is unknown;
    digests: SHA-256 of its files; leaves: their places in the log, counted from 0.
    """

    item: str
    started_at: datetime | None
    seconds: float | None
    digests: tuple[str, ...]
    leaves: tuple[int, ...]


@dataclass(frozen=True)
class Happening:
    """宣读或者送达：录了没有，登记的时刻与它在日志里的位置。"""

    name: str
    filmed: tuple[Filmed, ...]
    moments: tuple[tuple[datetime, int], ...] = ()


@dataclass(frozen=True)
class Disclosure:
    """一份文书公开的几项。

    party: masked; facts: label and value, of the fields that its instrument.yaml calls public;
    leaf: of its issue in the log; words: the whole text, only for who knows the party's name.
    """

    title: str
    number: str
    agency: str
    date: str
    party: str
    facts: tuple[tuple[str, str], ...]
    happenings: tuple[Happening, ...]
    leaf: int | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """给扫码的人的一个回答。

    level: the bottom line; headline: one sentence; steps: what was looked at; asked: "token",
    "identity", "pdf", "docx", "picture", "bundle", "slate"; disclosure: None where the seal does
    not hold or the register does not know it; shares: the documents of a bundle.
    """

    level: Level
    headline: str
    caution: str
    asked: str
    steps: tuple[Finding, ...]
    identity: str = ""
    disclosure: Disclosure | None = None
    shares: tuple[Answer, ...] = ()
