"""YAML 合乎模式，自己不矛盾（TPL001）。

instrument.yaml、字段组、法律参数与清单逐个按模式校验，全部错误一次列出；一个文件有错，
其余文件照查。另查：id 与文件夹同名，choice 列出 choices，字段不重名，字段组都有。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """读时发现的模式错误，加各文书自身的矛盾。"""
    for fault in folder.faults:
        if fault.kind == "schema":
            yield Found(fault.spot, fault.message, fault.advice)
    for instrument in folder.instruments:
        yield from _contradictions(folder, instrument)


def _contradictions(folder: TemplateFolder, instrument: InstrumentFolder) -> Iterator[Found]:
    given = instrument.yaml.text("id")
    if given and given != instrument.id:
        told = f"id“{given}”与文件夹名“{instrument.id}”不一致。"
        yield Found(instrument.yaml.spot("id"), told, "id 是永久的，请改文件夹名或者改 id。")
    groups_read = folder.group_file.source is not None
    for index, group in enumerate(instrument.includes if groups_read else ()):
        if group not in folder.groups:
            known = "、".join(sorted(folder.groups))
            spot = instrument.yaml.spot("include", index)
            yield Found(spot, f"没有字段组“{group}”。", f"可用：{known}。")
    seen: set[str] = set()
    for declared in instrument.fields:
        field = declared.field
        if field.name in seen:
            yield Found(declared.spot, f"字段 {field.name} 重复。", "请去掉一个。")
        seen.add(field.name)
        for one in (field, *field.of):
            if one.type == "choice" and not one.choices:
                told = f"字段 {one.name} 是 choice，没有列出 choices。"
                yield Found(declared.spot, told, "请列出可选的值。")


CHECK = Check("TPL001", "YAML 合乎模式", Level.ERROR, "请按提示改这一行。", examine)
