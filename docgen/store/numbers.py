"""编号：各份文书的下一个号，或者案件给定的号（contract 5.4）。纯函数。"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from docgen.errors import Refused
from docgen.model.number import Number
from docgen.model.register import Entry, Reservation, Slot, State

LARGEST_SEQUENCE = 999_999_999
FARTHEST_LEAP = 100
_CHANGED = "留号后未签发，文书的种类、年份或文号改变"

SeriesKey = tuple[str, str, int]
"""一个编号序列：机关、文书代字、年份。"""

Aside = Mapping[SeriesKey, Set[int]]
NOTHING_ASIDE: Aside = MappingProxyType({})
IdentityOf = Callable[[Slot, int], bytes]
Outcome = tuple[Entry, ...] | Refused
_Place = tuple[str, str, str, int, int]
"""一个号在机关里的，或者在代字里的位置。"""


@dataclass(frozen=True)
class Known:
    """登记簿里与要留的号有关的：各份文书最新的一版，各序列的下一个号，占着那些号的条目。"""

    latest: Mapping[Slot, Entry]
    following: Mapping[SeriesKey, int]
    taken: Sequence[Entry]


@dataclass(frozen=True)
class Step:
    """一件要写的事：留号；有理由的，是作废一个留着的号。"""

    entry: Entry
    void_reason: str | None = None


@dataclass(frozen=True)
class Plan:
    """各案件的结果，依次要写的事，改变了的各序列的下一个号。"""

    outcomes: tuple[Outcome, ...]
    steps: tuple[Step, ...]
    following: Mapping[SeriesKey, int]


def series_of(item: Reservation) -> SeriesKey:
    """一份文书编在哪个序列里。"""
    return item.slot.agency, item.code, item.date.year


def plan(
    cases: Iterable[Sequence[Reservation]],
    known: Known,
    identity_of: IdentityOf,
    at: datetime,
    aside: Aside = NOTHING_ASIDE,
) -> Plan:
    """逐个案件留号：已留的沿用，作废的另留新号，没有的新留。

    aside: numbers that others of the same batch bring, which no document gets by itself.
    A case one of whose documents is refused gets no number at all; the others go on.
    """
    taken = {place: entry for entry in known.taken for place in _places(entry)}
    latest, following = ChainMap({}, {**known.latest}), ChainMap({}, {**known.following})
    page = _Page(latest, following, taken, aside)
    outcomes: list[Outcome] = []
    for wanted in cases:
        tried = page.turned()
        try:
            outcomes.append(tuple(_reserve(tried, item, identity_of, at) for item in wanted))
        except Refused as refusal:
            outcomes.append(refusal)
        else:
            page.add(tried)
    return Plan(tuple(outcomes), tuple(page.steps), {**page.following.maps[0]})


@dataclass
class _Page:
    """登记簿此时的样子，加上这一页写的（各 ChainMap 的第一层）。"""

    latest: ChainMap[Slot, Entry]
    following: ChainMap[SeriesKey, int]
    taken: MutableMapping[_Place, Entry]
    aside: Aside
    steps: list[Step] = field(default_factory=list)

    def turned(self) -> _Page:
        """空白的下一页；写了不要，这一页不变。"""
        taken = ChainMap({}, self.taken)
        return _Page(self.latest.new_child(), self.following.new_child(), taken, self.aside)

    def add(self, other: _Page) -> None:
        """把下一页写的抄到这一页。"""
        self.latest.update(other.latest.maps[0])
        self.following.update(other.following.maps[0])
        for step in other.steps:
            self.write(step)

    def write(self, step: Step) -> None:
        """写一件事。"""
        self.steps.append(step)
        self.taken.update(dict.fromkeys(_places(step.entry), step.entry))


def _reserve(page: _Page, item: Reservation, identity_of: IdentityOf, at: datetime) -> Entry:
    entry = page.latest.get(item.slot)
    if entry is not None and entry.state is State.ISSUED:
        return entry
    if entry is not None and entry.state is State.RESERVED:
        if _fits(entry, item):
            return entry
        gone = replace(entry, state=State.VOIDED, voided_at=at, void_reason=_CHANGED)
        page.write(Step(gone, _CHANGED))
    edition = 1 if entry is None else entry.edition + 1
    number = Number(item.region, item.code, item.date.year, _sequence(page, item))
    _refuse_taken(page, item, number)
    page.following[series_of(item)] = max(_following(page, item), number.sequence + 1)
    identity = identity_of(item.slot, edition)
    made = Entry(item.slot, item.type, edition, identity, number, item.date, State.RESERVED, at)
    page.latest[item.slot] = made
    page.write(Step(made))
    return made


def _fits(entry: Entry, item: Reservation) -> bool:
    """已留的号是否正是要的那个。"""
    number = entry.number
    same = (number.region, number.code, number.year) == (item.region, item.code, item.date.year)
    return same and entry.type == item.type and item.number in (None, number)


def _following(page: _Page, item: Reservation) -> int:
    return page.following.get(series_of(item), 1)


def _sequence(page: _Page, item: Reservation) -> int:
    """下一个号，或者给定的号。Raises Refused for a number that leaps too far to be meant."""
    following = _following(page, item)
    kept = page.aside.get(series_of(item), frozenset())
    while item.number is None and following in kept:
        following += 1
    sequence = following if item.number is None else item.number.sequence
    if sequence > LARGEST_SEQUENCE or (item.number and sequence > following + FARTHEST_LEAP):
        raise Refused(
            f"{item.code}〔{item.date.year}〕的下一个号是 {following}，"
            f"给定的 {sequence} 差得太远，像是写错了。",
            advice=f"确实编到了那里，先执行 docgen register start {item.code}"
            f" {item.date.year} {sequence} --agency {item.slot.agency}。",
        )
    return sequence


def _refuse_taken(page: _Page, item: Reservation, number: Number) -> None:
    own, common = _places_of(item.slot.agency, number)
    other = page.taken.get(own) or page.taken.get(common)
    if other is None:
        return
    used = f"{other.slot.case_number}（{other.state.label}）"
    if other.slot.agency != item.slot.agency:
        raise Refused(
            f"文号 {other.number.text} 已经用在机关“{other.slot.agency}”的案件 {used}。",
            advice="两个机关不能共用一个代字；请核对机关的名称与辖区代字"
            "（案件文件的 agency.name、agency.region）。",
        )
    raise Refused(
        f"文号 {other.number.text} 已经用在案件 {used}。",
        advice="请改正给定的文号（案件文件的 number，表格的“文号”），或者不写，由系统编号。",
    )


def _places(entry: Entry) -> tuple[_Place, _Place]:
    return _places_of(entry.slot.agency, entry.number)


def _places_of(agency: str, number: Number) -> tuple[_Place, _Place]:
    series = number.code, number.year, number.sequence
    return ("agency", agency, *series), ("region", number.region, *series)
