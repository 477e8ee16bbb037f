"""只用已有的过滤器、判断和函数，不做沙箱不允许的事（TPL007）。

不能用：下划线开头的属性，能改动或者放大数据的方法（format 等），宏与 import，DOCX 里的 include，
绕过转义的 safe；列表要逐项印。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder

_KINDS = {"filter": "没有过滤器“{}”。", "test": "没有判断“{}”。", "call": "没有函数“{}”。"}


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """不认识的，与不允许的。"""
    for instrument in folder.instruments:
        for use in instrument.uses:
            if use.kind == "forbidden":
                yield Found(use.spot, f"{use.name}。", use.advice)
            elif use.kind in _KINDS:
                yield Found(use.spot, _KINDS[use.kind].format(use.name), use.advice)


CHECK = Check(
    "TPL007",
    "只用允许的过滤器与函数",
    Level.ERROR,
    "请改用已有的过滤器；见 CONTRIBUTING.md。",
    examine,
)
