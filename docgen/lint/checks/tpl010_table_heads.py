"""逐项列出的表格，表头每页重复（TPL010）。

HTML 写在 <thead> 里，DOCX 的首行设“在各页顶端以标题行形式重复出现”（w:tblHeader）。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder, Tree

_TABLE = re.compile(r"<table\b.*?</table\s*>", re.DOTALL | re.IGNORECASE)


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """有循环而没有重复表头的表格。"""
    for instrument in folder.instruments:
        for tree in folder.pieces(instrument.html) if instrument.html else ():
            yield from _html(tree)
        for part in instrument.docx.parts if instrument.docx else ():
            for table in part.tables:
                rows = [row for row in table.rows if not row.text.strip().startswith("{%tr")]
                looped = any("{%tr for" in row.text for row in table.rows)
                if looped and not (rows and rows[0].head):
                    yield Found(Spot(part.tree.file, None, table.place), "表头没有设为每页重复。")


def _html(tree: Tree) -> Iterator[Found]:
    for table in _TABLE.finditer(tree.source):
        if "<thead" not in table[0].lower() and re.search(r"\{%-?\s*for\b", table[0]):
            line = tree.source.count("\n", 0, table.start()) + 1
            yield Found(Spot(tree.file, line), "表格没有 <thead>，换页以后没有表头。")


CHECK = Check(
    "TPL010", "表头每页重复", Level.ERROR, "HTML 写 <thead>；DOCX 设为重复标题行。", examine
)
