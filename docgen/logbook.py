"""流水：登记簿的每件事一片叶子；对照检查点，改一处、删一条、换次序、截尾都看得出。纯函数。

Source: RFC 6962 section 2.1; C2SP tlog-checkpoint. Steps are numbered as the findings' codes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import rfc8785

from docgen.merkle import inclusion_path, leaf_hash, tree_root, verify_inclusion
from docgen.model.claim import identity_text
from docgen.model.footage import Ending, Footage, Handover, Link, LinkEnd, delivery_text
from docgen.model.log import Checkpoint, Proof, SignedCheckpoint
from docgen.model.register import Entry, Event, SlatePlace, State
from docgen.model.verdict import Finding, Level, Verdict


def leaf_data(event: Event) -> bytes:
    """一条流水作为叶子的字节（RFC 8785）。"""
    row = {"at": event.at.isoformat(), "body": event.body, "kind": event.kind}
    return rfc8785.dumps({**row, "sequence": event.sequence})


def leaves_of(events: Sequence[Event]) -> tuple[bytes, ...]:
    """各条流水的叶子散列，按先后。"""
    return tuple(leaf_hash(leaf_data(event)) for event in events)


def checkpoint_of(events: Sequence[Event]) -> Checkpoint:
    """现在整个日志的检查点；名字取自第一条流水。events: at least one."""
    leaves = leaves_of(events)
    return Checkpoint(_origin(leaves), len(leaves), tree_root(leaves))


def prove(events: Sequence[Event], index: int) -> Proof:
    """第 index 条（从 0 数）在现在的日志里的证明。"""
    leaves = leaves_of(events)
    return Proof(leaf_data(events[index]), index, inclusion_path(leaves, index))


def proof_holds(proof: Proof, checkpoint: Checkpoint) -> bool:
    """这条流水确实在检查点的日志里。"""
    leaf = leaf_hash(proof.leaf)
    return verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)


@dataclass(frozen=True)
class Holdings:
    """登记簿里现有的：文书、录像、归属、送达，案件的事实，场记板。

    cases: agency, case number and SHA-256 of the facts, in order; slates: by slot.
    """

    entries: Sequence[Entry]
    footages: Sequence[Footage] = ()
    links: Sequence[Link] = ()
    handovers: Sequence[Handover] = ()
    cases: Sequence[tuple[str, str, str]] = ()
    slates: Mapping[str, SlatePlace] = field(default_factory=dict)


def audit(events: Sequence[Event], holdings: Holdings, signed: SignedCheckpoint | None) -> Verdict:
    """逐步核对。

    1 the numbers of the events follow each other · 2 the register says what the events say ·
    3 the log is that of the checkpoint, and not shorter · 4 it begins as the checkpoint says.
    """
    findings = [_step_1_numbers(events), *_step_2_register(events, holdings)]
    if signed is None:
        message = "没有给检查点：只核对了登记簿自身，整个换过看不出；请用 --checkpoint。"
        findings.append(Finding("LOG003", Level.NOT_APPLICABLE, message))
    else:
        findings += _steps_3_and_4(events, signed.checkpoint)
    return Verdict(tuple(findings))


def _origin(leaves: Sequence[bytes]) -> str:
    return f"docgen-register/{hashlib.sha256(leaves[0]).hexdigest()[:16]}"


def _step_1_numbers(events: Sequence[Event]) -> Finding:
    for expected, event in enumerate(events, 1):
        if event.sequence != expected:
            message = f"流水应有第 {expected} 条，接着的却是第 {event.sequence} 条，中间缺了。"
            return Finding("LOG001", Level.FAIL, message, f"event {event.sequence}")
    if not events:
        return Finding("LOG001", Level.UNKNOWN, "登记簿里还没有流水。")
    return Finding("LOG001", Level.PASS, f"流水 {len(events)} 条，序号相接。")


def _step_2_register(events: Sequence[Event], holdings: Holdings) -> Iterator[Finding]:
    faults = [*_instrument_faults(events, holdings.entries), *_archive_faults(events, holdings)]
    for message, where in faults:
        yield Finding("LOG002", Level.FAIL, message, where)
    if not faults:
        archived = f"、{len(holdings.footages)} 个录像" if holdings.footages else ""
        message = f"登记簿的 {len(holdings.entries)} 份文书{archived}与流水相符。"
        yield Finding("LOG002", Level.PASS, message)


def _instrument_faults(
    events: Sequence[Event], entries: Sequence[Entry]
) -> Iterator[tuple[str, str]]:
    told = _last_told(events)
    for entry in entries:
        state, files = told.get(entry.identity.hex(), (None, ()))
        wanted = sorted(file.sha256 for file in entry.files)
        agrees = state == entry.state.value
        agrees = agrees and (entry.state is not State.ISSUED or list(files) == wanted)
        if not agrees:
            said = "没有它" if state is None else f"说的是 {state}"
            name = f"{entry.number.text}（{identity_text(entry.identity)}）"
            message = f"登记簿里 {name} 是{entry.state.label}，流水{said}，或者文件不同。"
            yield message, name
    for identity in told.keys() - {entry.identity.hex() for entry in entries}:
        yield f"流水里有标识 {identity} 的文书，登记簿里没有。", identity


def _archive_faults(events: Sequence[Event], holdings: Holdings) -> Iterator[tuple[str, str]]:
    """录像、归属、送达：登记簿与流水逐条相同。"""
    told, held = dict(_told_of(events)), dict(_held_of(holdings))
    for name in sorted(told.keys() | held.keys()):
        if told.get(name) == held.get(name):
            continue
        if name not in held:
            yield f"流水里有“{name}”，登记簿里没有。", name
        elif name not in told:
            yield f"登记簿里有“{name}”，流水里没有。", name
        else:
            yield f"“{name}”与流水里说的不同。", name


def _case_name(agency: str, number: str, nth: int) -> str:
    return f"{agency} {number} 第 {nth} 次记下的事实"


_NAMES = {"link": "第 {} 条归属", "delivery": "第 {} 次送达"}


def _told_of(events: Sequence[Event]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    times: Counter[tuple[str, str]] = Counter()
    for event in events:
        try:
            yield from _told_by(event, times)
        except (KeyError, ValueError, TypeError, AttributeError):
            yield f"第 {event.sequence} 条流水（读不懂）", {}


def _told_by(
    event: Event, times: Counter[tuple[str, str]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """一条流水说的。times: how often each case's facts were kept so far."""
    body = json.loads(event.body)
    match event.kind:
        case "case_kept":
            place = body["agency"], body["case_number"]
            times[place] += 1
            yield _case_name(*place, times[place]), {"sha256": body["sha256"]}
        case "slates_made":
            for row, edge, slot in body["slates"]:
                told = {"identity": body["identity"], "row": row, "edge": edge}
                yield f"场记板 {slot}", told
        case "recording_added":
            kept = ("name", "size", "location", "facts", "sm3")
            yield f"录像 {body['sha256']}", {k: body[k] for k in kept if k in body}
        case "recording_deleted":
            yield f"录像 {body['sha256']} 的删去", {k: body[k] for k in ("rule", "by")}
        case "bound":
            yield _NAMES["link"].format(body.pop("link")), body
        case "delivered":
            yield _NAMES["delivery"].format(body.pop("delivery")), body
        case Ending.SUPERSEDED.value | Ending.WITHDRAWN.value:
            what = next((key for key in _NAMES if key in body), "")
            name = _NAMES[what].format(body.pop(what))
            yield f"{name}的了结", {**body, "how": event.kind}


