"""Jinja 标签写全、成对（TPL003）。

包括：控制语句没有结束，标签只写了一半（{{ 没有 }}），DOCX 的一个标签跨了两段。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder, Tree

_WHOLE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_STRAY = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """语法错误，以及 DOCX 段落里没有配对的括号。"""
    for fault in folder.faults:
        if fault.kind == "syntax":
            yield Found(fault.spot, fault.message, fault.advice)
    for instrument in folder.instruments:
        if instrument.html is not None:
            yield from _half(instrument.html, instrument.html.source, 1)
        for part in instrument.docx.parts if instrument.docx else ():
            for number, line in enumerate(part.tree.source.split("\n"), 1):
                yield from _half(part.tree, line, number)


def _half(tree: Tree, text: str, first: int) -> Iterator[Found]:
    """去掉完整的标签以后剩下的半个标签。"""
    left = _WHOLE.sub(lambda whole: "\n" * whole[0].count("\n"), text)
    for stray in _STRAY.finditer(left):
        line = first + left.count("\n", 0, stray.start())
        near = left[max(0, stray.start() - 10) : stray.end() + 10].strip()
        yield Found(tree.spot(line), f"标签只有一半：“{near}”。")


CHECK = Check(
    "TPL003",
    "Jinja 标签写全、成对",
    Level.ERROR,
    "请把整个标签写在同一段里，括号成对。",
    examine,
)
