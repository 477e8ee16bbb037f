"""layout/ 的片段和字段组都有用（TPL022）。

没有模板插入的片段，没有文书取用的字段组，以及取用了却一个字段也没有用到的字段组；各文书都读得成才说。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.checks.tpl008_unprinted import used_names
from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """没有用的片段与组。"""
    if not all(instrument.understood for instrument in folder.instruments):
        return
    included = {u.name for i in folder.instruments for u in i.uses if u.kind == "include"}
    for name in folder.layout:
        if name not in included:
            yield Found(Spot(name, 1), f"没有模板插入 {name}。")
    taken = {group for instrument in folder.instruments for group in instrument.includes}
    for group in folder.groups:
        if group not in taken:
            yield Found(folder.group_file.spot(group), f"没有文书取用字段组 {group}。")
    for instrument in folder.instruments:
        used = used_names(instrument)
        for index, group in enumerate(instrument.includes):
            fields = folder.groups.get(group, ())
            if fields and not any(declared.field.name in used for declared in fields):
                spot = instrument.yaml.spot("include", index)
                yield Found(spot, f"字段组 {group} 的字段一个也没有用到。")


CHECK = Check("TPL022", "片段与字段组都有用", Level.WARNING, "请用上，或者删去。", examine)