def _held_of(holdings: Holdings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for footage in holdings.footages:
        told = {"name": footage.name, "size": footage.size, "location": footage.location}
        own = {**told, "facts": footage.facts_digest, "sm3": footage.sm3}
        yield f"录像 {footage.sha256}", {k: v for k, v in own.items() if v is not None}
        if footage.deleted is not None:
            gone = {"rule": footage.deleted.rule, "by": footage.deleted.by}
            yield f"录像 {footage.sha256} 的删去", gone
    times: Counter[tuple[str, str]] = Counter()
    for agency, number, digest in holdings.cases:
        times[agency, number] += 1
        yield _case_name(agency, number, times[agency, number]), {"sha256": digest}
    for slot, place in holdings.slates.items():
        spot = {"identity": place.identity.hex(), "row": place.row, "edge": place.edge.value}
        yield f"场记板 {slot}", spot
    for link in holdings.links:
        name = _NAMES["link"].format(link.id)
        yield name, {**link.piece.told, "by": link.by}
        yield from _end(name, link.end)
    for handover in holdings.handovers:
        name, identity = _NAMES["delivery"].format(handover.id), handover.identity.hex()
        data = {"identity": identity, "data": delivery_text(handover.delivery), "by": handover.by}
        receipt = {"receipt": handover.receipt} if handover.receipt else {}
        yield name, data | receipt
        yield from _end(name, handover.end)


def _end(name: str, end: LinkEnd | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if end is not None:
        successor = {} if end.successor is None else {"successor": end.successor}
        yield (
            f"{name}的了结",
            {"reason": end.reason, "by": end.by, "how": end.how.value, **successor},
        )


def _last_told(events: Sequence[Event]) -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """流水最后说的：标识 → 状态与文件。"""
    states = {
        "number_reserved": State.RESERVED.value,
        "issued": State.ISSUED.value,
        "reprinted": State.ISSUED.value,
        "voided": State.VOIDED.value,
    }
    told: dict[str, tuple[str, tuple[str, ...]]] = {}
    for event in events:
        if event.kind in states:
            body = _body(event)
            identity = str(body.get("identity", f"第 {event.sequence} 条流水（读不懂）"))
            files = tuple(body.get("files", told.get(identity, ("", ()))[1]))
            told[identity] = states[event.kind], files
    return told


def _body(event: Event) -> Mapping[str, Any]:
    """流水的内容；读不懂的为空。"""
    try:
        body = json.loads(event.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _steps_3_and_4(events: Sequence[Event], kept: Checkpoint) -> Iterator[Finding]:
    leaves = leaves_of(events)
    if not leaves or (_origin(leaves) != kept.origin and len(leaves) >= kept.size):
        message = "检查点是另一个登记簿的，或者第一条流水被换过。"
        yield Finding("LOG003", Level.FAIL, message)
        return
    if len(leaves) < kept.size:
        message = f"检查点时有 {kept.size} 条，现在只有 {len(leaves)} 条：末尾被截去。"
        yield Finding("LOG003", Level.FAIL, message)
        return
    yield Finding("LOG003", Level.PASS, f"检查点时 {kept.size} 条，现在 {len(leaves)} 条。")
    if tree_root(leaves[: kept.size]) == kept.root:
        message = f"前 {kept.size} 条与检查点相同，没有改动、删去或者换过次序。"
        yield Finding("LOG004", Level.PASS, message)
    else:
        message = f"前 {kept.size} 条与检查点不同：有改动、删去或者换过次序的。"
        yield Finding("LOG004", Level.FAIL, message)
