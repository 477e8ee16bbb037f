"""表格的一行 → Source，供 read_case 使用；每处问题都说得出行与列。纯函数。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from docgen.errors import InputInvalid, Problem
from docgen.model.table import Cell, Filled, Kind, Layout, Place, Row
from docgen.read.table.cells import EPOCH, shown_cell, tidied
from docgen.source import Plain, Source, path_text, screened

_COMPACTED = "recordings"


@dataclass
class _Gathered:
    """一行里陆续得到的值、说明与问题。"""

    where: str
    leaves: dict[Place, Plain]
    notices: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    split: dict[Place, tuple[int, Filled]] = field(default_factory=dict)

    def refuse(self, filled: Filled, said: str) -> None:
        self.problems.append(Problem(f"{self.where}{filled.label}", said))

    def tell(self, filled: Filled, said: str) -> None:
        self.notices.append(f"{self.where}{filled.label}：{said}")


def source_of_row(where: str, row: Row, layout: Layout) -> Source:
    """一行 → Source。Raises InputInvalid naming file, row and column."""
    if row.fault:
        raise InputInvalid(f"{where} {row.fault}", advice="请改正这一行，其余各行不受影响。")
    got = _Gathered(where, dict(layout.constants), [f"{where}：{n}" for n in row.notices])
    for index, filled in enumerate(layout.filled):
        if filled is not None and index < len(row.cells):
            _take(got, filled, row.cells[index], layout)
    _number(got, row, layout)
    got.problems += _row_faults(where, row, layout)
    tree = _tree(got.leaves)
    got.problems += _gaps(where, tree, layout)
    if got.problems:
        raise InputInvalid(
            f"{where} 有 {len(got.problems)} 处读不成案件。",
            problems=got.problems,
            advice="请在表里改正这些格，再执行一次。",
        )
    data, renamed = _finished(tree, layout)
    labels = _relabelled(layout.labels, renamed) if renamed else layout.labels
    return screened(Source(where, data, {}, tuple(got.notices), labels))


def _take(got: _Gathered, filled: Filled, cell: Cell, layout: Layout) -> None:
    column, values = filled.column, dict(filled.values)
    if filled.split:  # its items are of the column's kind, the cell itself is text
        column = replace(column, kind=Kind.TEXT, choices=())
    elif shown_cell(cell).strip() in values:
        cell = values[shown_cell(cell).strip()]
    found = tidied(cell, column, layout.epoch)
    for said in found.notices:
        got.tell(filled, said)
    if found.fault:
        got.refuse(filled, found.fault)
    if found.value is None:
        return
    if filled.split:
        _split(got, filled, found.value, values)
    else:
        got.leaves[filled.path] = found.value
    got.leaves.update(filled.column.implied)


def _split(got: _Gathered, filled: Filled, text: str, values: Mapping[str, str | None]) -> None:
    pieces = [piece.strip() for piece in re.split(f"[{re.escape(filled.split)}]", text)]
    while len(pieces) > 1 and not pieces[-1]:
        pieces.pop()
    if not all(pieces):
        got.refuse(filled, f"按“{filled.split}”分开后有空着的一项：{text}")
        return
    place, rest = filled.path, filled.path[:0]
    if "*" in place:
        at = place.index("*")
        place, rest = place[:at], place[at + 1 :]
        count, first = got.split.setdefault(place, (len(pieces), filled))
        if count != len(pieces):
            said = f"分成 {len(pieces)} 项，而{first.label}分成 {count} 项；应当一样多。"
            got.refuse(filled, said)
            return
    for index, piece in enumerate(pieces):
        one = tidied(values.get(piece, piece), filled.column, EPOCH)
        if one.fault:
            got.refuse(filled, f"第 {index + 1} 项{one.fault}")
        elif one.value is not None:
            got.leaves[(*place, index, *rest)] = one.value
        for said in one.notices:
            got.tell(filled, f"第 {index + 1} 项{said}")


def _number(got: _Gathered, row: Row, layout: Layout) -> None:
    """分在几列里的文号合成一个；全空着就自动编号。"""
    parts = layout.number
    if parts is None:
        return

    def of(index: int | None) -> str:
        cell = row.cells[index] if index is not None and index < len(row.cells) else None
        return "".join(shown_cell(cell).split())

    given = [of(index) for index in (parts.region, parts.code, parts.year, parts.sequence)]
    if not any(given):
        return
    region, code, year, sequence = given
    region = region.strip("（）()") or layout.region
    year = year.strip("〔〕[]［］")
    told = f"（{region}）{code or layout.number_code}" + (f"〔{year}〕" if year else "")
    got.leaves[("instruments", 0, "number")] = told + sequence.removesuffix("号") + "号"


def _row_faults(where: str, row: Row, layout: Layout) -> Iterator[Problem]:
    def text(index: int | None) -> str:
        within = index is not None and index < len(row.cells)
        return shown_cell(row.cells[index or 0]).strip() if within else ""

    if text(layout.marker):
        said = "带着示例行的标记，内容却改过；要用这一行请清空这一格，不用就删去整行。"
        yield Problem(f"{where}“{layout.headers[layout.marker or 0]}”列", said)
    if layout.kind_at is not None and text(layout.kind_at) not in layout.kinds:
        said = f"这张表是《{layout.kinds[-1]}》，这一行写的是“{text(layout.kind_at)}”；请分表。"
        yield Problem(f"{where}“{layout.headers[layout.kind_at]}”列", said)


def _tree(leaves: Mapping[Place, Plain]) -> dict[str | int, object]:
    tree: dict[str | int, object] = {}
    for path, value in leaves.items():
        node = tree
        for step in path[:-1]:
            node = node.setdefault(step, {})  # type: ignore[assignment]
        node[path[-1]] = value
    return tree


def _gaps(where: str, tree: object, layout: Layout, place: Place = ()) -> Iterator[Problem]:
    """编号的列要依次填，中间不能空着：空着的可能是丢了的。"""
    if not isinstance(tree, dict) or place == (_COMPACTED,):
        return
    numbers = sorted(key for key in tree if isinstance(key, int))
    for number in range(max(numbers, default=-1)):
        if number not in numbers:
            path = path_text((*place, number))
            label = next((v for k, v in layout.labels.items() if k.startswith(path)), path)
            yield Problem(f"{where}{label}", f"第 {number + 1} 项空着，后面的却有；请依次填写。")
    for key, child in tree.items():
        yield from _gaps(where, child, layout, (*place, key))


def _finished(tree: dict[str | int, object], layout: Layout) -> tuple[Plain, dict[str, str]]:
    """字典变成案件文件的样子：列表成为列表，各项写上属于哪份文书。"""
    renamed: dict[str, str] = {}

    def plain(node: object, place: Place) -> Plain:
        if not isinstance(node, dict):
            return node  # type: ignore[return-value]
        if not all(isinstance(key, int) for key in node):
            return {str(key): plain(child, (*place, key)) for key, child in node.items()}
        for now, then in enumerate(sorted(node)):
            if now != then:
                renamed[path_text((*place, then))] = path_text((*place, now))
        return [plain(node[key], (*place, key)) for key in sorted(node)]

    for part in ("deliveries", "recordings", "proceedings"):
        for item in tree.get(part, {}).values():  # type: ignore[attr-defined]
            item.setdefault("instrument", layout.instrument)
    return plain(tree, ()), renamed


def _relabelled(labels: Mapping[str, str], renamed: Mapping[str, str]) -> dict[str, str]:
    """列表压紧以后，各位置的标签跟着移。"""
    moved: dict[str, str] = {}
    for path, label in labels.items():
        head, bracket, rest = path.partition("]")
        part = head + bracket
        if not path.startswith(_COMPACTED):
            moved[path] = label
        elif part in renamed:
            moved[renamed[part] + rest] = label
        else:
            moved.setdefault(path, label)
    return moved
