"""目录里的法律：带日期的参数、放假日历、废止的用语与核查所及的事。"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from docgen.catalogue_schema import (
    DatedFile,
    HolidayFile,
    MattersFile,
    ParameterFile,
    ProfileFile,
    StaleFile,
)
from docgen.errors import InputInvalid
from docgen.model.law import (
    DatedValue,
    HolidayYear,
    Law,
    LawParameter,
    LegalMatter,
    StaleWording,
)
from docgen.source import Source, read_source
from docgen.validate import demand, nearest


def load_law(folder: Path) -> Law:
    """读 templates/law/。Raises InputInvalid naming the file."""
    parameters = {}
    for path in sorted(folder.glob("*.yaml")):
        source = read_source(path)
        data = demand(ParameterFile, source.data, source)
        if data.id != path.stem:
            raise InputInvalid(f"{path}：id“{data.id}”与文件名不一致。")
        values = tuple(_dated(value, data.unit, source.name) for value in data.values)
        parameters[data.id] = LawParameter(data.id, data.title, data.unit, values)
    stale = read_source(folder / "stale" / "wording.yaml")
    matters = read_source(folder / "matters" / "matters.yaml")
    return Law(
        MappingProxyType(parameters),
        MappingProxyType(_load_calendars(folder)),
        tuple(
            StaleWording(w.words, w.advice) for w in demand(StaleFile, stale.data, stale).wording
        ),
        tuple(
            LegalMatter(m.matter, m.source, tuple(m.rules), m.reason)
            for m in demand(MattersFile, matters.data, matters).matters
        ),
    )


def _dated(value: DatedFile, unit: str, name: str) -> DatedValue:
    quantity = _quantity(value.value, unit, name)
    return DatedValue(value.since, quantity, value.source, value.confirmed, value.until)


def _quantity(value: str, unit: str, name: str) -> int | str:
    if unit == "text":
        return value
    if not value.isdecimal():
        raise InputInvalid(f"{name}：“{value}”应当是整数（单位 {unit}）。")
    return int(value)


def _load_calendars(folder: Path) -> dict[int, HolidayYear]:
    calendars = {}
    for path in sorted((folder / "holidays").glob("*.yaml")):
        source = read_source(path)
        data = demand(HolidayFile, source.data, source)
        calendars[data.year] = HolidayYear(
            data.year, frozenset(data.holidays), frozenset(data.workdays), data.source
        )
    return calendars


def stricter(law: Law, profile: ProfileFile, source: Source) -> Law:
    """方案自己的期限先于法律的：在它们施行的日子里取方案的。Raises InputInvalid."""
    parameters = dict(law.parameters)
    for name, values in profile.law.items():
        known = parameters.get(name)
        if known is None:
            near = nearest(name, list(parameters))
            raise InputInvalid(
                f"{source.name}：没有法律参数“{name}”。",
                advice=f"是否应为“{near}”？" if near else "参数在 templates/law/ 里。",
            )
        own = tuple(_dated(value, known.unit, source.name) for value in values)
        parameters[name] = replace(known, values=(*own, *known.values))
    return replace(law, parameters=MappingProxyType(parameters))
