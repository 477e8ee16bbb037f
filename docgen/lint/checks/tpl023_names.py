"""字段的名字不与别的混淆（TPL023）。

列名不能是 items、keys 等，Jinja 会当成数据的方法；字段名不能是 title、date、number 等固定的几项
（agency_name 与 case_number 除外，它们说的是同一件事）。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder

_METHODS = ("copy", "get", "items", "keys", "values")
_SAME = ("agency_name", "case_number")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐个字段与列。"""
    for instrument in folder.instruments:
        for declared in instrument.fields:
            name = declared.field.name
            if name in folder.known.given and name not in _SAME:
                yield Found(declared.spot, f"字段名 {name} 与固定的一项同名，印出的是那一项。")
            for column in declared.field.of:
                if column.name in _METHODS:
                    told = f"列名 {name}.{column.name} 与数据的方法同名，印不出来。"
                    yield Found(declared.spot, told)


CHECK = Check("TPL023", "名字不混淆", Level.ERROR, "请换一个名字。", examine)
