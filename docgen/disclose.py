"""公开什么：规范内容里准许公开的字段、掩去的当事人，与在册的宣读、送达。纯函数。"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from docgen.excerpt import page_number
from docgen.model.disclosure import Disclosure, Filmed, Happening
from docgen.model.document import PageText
from docgen.model.instrument import Field, Instrument
from docgen.model.register import Entry
from docgen.model.verdict import Finding, Level
from docgen.model.words import Row
from docgen.render.filters import day, minute
from docgen.seal.content import read_content
from docgen.verify.evidence import Recorded, RegisterAnswer

_PART = "只交来了几页，文字没有在这里比对；请交来全部各页。"
_GENERAL = {
    Level.PASS: "文字与签发时逐字相同。",
    Level.FAIL: "文字与签发时不同，这一份被改动过。",
    Level.UNKNOWN: "文字没有能够全部比对，是否被改动不能判定。",
    Level.NOT_APPLICABLE: "文字没有比对，请与纸面逐项核对。",
}


def disclose(
    entry: Entry, kind: Instrument, answer: RegisterAnswer, leaves: Mapping[tuple[str, str], int]
) -> Disclosure:
    """一份登记在册的文书公开的几项。leaves: event's kind and subject → place in the log."""
    assert entry.content is not None
    data = json.loads(entry.content)
    fields: Mapping[str, Any] = data["fields"]
    return Disclosure(
        title=data["title"],
        number=data["number"],
        agency=data["agency"],
        date=_day(data["date"]),
        party=masked(_party(entry, kind), person=fields.get("party_kind") == "individual"),
        facts=tuple(_facts(kind.fields, fields, data["words"])),
        happenings=tuple(_happenings(kind, answer, leaves)),
        leaf=leaves.get(("issued", entry.identity.hex())),
    )


def masked(name: str, *, person: bool) -> str:
    """掩去的名称：不说有几个字。"""
    if person or len(name) <= 4:
        return f"{name[:1]}＊＊"
    return f"{name[:2]}＊＊＊{name[-2:]}"


def knows_party(typed: str, entry: Entry, kind: Instrument) -> bool:
    """写出的是不是当事人的全名；空格、全角半角与抄来的冒号不计。"""
    wanted = _bare(_party(entry, kind))
    return bool(wanted) and _bare(typed).rstrip(":") == wanted


def words_of(entry: Entry) -> tuple[str, ...]:
    """登记的原文，一段一行。"""
    assert entry.content is not None
    blocks = read_content(entry.content).words.blocks
    return tuple("　".join(b.cells) if isinstance(b, Row) else b for b in blocks)


def public_steps(findings: Sequence[Finding], *, whole: bool) -> tuple[Finding, ...]:
    """可以给任何人看的各条：改动的原文、作废的理由不说，音像记录另列。

    whole: False where only some pages were handed in. Their words are not judged: who could ask
    whether a line of his own stands in a document would spell it out letter by letter.
    """
    told = []
    for finding in findings:
        if finding.code == "VER005" and not whole:
            told.append(Finding("VER005", Level.UNKNOWN, _PART))
        elif finding.code == "VER005":
            told.append(Finding(finding.code, finding.level, _GENERAL[finding.level]))
        elif finding.code == "VER004":
            bare = finding.message.partition("，理由：")[0].rstrip("。")
            told.append(Finding(finding.code, finding.level, f"{bare}。"))
        elif finding.code != "VER007":
            told.append(finding)
    return tuple(dict.fromkeys(told))


def is_whole(pages: Sequence[PageText]) -> bool:
    """交来的是不是全部各页，只看页脚的页码；没有页码的也当作全部。"""
    numbers = [page_number(page) for page in pages]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return True
    totals = {total for _, total in known}
    return len(totals) <= 1 and all({n for n, _ in known} == set(range(1, t + 1)) for t in totals)


def _party(entry: Entry, kind: Instrument) -> str:
    assert entry.content is not None
    fields = json.loads(entry.content)["fields"]
    return str(fields.get(kind.addressee) or fields.get("party_name") or "")


def _bare(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _facts(
    known: Sequence[Field], values: Mapping[str, Any], words: Sequence[Any]
) -> Iterator[tuple[str, str]]:
    """各项；表里的日期印成别的话的（如“立即整改”）不列，免得与纸面对不上。"""
    cells = "".join(
        cell for block in words if isinstance(block, Mapping) for cell in block["cells"]
    )
    for field in known:
        if not field.public or field.name not in values:
            continue
        value = values[field.name]
        if field.type != "list":
            if value is not None:
                yield field.label, _told(field.type, value)
            continue
        rows = value or []
        yield field.label, f"{len(rows)} 项"
        for column in field.of:
            found = [row.get(column.name) for row in rows if isinstance(row, Mapping)]
            said = (_told(column.type, v) for v in found if v is not None)
            told = dict.fromkeys(text for text in said if text in cells)
            if column.public and told:
                yield f"{field.label}的{column.label}", "、".join(told)


def _told(kind: str, value: Any) -> str:
    match kind:
        case "date":
            return _day(str(value))
        case "datetime":
            return minute(datetime.fromisoformat(str(value)))
        case "money":
            return f"{value} 元"
    return str(value)


def _day(text: str) -> str:
    return day(date.fromisoformat(text))


def _happenings(
    kind: Instrument, answer: RegisterAnswer, leaves: Mapping[tuple[str, str], int]
) -> Iterator[Happening]:
    reading = [r for r in answer.recorded if r.reads]
    handing = [r for r in answer.recorded if r.hands_over]
    others = [r for r in answer.recorded if not r.reads and not r.hands_over]
    moments = tuple(
        (told.at, leaves[place])
        for told in answer.delivered
        if (place := ("delivered", str(told.number))) in leaves
    )
    if "reading" in kind.events:
        yield Happening("宣读", tuple(_filmed(r, leaves) for r in reading))
    if "delivery" in kind.events:
        yield Happening("送达", tuple(_filmed(r, leaves) for r in handing), moments)
    if others:
        yield Happening("其他记录", tuple(_filmed(r, leaves) for r in others))


def _filmed(recorded: Recorded, leaves: Mapping[tuple[str, str], int]) -> Filmed:
    seconds = None
    if recorded.started_at is not None and recorded.ended_at is not None:
        seconds = (recorded.ended_at - recorded.started_at).total_seconds()
    places = (("bound", str(link)) for link in recorded.links)
    found = tuple(leaves[place] for place in places if place in leaves)
    return Filmed(recorded.item, recorded.started_at, seconds, recorded.digests, found)
