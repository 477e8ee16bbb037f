"""画面附页：每个录像几张画面，印出来附卷。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Moment:
    """要取的一张画面。seconds: in the file; caption: what it shows, with file and clock time."""

    seconds: float
    caption: str


@dataclass(frozen=True)
class Frame:
    """取到的一张画面。name: of the picture among the sheet's assets (0-3.jpg)."""

    name: str
    caption: str


@dataclass(frozen=True)
class Strip:
    """一个录像。facts: one line on the file; digest: SHA-256; told: why there is no picture,
    empty where there are frames; lost: the file is not in the store as it was registered."""

    label: str
    facts: str
    digest: str
    frames: tuple[Frame, ...]
    told: str = ""
    lost: bool = False


@dataclass(frozen=True)
class ContactSheet:
    """一个案件的画面附页。"""

    case_number: str
    agency: str
    date: date
    strips: tuple[Strip, ...]
