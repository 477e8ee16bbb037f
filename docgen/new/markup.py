"""读 template.html 的正文：XHTML 与 Jinja 标签 → 段落、表格和控制标签。

The text is well-formed XHTML with Jinja tags as text nodes. Whatever has no counterpart in a
DOCX is refused, naming file, line and element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree

from docgen.errors import InputInvalid

TYPE_AREA = 8845  # twips: 156 mm
_CLASSES = {
    "p": {
        *("agency", "number", "addressee", "plain", "heading", "lead"),
        *("fact", "sign", "copies", "office", "day", "office-long", "day-long"),
    },
    "td": {"middle"},
    "div": {"ending"},
    "span": {"rule"},
}
_STYLES = {"p": "body", "td": "cell", "th": "head"}
_TAG = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\})", re.DOTALL)
_INNER = re.compile(r"\{[%{]\s*(.+?)\s*[%}]\}", re.DOTALL)
_UNSAFE = re.compile(r"^\{.[-+]|[-+].\}$|[&“”‘’]")  # docxtpl reads these in its own way
_INCLUDE = re.compile(r"""include\s+(["'])(.+?)\1""")
_CONTROL = re.compile(r"(?:if|elif|else|endif|for|endfor|set)\b[^%}]*")
_WRAPPER = re.compile(
    r"""\s*\{%\s*extends\s+["']layout/base\.html["']\s*%\}\s*\{%\s*block\s+body\s*%\}"""
    r"""(.*)\{%\s*endblock(?:\s+body)?\s*%\}\s*""",
    re.DOTALL,
)
_WIDTH = re.compile(r"\s*width:\s*([0-9.]+)%;?\s*")


@dataclass(frozen=True)
class Control:
    """夹在段落或表格行之间的控制标签，如 if seal。"""

    text: str

    @property
    def verb(self) -> str:
        """标签的第一个词。"""
        return self.text.split()[0]


@dataclass(frozen=True)
class Paragraph:
    """一段。runs: (text, underlined); keep: lines together; follow: with what comes next.

    before: extra space above, in twips.
    """

    style: str
    runs: tuple[tuple[str, bool], ...] = ()
    keep: bool = False
    follow: bool = False
    before: int = 0


@dataclass(frozen=True)
class Row:
    """表格的一行；head 为每页重复的表头。"""

    cells: tuple[Paragraph, ...]
    head: bool


@dataclass(frozen=True)
class Table:
    """表格。widths: of the columns, in twips."""

    widths: tuple[int, ...]
    rows: tuple[Row | Control, ...]


Block = Control | Paragraph | Table


def read_markup(name: str, template: str, include: Callable[[str], str]) -> list[Block]:
    """模板的正文块 → 段落、表格和控制标签，include 已展开。

    name: for messages; include: another template's name → its text. Raises InputInvalid.
    """
    body = _WRAPPER.fullmatch(template)
    if body is None:
        raise InputInvalid(
            f'{name} 须是 {{% extends "layout/base.html" %}}，'
            "之后只有一个 {% block body %} … {% endblock %}。"
        )
    above = "\n" * template.count("\n", 0, body.start(1))
    return _Reader(name, include).blocks(above, body.group(1))


@dataclass(frozen=True)
class _Reader:
    """读一个模板文件；name 用于报错，within 是正在插入的各文件。"""

    name: str
    include: Callable[[str], str]
    within: tuple[str, ...] = ()

    def blocks(self, above: str, text: str) -> list[Block]:
        """above: the line ends before the text, so that line numbers are the file's own."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
        try:
            root = etree.fromstring(f"{above}<body>{text}</body>".encode(), parser)
        except etree.XMLSyntaxError as error:
            raise InputInvalid(
                f"{self.name} 第 {error.lineno} 行不是完整的 XHTML：{error.msg}",
                advice="标签须成对，& 写作 &amp;，< 写作 &lt;。",
            ) from None
        return self._children(root)

    def _children(self, parent: etree._Element) -> list[Block]:
        blocks = self._between(parent, parent.text)
        for child in parent:
            match child.tag:
                case "p" | "h1":
                    blocks.append(self._paragraph(child))
                case "table":
                    blocks += [Paragraph("gap"), self._table(child), Paragraph("gap")]
                case "div":
                    blocks = self._ending(child, blocks)
                case _:
                    raise self._refusal(child, "不能写在这里")
            blocks += self._between(child, child.tail)
        return blocks

    def _between(self, near: etree._Element, text: str | None) -> list[Block]:
        """块与块之间只能有控制标签、include 和空白。"""
        blocks: list[Block] = []
        for piece in _TAG.split(text or ""):
            inner = self._inner(near, piece)
            if inner is None and piece.strip():
                raise self._refusal(near, f"附近的“{piece.strip()[:40]}”须写在段落里")
            if not inner:
                continue
            if found := _INCLUDE.fullmatch(inner):
                blocks += self._included(near, found.group(2))
            elif piece.startswith("{%") and _CONTROL.fullmatch(inner):
                blocks.append(Control(inner))
            else:
                raise self._refusal(near, f"附近的“{piece[:40]}”不能写在段落外")
        return blocks

    def _included(self, near: etree._Element, name: str) -> list[Block]:
        if name in self.within:
            raise self._refusal(near, f"附近的 include 循环插入了 {name}")
        try:
            text = self.include(name)
        except (KeyError, OSError):
            raise self._refusal(near, f"附近插入的 {name} 读不到") from None
        return _Reader(name, self.include, (*self.within, name)).blocks("", text)

    def _ending(self, div: etree._Element, before: list[Block]) -> list[Block]:
        """署名部分：整体不分页，并与前一段正文同页。"""
        self._class(div)
        bound = list(before)
        depth = 0
        for index in reversed(range(len(bound))):
            block = bound[index]
            if isinstance(block, Paragraph) and block.style != "gap":
                bound[index] = replace(block, keep=True, follow=True)
                if not depth:
                    break
            elif isinstance(block, Control) and block.verb != "endfor":
                depth += {"endif": 1, "if": -1}.get(block.verb, 0)
            else:
                raise self._refusal(div, "前面须有一段正文，印章才不会独在一页")
        else:
            raise self._refusal(div, "前面须有一段正文，印章才不会独在一页")
        inside = [
            replace(block, keep=True, follow=True) if isinstance(block, Paragraph) else block
            for block in self._children(div)
        ]
        return [*bound, Paragraph("ending", follow=True), *inside]

    def _table(self, table: etree._Element) -> Table:
        columns, *sections = self._only(table, "colgroup", "thead", "tbody")
        shares = []
        for column in self._only(columns, "col"):
            width = _WIDTH.fullmatch(column.get("style", ""))
            if width is None:
                raise self._refusal(column, '须写 style="width: …%"')
            shares.append(float(width.group(1)))
        if abs(sum(shares) - 100) > 0.01:
            raise self._refusal(columns, "各列宽度之和须为 100%")
        edges = [round(TYPE_AREA * sum(shares[:i]) / 100) for i in range(len(shares) + 1)]
        widths = tuple(right - left for left, right in pairwise(edges))
        rows: list[Row | Control] = []
        for section in sections:
            rows += self._rows(section, len(widths))
        return Table(widths, tuple(rows))

    def _rows(self, section: etree._Element, columns: int) -> Iterator[Row | Control]:
        head = section.tag == "thead"
        texts = [section.text, *(row.tail for row in section)]
        for text, row in zip(texts, [*self._only(section, "tr"), None], strict=True):
            for block in self._between(section, text):
                if head or not isinstance(block, Control):
                    raise self._refusal(section, "里只能有表格行" + "" if head else "和控制标签")
                yield block
            if row is None:
                return
            cells = tuple(self._paragraph(cell) for cell in self._only(row, "th", "td"))
            if len(cells) != columns:
                raise self._refusal(row, f"须有 {columns} 格，现有 {len(cells)} 格")
            yield Row(cells, head)

    def _paragraph(self, element: etree._Element) -> Paragraph:
        """p、h1、th、td → 一段。"""
        name = self._class(element)
        runs = [(element.text, False)]
        for child in element:
            if child.tag != "span" or self._class(child) != "rule" or len(child):
                raise self._refusal(child, "不能写在段落里")
            runs += [(child.text, True), (child.tail, False)]
        told = [(self._inline(element, text or ""), ruled) for text, ruled in runs]
        told[0] = (told[0][0].lstrip(" "), told[0][1])
        told[-1] = (told[-1][0].rstrip(" "), told[-1][1])
        style = name or _STYLES.get(element.tag, element.tag)
        return Paragraph(style, tuple(run for run in told if run[0]))

    def _inline(self, near: etree._Element, text: str) -> str:
        """段内文字：空白折成一个空格（全角空格除外），标签写法统一。"""
        told = ""
        for piece in _TAG.split(re.sub(r"[ \t\r\n]+", " ", text)):
            inner = self._inner(near, piece)
            if inner is None:
                told += piece
            elif piece.startswith("{{") or _CONTROL.fullmatch(inner):
                told += f"{piece[:2]} {inner} {piece[-2:]}"
            elif inner:
                raise self._refusal(near, f"里不能用“{piece[:40]}”")
        return told

    def _inner(self, near: etree._Element, piece: str) -> str | None:
        """标签里面的话；注释为空，不是标签则 None。"""
        if piece.startswith("{#"):
            return ""
        found = _INNER.fullmatch(piece)
        if found is None:
            return None
        if _UNSAFE.search(piece):
            raise self._refusal(near, f"附近的“{piece[:40]}”不能含 {{%-、-%}}、& 或弯引号")
        return found.group(1)

    def _only(self, element: etree._Element, *tags: str) -> Iterator[etree._Element]:
        """子元素只能是这些。"""
        for child in element:
            if child.tag not in tags:
                raise self._refusal(child, f"不能写在 <{element.tag}> 里")
            yield child

    def _class(self, element: etree._Element) -> str:
        name = str(element.get("class", ""))
        others = set(element.attrib) - {"class"}
        if others or (name and name not in _CLASSES.get(element.tag, ())):
            given = "、".join(sorted(others)) or f"class {name}"
            raise self._refusal(element, f"的 {given} 在 DOCX 中没有对应")
        return name

    def _refusal(self, element: etree._Element, reason: str) -> InputInvalid:
        where = f"{self.name} 第 {element.sourceline} 行"
        return InputInvalid(f"{where}：<{element.tag}> {reason}。")
