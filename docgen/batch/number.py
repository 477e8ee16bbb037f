"""编号：一块备好的记录按先后留号、签封；被拒的不占号。主进程做，密钥只在这里。"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.batch.given import Given
from docgen.batch.worker import rejected
from docgen.errors import DocgenError, EnvironmentLacking, Problem, Refused
from docgen.model.batch import Ready, Rejection, Status
from docgen.model.document import Sealed
from docgen.model.draft import Draft
from docgen.model.register import Entry, Reservation, Slot, State
from docgen.seal.draft import refuse_changes, settled
from docgen.store.cases import lost_facts, place_of
from docgen.store.issue import reservation_of
from docgen.store.register import Register
from docgen.workshop import Workshop, demand_signers, seal_reserved

Answer = tuple[Entry, ...] | Refused
Reserve = Callable[[Sequence[Sequence[Reservation]], datetime, Given], Sequence[Answer]]
_SHOWN = 8


@dataclass(frozen=True)
class Numbered:
    """留好号、签封好的一条记录。entries: of its documents, by key."""

    ready: Ready
    sealed: tuple[Sealed, ...]
    entries: Mapping[str, Entry]

    @property
    def issued(self) -> bool:
        """是不是每一份都签发过了。"""
        return all(entry.state is State.ISSUED for entry in self.entries.values())


@dataclass(frozen=True)
class Known:
    """核对过登记簿的一条记录。entries: what the register has of it, void ones aside."""

    ready: Ready
    entries: Mapping[str, Entry]

    @property
    def status(self) -> Status:
        """签发过了，还是可以签发。"""
        states = {self.entries[k].state if k in self.entries else None for k in self.ready.drafts}
        return Status.KEPT if states <= {State.ISSUED} else Status.READY


def number(
    items: Sequence[Ready | Rejection], workshop: Workshop, aside: Given
) -> tuple[Numbered | Rejection, ...]:
    """给一块记录留号、签封，次序不变；一个事务留全部的号。Raises EnvironmentLacking."""
    return tuple(
        item
        if isinstance(item, Rejection)
        else _sealed(_gaps_told(item[0], workshop.register, aside), item[1], workshop)
        for item in _asked(items, workshop, aside, workshop.register.reserve_each)
    )


def rehearse(
    items: Sequence[Ready | Rejection], workshop: Workshop, aside: Given
) -> tuple[Known | Rejection, ...]:
    """编得了号的照样给出，编不了的说明；什么也不写。"""
    return tuple(
        item if isinstance(item, Rejection) else _told(*item)
        for item in _asked(items, workshop, aside, workshop.register.would_reserve)
    )


def _asked(
    items: Sequence[Ready | Rejection], workshop: Workshop, aside: Given, reserve: Reserve
) -> Iterator[tuple[Known, Answer] | Rejection]:
    """核对过登记簿的各条，连同编号的答复；被拒的照旧。"""
    known = _look_up(items, workshop)
    wanted = [_wanted(item) for item in known if isinstance(item, Known)]
    answers = iter(reserve(wanted, workshop.now, aside))
    for item in known:
        yield (item, next(answers)) if isinstance(item, Known) else item


def _gaps_told(known: Known, register: Register, aside: Given) -> Ready:
    """给定的号前面空着的，说一声：多半是写错了。"""
    ready = known.ready
    fresh = [d.number for key, d in ready.drafts.items() if d.number and key not in known.entries]
    told = [
        f"给定的文号 {number.text} 前面，{number.sequence - 1} 号没有用过；写错了的请作废重办"
        for number in fresh
        if number.sequence > 1
        and number.sequence - 1
        not in aside.get((ready.facts.agency, number.code, number.year), frozenset())
        and not register.numbered(replace(number, sequence=number.sequence - 1))
    ]
    return replace(ready, notices=(*ready.notices, *told))


def _told(known: Known, answer: Answer) -> Known | Rejection:
    return rejected(answer) if isinstance(answer, Refused) else known


def _wanted(item: Known) -> list[Reservation]:
    return [reservation_of(draft) for draft in item.ready.drafts.values()]


def _look_up(
    items: Sequence[Ready | Rejection], workshop: Workshop
) -> tuple[Known | Rejection, ...]:
    """与登记簿里已有的核对：内容变了的、会丢掉记过的事实的、没有密钥可签的都拒绝。什么也不写。"""
    ready = [item for item in items if isinstance(item, Ready)]
    entries = workshop.register.current_many([slot for item in ready for slot in _slots(item)])
    kept = workshop.register.kept_facts([place_of(item.facts) for item in ready])
    return tuple(
        _looked_up(item, entries, kept, workshop) if isinstance(item, Ready) else item
        for item in items
    )


def _looked_up(
    ready: Ready,
    entries: Mapping[Slot, Entry],
    kept: Mapping[tuple[str, str], str],
    workshop: Workshop,
) -> Known | Rejection:
    own = {key: entries.get(_slot(draft)) for key, draft in ready.drafts.items()}
    found = {key: entry for key, entry in own.items() if entry is not None}
    known = {key: entry for key, entry in found.items() if entry.state is not State.VOIDED}
    gone = [
        f"原来的 {entry.number.text} 已经作废（{entry.void_reason}），另给新号；"
        "它的文件没有删，不要再用"
        for entry in found.values()
        if entry.state is State.VOIDED
    ]
    words = workshop.press.words
    try:
        drafts, notices = settled(ready.drafts, known, words)
        known = {key: known[key] for key in drafts if key in known}
        demand_signers(drafts, known, workshop.keyring)
        refuse_changes(drafts, known, words)
    except EnvironmentLacking:
        raise
    except DocgenError as error:
        return rejected(error)
    fresh = any(key not in known or known[key].state is State.RESERVED for key in drafts)
    lost = lost_facts(ready.facts, kept.get(place_of(ready.facts))) if ready.whole else ()
    if fresh and lost:
        return _loses(ready, lost)
    told = (*ready.notices, *notices, *gone)
    return Known(replace(ready, drafts=drafts, notices=told), known)


def _loses(ready: Ready, lost: Sequence[str]) -> Rejection:
    return Rejection(
        Status.REFUSED,
        f"案件 {ready.facts.case_number}：登记簿里记过的事实，这一条里没有或者不同。",
        tuple(Problem("", text) for text in lost[:_SHOWN]),
        "请用最新的案件文件；确要改正的，docgen register keep 案件文件 --reason 理由。",
    )


def _sealed(
    ready: Ready, reserved: tuple[Entry, ...] | Refused, workshop: Workshop
) -> Numbered | Rejection:
    if isinstance(reserved, Refused):
        return rejected(reserved)
    entries = dict(zip(ready.drafts, reserved, strict=True))
    try:
        return Numbered(ready, seal_reserved(ready.drafts, entries, workshop), entries)
    except Refused as error:
        return rejected(error)


def _slots(ready: Ready) -> list[Slot]:
    return [_slot(draft) for draft in ready.drafts.values()]


def _slot(draft: Draft) -> Slot:
    return Slot(draft.agency, draft.case_number, draft.key)
