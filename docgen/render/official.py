"""一份文书的 HTML → 版面上的块：段落、表格、署名；版面没有的写法一律不放行。"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from lxml import etree

from docgen.errors import InputInvalid
from docgen.measures import SHAPE_OF, Measures, Shape
from docgen.model.layout import POINTS_PER_MM, TYPE_HEIGHT, TYPE_WIDTH
from docgen.model.symbol import Dots
from docgen.render.fonts import FontSet

_WIDTH = TYPE_WIDTH * POINTS_PER_MM
_ROUNDING = 0.05  # per cent, of the widths of columns
_PADDING = 6.0  # points, both sides of a cell
_HALF_A_PAGE = TYPE_HEIGHT * POINTS_PER_MM / 2
_SPACE = re.compile(r"[ \t\r\f]*\n[ \t\r\n\f]*")  # of a template; those of a value stay
_TIGHT = re.compile(r"[^\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0003ffff ]+")
_SHARE = re.compile(r"\s*width:\s*([0-9.]+)%;?\s*")
_ADVICE = (
    "template.html 只能写 p、h1、table、div.ending 和 span.rule，类见 layout/official.yaml；"
    "docgen lint 会说出在哪里。"
)


@dataclass(frozen=True)
class Piece:
    """一段里的一截。ruled: underlined; anywhere: wider than a line, may break at any character."""

    text: str
    ruled: bool = False
    anywhere: bool = False


@dataclass(frozen=True)
class Paragraph:
    """一段。shape: its name in official.yaml; keep: with what follows; whole: unbroken."""

    shape: str
    pieces: tuple[Piece, ...]
    keep: bool = False
    whole: bool = False
    title: bool = False


@dataclass(frozen=True)
class Row:
    """表格的一行。whole: not broken across pages."""

    cells: tuple[Paragraph, ...]
    whole: bool = True


@dataclass(frozen=True)
class Table:
    """表格。widths: of the columns, in per cent of the type area."""

    widths: tuple[float, ...]
    head: tuple[Row, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Ending:
    """署名部分：不分页，与前一段同页。"""

    blocks: tuple[Paragraph, ...]
    whole: bool = True


Block = Paragraph | Table | Ending


@dataclass(frozen=True)
class Page:
    """排版用的一份：文件的题目与说明，正文各块。"""

    title: str
    description: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Seal:
    """版面上的签封：两行文字与码。"""

    identity: str
    host: str
    dots: Dots


@dataclass(frozen=True)
class Mark:
    """页上的记号与文件的说明。draft: the grey word across a draft; content: to embed, or None."""

    author: str
    day: date
    seal: Seal | None
    draft: Dots | None
    content: bytes | None


def lay(html: str, measures: Measures, fonts: FontSet) -> Page:
    """填好的 HTML → 各块。Raises InputInvalid for an element, class or attribute unknown."""
    root = etree.fromstring(html, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    (main,) = root.findall("body/main")
    for other in (*root.find("body"), *root.find("head")):
        if isinstance(other.tag, str) and other.tag not in ("main", "meta", "title"):
            raise _refusal(other)
    described = root.find("head/meta[@name='description']")
    return Page(
        title=_SPACE.sub(" ", root.findtext("head/title") or "").strip(),
        description="" if described is None else described.get("content", ""),
        blocks=tuple(_Setter(measures, fonts).blocks(main)),
    )


@dataclass(frozen=True)
class _Setter:
    measures: Measures
    fonts: FontSet

    def blocks(self, parent: etree._Element) -> list[Block]:
        found: list[Block] = []
        for child in _elements(parent):
            match child.tag:
                case "p" | "h1":
                    found.append(self._paragraph(child, _WIDTH))
                case "table":
                    if found and isinstance(found[-1], Paragraph):
                        found[-1] = replace(found[-1], keep=True)
                    found.append(self._table(child))
                case "div" if dict(child.attrib) == {"class": "ending"}:
                    if found and isinstance(found[-1], Paragraph):
                        found[-1] = self._bound(found[-1])
                    found.append(self._ending(child))
                case _:
                    raise _refusal(child)
        return found

    def _paragraph(self, element: etree._Element, width: float) -> Paragraph:
        if set(element.attrib) - {"class"}:
            raise _refusal(element)
        name = element.get("class") or SHAPE_OF[element.tag]
        shape = self.measures.shapes.get(name)
        if shape is None:
            raise _refusal(element)
        room = width - shape.left
        pieces = tuple(self._pieces(_runs(element), shape, room))
        told = Paragraph(name, pieces, shape.keep, title=element.tag == "h1")
        fits = shape.whole and self._height(told, room) <= _HALF_A_PAGE
        return replace(told, whole=fits)

    def _bound(self, before: Paragraph) -> Paragraph:
        """署名前的一段：与署名同页，不长的不分。"""
        shape = self.measures.shapes[before.shape]
        fits = self._height(before, _WIDTH - shape.left) <= _HALF_A_PAGE
        return replace(before, keep=True, whole=fits)

    def _ending(self, element: etree._Element) -> Ending:
        blocks = self.blocks(element)
        if not all(isinstance(block, Paragraph) for block in blocks):
            raise _refusal(element)
        told = tuple(replace(b, keep=False) for b in blocks if isinstance(b, Paragraph))
        height = sum(self._height(b, _WIDTH - self.measures.shapes[b.shape].left) for b in told)
        return Ending(told, whole=height <= _HALF_A_PAGE * 1.6)

    def _table(self, table: etree._Element) -> Table:
        if table.attrib:
            raise _refusal(table)
        sections: dict[str, list[list[etree._Element]]] = {"thead": [], "tbody": []}
        shares: list[float] = []
        for part in _elements(table):
            if part.attrib or part.tag not in (*sections, "colgroup"):
                raise _refusal(part)
            for child in _elements(part):
                width = _SHARE.fullmatch(child.get("style", ""))
                if part.tag == "colgroup" and child.tag == "col" and width:
                    shares.append(float(width[1]))
                elif part.tag != "colgroup" and child.tag == "tr" and not child.attrib:
                    sections[part.tag].append([self._cell(cell) for cell in _elements(child)])
                else:
                    raise _refusal(child)
        rows = [*sections["thead"], *sections["tbody"]]
        count = len(shares) or len(rows[0])
        uneven = any(len(row) != count for row in rows)
        if not rows or uneven or (shares and abs(sum(shares) - 100) > _ROUNDING):
            raise _refusal(table)
        widths = tuple(shares) or (100 / count,) * count
        head = tuple(self._row(row, widths) for row in sections["thead"])
        return Table(widths, head, tuple(self._row(row, widths) for row in sections["tbody"]))

    def _cell(self, element: etree._Element) -> etree._Element:
        if element.tag not in ("td", "th"):
            raise _refusal(element)
        return element

    def _row(self, row: Sequence[etree._Element], widths: Sequence[float]) -> Row:
        rooms = [_WIDTH * width / 100 - _PADDING for width in widths]
        cells = tuple(self._paragraph(cell, room) for cell, room in zip(row, rooms, strict=True))
        tallest = max(self._height(cell, room) for cell, room in zip(cells, rooms, strict=True))
        return Row(cells, whole=tallest <= _HALF_A_PAGE)

    def _height(self, paragraph: Paragraph, room: float) -> float:
        """大约多高；一行的末尾可能空出一字。"""
        shape = self.measures.shapes[paragraph.shape]
        length = shape.indent + sum(self._length(piece.text, shape) for piece in paragraph.pieces)
        lines = math.ceil(length / max(room - shape.size, shape.size))
        return shape.above + shape.below + max(lines, 1) * shape.line

    def _length(self, text: str, shape: Shape) -> float:
        return self.fonts.width(text) * shape.size + len(text) * shape.tracking

    def _pieces(
        self, runs: Sequence[tuple[str, bool]], shape: Shape, room: float
    ) -> Iterator[Piece]:
        """各截再分成可以照常断行的，和比一行还长、随处可断的。"""
        wide = self._wide("".join(text for text, _ in runs), shape, room - shape.indent)
        start = 0
        for text, ruled in runs:
            end = start + len(text)
            edges = {start, end, *(edge for at in wide for edge in at if start < edge < end)}
            for left, right in pairwise(sorted(edges)):
                anywhere = any(first <= left < last for first, last in wide)
                yield Piece(text[left - start : right - start], ruled, anywhere)
            start = end

    def _wide(self, text: str, shape: Shape, room: float) -> list[tuple[int, int]]:
        """比一行还长、中间不一定能断的各处：起止。"""
        fewest = int(room / (shape.size + max(shape.tracking, 0)))  # characters that fill a line
        if max(map(len, _TIGHT.findall(text)), default=0) + 2 < fewest:
            return []
        return [
            (start, end)
            for start, end in _words(text)
            if self._length(text[start:end], shape) > room
        ]


def _words(text: str) -> Iterator[tuple[int, int]]:
    """在一定可以断行的地方分开：汉字与汉字、字母、数字之间，空格之后；各段的起止。"""
    start = 0
    for index, (before, after) in enumerate(pairwise(text), 1):
        if before == " " or (_free(before, after) and _free(after, before)):
            yield start, index
            start = index
    yield start, len(text)


def _free(char: str, other: str) -> bool:
    return _ideograph(char) or (char.isascii() and char.isalnum() and _ideograph(other))


def _ideograph(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf" or char >= "\U00020000"


def _runs(element: etree._Element) -> list[tuple[str, bool]]:
    """一段的文字，各截是否划线；模板里的换行折成一个空格，值里的空格照原样。"""
    runs = [(element.text, False)]
    for child in element:
        if isinstance(child.tag, str):
            if child.tag != "span" or dict(child.attrib) != {"class": "rule"} or len(child):
                raise _refusal(child)
            runs.append((child.text, True))
        runs.append((child.tail, False))
    told = [(_SPACE.sub("\n", text), ruled) for text, ruled in runs if text]
    if told:
        told[0] = (told[0][0].lstrip("\n"), told[0][1])
        told[-1] = (told[-1][0].rstrip("\n"), told[-1][1])
    told = [(text.replace("\n", " "), ruled) for text, ruled in told]
    return [(text, ruled) for text, ruled in told if text]


def _elements(parent: etree._Element) -> Iterator[etree._Element]:
    return (child for child in parent if isinstance(child.tag, str))


def _refusal(element: etree._Element) -> InputInvalid:
    given = " ".join(f'{name}="{value[:80]}"' for name, value in element.attrib.items())
    told = " ".join(filter(None, (element.tag, given)))
    title = (element.getroottree().findtext("head/title") or "").split()
    where = f"《{title[0]}》的 template.html " if title else "template.html "
    return InputInvalid(f"{where}用了版面没有的写法：<{told}>。", advice=_ADVICE)
