"""规范内容：签封所签的 JSON（RFC 8785），含字段与印出的每一句文字。"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import rfc8785

from docgen.errors import Defect, InputInvalid
from docgen.model.content import ContentReading
from docgen.model.draft import Draft
from docgen.model.number import PendingNumber
from docgen.model.words import Block, Row, Words

FORMAT = "docgen-content-1"


def canonical_content(draft: Draft, words: Words) -> bytes:
    """稿与文字 → 规范内容（UTF-8 JSON，RFC 8785）。

    Dates are ISO 8601, amounts decimal texts, blanks to be filled by hand null.
    """
    if draft.number is None:
        raise Defect("没有文号的稿不能签封。")
    return rfc8785.dumps(
        {
            "format": FORMAT,
            "instrument": draft.instrument.id,
            "version": draft.instrument.version,
            "title": draft.instrument.title,
            "agency": draft.agency,
            "case_number": draft.case_number,
            "number": draft.number.text,
            "date": draft.date.isoformat(),
            "fields": {name: _plain(value) for name, value in draft.fields.items()},
            "by_hand": list(draft.by_hand),
            "words": [_block(block) for block in words.blocks],
        }
    )


def content_digest(content: bytes) -> bytes:
    """规范内容的 SHA-256，32 字节。"""
    return hashlib.sha256(content).digest()


def read_content(content: bytes) -> ContentReading:
    """读规范内容；必须正是 RFC 8785 的写法。Raises InputInvalid."""
    try:
        data = json.loads(content)
        if rfc8785.dumps(data) != content or data["format"] != FORMAT:
            raise ValueError
        return ContentReading(
            digest=content_digest(content),
            words=Words(tuple(_read_block(block) for block in data["words"])),
            title=str(data["title"]),
            number=str(data["number"]),
            agency=str(data["agency"]),
            date=str(data["date"]),
            by_hand=tuple(str(name) for name in data["by_hand"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError, rfc8785.CanonicalizationError):
        raise InputInvalid("规范内容不是本系统写出的样子。") from None


def read_fields(content: bytes) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """规范内容里的各字段（JSON 的值），和留待手写的各处。content: as this program wrote it."""
    data = json.loads(content)
    return data["fields"], tuple(data["by_hand"])


def reading_of(content: bytes | None) -> ContentReading | None:
    """读规范内容；读不懂的只给出摘要，它不会与任何签封相符。"""
    if content is None:
        return None
    try:
        return read_content(content)
    except InputInvalid:
        return ContentReading(content_digest(content), Words(()), "", "", "", "", ())


def changes(old: bytes, new: bytes, labels: Mapping[str, str]) -> tuple[str, ...]:
    """两份规范内容有哪些不同，说给人听：字段、原值、现值。labels: of the fields, by name."""
    before, after = json.loads(old), json.loads(new)
    found = [
        f"{_named(path, labels)}：原为 {_said(a)}，现为 {_said(b)}"
        for path, a, b in _differences(before, after, "")
        if not path.startswith("words")
    ]
    if not found and before.get("words") != after.get("words"):
        found = [
            f"文字：原为“{a}”，现为“{b}”"
            for a, b in zip(_texts(before), _texts(after), strict=False)
            if a != b
        ] or ["段落或表格有增减"]
    return tuple(found)


def _named(path: str, labels: Mapping[str, str]) -> str:
    """字段的名称，连同它在案件里的写法；不是字段的，只有路径。"""
    written = path.removeprefix("fields.")
    label = labels.get(re.split(r"[.\[]", written, maxsplit=1)[0]) if written != path else None
    return f"{label}（{written}）" if label else written


def _texts(data: Mapping[str, Any]) -> list[str]:
    return list(Words(tuple(_read_block(block) for block in data["words"])).units())


def _said(value: object) -> str:
    return "（无）" if value is None else json.dumps(value, ensure_ascii=False)


def _differences(a: object, b: object, path: str) -> Iterator[tuple[str, object, object]]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from _differences(a.get(key), b.get(key), f"{path}.{key}" if path else key)
    elif isinstance(a, list) and isinstance(b, list):
        for index in range(max(len(a), len(b))):
            left = a[index] if index < len(a) else None
            right = b[index] if index < len(b) else None
            yield from _differences(left, right, f"{path}[{index}]")
    elif a != b:
        yield path, a, b


def _block(block: Block) -> Any:
    if isinstance(block, str):
        return block
    row: dict[str, object] = {"cells": list(block.cells)}
    return row | {"repeated": True} if block.repeated else row


def _read_block(block: Any) -> Block:
    if isinstance(block, str):
        return block
    return Row(tuple(str(cell) for cell in block["cells"]), bool(block.get("repeated", False)))


def _plain(value: object) -> Any:
    match value:
        case PendingNumber():
            return str(value)
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:.2f}"
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(child) for key, child in value.items()}
        case tuple():
            return [_plain(child) for child in value]
    raise Defect(f"字段里有不能签封的值：{type(value).__name__}")
