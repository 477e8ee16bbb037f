"""一种文书的列：由案件文件的模式、instrument.yaml 与清单推出，没有手写的名单。纯函数。"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from docgen.model.checklist import Checklist, ChecklistRow
from docgen.model.instrument import Instrument, RowUse
from docgen.model.table import Column, Kind, Place, Sheet
from docgen.read.scalars import read_date, read_moment
from docgen.read.schema import (
    AgencyFile,
    CaseFile,
    DeliveryFile,
    OfficerFile,
    PartyFile,
    ProceedingFile,
)
from docgen.read.table.own_fields import (
    IDENTIFIERS,
    YES_NO,
    condition,
    holds_in_example,
    numbered_header,
    own_columns,
)

OFFICERS = 2
RECORDER = "甲示例"
_ELSEWHERE = ("instrument", "receipt")


def columns_of(
    instrument: Instrument, checklist: Checklist, asked: Collection[str] = ()
) -> tuple[Column, ...]:
    """一种文书的全部列，次序即工作簿的次序，标题各不相同。

    asked: the facts of `proceedings` that the rules ask for before the visit; the others are
    columns that a sheet may have too (Sheet.EXTRA).
    """
    groups = (
        ("", _common(instrument)),
        ("", _case_columns(instrument)),
        ("（本文书）", own_columns(instrument)),
        ("（送达）", _deliveries(instrument)),
        ("", _recordings(instrument, checklist)),
        ("（程序）", _proceedings(asked)),
    )
    found: list[Column] = []
    taken: set[str] = set()
    for suffix, group in groups:
        for column in group:
            one = _renamed(column, suffix) if column.header in taken else column
            taken.add(one.header)
            found.append(one)
    return tuple(found)


def _renamed(column: Column, suffix: str) -> Column:
    if column.stem:
        stem = column.stem + suffix
        return replace(column, stem=stem, header=column.header.replace(column.stem, stem, 1))
    return replace(column, header=column.header + suffix)


def _common(instrument: Instrument) -> Iterator[Column]:
    wanted = _demanded(instrument, "agency")
    for column in _of_model(AgencyFile, ("agency",), Sheet.COMMON):
        yield replace(column, required=column.required or column.path[-1] in wanted)


def _case_columns(instrument: Instrument) -> Iterator[Column]:
    yield from _of_model(CaseFile, (), Sheet.DATA, ("case_number", "cause"))
    named = {s.partition(".")[2] for f in instrument.fields for s in f.source if "party." in s}
    wanted = _demanded(instrument, "party")
    for column in _of_model(PartyFile, ("party",), Sheet.DATA):
        name = column.path[-1]
        used = column.required or name in named or column.kind is Kind.IDENTIFIER
        sheet = Sheet.DATA if used else Sheet.EXTRA
        yield replace(column, required=column.required or name in wanted, sheet=sheet)
    for number in range(OFFICERS):
        for column in _of_model(OfficerFile, ("officers", number), Sheet.DATA):
            stem, tail = "执法人员", column.header
            header = numbered_header(stem, number + 1, tail)
            example = column.example if not number else _second(column.example)
            yield replace(column, header=header, stem=stem, tail=tail, example=example)
    first = ("instruments", 0)
    yield Column(
        "文书日期", (*first, "date"), Kind.DATE, True, Sheet.DATA, "印在文书末尾", "2026-11-24"
    )
    told = "已经给定文号的才写，空着就自动编号"
    yield Column("文号", (*first, "number"), Kind.NUMBER, False, Sheet.DATA, told)


def _second(example: str) -> str:
    return example.replace("甲", "乙").replace("0001", "0002")


def _demanded(instrument: Instrument, part: str) -> set[str]:
    """这种文书一定要用的案件事实：它是某个必填字段唯一的来源。"""
    return {
        path
        for field in instrument.fields
        if field.required and not field.by_hand and field.when is None
        for source in field.source[-1:]
        for kind, _, path in [source.partition(".")]
        if kind == part and not any(s.startswith(("law.", "wording.")) for s in field.source)
    }


def _deliveries(instrument: Instrument) -> Iterator[Column]:
    if "delivery" not in instrument.events:
        return
    planned = ("mode", "planned_at", "place", "entrusted_to", "consent_on", "electronic_address")
    for column in _of_model(DeliveryFile, ("deliveries", 0), Sheet.EXTRA):
        name = str(column.path[-1])
        required = name in ("mode", "planned_at")
        sheet = Sheet.DATA if name in planned else Sheet.EXTRA
        yield replace(column, required=required, sheet=sheet)


def _recordings(instrument: Instrument, checklist: Checklist) -> Iterator[Column]:
    for index, (row, use) in enumerate(_rows(instrument, checklist)):
        base: Place = ("recordings", index)
        carried = instrument.id in row.applies_with
        always = use.when is None and use.unless is None if use else carried
        required = always and not row.discretionary and instrument.accompanies is None
        shown = required or (use is not None and holds_in_example(instrument, use.when))
        steps = [step.id for step in row.steps if not step.optional]
        implied: list[tuple[Place, str]] = [
            ((*base, "row"), str(row.number)),
            ((*base, "place"), row.places[0]),
            *(((*base, "categories", n), text) for n, text in enumerate(row.categories)),
            *(((*base, "steps", n), text) for n, text in enumerate(steps)),
        ]
        yield Column(
            header=f"记录人（清单第{row.number}项）",
            path=(*base, "recorder"),
            kind=Kind.TEXT,
            required=required,
            sheet=Sheet.DATA,
            help=_told(instrument, row, use),
            example=RECORDER if shown else "",
            implied=tuple(implied),
        )


def _told(instrument: Instrument, row: ChecklistRow, use: RowUse | None) -> str:
    told = f"“{row.item}”由谁记录（{row.recorder}）；填了就安排全部应记录的步骤"
    if use is not None and use.when:
        told += f"；{condition(instrument, use.when)}才写"
    if row.mode == "left":
        told += "；留置送达才写"
    elif use is None:
        told += "；不记录的空着"
    return told


def _rows(
    instrument: Instrument, checklist: Checklist
) -> Iterator[tuple[ChecklistRow, RowUse | None]]:
    uses = {use.code: use for use in instrument.rows}
    for row in checklist.rows:
        left = row.mode == "left" and "delivery" in instrument.events
        if row.code in uses or instrument.id in row.applies_with or left:
            yield row, uses.get(row.code)


def _proceedings(asked: Collection[str]) -> Iterator[Column]:
    for column in _of_model(ProceedingFile, ("proceedings", 0), Sheet.EXTRA):
        yield replace(column, sheet=Sheet.DATA) if column.path[2] in asked else column


def _of_model(
    model: type[BaseModel], place: Place, sheet: Sheet, only: Sequence[str] = ()
) -> Iterator[Column]:
    """模式里的每一项成为一列；属于某份文书的那个名字由程序写。"""
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        if name in _ELSEWHERE or (only and name not in only):
            continue
        extra: Any = field.json_schema_extra or {}
        values = _literals(hints[name])
        labels = extra.get("x-labels", values)
        kind = Kind.IDENTIFIER if name in IDENTIFIERS else _kind(hints[name])
        choices: tuple[tuple[str, str], ...] = tuple(zip(labels, values, strict=True))
        if kind is Kind.CHOICE and not values:
            choices = YES_NO
        title = field.title or name
        series = name == "agents"
        example = str((field.examples or [""])[0])
        yield Column(
            header=numbered_header(title, 1, "") if series else title,
            path=(*place, name, 0) if series else (*place, name),
            kind=kind,
            required=field.is_required(),
            sheet=sheet,
            help=field.description or "",
            example=next((label for label, value in choices if value == example), example),
            stem=title if series else "",
            choices=choices,
        )


_KINDS = {read_date: Kind.DATE, read_moment: Kind.DATETIME}


def _parts(hint: object) -> Iterator[object]:
    yield hint
    for part in (*get_args(hint), *getattr(hint, "__metadata__", ())):
        yield from _parts(part)


def _literals(hint: object) -> list[str]:
    return [part for part in _parts(hint) if isinstance(part, str)]


def _kind(hint: object) -> Kind:
    functions = {getattr(part, "func", None) for part in _parts(hint)}
    parts = list(_parts(hint))
    if bool in parts or _literals(hint):
        return Kind.CHOICE
    if int in parts:
        return Kind.INTEGER
    names = {getattr(function, "__name__", "") for function in functions}
    if "_identifier" in names:
        return Kind.IDENTIFIER
    return next((kind for reader, kind in _KINDS.items() if reader in functions), Kind.TEXT)
