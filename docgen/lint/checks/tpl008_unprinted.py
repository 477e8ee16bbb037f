"""声明的字段都用到（TPL008）。

文书自己声明的字段和列表的列，两种模板都没有读，也没有别的字段或者清单行以它为条件，就是白填的。
从字段组来的不算，整组都没有用的由 TPL022 说。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """没有用到的字段与列。"""
    for instrument in folder.instruments:
        if not instrument.understood:
            continue
        used = used_names(instrument)
        for declared in instrument.fields:
            field = declared.field
            if declared.group:
                continue
            if field.name not in used:
                yield Found(declared.spot, f"字段 {field.name}（{field.label}）从没有印出。")
            else:
                for column in field.of:
                    if f"{field.name}.{column.name}" not in used:
                        told = f"{field.name} 的 {column.name}（{column.label}）从没有印出。"
                        yield Found(declared.spot, told)


def used_names(instrument: InstrumentFolder) -> set[str]:
    """读到的路径，以及别的字段、来源和清单行以之为条件的名字。"""
    used = {use.name for use in instrument.uses if use.kind == "path"}
    used |= {name.partition(".")[0] for name in used}
    for declared in instrument.fields:
        used |= set(declared.field.when or {})
        used |= {s.partition("{")[2].partition("}")[0] for s in declared.field.sources}
        used |= {
            f"{declared.field.name}.{name}"
            for column in declared.field.of
            for name in column.when or {}
        }
    for row in instrument.data.rows if instrument.data else ():
        used |= set(row.when or {})
    return used


CHECK = Check(
    "TPL008",
    "声明的字段都印出",
    Level.WARNING,
    "请在模板里印出它，或者从 instrument.yaml 删去。",
    examine,
)
