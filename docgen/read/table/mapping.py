"""映射文件：本单位自己的导出表，每一列填到案件的哪里。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator
from pydantic import Field as Item

from docgen.errors import InputInvalid, Problem
from docgen.model.table import Column, Place
from docgen.read.schema import CaseFile, Strict
from docgen.read.table.layout import Target, column_named
from docgen.source import Plain, Source, path_text, read_source
from docgen.validate import demand, nearest

_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[([0-9]+|\*)\]")


class ColumnFile(Strict):
    """一列：to 是我们的标题或者案件文件的路径；split、values 见 docs/tables.md。"""

    to: Annotated[str, Item(min_length=1)]
    split: Annotated[str | None, Item(min_length=1)] = None
    values: Annotated[dict[str, str | None], Item(default_factory=dict)]


def _short(value: object) -> object:
    return {"to": value} if isinstance(value, str) else value


_Column = Annotated[ColumnFile, BeforeValidator(_short)]


class NumberFile(Strict):
    """分在几列里的文号：各部分是哪一列。"""

    sequence: str
    year: str | None = None
    region: str | None = None
    code: str | None = None


class MappingFile(Strict):
    """映射文件的顶层。"""

    instrument: str
    sheet: str | None = None
    header_row: Annotated[int, Item(ge=1, le=50)] = 1
    constants: Annotated[dict[str, object], Item(default_factory=dict)]
    columns: Annotated[dict[str, _Column], Item(default_factory=dict)]
    number: NumberFile | None = None
    district: str | None = None
    ignore: Annotated[list[str], Item(default_factory=list)]


@dataclass(frozen=True)
class MappingRead:
    """读好的映射文件，还没有与列对上。"""

    source: Source
    file: MappingFile


def read_mapping(path: Path) -> MappingRead:
    """读映射文件。Raises InputInvalid naming file, key and line."""
    source = read_source(path)
    return MappingRead(source, demand(MappingFile, source.data, source))


def targets_of(mapping: MappingRead, columns: tuple[Column, ...]) -> Mapping[str, Target | None]:
    """每个标题填到哪里；不要的列为 None。Raises InputInvalid."""
    problems: list[Problem] = []
    targets: dict[str, Target | None] = dict.fromkeys(mapping.file.ignore)
    for header, told in mapping.file.columns.items():
        place: Place = ("columns", header)
        found = _place_of(told.to, columns)
        if header in mapping.file.ignore:
            problems.append(
                Problem(mapping.source.where(place), "既在 columns 里，又在 ignore 里。")
            )
        elif found is None:
            problems.append(Problem(mapping.source.where(place), _unknown(told.to, columns)))
        elif fault := _split_fault(told, found[1]):
            problems.append(Problem(mapping.source.where(place), fault))
        else:
            targets[header] = Target(*found, told.split or "", tuple(told.values.items()))
    if problems:
        raise InputInvalid(
            f"{mapping.source.name} 有 {len(problems)} 处错误。",
            problems=problems,
            advice="docs/tables.md 列出映射文件的各个键和各列的路径。",
        )
    return targets


def constants_of(mapping: MappingRead) -> Iterator[tuple[Place, str, str]]:
    """各行都相同的事实：位置、值、写在哪里。Raises InputInvalid for a key no case file has."""
    known = list(CaseFile.model_fields)
    data = mapping.source.data
    constants = data.get("constants") if isinstance(data, dict) else None
    if not isinstance(constants, dict):
        return
    for key in constants:
        if key not in known:
            near = nearest(key, known)
            hint = f"是否应为“{near}”？" if near else f"可用的键：{'、'.join(known)}。"
            where = mapping.source.where(("constants", key))
            told = f"{mapping.source.name} 有 1 处错误。"
            raise InputInvalid(told, problems=[Problem(where, f"不认识键“{key}”；{hint}")])
    for place, value in _leaves(constants, ()):
        yield place, value, f"（{mapping.source.where(('constants', *place))}）"


def _leaves(node: Plain, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(node, dict):
        for key, child in node.items():
            yield from _leaves(child, (*place, key))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _leaves(child, (*place, index))
    elif node is not None:
        yield place, node


def _place_of(to: str, columns: tuple[Column, ...]) -> tuple[Column, Place] | None:
    """to 说的是哪一列：标题，案件文件的路径，或者文书自己的字段；[*] 是分开的各项。"""
    named = column_named(columns, to)
    if named is not None:
        return named
    for path in (_parsed(to), _parsed(f"instruments[0].{to}")):
        for column in columns if path else ():
            if _alike(column.path, path) or _alike(column.path[:-1], path):
                whole = len(path) == len(column.path) - 1
                if not whole or isinstance(column.path[-1], int):
                    return column, path
    return None


def _alike(known: Place, path: Place) -> bool:
    return len(known) == len(path) and all(
        a == b or (isinstance(a, int) and (b == "*" or isinstance(b, int)) and _series(known, i))
        for i, (a, b) in enumerate(zip(known, path, strict=True))
    )


def _series(path: Place, index: int) -> bool:
    """该处的序号可以变：文书、送达、程序在一行里只有一份，记录各是清单的一行。"""
    return index > 1 or path[0] == "officers"


def _parsed(text: str) -> Place:
    """路径文字 → 位置；读不懂则空。"""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        if steps and text[at] == ".":
            at += 1
        found = _STEP.match(text, at)
        if found is None:
            return ()
        index = found[2]
        steps.append(found[1] or (index if index == "*" else int(index)))
        at = found.end()
    return tuple(steps)


def _split_fault(told: ColumnFile, path: Place) -> str:
    starred = "*" in path
    if starred and told.split is None:
        return f"“{told.to}”有 [*]，要写 split（各项之间的字符）。"
    return ""


def _unknown(to: str, columns: tuple[Column, ...]) -> str:
    known = [*(c.header for c in columns), *(path_text(c.path) for c in columns)]
    near = nearest(to, known)
    return f"没有“{to}”这一项；" + (
        f"是否应为“{near}”？" if near else "to 写我们的标题，或者案件文件的路径。"
    )
