"""模板文件夹读成的冻结数据：各检查只看这里，不碰磁盘。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from docgen.catalogue_schema import ChecklistFile, FieldFile, InstrumentFile, ParameterFile
from docgen.measures import Measures
from docgen.model.law import StaleWording
from docgen.source import Place, Source


@dataclass(frozen=True)
class Spot:
    """在哪里。file: relative to the templates folder; place: for DOCX; line: where known."""

    file: str
    line: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Fault:
    """读的时候就发现的问题。kind: schema, unreadable or syntax."""

    kind: str
    spot: Spot
    message: str
    advice: str = ""


@dataclass(frozen=True)
class YamlFile:
    """一个 YAML 文件；读不成的 source 为 None，原因在 TemplateFolder.faults。"""

    file: str
    source: Source | None = None

    def spot(self, *place: str | int) -> Spot:
        """某一处的位置；没有写的键用它所在那一段的行号。"""
        known: Place = place
        lines = self.source.lines if self.source else {}
        while known and known not in lines:
            known = known[:-1]
        return Spot(self.file, lines.get(known))

    def text(self, key: str) -> str:
        """顶层某键的文字，没有则空。"""
        data = self.source.data if self.source else None
        value = data.get(key) if isinstance(data, dict) else None
        return value if isinstance(value, str) else ""


@dataclass(frozen=True)
class Declared:
    """声明的一个字段。group: the field group it comes from, empty for the instrument's own."""

    field: FieldFile
    spot: Spot
    group: str = ""


@dataclass(frozen=True)
class Tree:
    """一段模板文字和它的语法树。

    places: of each line (DOCX: one line a paragraph), empty for HTML. template: None where the
    text has a fault.
    """

    file: str
    source: str
    template: nodes.Template | None
    places: tuple[str, ...] = ()

    def spot(self, line: int) -> Spot:
        """某一行的位置。"""
        if not self.places:
            return Spot(self.file, line)
        return Spot(self.file, None, self.places[min(line, len(self.places)) - 1])


@dataclass(frozen=True)
class Run:
    """同一格式的一截文字。hidden: why nobody sees it, empty if it is seen."""

    text: str
    ruled: bool = False
    hidden: str = ""


@dataclass(frozen=True)
class Paragraph:
    """DOCX 的一段。row: the table and row it stands in; alone: the only one in its row."""

    place: str
    runs: tuple[Run, ...]
    row: tuple[int, int] | None = None
    alone: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class TableRow:
    """DOCX 表格的一行：文字，以及是不是每页重复的表头。"""

    text: str
    head: bool


@dataclass(frozen=True)
class Table:
    """DOCX 的一个表格。"""

    place: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Part:
    """DOCX 的一个部件。kind: body, margin, note or property."""

    name: str
    label: str
    kind: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[Table, ...]
    tree: Tree


@dataclass(frozen=True)
class Oddity:
    """读者或者程序读不到的东西：在哪里、是什么。"""

    spot: Spot
    message: str


@dataclass(frozen=True)
class Docx:
    """template.docx。fonts: where a font is named, and its name; members: of the package."""

    file: str
    parts: tuple[Part, ...]
    fonts: tuple[tuple[Spot, str], ...]
    oddities: tuple[Oddity, ...]
    members: frozenset[str]


@dataclass(frozen=True)
class Use:
    """模板里用到的一样东西。

    kind: path, unknown (a path that is not declared), filter, test, call, include, forbidden.
    filters: those applied to a printed path, innermost first; type: of the printed value.
    guards: the names that the conditions around it ask for.
    """

    kind: str
    name: str
    spot: Spot
    printed: bool = False
    iterated: bool = False
    filters: tuple[str, ...] = ()
    type: str = ""
    ruled: bool = False
    guards: frozenset[str] = frozenset()
    advice: str = ""


@dataclass(frozen=True)
class InstrumentFolder:
    """一种文书的文件夹。data: None where the YAML has faults; fields: those that could be read.

    whole: every declared field could be read; otherwise nothing is said that depends on them.
    """

    id: str
    yaml: YamlFile
    data: InstrumentFile | None
    fields: tuple[Declared, ...]
    whole: bool
    includes: tuple[str, ...]
    html: Tree | None
    docx: Docx | None
    html_uses: tuple[Use, ...] = ()
    docx_uses: tuple[Use, ...] = ()

    @property
    def file(self) -> str:
        return f"instruments/{self.id}"

    @property
    def understood(self) -> bool:
        """字段都读成了，两个模板都在，标签也都读得懂。"""
        trees = [part.tree for part in self.docx.parts] if self.docx else []
        return (
            self.whole
            and self.html is not None
            and self.docx is not None
            and all(tree.template is not None for tree in (self.html, *trees))
        )

    @property
    def uses(self) -> tuple[Use, ...]:
        """两种版式用到的一切。"""
        return (*self.html_uses, *self.docx_uses)

    def declared(self, name: str) -> Declared | None:
        """按名称找字段，没有则 None。"""
        return next((d for d in self.fields if d.field.name == name), None)


@dataclass(frozen=True)
class Known:
    """程序这一头所知道的。given: names every template may read, and their types.

    methods: those that may be called on a value; most: turns of a range, width of a blank.
    missing: which characters no font can draw; None where there are no fonts to ask.
    """

    filters: frozenset[str]
    tests: frozenset[str]
    functions: frozenset[str]
    given: Mapping[str, str]
    methods: frozenset[str]
    most: int
    missing: Callable[[Iterable[str]], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class TemplateFolder:
    """整个模板文件夹。layout: the HTML pieces by name (layout/head.html)."""

    known: Known
    instruments: tuple[InstrumentFolder, ...]
    layout: Mapping[str, Tree]
    measures: Measures | None
    measures_file: YamlFile
    groups: Mapping[str, tuple[Declared, ...]]
    group_file: YamlFile
    law: Mapping[str, tuple[YamlFile, ParameterFile]]
    checklist: ChecklistFile | None
    checklist_file: YamlFile
    fonts: frozenset[str]
    stale: tuple[StaleWording, ...]
    faults: tuple[Fault, ...] = field(default=())

    @property
    def law_read(self) -> bool:
        """法律参数是不是全都读成了。"""
        return not any(fault.spot.file.startswith("law/") for fault in self.faults)

    def pieces(self, html: Tree) -> Iterator[Tree]:
        """一个 HTML 模板和它插入的各文件，各一次。"""
        seen: set[str] = set()
        waiting = [html]
        while waiting:
            tree = waiting.pop(0)
            yield tree
            if tree.template is None:
                continue
            for node in tree.template.find_all((nodes.Include, nodes.Extends)):
                name = getattr(getattr(node, "template", None), "value", None)
                if isinstance(name, str) and name in self.layout and name not in seen:
                    seen.add(name)
                    waiting.append(self.layout[name])
