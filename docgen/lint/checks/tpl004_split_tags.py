"""DOCX 的标签不拆在几截格式里，也没有弯引号（TPL004）。

Word 改动格式、检查拼写时会把一个标签拆成几截：半截的格式会丢；弯引号会被当作直引号。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Paragraph, Spot, TemplateFolder

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """每段的每个标签落在几截里。"""
    for instrument in folder.instruments:
        for part in instrument.docx.parts if instrument.docx else ():
            for paragraph in part.paragraphs:
                for tag, message in _split(paragraph):
                    spot = Spot(part.tree.file, None, paragraph.place)
                    yield Found(spot, f"标签“{tag[:40]}”{message}。")


def _split(paragraph: Paragraph) -> Iterator[tuple[str, str]]:
    owners = [index for index, run in enumerate(paragraph.runs) for _ in run.text]
    for found in _TAG.finditer(paragraph.text):
        if len(set(owners[found.start() : found.end()])) > 1:
            yield found[0], "拆在几截格式里"
        if any(quote in found[0] for quote in "“”‘’"):
            yield found[0], "里有弯引号"


CHECK = Check(
    "TPL004",
    "DOCX 的标签不拆开",
    Level.WARNING,
    "请把标签整个删去，一次重新输入（关闭自动更正的弯引号），或者执行 make templates。",
    examine,
)
