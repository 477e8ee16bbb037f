"""字体都配置了（TPL011）。

official.css 与 DOCX（样式、文字、字体表）里命名的字体，都在 layout/fonts.yaml 的 faces、agency 或
aliases 里；没有配置的字体在别的机器上会换成别的样子。
只列在字体表、编号里的是提醒。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder, Tree
from docgen.validate import nearest

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARED = re.compile(r"font(-family)?\s*:\s*([^;}]+)", re.IGNORECASE)
_SIZE = re.compile(r"^.*?[\d.]+(?:pt|px|mm|em|rem|%)(?:/[\d.]+(?:pt|px|mm|em|%)?)?\s+", re.DOTALL)
_ASIDE = ("word/fontTable.xml", "word/numbering.xml", "word/stylesWithEffects.xml")
_WORDS = {"inherit", "initial", "unset", ""}


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """命名了而没有配置的字体。"""
    if folder.style is not None:
        for spot, family in _css(folder.style):
            yield from _unknown(folder, spot, family)
    for instrument in folder.instruments:
        for spot, family in instrument.docx.fonts if instrument.docx else ():
            yield from _unknown(folder, spot, family)


def _unknown(folder: TemplateFolder, spot: Spot, family: str) -> Iterator[Found]:
    if folder.fonts and family not in folder.fonts:
        near = nearest(family, sorted(folder.fonts))
        hint = f"是否应为“{near}”？" if near else "请在 layout/fonts.yaml 配置它。"
        aside = any(part in spot.place for part in _ASIDE)
        level = Level.WARNING if aside else Level.ERROR
        yield Found(spot, f"字体“{family}”没有配置。", hint, level)


def _css(style: Tree) -> Iterator[tuple[Spot, str]]:
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), style.source)
    for found in _DECLARED.finditer(text):
        value = found[2] if found[1] else _SIZE.sub("", found[2])
        line = text.count("\n", 0, found.start()) + 1
        for family in value.split(","):
            name = family.strip().strip("\"'")
            if name not in _WORDS and not name.startswith("!"):
                yield Spot(style.file, line), name


CHECK = Check("TPL011", "字体都配置了", Level.ERROR, "请在 layout/fonts.yaml 配置它。", examine)
