"""模板算得完、装得下（TPL026）。

不能用：乘方，文字或者列表的乘法，格式化的 %，太长的 range 和 blank，列表里的列表，
recursive 的循环。这样写的模板会耗尽内存或者时间，印的时候一律拒绝。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """没有限度的写法。"""
    for instrument in folder.instruments:
        for use in instrument.uses:
            if use.kind == "heavy":
                yield Found(use.spot, f"{use.name}。")


CHECK = Check("TPL026", "算得完、装得下", Level.ERROR, "请逐项写出，或者改用 blank、for。", examine)
