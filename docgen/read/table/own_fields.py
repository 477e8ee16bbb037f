"""一种文书自己的字段成为列：列表成为编号的几列，能从别处取得的不列。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.model.instrument import Field, Instrument
from docgen.model.table import Column, Kind, Place, Sheet

YES_NO = (("是", "true"), ("否", "false"))
SERIES = 3  # how many of a numbered series the workbook offers
_OWN: Place = ("instruments", 0)
_KINDS = {
    "text": Kind.TEXT,
    "paragraphs": Kind.PARAGRAPHS,
    "date": Kind.DATE,
    "datetime": Kind.DATETIME,
    "integer": Kind.INTEGER,
    "money": Kind.MONEY,
    "quantity": Kind.TEXT,
    "boolean": Kind.CHOICE,
    "choice": Kind.CHOICE,
    "list": Kind.TEXT,
}
_EXAMPLES = {
    "date": "2026-11-24",
    "datetime": "2026-11-24 15:00",
    "integer": "1",
    "money": "20000.00",
    "quantity": "1台",
    "boolean": "是",
}
IDENTIFIERS = ("phone", "postcode", "id_number", "tracking")
_NUMBERS = ("number", "_number")
_ABSENT = ("beside.", "delivery.", "delivered.")


def own_columns(instrument: Instrument) -> Iterator[Column]:
    """文书自己的字段的列。What the case or the law gives may be overridden: Sheet.EXTRA."""
    for field in instrument.fields:
        if field.fixed or not field.own:
            continue
        own = f"instrument.{field.name}"
        alone = all(s.startswith(_ABSENT) for s in field.source if s != own)
        sheet = Sheet.DATA if alone else Sheet.EXTRA
        wanted = alone and field.required and not field.by_hand
        needed = wanted and field.when is None
        if field.type == "list":
            yield from _series(instrument, field, sheet, needed=needed)
        else:
            path = (*_OWN, field.name)
            yield _column(instrument, field, path, field.label, sheet, needed=needed)


def _series(
    instrument: Instrument, field: Field, sheet: Sheet, *, needed: bool
) -> Iterator[Column]:
    least = (field.minimum or 0) if needed else 0
    for number in range(1, min(max(SERIES, least), field.maximum or SERIES) + 1):
        place = (*_OWN, field.name, number - 1)
        for child in field.of or (field,):
            tail = child.label if field.of else ""
            path = (*place, child.name) if field.of else place
            must = number <= least and child.required and not child.by_hand
            column = _column(
                instrument,
                child,
                path,
                numbered_header(field.label, number, tail),
                sheet,
                needed=must,
            )
            example = column.example if number == 1 else ""
            yield Column(
                header=column.header,
                path=path,
                kind=column.kind,
                required=must,
                sheet=sheet,
                help=column.help,
                example=example,
                stem=field.label,
                tail=tail,
                choices=column.choices,
            )


def _column(
    instrument: Instrument, field: Field, path: Place, header: str, sheet: Sheet, *, needed: bool
) -> Column:
    choices: tuple[tuple[str, str], ...] = YES_NO if field.type == "boolean" else ()
    if field.choices:
        choices = tuple((choice_label(field, value), value) for value in field.choices)
    notes = [field.help] if field.help else []
    if any(source.startswith("beside.") for source in field.source):
        notes.append("所引的文书不在这一行里，照那份文书写")
    if field.when:
        notes.append(f"{condition(instrument, field.when)}才写")
    if field.type == "paragraphs":
        notes.append("可写几段，在格内换行")
    if field.by_hand:
        notes.append("空着就留待手写")
    wanted = field.required and not field.by_hand and field.when is not None
    conditional = wanted and sheet is Sheet.DATA and holds_in_example(instrument, field.when)
    shown = needed or conditional or bool(field.example)
    return Column(
        header=header,
        path=path,
        kind=_kind(field),
        required=needed,
        sheet=sheet,
        help="；".join(notes),
        example=_example(field, choices) if shown else "",
        choices=choices,
    )


def _kind(field: Field) -> Kind:
    if field.type == "text" and field.name.endswith(IDENTIFIERS):
        return Kind.IDENTIFIER
    if field.type == "text" and field.name.endswith(_NUMBERS):
        return Kind.NUMBER
    return _KINDS[field.type]


def _example(field: Field, choices: tuple[tuple[str, str], ...]) -> str:
    given = field.example or _EXAMPLES.get(field.type, "")
    if choices:
        return next((label for label, value in choices if value == given), choices[0][0])
    return given or f"示例{field.label}"


def numbered_header(stem: str, number: int, tail: str) -> str:
    """一组编号的列里某一列的标题：问题1 内容。"""
    return f"{stem}{number} {tail}".rstrip()


def holds_in_example(instrument: Instrument, when: Mapping[str, tuple[str, ...]] | None) -> bool:
    """示例行里条件是否成立：所列各项取它的例子，没有例子的取第一个选项。"""
    fields = {field.name: field for field in instrument.fields}
    return all(
        name in fields and (fields[name].example or fields[name].choices[0]) in values
        for name, values in (when or {}).items()
    )


def condition(instrument: Instrument, when: Mapping[str, tuple[str, ...]]) -> str:
    """条件说给人听：措施为停止供电时。"""
    fields = {field.name: field for field in instrument.fields}
    told = []
    for name, values in when.items():
        field = fields.get(name)
        wanted = "或".join(choice_label(field, value) for value in values)
        told.append(f"{field.label if field else name}为{wanted}时")
    return "，".join(told)


def choice_label(field: Field | None, value: str) -> str:
    """一个选项给人看的名字。"""
    labels = dict(zip(field.choices, field.choice_labels, strict=False)) if field else {}
    return labels.get(value, value)
