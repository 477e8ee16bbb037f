"""种类码、名称、文书代字各不相同（TPL020）。

种类码写在二维码里，是永久的；名称或者代字相同，文书和文号就分不清。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder

_KEYS = (("code", "种类码"), ("title", "名称"), ("number_code", "文书代字"))


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """后一个与前一个相同的。"""
    for key, label in _KEYS:
        owners: dict[str, str] = {}
        for instrument in folder.instruments:
            value = instrument.yaml.text(key)
            if value and value in owners:
                told = f"{label}“{value}”已被 {owners[value]} 使用。"
                yield Found(instrument.yaml.spot(key), told)
            elif value:
                owners[value] = instrument.id


CHECK = Check("TPL020", "码、名称、代字不重复", Level.ERROR, "请换一个没用过的。", examine)
