"""标题行 → Layout：每一列填到哪里去。认不得的、重复的、缺的都说清楚。纯函数。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from docgen.errors import InputInvalid, Problem
from docgen.model.instrument import Instrument
from docgen.model.place import place_text
from docgen.model.table import (
    COMMON_SHEET,
    DISTRICT,
    KIND,
    MARKER,
    REPORTED,
    Column,
    Filled,
    Layout,
    NumberParts,
    Place,
    Sheet,
)
from docgen.read.table.own_fields import numbered_header
from docgen.validate import nearest

_NUMBER = re.compile(r"(.*?[^0-9])([1-9][0-9]{0,3})([^0-9].*)?")
_MOST = 500


@dataclass(frozen=True)
class Target:
    """一列要填的地方，已经认定：模板的列，或者映射文件说的。"""

    column: Column
    path: Place
    split: str = ""
    values: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Plan:
    """标题之外决定一张表的一切。

    targets: by the office's own header, of a mapping; an empty one says the column is unused.
    constants: path, value and the words that tell where it was written.
    """

    instrument: Instrument
    columns: tuple[Column, ...]
    targets: Mapping[str, Target | None] = field(default_factory=dict)
    number: Mapping[str, str] = field(default_factory=dict)
    constants: tuple[tuple[Place, str, str], ...] = ()
    district: str = DISTRICT
    mapped: bool = False


def layout_of(name: str, headers: Sequence[str], plan: Plan, epoch: datetime) -> Layout:
    """标题行 → Layout。Raises InputInvalid with every unknown, repeated and missing header."""
    reported = reported_at(headers)
    found = [
        None if index in reported else _resolved(name, index, header, plan)
        for index, header in enumerate(headers)
    ]
    filled = tuple(one if isinstance(one, Filled) else None for one in found)
    problems = [one for one in found if isinstance(one, Problem)]
    own = ["" if index in reported else header for index, header in enumerate(headers)]
    problems += _repeated(name, own, filled, _folded(plan.district))
    problems += _twice(name, filled, plan)
    problems += _lacking(name, filled, plan)
    problems += _parts_lacking(name, headers, plan)
    if problems:
        raise InputInvalid(
            f"{name} 有 {len(problems)} 处与要填的对不上，什么也没有做。",
            problems=problems,
            advice="请照上面补填；"
            f"docgen schema {plan.instrument.id} --format xlsx 写出待填的工作簿；"
            "本单位自己的导出表用 --mapping 映射文件说明各列。",
        )
    told = [_folded(header) for header in own]

    def at(header: str) -> int | None:
        return told.index(header) if header in told else None

    instrument = plan.instrument
    constants = {path: value for path, value, _ in plan.constants}
    return Layout(
        instrument=instrument.id,
        headers=tuple(headers),
        filled=filled,
        constants=(*constants.items(), (("instruments", 0, "type"), instrument.id)),
        labels=_labels(filled, plan),
        epoch=epoch,
        marker=at(MARKER),
        district=at(_folded(plan.district)),
        kind_at=None if plan.mapped else at(KIND),
        kinds=(instrument.id, f"《{instrument.title}》", instrument.title),
        number=_parts(headers, plan),
        region=constants.get(("agency", "region"), ""),
        number_code=instrument.number_code,
    )


def column_named(columns: Sequence[Column], header: str) -> tuple[Column, Place] | None:
    """标题说的是哪一列，填哪个位置；编号可以比工作簿里给的大。没有则 None。"""
    wanted = _folded(header)
    for column in columns:
        if _folded(column.header) == wanted:
            return column, column.path
    parts = _NUMBER.fullmatch(wanted)
    if parts is None or int(parts[2]) > _MOST:
        return None
    stem, tail = parts[1], parts[3] or ""
    for column in columns:
        if column.stem and (_folded(column.stem), _folded(column.tail)) == (stem, tail):
            number = int(parts[2])
            at = max(i for i, step in enumerate(column.path) if isinstance(step, int))
            path = (*column.path[:at], number - 1, *column.path[at + 1 :])
            told = numbered_header(column.stem, number, column.tail)
            return replace(column, header=told, path=path, required=False, example=""), path
    return None


def reported_at(headers: Sequence[str]) -> range:
    """报告自己加上的几列在哪里；它们连在一起，改过再报时不读。"""
    told = [header.strip() for header in headers]
    size = len(REPORTED)
    starts = [i for i in range(len(told)) if tuple(told[i : i + size]) == REPORTED]
    return range(starts[-1], starts[-1] + size) if starts else range(0)


def letter_of(index: int) -> str:
    """第几列的字母：0 为 A，26 为 AA。"""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def _folded(header: str) -> str:
    """标题去掉空白与必填的记号，全角半角不论。"""
    plain = "".join(unicodedata.normalize("NFKC", header).split())
    return plain.removesuffix("*").removesuffix("(必填)")


def _resolved(name: str, index: int, header: str, plan: Plan) -> Filled | Problem | None:
    letter, folded = letter_of(index), _folded(header)
    targets = {_folded(own): target for own, target in plan.targets.items()}
    if folded in targets:
        target = targets[folded]
        if target is None:
            return None
        return Filled(
            header.strip(), letter, target.column, target.path, target.split, target.values
        )
    if folded in {_folded(own) for own in plan.number.values()}:
        return None
    if not folded or folded in (MARKER, KIND, _folded(plan.district)):
        return None
    found = column_named(plan.columns, header)
    if found is not None:
        return Filled(header.strip(), letter, *found)
    known = [*(c.header for c in plan.columns), *plan.targets, plan.district]
    near = nearest(header.strip(), known)
    hint = f"是否应为“{near}”？" if near else "用不上的列请删去，或者写进映射文件的 ignore。"
    return Problem(f"{name} 标题行“{header.strip()}”列（{letter} 列）", f"不认识这一列；{hint}")


def _repeated(
    name: str, headers: Sequence[str], filled: Sequence[Filled | None], district: str
) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, header in enumerate(headers):
        folded = _folded(header)
        first = seen.setdefault(folded, index) if folded else index
        if first != index and (filled[index] or folded in (MARKER, KIND, district)):
            where = f"{name} 标题行“{header.strip()}”列（{letter_of(index)} 列）"
            yield Problem(where, f"与 {letter_of(first)} 列重复；请删去一列。")


def _twice(name: str, filled: Sequence[Filled | None], plan: Plan) -> Iterator[Problem]:
    """两列填同一个位置，或者既是列又是共同的事项。"""
    first: dict[str, Filled] = {}
    constants = {place_text(path): words for path, _, words in plan.constants}
    for one in filled:
        if one is None:
            continue
        path = place_text(one.path)
        other = first.setdefault(path, one)
        where = f"{name} 标题行{one.label}"
        if other is not one and other.header != one.header:
            yield Problem(where, f"与{other.label}填同一项，请删去一列。")
        starred = path.partition("[*]")[0]
        filmed = one.path[0] == "recordings" and any(c.startswith("recordings") for c in constants)
        same = (
            filmed
            or path in constants
            or (starred != path and any(c.startswith(starred) for c in constants))
        )
        if same:
            yield Problem(
                where, "这一项已经写在共同事项（或者映射文件的 constants）里，只能写一处。"
            )


def _lacking(name: str, filled: Sequence[Filled | None], plan: Plan) -> Iterator[Problem]:
    given = {place_text(one.path) for one in filled if one is not None}
    given |= {place_text(path) for path, _, _ in plan.constants}
    for column in plan.columns:
        if not column.required or given & set(_ways(column)):
            continue
        if column.sheet is Sheet.COMMON and not plan.mapped:
            told = f"没有填“{column.header}”；各行相同的写在“{COMMON_SHEET}”表，不同的加一列。"
            yield Problem(f"{name} “{COMMON_SHEET}”表", told)
        else:
            yield Problem(f"{name} 标题行", f"缺少必填的“{column.header}”列。")


def _ways(column: Column) -> tuple[str, str, str]:
    """一列可以怎样填：它自己、列表的各项在一格里、整个列表在一格里。"""
    path = place_text(column.path)
    starred = re.sub(r"\[[0-9]+\](?=[^\[\]]*$)", "[*]", path)
    return path, starred, re.sub(r"\[[0-9]+\]$", "", path)


def _parts_lacking(name: str, headers: Sequence[str], plan: Plan) -> Iterator[Problem]:
    there = {_folded(header) for header in headers}
    for part, header in plan.number.items():
        if _folded(header) not in there:
            yield Problem(f"{name} 标题行", f"缺少映射文件 number.{part} 所说的“{header}”列。")
    for own in plan.targets:
        if _folded(own) not in there and plan.targets[own] is not None:
            yield Problem(f"{name} 标题行", f"缺少映射文件 columns 所说的“{own}”列。")


def _parts(headers: Sequence[str], plan: Plan) -> NumberParts | None:
    if not plan.number:
        return None
    told = [_folded(header) for header in headers]
    at = {part: told.index(_folded(header)) for part, header in plan.number.items()}
    return NumberParts(at["sequence"], at.get("year"), at.get("region"), at.get("code"))


def _labels(filled: Sequence[Filled | None], plan: Plan) -> dict[str, str]:
    there = {place_text(one.path): one.label for one in filled if one is not None}
    labels = {
        place_text(column.path): f"（表里没有的“{column.header}”列）"
        for column in plan.columns
        if not there.keys() & set(_ways(column))
    }
    for path, _, words in plan.constants:
        labels[place_text(path)] = words if words.startswith("（") else f" {words}"
    if plan.number:
        named = "、".join(f"“{header}”" for header in plan.number.values())
        labels["instruments[0].number"] = f"{named}列"
    return labels | there
