"""账实：登记簿现有的一切，与流水说过的，逐条对得上。纯函数。"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docgen.model.claim import identity_text
from docgen.model.footage import Ending, Footage, Handover, Link, LinkEnd, delivery_text, said_text
from docgen.model.key import PublicKey
from docgen.model.register import Entry, Event, SlatePlace, State


@dataclass(frozen=True)
class Holdings:
    """登记簿里现有的：文书、录像、归属、送达，案件的事实，场记板。

    cases: agency, case number, SHA-256 of the facts and when, in order; slates: by slot; root: the
    root's public key; misfiled: recordings whose columns for finding differ from their facts.
    """

    entries: Sequence[Entry]
    footages: Sequence[Footage] = ()
    links: Sequence[Link] = ()
    handovers: Sequence[Handover] = ()
    cases: Sequence[tuple[str, str, str, str]] = ()
    slates: Mapping[str, SlatePlace] = field(default_factory=dict)
    keys: Sequence[PublicKey] = ()
    root: bytes | None = None
    misfiled: Sequence[str] = ()


def disagreements(events: Sequence[Event], holdings: Holdings) -> Iterator[tuple[str, str]]:
    """对不上的各处：说明与在哪里。"""
    yield from _instrument_faults(events, holdings.entries)
    yield from _archive_faults(events, holdings)


def _instrument_faults(
    events: Sequence[Event], entries: Sequence[Entry]
) -> Iterator[tuple[str, str]]:
    told = _instruments_told(events)
    for entry in entries:
        said = told.get(entry.identity.hex())
        held = _instrument_held(entry)
        if said == held:
            continue
        name = f"{entry.number.text}（{identity_text(entry.identity)}）"
        if said is None:
            yield f"登记簿里有 {name}，流水里没有。", name
        else:
            wrong = [_PARTS[k] for k in _PARTS if said.get(k) != held.get(k)]
            yield f"登记簿里 {name} 的{'、'.join(wrong)}与流水里说的不同。", name
    for identity in told.keys() - {entry.identity.hex() for entry in entries}:
        yield f"流水里有标识 {identity} 的文书，登记簿里没有。", identity


_PARTS = {
    "slot": "机关、案号、名称或版次",
    "number": "文号",
    "state": "状态",
    "reserved_at": "留号时间",
    "issued_at": "签发时间",
    "date": "文书日期",
    "content": "规范内容",
    "token": "签封",
    "host": "网址",
    "files": "文件",
    "accepted": "例外",
    "voided_at": "作废时间",
    "reason": "作废理由",
}


def _instrument_held(entry: Entry) -> Mapping[str, Any]:
    issued = entry.content is not None and entry.token is not None
    slot = entry.slot
    held: dict[str, Any] = {
        "slot": [slot.agency, slot.case_number, slot.key, entry.type, entry.edition],
        "number": entry.number.text,
        "state": entry.state.value,
        "reserved_at": entry.reserved_at.isoformat(),
        "issued_at": entry.issued_at and entry.issued_at.isoformat(),
        "voided_at": entry.voided_at and entry.voided_at.isoformat(),
        "reason": entry.void_reason,
    }
    if issued or entry.files:
        held |= {
            "date": entry.date.isoformat(),
            "content": hashlib.sha256(entry.content or b"").hexdigest(),
            "token": hashlib.sha256(entry.token or b"").hexdigest(),
            "host": entry.host,
            "files": sorted(file.sha256 for file in entry.files),
            "accepted": [vars(accepted) for accepted in entry.acceptances],
        }
    return {key: value for key, value in held.items() if value is not None}


def _archive_faults(events: Sequence[Event], holdings: Holdings) -> Iterator[tuple[str, str]]:
    """录像、归属、送达、密钥：登记簿与流水逐条相同。"""
    told = {**dict(_told_of(events)), **_keys_told(events)}
    held = {**dict(_held_of(holdings)), **dict(_keys_held(holdings))}
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
    body, at = json.loads(event.body), event.at.isoformat()
    match event.kind:
        case "case_kept":
            place = body["agency"], body["case_number"]
            times[place] += 1
            yield _case_name(*place, times[place]), {"sha256": body["sha256"], "at": at}
        case "slates_made":
            for row, edge, slot in body["slates"]:
                told = {"identity": body["identity"], "row": row, "edge": edge}
                yield f"场记板 {slot}", told
        case "recording_added":
            kept = ("name", "size", "location", "facts", "sm3")
            told = {k: body[k] for k in kept if k in body}
            yield f"录像 {body['sha256']}", {**told, "at": at}
        case "recording_restated":
            said = [body[key] for key in ("sha256", "said", "reason", "by")]
            yield f"录像 {body['sha256']} 于 {at} 的改正", {"told": said}
        case "recording_deleted":
            yield (
                f"录像 {body['sha256']} 的删去",
                {**{k: body[k] for k in ("rule", "by")}, "at": at},
            )
        case "bound":
            yield _NAMES["link"].format(body.pop("link")), {**body, "at": at}
        case "delivered":
            yield _NAMES["delivery"].format(body.pop("delivery")), {**body, "at": at}
        case Ending.SUPERSEDED.value | Ending.WITHDRAWN.value:
            what = next((key for key in _NAMES if key in body), "")
            name = _NAMES[what].format(body.pop(what))
            yield f"{name}的了结", {**body, "how": event.kind, "at": at}


def _held_of(holdings: Holdings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for footage in holdings.footages:
        told = {"name": footage.name, "size": footage.size, "location": footage.location}
        own = {**told, "facts": footage.facts_digest, "sm3": footage.sm3}
        own["at"] = footage.added_at.isoformat()
        yield f"录像 {footage.sha256}", {k: v for k, v in own.items() if v is not None}
        if footage.deleted is not None:
            gone = {"rule": footage.deleted.rule, "by": footage.deleted.by}
            yield f"录像 {footage.sha256} 的删去", {**gone, "at": footage.deleted.at.isoformat()}
        for later in footage.restated:
            name = f"录像 {footage.sha256} 于 {later.at.isoformat()} 的改正"
            said = [footage.sha256, said_text(later.said), later.reason, later.by]
            yield name, {"told": said}
    for sha256 in holdings.misfiled:
        yield f"录像 {sha256} 查找用的时间或者设备", {}
    times: Counter[tuple[str, str]] = Counter()
    for agency, number, digest, at in holdings.cases:
        times[agency, number] += 1
        yield _case_name(agency, number, times[agency, number]), {"sha256": digest, "at": at}
    for slot, place in holdings.slates.items():
        spot = {"identity": place.identity.hex(), "row": place.row, "edge": place.edge.value}
        yield f"场记板 {slot}", spot
    for link in holdings.links:
        name = _NAMES["link"].format(link.id)
        yield name, {**link.piece.told, "by": link.by, "at": link.at.isoformat()}
        yield from _end(name, link.end)
    for handover in holdings.handovers:
        name, identity = _NAMES["delivery"].format(handover.id), handover.identity.hex()
        data = {"identity": identity, "data": delivery_text(handover.delivery), "by": handover.by}
        receipt = {"receipt": handover.receipt} if handover.receipt else {}
        yield name, {**data, **receipt, "at": handover.at.isoformat()}
        yield from _end(name, handover.end)


def _end(name: str, end: LinkEnd | None) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if end is not None:
        successor = {} if end.successor is None else {"successor": end.successor}
        yield (
            f"{name}的了结",
            {
                "reason": end.reason,
                "by": end.by,
                "how": end.how.value,
                "at": end.at.isoformat(),
                **successor,
            },
        )


def _instruments_told(events: Sequence[Event]) -> Mapping[str, dict[str, Any]]:
    """流水说的各份文书现在的样子：标识 → 各项。"""
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        body, at = _body(event), event.at.isoformat()
        identity = str(body.get("identity", f"第 {event.sequence} 条流水（读不懂）"))
        match event.kind:
            case "number_reserved":
                kept = {key: body.get(key) for key in ("slot", "number")}
                told[identity] = {**kept, "state": State.RESERVED.value, "reserved_at": at}
            case "issued":
                names = ("date", "content", "token", "host", "files", "accepted")
                kept = {name: body.get(name) for name in names}
                state = {"state": State.ISSUED.value, "issued_at": at}
                told.setdefault(identity, {}).update({**kept, **state})
            case "voided":
                gone = {"state": State.VOIDED.value, "voided_at": at, "reason": body.get("reason")}
                told.setdefault(identity, {}).update(gone)
            case "reprinted":
                told.setdefault(identity, {})
    return told


def _body(event: Event) -> Mapping[str, Any]:
    """流水的内容；读不懂的为空。"""
    try:
        body = json.loads(event.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _keys_told(events: Sequence[Event]) -> Mapping[str, Mapping[str, Any]]:
    """流水说的各把密钥现在的样子，与根公钥。"""
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        body = _body(event)
        name = f"密钥 {body.get('kid')}"
        match event.kind:
            case "key_made" | "key_rotated":
                told[name] = {k: v for k, v in body.items() if k != "kid"}
            case "key_retired":
                told.setdefault(name, {})["valid_until"] = body.get("valid_until")
            case "key_revoked":
                revoked = {"revoked_from": body.get("revoked_from"), "reason": body.get("reason")}
                told.setdefault(name, {}).update(revoked)
            case "root_made":
                told["根公钥"] = {"public": body.get("public")}
    return told


def _keys_held(holdings: Holdings) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in holdings.keys:
        held = {
            "agency": key.agency,
            "region": key.region,
            "algorithm": key.algorithm.value,
            "public": key.public.hex(),
            "valid_from": key.valid_from and key.valid_from.isoformat(),
            "valid_until": key.valid_until and key.valid_until.isoformat(),
            "revoked_from": key.revoked_from and key.revoked_from.isoformat(),
            "reason": key.revoked_reason or None,
        }
        yield f"密钥 {key.kid.hex()}", {k: v for k, v in held.items() if v is not None}
    if holdings.root is not None:
        yield "根公钥", {"public": holdings.root.hex()}
