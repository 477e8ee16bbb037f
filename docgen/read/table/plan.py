"""一张表是哪种文书、有哪些列、哪些事项各行相同。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.catalogue import Catalogue
from docgen.errors import InputInvalid, Problem
from docgen.model.instrument import Instrument
from docgen.model.table import COMMON_SHEET, DISTRICT, KIND, Column, Place
from docgen.read.table.cells import shown_cell, tidied
from docgen.read.table.columns import columns_of
from docgen.read.table.layout import Plan, column_named
from docgen.read.table.mapping import MappingRead, constants_of, targets_of
from docgen.read.table.sheet import Table
from docgen.validate import nearest

Constant = tuple[Place, str, str]


def plan_of(table: Table, catalogue: Catalogue, mapping: MappingRead | None) -> Plan:
    """这张表的 Plan。Raises InputInvalid when the kind of instrument is not told."""
    instrument = _instrument(table, catalogue, mapping)
    columns = columns_of(instrument, catalogue.checklist)
    common = tuple(_common(table, columns))
    if mapping is None:
        return Plan(instrument, columns, constants=common)
    number = mapping.file.number
    parts = number.model_dump(exclude_none=True) if number else {}
    constants = (*constants_of(mapping), *common)
    targets = targets_of(mapping, columns)
    district = mapping.file.district or DISTRICT
    return Plan(instrument, columns, targets, parts, constants, district, mapped=True)


def _instrument(table: Table, catalogue: Catalogue, mapping: MappingRead | None) -> Instrument:
    told = mapping.file.instrument if mapping is not None else _told(table)
    where = table.name if mapping is None else mapping.source.name
    if told is None:
        raise InputInvalid(
            f"{table.name} 没有说是哪种文书。",
            advice=f"请加一列“{KIND}”，各行写文书的名称；或者用 --mapping 映射文件。",
        )
    found = next((i for i in catalogue.instruments.values() if i.called(told)), None)
    if found is None:
        names = [name for i in catalogue.instruments.values() for name in (i.title, i.id)]
        near = nearest(told, names)
        hint = f"是否应为“{near}”？" if near else "docgen instruments 列出全部种类。"
        raise InputInvalid(f"{where}：没有文书种类“{told}”。", advice=hint)
    return found


def _told(table: Table) -> str | None:
    """共同事项，或者第一行所写的文书种类。"""
    for item in table.common:
        if item.label == KIND:
            return shown_cell(item.value).strip()
    headers = [header.strip() for header in table.headers]
    first = next(iter(table.rows()), None)
    if KIND not in headers or first is None:
        return None
    at = headers.index(KIND)
    cells = first[1].cells
    return shown_cell(cells[at]).strip() or None if at < len(cells) else None


def _common(table: Table, columns: tuple[Column, ...]) -> Iterator[Constant]:
    problems: list[Problem] = []
    for item in table.common:
        if item.label == KIND:
            continue
        found = column_named(columns, item.label)
        if found is None:
            near = nearest(item.label, [column.header for column in columns])
            hint = f"是否应为“{near}”？" if near else "请删去这一行。"
            problems.append(Problem(f"{table.name} {item.where}", f"不认识这一项；{hint}"))
            continue
        column, path = found
        value = tidied(item.value, column, table.epoch)
        if value.fault:
            problems.append(Problem(f"{table.name} {item.where}", value.fault))
        elif value.value is not None:
            yield path, value.value, item.where
            yield from ((place, text, item.where) for place, text in column.implied)
    if problems:
        told = f"{table.name} 的“{COMMON_SHEET}”表有 {len(problems)} 处不对。"
        raise InputInvalid(told, problems=problems, advice="请改正后再执行。")
