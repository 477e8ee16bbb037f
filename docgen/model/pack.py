"""打印文件：封面、各份文书与音像记录单合成的一个 PDF。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from docgen.model.case import Officer


@dataclass(frozen=True)
class Part:
    """其中的一份文件。

    key: of the instrument in the case; copies: whom each copy is for, one text a copy;
    pdf: the issued file; pages: of one copy; sheet: whether it is a recording sheet.
    """

    key: str
    title: str
    number: str | None
    copies: tuple[str, ...]
    pdf: bytes
    pages: int
    sheet: bool = False

    @property
    def label(self) -> str:
        """书签与封面上的名称。"""
        return f"{self.title}　{self.number}" if self.number else self.title


@dataclass(frozen=True)
class Order:
    """要怎样的打印文件。

    copies: of each instrument, None for as many as its form has; only: the keys of the
    instruments wanted, empty for all.
    """

    path: Path
    copies: int | None
    duplex: bool
    only: tuple[str, ...] = ()


@dataclass(frozen=True)
class Placed:
    """放好位置的一份文件。

    first_page: of its first copy in the pack, counted from 1; leaves: of paper, all copies.
    """

    part: Part
    first_page: int
    leaves: int


@dataclass(frozen=True)
class Cover:
    """封面上的话。pages, leaves: of the whole pack, the cover included."""

    case_number: str
    cause: str
    agency: str
    party: str
    date: date
    officers: tuple[Officer, ...]
    placed: tuple[Placed, ...]
    duplex: bool
    pages: int
    leaves: int


@dataclass(frozen=True)
class Pack:
    """做好的打印文件。case_number: whose it is, also in its document information."""

    case_number: str
    data: bytes
    placed: tuple[Placed, ...]
    pages: int
    leaves: int


def in_duplex(pages: int) -> int:
    """双面打印时一份要占的面数：下一份从右面（单数页）起。"""
    return pages + pages % 2


def place(parts: Sequence[Part], before: int, *, duplex: bool) -> tuple[Placed, ...]:
    """各份文件从第几页起。before: the pages that the cover takes."""
    placed, following = [], before + 1
    for part in parts:
        taken = in_duplex(part.pages) if duplex else part.pages
        leaves = len(part.copies) * (taken // 2 if duplex else taken)
        placed.append(Placed(part, following, leaves))
        following += len(part.copies) * taken
    return tuple(placed)
