"""字体都配置了（TPL011）。

official.yaml 与 DOCX（样式、文字、字体表）里命名的字体，都在 layout/fonts.yaml 的 faces、agency 或
aliases 里；没有配置的字体在别的机器上会换成别的样子。
只列在字体表、编号里的是提醒。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder
from docgen.validate import nearest

_ASIDE = ("word/fontTable.xml", "word/numbering.xml", "word/stylesWithEffects.xml")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """命名了而没有配置的字体。"""
    for name, families in folder.measures.fonts.items() if folder.measures else ():
        for family in families:
            yield from _unknown(folder, folder.measures_file.spot("fonts", name), family)
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


CHECK = Check("TPL011", "字体都配置了", Level.ERROR, "请在 layout/fonts.yaml 配置它。", examine)
