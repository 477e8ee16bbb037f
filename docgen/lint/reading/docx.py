"""读 template.docx：各部件的段落、表格、字体和读者看不到的东西。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment
from lxml import etree

from docgen.errors import DocgenError, why
from docgen.lint.folder import (
    Docx,
    Fault,
    Oddity,
    Paragraph,
    Part,
    Run,
    Spot,
    Table,
    TableRow,
)
from docgen.lint.reading.hidden import W, hidden_reason, hiding_styles, oddities
from docgen.lint.reading.text import irregular, parse
from docgen.office import read_office

MAX_DOCX = 20_000_000
_ADVICE = "请执行 make templates，或者用 Word 重新保存为 .docx。"
_LABELS = (
    (re.compile(r"word/document\.xml"), "正文", "body"),
    (re.compile(r"word/header\d*\.xml"), "页眉", "margin"),
    (re.compile(r"word/footer\d*\.xml"), "页脚", "margin"),
    (re.compile(r"word/footnotes\.xml"), "脚注", "note"),
    (re.compile(r"word/endnotes\.xml"), "尾注", "note"),
    (re.compile(r"word/comments\.xml"), "批注", "note"),
    (re.compile(r"docProps/(core|app|custom)\.xml"), "文档属性", "property"),
)
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_PREFIX = re.compile(r"(\{%-?|\{\{)(?:tr|tc|p|r)(?= )")
_FONT_KEYS = ("ascii", "hAnsi", "eastAsia", "cs")
RULED, UNRULED = "\ue001", "\ue002"  # around underlined words in a tree's source


def read_docx(root: Path, name: str, jinja: Environment, faults: list[Fault]) -> Docx | None:
    """一个 DOCX 模板；读不成的记下，给出 None。"""
    path = root / name
    if fault := irregular(root, name):
        faults.append(fault)
        return None
    try:
        if path.stat().st_size > MAX_DOCX:
            faults.append(Fault("unreadable", Spot(name), "文件太大。", _ADVICE))
            return None
        members = read_office(path.read_bytes(), name)
        roots = {part: _root(data) for part, data in members.items() if part.endswith(".xml")}
    except FileNotFoundError:
        faults.append(Fault("unreadable", Spot(name), "没有这个文件。", _ADVICE))
        return None
    except OSError as error:
        faults.append(Fault("unreadable", Spot(name), f"读不了：{why(error)}。", _ADVICE))
        return None
    except DocgenError as error:
        told = error.message.removeprefix(name).strip()
        faults.append(Fault("unreadable", Spot(name), told, _ADVICE))
        return None
    except (etree.XMLSyntaxError, RecursionError) as error:
        faults.append(Fault("unreadable", Spot(name), f"不是完整的 XML：{error}", _ADVICE))
        return None
    if roots.get("word/document.xml") is None or "[Content_Types].xml" not in roots:
        faults.append(Fault("unreadable", Spot(name), "不是 Word 文档。", _ADVICE))
        return None
    parts = tuple(
        _part(name, part, label, kind, roots[part], jinja, faults)
        for pattern, label, kind in _LABELS
        for part in sorted(roots)
        if pattern.fullmatch(part)
    )
    fonts = tuple(found for part in sorted(roots) for found in _fonts(name, part, roots[part]))
    odd = tuple(Oddity(Spot(name, None, place), told) for place, told in _oddities(roots))
    return Docx(name, parts, fonts, odd, frozenset(members))


def _root(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def _part(
    file: str,
    name: str,
    label: str,
    kind: str,
    root: etree._Element,
    jinja: Environment,
    faults: list[Fault],
) -> Part:
    if kind == "property":
        texts = (str(node.text) for node in root.iter() if isinstance(node.tag, str) and node.text)
        paragraphs = tuple(Paragraph(label, (Run(text),)) for text in texts if text.strip())
        tables: tuple[Table, ...] = ()
    else:
        reader = _Reader("" if kind == "body" else label + " ")
        reader.walk(root)
        paragraphs, tables = tuple(reader.paragraphs), tuple(reader.tables)
    source = "\n".join(_jinja_line(paragraph) for paragraph in paragraphs)
    places = tuple(p.place for p in paragraphs) or (label,)
    tree = parse(file, source, places, jinja, faults)
    return Part(name, label, kind, paragraphs, tables, tree)


def _jinja_line(paragraph: Paragraph) -> str:
    """一段的 Jinja 文字，一段一行；下划线的起止各用一个记号。"""
    text = paragraph.text
    ruled = [run.ruled for run in paragraph.runs for _ in run.text]
    told, start, state = "", 0, False
    spans = [found.span() for found in _TAG.finditer(text)]
    for left, right in [*spans, (len(text), len(text))]:
        pieces = [(i, i + 1) for i in range(start, left)] + (
            [(left, right)] if right > left else []
        )
        for begin, end in pieces:
            if ruled[begin] != state:
                state = ruled[begin]
                told += RULED if state else UNRULED
            told += text[begin:end]
        start = right
    told += UNRULED * state
    return _PREFIX.sub(r"\1 ", told.replace("\n", " ").replace("\r", " "))


@dataclass
class _Reader:
    """走一遍部件的元素，记下段落与表格；before 放在每个位置前面。"""

    before: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    count: int = 0

    def walk(self, element: etree._Element, depth: int = 0) -> None:
        """正文里的段落和表格；depth 防嵌套过深。"""
        for child in element:
            if child.tag == f"{W}p":
                self.count += 1
                place = f"{self.before}第{self.count}段"
                self.paragraphs.append(Paragraph(place, tuple(_runs(child))))
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif isinstance(child.tag, str) and depth < 200:
                self.walk(child, depth + 1)

    def _table(self, table: etree._Element) -> None:
        number = len(self.tables) + 1
        rows = []
        for r, row in enumerate(table.findall(f".//{W}tr"), 1):
            head = row.find(f"{W}trPr/{W}tblHeader") is not None
            before = len(self.paragraphs)
            cells = row.findall(f"{W}tc")
            for c, cell in enumerate(cells, 1):
                place = f"{self.before}表{number} 第{r}行第{c}格"
                for paragraph in cell.iter(f"{W}p"):
                    runs = tuple(_runs(paragraph))
                    self.paragraphs.append(Paragraph(place, runs, (number, r), len(cells) == 1))
            text = "".join(p.text for p in self.paragraphs[before:])
            rows.append(TableRow(text, head))
        self.tables.append(Table(f"{self.before}表{number}", tuple(rows)))


def _runs(paragraph: etree._Element) -> Iterator[Run]:
    for child in paragraph:
        if child.tag == f"{W}r":
            text = "".join(_piece(node) for node in child)
            if text:
                properties = child.find(f"{W}rPr")
                yield Run(text, _ruled(properties), hidden_reason(properties))
        elif child.tag not in (f"{W}pPr", f"{W}del", f"{W}moveFrom") and isinstance(child.tag, str):
            yield from _runs(child)


def _piece(node: etree._Element) -> str:
    if node.tag == f"{W}t":
        return str(node.text or "")
    return " " if node.tag in (f"{W}tab", f"{W}br", f"{W}cr", f"{W}ptab") else ""


def _ruled(properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    style, line = properties.find(f"{W}rStyle"), properties.find(f"{W}u")
    named = style is not None and style.get(f"{W}val") == "rule"
    return named or (line is not None and line.get(f"{W}val", "single") != "none")


def _fonts(file: str, part: str, root: etree._Element) -> Iterator[tuple[Spot, str]]:
    """命名了字体的各处，每个部件里同一字体只记一次。"""
    seen: set[str] = set()
    for node in root.iter(f"{W}rFonts", f"{W}font"):
        named = [node.get(f"{W}{key}") for key in (*_FONT_KEYS, "name")]
        themed = [node.get(f"{W}{key}Theme") for key in ("ascii", "hAnsi", "eastAsia")]
        wanted = [str(f) for f in named if f] + [f"主题字体 {t}" for t in themed if t]
        for family in wanted:
            if family not in seen:
                seen.add(family)
                yield Spot(file, None, f"{part} {_owner(node)}".strip()), family


def _owner(node: etree._Element) -> str:
    style = next(node.iterancestors(f"{W}style"), None)
    return f"样式 {style.get(f'{W}styleId')}" if style is not None else ""


def _oddities(roots: Mapping[str, etree._Element]) -> Iterator[tuple[str, str]]:
    for pattern, label, kind in _LABELS[:6]:
        for part in sorted(roots):
            if pattern.fullmatch(part):
                yield from oddities(label, kind, roots[part])
    for name, reason in hiding_styles(roots):
        yield f"样式 {name}", f"样式把文字写成{reason}"
