"""批量的打印册：排好次序、限定张数的一册，有目录与分隔页。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Sort(StrEnum):
    """打印册按什么排。"""

    DISTRICT = "district"
    PARTY = "party"
    OFFICER = "officer"

    @property
    def label(self) -> str:
        """中文说法。"""
        return {"district": "辖区", "party": "当事人", "officer": "执法人员"}[self.value]


@dataclass(frozen=True)
class Paper:
    """要印的一份文书。place: of its PDF in the output; pages: of one copy.

    group: the district, party or officer that it is sorted by; order: its place in the input.
    """

    agency: str
    region: str
    group: str
    order: int
    place: str
    sha256: str
    title: str
    number: str
    case_number: str
    party: str
    date: date
    copies: tuple[str, ...]
    pages: int


@dataclass(frozen=True)
class Listed:
    """目录的一行。first_page: of its first copy in the volume, counted from 1."""

    paper: Paper
    first_page: int
    leaves: int


@dataclass(frozen=True)
class Group:
    """一册里同一辖区（当事人、执法人员）的各份。first_page: of the divider."""

    name: str
    first_page: int
    listed: tuple[Listed, ...]

    @property
    def leaves(self) -> int:
        """张数，分隔页不计。"""
        return sum(item.leaves for item in self.listed)


@dataclass(frozen=True)
class Volume:
    """一册：第几册、共几册，所含的各组。pages, leaves: of the whole, the index included."""

    number: int
    of: int
    agency: str
    region: str
    sort: Sort
    date: date
    duplex: bool
    index_pages: int
    groups: tuple[Group, ...]
    pages: int
    leaves: int

    @property
    def case_number(self) -> str:
        """页面的说明里用的名字。"""
        return f"批量打印第 {self.number} 册"


@dataclass(frozen=True)
class Divider:
    """分隔页：下面是哪一组。"""

    volume: Volume
    group: Group

    @property
    def agency(self) -> str:
        """机关。"""
        return self.volume.agency

    @property
    def case_number(self) -> str:
        """页面的说明里用的名字。"""
        return self.volume.case_number

    @property
    def date(self) -> date:
        """日期。"""
        return self.volume.date
