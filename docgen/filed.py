"""在册的影像与送达：登记簿里记下的，合到案件的事实里。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from docgen.link.judge import Bound, judge_links, open_ends, unsaid_steps
from docgen.link.takes import Take, attach, takes_of
from docgen.model.case import Case
from docgen.model.draft import Draft
from docgen.model.footage import Footage, Handover, Link
from docgen.model.register import State
from docgen.model.verdict import Finding, Level
from docgen.store.register import Register


@dataclass(frozen=True)
class Filed:
    """一个案件在册的：各条归属、各次记录、各次送达，与归属的毛病。"""

    bound: tuple[Bound, ...]
    takes: tuple[Take, ...]
    handovers: tuple[tuple[str, Handover], ...]
    findings: tuple[Finding, ...]


def filed_of(agency: str, case_number: str, register: Register) -> Filed:
    """一个案件在册的全部；归到作废的文书的，只作为毛病说出来。"""
    entries = register.of_case(agency, case_number)
    links, footages, handovers = register.archive.of_case([e.identity for e in entries])
    bound = bounds(links, footages, register)
    keys = {e.identity: e.slot.key for e in entries if e.state is State.ISSUED}
    takes = takes_of(links, footages, keys)
    files = bounds(register.archive.links_of_files(footages), footages, register)
    findings = (*judge_links(bound, files), *open_ends(takes), *unsaid_steps(takes))
    standing = [h for h in handovers if h.end is None and h.identity in keys]
    return Filed(bound, takes, tuple((keys[h.identity], h) for h in standing), findings)


def files_of_case(case_number: str, register: Register) -> tuple[tuple[Footage, ...], str]:
    """一个案件的录像，按登记先后，与机关；撤回、更正过的也在内。没有则为空。"""
    agencies: dict[str, str] = {}
    for link in register.archive.links():
        entry = register.find(link.piece.identity)
        if entry is not None and entry.slot.case_number == case_number:
            agencies[link.piece.sha256] = entry.slot.agency
    found = tuple(f for f in register.archive.footages() if f.sha256 in agencies)
    return found, next(iter(agencies.values()), "")


def contradictions(case: Case, filed: Filed) -> Iterator[Finding]:
    """案件文件自己写的，与在册的对不上的：送达的时间，没有登记的录像文件。"""
    for index, delivery in enumerate(case.deliveries):
        told = [
            h.delivery.at
            for key, h in filed.handovers
            if key == delivery.instrument and h.delivery.mode == delivery.mode and h.delivery.at
        ]
        if delivery.at is not None and told and delivery.at not in told:
            at, other = f"{delivery.at:%Y-%m-%d %H:%M}", f"{told[0]:%Y-%m-%d %H:%M}"
            message = f"案件文件写的送达时间 {at} 与登记的 {other} 不同，不能判定；请核对回执。"
            yield Finding("LNK012", Level.UNKNOWN, message, f"deliveries[{index}].at")
    names = {one.footage.name for one in filed.bound}
    strange = [
        (index, recording.file)
        for index, recording in enumerate(case.recordings)
        if names and recording.file and not any(name in recording.file for name in names)
    ]
    for index, name in strange:
        message = f"案件文件写的录像“{name}”没有登记；请 docgen record add，由画面说明录的是什么。"
        yield Finding("LNK013", Level.UNKNOWN, message, f"recordings[{index}].file", advice=True)


def with_filed(case: Case, drafts: Mapping[str, Draft], filed: Filed) -> Case:
    """案件加上在册的记录与送达。"""
    return attach(case, drafts, filed.takes, filed.handovers)


def bound_of(footage: Footage, register: Register) -> tuple[Bound, ...]:
    """一个文件的全部归属，不再算数的也在内。"""
    links = register.archive.links_of_files([footage.sha256])
    return bounds(links, {footage.sha256: footage}, register)


def bounds(
    links: Iterable[Link], footages: Mapping[str, Footage], register: Register
) -> tuple[Bound, ...]:
    """各条归属与它所指的文书、文件。"""
    found = []
    for link in links:
        entry = register.find(link.piece.identity)
        assert entry is not None
        found.append(Bound(link, footages[link.piece.sha256], entry))
    return tuple(found)
