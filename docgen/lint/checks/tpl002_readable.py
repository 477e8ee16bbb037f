"""每个文件都读得成（TPL002）。

template.html 与 template.docx 都在，是 UTF-8 和完整的 DOCX：没有 DOCTYPE、宏、外部引用，不过大。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """读不成的各文件。"""
    for fault in folder.faults:
        if fault.kind == "unreadable":
            yield Found(fault.spot, fault.message, fault.advice)


CHECK = Check("TPL002", "每个文件都读得成", Level.ERROR, "请补上或者重新保存该文件。", examine)
