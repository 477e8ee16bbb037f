"""录像与归属怎样给人看，怎样写成 JSON。"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from docgen.cli.shared.show import verdict_json
from docgen.cli.shared.tools import Tools
from docgen.filed import bound_of
from docgen.intake import Received
from docgen.link.judge import Bound
from docgen.model.claim import identity_text
from docgen.model.footage import Footage, Handover, Medium, Origin, delivery_text
from docgen.model.register import Entry
from docgen.model.verdict import Verdict

_MEDIA = {Medium.VIDEO: "录像", Medium.SOUND: "录音", Medium.PHOTO: "照片"}
_ORIGINS = {Origin.MACHINE: "机器认出", Origin.PERSON: "人写明"}


def clock_text(seconds: float) -> str:
    """文件里的时间：12:03.4。"""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}.{int(seconds * 10) % 10}"


def footage_line(footage: Footage) -> str:
    """一个文件一行。"""
    box = footage.container
    size = f"{box.width}×{box.height}" if box.width else ""
    length = clock_text(box.duration) if box.duration is not None else ""
    started = f"{footage.started_at:%Y-%m-%d %H:%M:%S} 起" if footage.started_at else "时间不明"
    codec = box.video_codec or box.audio_codec or box.format
    gone = f"已于 {footage.deleted.at:%Y-%m-%d} 删去" if footage.deleted else ""
    parts = (_MEDIA[box.medium], codec, size, length, started, footage.device, gone)
    who = f"记录人 {footage.said.recorder}" if footage.said.recorder else ""
    return "  ".join(part for part in (footage.label, *parts, who) if part)


def link_lines(tools: Tools, bound: Sequence[Bound]) -> Iterator[str]:
    """一条归属一行。"""
    for one in bound:
        piece, entry = one.link.piece, one.entry
        kind = tools.catalogue.instruments.get(entry.type)
        row = tools.catalogue.checklist.row(piece.row) if piece.row is not None else None
        what = (
            f"第 {piece.row} 行“{row.item}”"
            if row
            else "文书入镜"
            if piece.row is None
            else (f"第 {piece.row} 行")
        )
        ends = "" if piece.row is None else _ends(one)
        said = f"{clock_text(piece.start)}–{clock_text(piece.until)}{ends}"
        steps = f"，步骤 {'、'.join(piece.steps)}" if piece.steps else ""
        state = ""
        if one.link.end is not None:
            later = f"，以第 {one.link.end.successor} 条代替" if one.link.end.successor else ""
            state = f"【{one.link.end.how.label}：{one.link.end.reason}{later}】"
        title = kind.title if kind else entry.type
        yield (
            f"第 {one.link.id} 条　{said}　《{title}》{entry.number.text}　{what}{steps}"
            f"（{_ORIGINS[piece.origin]}）{state}"
        )


def _ends(one: Bound) -> str:
    piece = one.link.piece
    if piece.origin is Origin.PERSON:
        return ""
    told = {
        (True, False): "，接下一个文件",
        (False, True): "，接上一个文件",
        (False, False): "，中段",
    }
    return told.get((piece.opened, piece.closed), "")


_MODES = {
    "direct": "直接送达",
    "left": "留置送达",
    "post": "邮寄送达",
    "entrusted": "委托送达",
    "electronic": "电子送达",
    "announcement": "公告送达",
}


def handover_line(handover: Handover, entry: Entry) -> str:
    """一次送达一行。"""
    told, end = handover.delivery, handover.end
    state = ""
    if end is not None:
        later = f"，以第 {end.successor} 次代替" if end.successor else ""
        state = f"【{end.how.label}：{end.reason}{later}】"
    at = f"{told.at:%Y-%m-%d %H:%M}" if told.at else "时间不明"
    mode = _MODES.get(told.mode, told.mode)
    return (
        f"第 {handover.id} 次送达　{at}　{mode}　{entry.number.text}（登记人 {handover.by}）{state}"
    )


def handover_json(handover: Handover, entry: Entry) -> dict[str, Any]:
    """一次送达的 JSON。"""
    end = handover.end
    return {
        "delivery": handover.id,
        "number": entry.number.text,
        "case_number": entry.slot.case_number,
        "facts": json.loads(delivery_text(handover.delivery)),
        "receipt": handover.receipt,
        "by": handover.by,
        "at": handover.at.isoformat(),
        "ended": None
        if end is None
        else {"how": end.how.value, "reason": end.reason, "by": end.by, "successor": end.successor},
    }


def footage_json(tools: Tools, footage: Footage) -> dict[str, Any]:
    """一个文件的 JSON。machine: what was read; said: what a person said; links: both kinds."""
    box = asdict(footage.container)
    return {
        "sha256": footage.sha256,
        "sm3": footage.sm3,
        "name": footage.name,
        "size": footage.size,
        "location": footage.location,
        "added_at": footage.added_at.isoformat(),
        "machine": {
            **{k: getattr(v, "isoformat", lambda v=v: v)() for k, v in box.items()},
            "sightings": [asdict(sighting) for sighting in footage.sightings],
        },
        "said": {
            "recorder": footage.said.recorder,
            "officers": list(footage.said.officers),
            "device": footage.said.device,
            "started_at": _iso(footage.said.started_at),
        },
        "deleted": None
        if footage.deleted is None
        else {"rule": footage.deleted.rule, "at": _iso(footage.deleted.at)},
        "links": [_link_json(one) for one in bound_of(footage, tools.register)],
    }


def received_json(tools: Tools, got: Received) -> dict[str, Any]:
    """收下的一个文件的 JSON。"""
    row = footage_json(tools, got.footage)
    return {**row, "fresh": got.fresh, "findings": verdict_json(Verdict(got.findings))["findings"]}


def _link_json(one: Bound) -> dict[str, Any]:
    piece, end = one.link.piece, one.link.end
    return {
        "link": one.link.id,
        "number": one.entry.number.text,
        "identity": identity_text(piece.identity),
        "instrument": one.entry.type,
        "key": one.entry.slot.key,
        "case_number": one.entry.slot.case_number,
        "row": piece.row,
        "start": piece.start,
        "until": piece.until,
        "opened": piece.opened,
        "closed": piece.closed,
        "steps": list(piece.steps),
        "origin": piece.origin.value,
        "by": one.link.by,
        "at": one.link.at.isoformat(),
        "ended": None
        if end is None
        else {"how": end.how.value, "reason": end.reason, "by": end.by, "successor": end.successor},
    }


def _iso(moment: Any) -> str | None:
    return None if moment is None else moment.isoformat()
