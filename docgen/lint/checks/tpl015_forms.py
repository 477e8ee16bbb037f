"""金额、日期、列表按公文的写法印（TPL015）。

金额用 figures 印数字、words_of_amount 印大写，两样都要；
日期用 day 或 minute；是否、列表不能直接印。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder, Use

_DEMANDED = {
    "money": ({"figures", "words_of_amount"}, "figures 或者 words_of_amount"),
    "date": ({"day", "days_until"}, "day"),
    "datetime": ({"minute", "day"}, "minute"),
    "list": ({"length", "join"}, "循环"),
    "row": (set(), "循环和列名"),
    "paragraphs": ({"length", "join"}, "循环"),
    "boolean": (set(), "{% if %}"),
}


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """印出而没有写法的值，和只有数字没有大写的金额。"""
    for instrument in folder.instruments:
        for use in instrument.uses:
            if message := _fault(use):
                yield Found(use.spot, message)
        yield from _one_sided(instrument.html_uses)


def _fault(use: Use) -> str:
    wanted = _DEMANDED.get(use.type)
    if not use.printed or wanted is None or wanted[0] & set(use.filters):
        return ""
    return f"{use.name} 是 {use.type}，直接印出不成公文；用 {wanted[1]}。"


def _one_sided(uses: tuple[Use, ...]) -> Iterator[Found]:
    money = [use for use in uses if use.printed and use.type == "money"]
    for name in dict.fromkeys(use.name for use in money):
        told = [use for use in money if use.name == name]
        forms = {one for use in told for one in use.filters} & _DEMANDED["money"][0]
        if len(forms) == 1:
            spot = told[0].spot
            yield Found(spot, f"金额 {name} 只印了一种写法（{forms.pop()}）。", level=Level.WARNING)


CHECK = Check(
    "TPL015", "金额与日期的写法", Level.ERROR, "过滤器见 docgen/render/filters.py。", examine
)
