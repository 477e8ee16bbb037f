"""法律用语里的 ${…} 都有着落（TPL018）。

可以写：act（文书的称谓）、别的法律参数、执法机关的项。
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder
from docgen.model.case import Agency
from docgen.validate import nearest

_DOLLAR = re.compile(r"\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*)|(.?))")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """每个用语的每个占位。"""
    known = ["act", *folder.law, *(field.name for field in dataclasses.fields(Agency))]
    for yaml, parameter in folder.law.values() if folder.law_read else ():
        for index, value in enumerate(parameter.values if parameter.unit == "text" else ()):
            spot = yaml.spot("values", index, "value")
            for braced, plain, other in _DOLLAR.findall(value.value):
                name = braced or plain
                if name in known or other == "$":
                    continue
                near = nearest(name, known)
                hint = f"是否应为 ${{{near}}}？" if near else "占位写法律参数或者执法机关的项。"
                yield Found(spot, f"用语里的 ${{{name or other}}} 没有着落。", hint)


CHECK = Check("TPL018", "用语的占位都有着落", Level.ERROR, "请改成已有的名字。", examine)
