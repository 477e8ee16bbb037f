"""没有过时的用语（TPL021）。

过时的话列在 templates/law/stale/wording.yaml：旧的期限、旧的条文序号；模板和法律用语里都不应再有。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """模板的每一行，和现行有效的每个法律用语。"""
    for spot, text in _lines(folder):
        for stale in folder.stale:
            if stale.words in text:
                yield Found(spot, f"“{stale.words}”已经过时。", stale.advice)


def _lines(folder: TemplateFolder) -> Iterator[tuple[Spot, str]]:
    trees = list(folder.layout.values())
    for instrument in folder.instruments:
        trees += [instrument.html] if instrument.html else []
        trees += [part.tree for part in instrument.docx.parts] if instrument.docx else []
    for tree in trees:
        for number, line in enumerate(tree.source.split("\n"), 1):
            yield tree.spot(number), line
    for yaml, parameter in folder.law.values():
        for index, value in enumerate(parameter.values):
            if value.until is None:
                yield yaml.spot("values", index, "value"), value.value


CHECK = Check("TPL021", "没有过时的用语", Level.WARNING, "请按现行法律改写。", examine)
