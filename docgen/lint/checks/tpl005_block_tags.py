"""DOCX 里 {%p 独占一段，{%tr 独占一行，段内的控制标签在同一段里成对（TPL005）。

docxtpl 会删去含 {%p 的整段、含 {%tr 的整行，同段同行的字也一起没有了；
跨段的 {% if %} 不带 p，印出来会多一个空段或者坏掉。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Paragraph, Spot, TemplateFolder

_TAG = re.compile(r"\{%-?\s*(.*?)\s*-?%\}")
_WITH_MARK = re.compile(r"\{%-?(tr|tc|p|r) ")
_OPENS = {"if", "for"}
_CLOSES = {"endif", "endfor"}


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐段看控制标签。"""
    for instrument in folder.instruments:
        for part in instrument.docx.parts if instrument.docx else ():
            for paragraph in part.paragraphs:
                for message in _faults(paragraph):
                    yield Found(Spot(part.tree.file, None, paragraph.place), message)


def _faults(paragraph: Paragraph) -> Iterator[str]:
    text = paragraph.text
    marks = _WITH_MARK.findall(text)
    left = _TAG.sub("", text).strip()
    if marks and (left or len(_TAG.findall(text)) > 1):
        yield f"{{%{marks[0]} 所在的段落还有别的内容：“{(left or text)[:30]}”，会一起被删去。"
    if "tr" in marks and paragraph.row is None:
        yield "{%tr 不在表格里。"
    if "tr" in marks and paragraph.row is not None and not paragraph.alone:
        yield "{%tr 所在的行还有别的格，会一起被删去。"
    if not marks and (message := _unbalanced(text)):
        yield message


def _unbalanced(text: str) -> str | None:
    depth = 0
    for inner in _TAG.findall(text):
        verb = inner.split()[0] if inner.split() else ""
        depth += (verb in _OPENS) - (verb in _CLOSES)
        if depth < 0 or (depth == 0 and verb in ("elif", "else")):
            return f"“{verb}”在这一段里没有开头；跨段的写 {{%p {verb} %}}。"
    return "控制标签没有在这一段里结束；跨段的写 {%p … %}。" if depth else None


CHECK = Check(
    "TPL005",
    "{%p 与 {%tr 用得对",
    Level.ERROR,
    "{%p … %} 独占一段，{%tr … %} 独占一行；段内的 {% if %} 与 {% endif %} 写在同一段。",
    examine,
)
