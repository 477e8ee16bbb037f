"""固定用语的每个字都印得出（TPL012）。

没有控制字符、零宽字符和自造字；每个字在配置的字体里都有字形。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.characters import refusal
from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder

_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<[^>]*>", re.DOTALL)
_MARKS = "\ue001\ue002"  # our own, around underlined words


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐行看固定用语和文书名称。"""
    for spot, text in _wording(folder):
        characters = sorted(set(text) - set(_MARKS) - {"\n", "\r", "\t"})
        bad = {char: reason for char in characters if (reason := refusal(char))}
        for reason in bad.values():
            yield Found(spot, f"字符{reason}。", "请删去它，或者换成通用的写法。")
        missing = folder.known.missing
        for char in missing(set(characters) - set(bad)) if missing else ():
            yield Found(spot, f"“{char}”（U+{ord(char):04X}）没有字体印得出。")


def _wording(folder: TemplateFolder) -> Iterator[tuple[Spot, str]]:
    trees = list(folder.layout.values())
    for instrument in folder.instruments:
        yield instrument.yaml.spot("title"), instrument.yaml.text("title")
        trees += [instrument.html] if instrument.html else []
        trees += [part.tree for part in instrument.docx.parts] if instrument.docx else []
    for tree in trees:
        text = _TAG.sub(lambda found: "\n" * found[0].count("\n"), tree.source)
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield tree.spot(number), line
    for yaml, parameter in folder.law.values():
        for index, value in enumerate(parameter.values if parameter.unit == "text" else ()):
            yield yaml.spot("values", index, "value"), value.value


CHECK = Check(
    "TPL012",
    "固定用语的字都印得出",
    Level.ERROR,
    "请换一个通用的字，或者配置有这个字的字体。",
    examine,
)
