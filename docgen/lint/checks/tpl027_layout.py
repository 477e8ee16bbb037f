"""HTML 只用版面有的写法（TPL027）。

段落 p、h1，表格 table（colgroup、col、thead、tbody、tr、th、td），署名 <div class="ending">，
划线 <span class="rule">；col 只写宽度，合起来是 100%，各行的格数相同；p、th、td 的类在
layout/official.yaml 的 shapes 里；除 col 外，每个都有收尾，条件的每一支各收各的。
版面没有的，签发时不印。
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import Spot, TemplateFolder, Tree
from docgen.validate import nearest

_BASE = "layout/base.html"
_ASIDE = re.compile(r"<!--.*?-->|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<([a-zA-Z][\w:-]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*?)/?>")
_EDGE = re.compile(r"<(/?)([a-zA-Z][\w:-]*)(?:\"[^\"]*\"|'[^']*'|[^>\"'])*?(/?)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_WIDTH = re.compile(r"\s*width:\s*[0-9.]+%;?\s*")
_TABLE = re.compile(r"<table\b[^>]*>(.*?)</table>", re.DOTALL)
_ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[dh]\b")
_NESTED = re.compile(r"<t[dh]\b[^>]*>(?:(?!</t[dh]>).)*?<(?:p|h1|table)\b", re.DOTALL)
_COLUMN = re.compile(r"<col\b[^>]*width:\s*([0-9.]+)%")
_ROUNDING = 0.05  # per cent
_SHAPED = {"p", "h1", "td", "th"}
_PLAIN = {"table", "colgroup", "thead", "tbody", "tr"}
_EMPTY = {"col"}
_FIXED = {"div": "ending", "span": "rule"}


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """各文书的 HTML 和它们插入的各文件；base.html 的头尾另有检查。"""
    trees = [tree for name, tree in folder.layout.items() if name != _BASE]
    trees += [instrument.html for instrument in folder.instruments if instrument.html]
    shapes = set(folder.measures.shapes) if folder.measures else None
    for tree in trees:
        text = _ASIDE.sub(lambda found: "\n" * found[0].count("\n"), tree.source)
        for tag in _TAG.finditer(text):
            given = {name: "".join(values) for name, *values in _ATTRIBUTE.findall(tag[2])}
            for told, hint in _odd(tag[1].lower(), given, shapes):
                yield Found(_spot(tree, text, tag.start()), told, hint)
        for table in _TABLE.finditer(text):
            for told in _ill_made(table[1]):
                yield Found(_spot(tree, text, table.start()), told, "")
        for cell in _NESTED.finditer(text):
            yield Found(_spot(tree, text, cell.start()), "单元格里不能再写段落或者表格。", "")
        for position, told in _unpaired(text):
            yield Found(_spot(tree, text, position), told, "")


def _odd(tag: str, given: dict[str, str], shapes: set[str] | None) -> Iterator[tuple[str, str]]:
    if tag == "col":
        if set(given) != {"style"} or not _WIDTH.fullmatch(given["style"]):
            yield '<col> 只能写 style="width: …%"。', ""
        return
    if tag not in _SHAPED | _PLAIN | set(_FIXED):
        yield f"版面没有 <{tag}>。", ""
        return
    others = sorted(set(given) - {"class"})
    if others:
        yield f"<{tag}> 不能写 {'、'.join(others)}。", ""
    name = given.get("class", "")
    if tag in _FIXED and name != _FIXED[tag]:
        yield f'<{tag}> 只能写成 <{tag} class="{_FIXED[tag]}">。', ""
    elif tag in _PLAIN and name:
        yield f"<{tag}> 没有类“{name}”。", ""
    elif tag in _SHAPED and name and shapes is not None and name not in shapes:
        near = nearest(name, sorted(shapes))
        yield f"版面没有类“{name}”。", f"是否应为“{near}”？" if near else ""


def _unpaired(text: str) -> Iterator[tuple[int, str]]:
    """开了没有收的，收了没有开的。"""
    opened: list[tuple[str, int]] = []
    for edge in _EDGE.finditer(text):
        name = edge[2].lower()
        if not edge[1]:
            opened += [] if name in _EMPTY or edge[3] else [(name, edge.start())]
        elif name not in (one for one, _ in opened):
            yield edge.start(), f"</{name}> 没有相应的 <{name}>。"
        else:
            while (last := opened.pop())[0] != name:
                yield last[1], f"<{last[0]}> 没有收尾的 </{last[0]}>。"
    for name, position in opened:
        yield position, f"<{name}> 没有收尾的 </{name}>。"


def _ill_made(table: str) -> Iterator[str]:
    """各列的宽合起来是 100%，各行的格数与列数相同。"""
    widths = [float(share) for share in _COLUMN.findall(table)]
    if widths and abs(sum(widths) - 100) > _ROUNDING:
        yield f"各列的宽合起来是 {sum(widths):g}%，应为 100%。"
    counts = [len(_CELL.findall(row)) for row in _ROW.findall(table)]
    wanted = len(widths) or (counts[0] if counts else 0)
    for number, count in enumerate(counts, 1):
        if count != wanted:
            yield f"表格的第 {number} 行有 {count} 格，应有 {wanted} 格。"


def _spot(tree: Tree, text: str, position: int) -> Spot:
    return Spot(tree.file, text.count("\n", 0, position) + 1)


CHECK = Check(
    "TPL027",
    "只用版面有的写法",
    Level.ERROR,
    "请改用版面有的写法；类可以在 layout/official.yaml 加。",
    examine,
)
