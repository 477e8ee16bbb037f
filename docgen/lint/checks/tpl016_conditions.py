"""条件里的字段和值都有（TPL016）。

字段、列与清单行的 when 只能说排在前面的 choice 字段，和它列出的值。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.catalogue_schema import FieldFile
from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, Spot, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐个条件。"""
    for instrument in (one for one in folder.instruments if one.whole):
        known: dict[str, FieldFile] = {}
        for declared in instrument.fields:
            field = declared.field
            yield from _faults(field.when, known, instrument, declared.spot)
            columns: dict[str, FieldFile] = {}
            for column in field.of:
                yield from _faults(column.when, columns, instrument, declared.spot)
                columns[column.name] = column
            known[field.name] = field
        for index, row in enumerate(instrument.data.rows if instrument.data else ()):
            spot = instrument.yaml.spot("rows", index)
            yield from _faults(row.when, known, instrument, spot)


def _faults(
    when: dict[str, list[str]] | None,
    known: dict[str, FieldFile],
    instrument: InstrumentFolder,
    spot: Spot,
) -> Iterator[Found]:
    for name, values in (when or {}).items():
        field = known.get(name)
        if field is None:
            later = instrument.declared(name) is not None
            told = (
                f"条件里的 {name} 排在后面，那时还没有值。" if later else f"条件里没有字段 {name}。"
            )
            yield Found(spot, told, f"可用：{'、'.join(known) or '（前面没有字段）'}。")
            continue
        for value in values:
            if field.choices and value not in field.choices:
                told = f"条件里的 {name} 没有值“{value}”。"
                yield Found(spot, told, f"只能是：{'、'.join(field.choices)}。")


CHECK = Check("TPL016", "条件说得通", Level.ERROR, "when 写排在前面的 choice 字段。", examine)
