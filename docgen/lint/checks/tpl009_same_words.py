"""DOCX 与 HTML 读同样的字段，说同样的话，次序一样（TPL009）。

固定用语与标签逐个比对，空白不计；只说第一处不同。
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder
from docgen.lint.words import Word, docx_words, html_words


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """每种文书的第一处不同。"""
    for instrument in folder.instruments:
        if instrument.html is None or instrument.docx is None:
            continue
        left = html_words(folder, instrument.html)
        right = docx_words(instrument.docx)
        for wanted, found in zip_longest(left, right):
            if (wanted and wanted.text) != (found and found.text):
                last = right[-1].spot if right else Spot(instrument.docx.file)
                yield Found(found.spot if found else last, _told(wanted, found))
                break


def _told(wanted: Word | None, found: Word | None) -> str:
    a, b = (word.text if word else "（没有了）" for word in (wanted, found))
    pairs = enumerate(zip(a, b, strict=False))
    start = next((i for i, (x, y) in pairs if x != y), min(len(a), len(b)))
    near = slice(max(0, start - 10), start + 30)
    at = f"（HTML 在 {wanted.spot.file} 第 {wanted.spot.line} 行）" if wanted else ""
    return f"HTML 为“{a[near]}”，DOCX 为“{b[near]}”{at}。"


CHECK = Check(
    "TPL009",
    "两种版式说同样的话",
    Level.ERROR,
    "请执行 python -m docgen.new.docx 模板文件夹，由 HTML 重写 DOCX，或者改成一样。",
    examine,
)
