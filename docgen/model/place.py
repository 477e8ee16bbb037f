"""位置：案件文件里的路径，在表格里是哪一列。"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_LAST_INDEX = re.compile(r"\[[0-9]+\](?=[^\[\]]*$)")
_WHOLE = re.compile(r"(instruments|deliveries|recordings|proceedings)(\[[0-9]+\])?|")
_LAST_STEP = re.compile(r"(\.[^.\[\]]+|\[[^\[\]]+\]|^[^.\[\]]+)$")


def label_of(labels: Mapping[str, str], path: str) -> str:
    """该路径在表格里的名字；自己没有的，用它所在那一段的；都没有则为空。

    Labels of lists kept in one cell are keyed with "*" for the item.
    """
    known = path
    while known:
        found = labels.get(known) or labels.get(_LAST_INDEX.sub("[*]", known))
        if found:
            return found
        known = _LAST_STEP.sub("", known)
    return "" if _WHOLE.fullmatch(path) else _first_inside(labels, path)


def _first_inside(labels: Mapping[str, str], path: str) -> str:
    """一整段都没有写的（执法人员、存在的问题），是它的第一列。"""
    inside = (
        label for known, label in labels.items() if known.startswith((f"{path}[", f"{path}."))
    )
    return next(inside, "")


def place_text(place: Sequence[str | int]) -> str:
    """位置写成路径；"*" 是列表的任意一项：officers[*].name。"""
    text = "".join(f"[{s}]" if isinstance(s, int) or s == "*" else f".{s}" for s in place)
    return text.removeprefix(".")
