"""印刷间：一套模板环境、字体与版式，把稿印成 PDF 和 DOCX。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jinja2.sandbox import ImmutableSandboxedEnvironment

from docgen.errors import InputInvalid, Problem
from docgen.measures import Measures
from docgen.model.contact import ContactSheet
from docgen.model.document import Document
from docgen.model.draft import Draft
from docgen.model.pack import Cover
from docgen.model.paper import PaperReport
from docgen.model.report import Report
from docgen.model.sheet import Sheet
from docgen.model.symbol import Dots, Symbol
from docgen.model.volume import Divider, Volume
from docgen.model.words import Words
from docgen.render.draft_mark import draft_dots, draft_mark
from docgen.render.fonts import FontSet
from docgen.render.html import html_words, render_html, typeset
from docgen.render.layout import load_layout
from docgen.render.official import Mark, Seal, lay
from docgen.render.sheet import (
    render_contact,
    render_cover,
    render_leaf,
    render_paper,
    render_report,
    render_sheet,
    slate_pictures,
)
from docgen.render.template import SealText, environment

_DRAFT_FAMILY = "FandolHei"
_GLYPH_ADVICE = "请换用通行的写法，或者在 templates/layout/fonts.yaml 增加含有该字的字体。"


@dataclass(frozen=True)
class SealMark:
    """印上去的签封：供人看的两行，二维码的点阵与给 Word 的 PNG。"""

    text: SealText
    dots: Dots
    large: bytes

    @classmethod
    def of(cls, identity: str, host: str, symbol: Symbol) -> SealMark:
        """PDF 的码每模块一点，自会清晰放大；Word 要足够多的点。"""
        return cls(SealText(identity, host), symbol.dots, symbol.png(12))


@dataclass(frozen=True)
class Press:
    """印刷间。measures: of the instruments; styles: the sheets' style sheets, by file name."""

    environment: ImmutableSandboxedEnvironment
    fonts: FontSet
    measures: Measures
    styles: Mapping[str, bytes]

    def words(self, draft: Draft) -> Words:
        """稿将印出的文字（签封、页码除外）。"""
        return html_words(render_html(draft, self.environment))

    def print(
        self, draft: Draft, mark: SealMark | None, content: bytes | None
    ) -> tuple[Document, Document]:
        """稿 → PDF 与 DOCX；mark 为 None 即印成草稿。content: to embed in the PDF."""
        return self.print_pdf(draft, mark, content), self.print_docx(draft, mark)

    def print_pdf(self, draft: Draft, mark: SealMark | None, content: bytes | None) -> Document:
        """稿 → PDF；mark 为 None 即印成草稿。content: to embed in it."""
        seal = None if mark is None else Seal(mark.text.identity, mark.text.host, mark.dots)
        across = draft_dots(self._draft_font()) if mark is None else None
        told = Mark(draft.agency, draft.date, seal, across, content)
        return self.print_html(render_html(draft, self.environment), told)

    def print_html(self, html: str, mark: Mark) -> Document:
        """填好的 template.html → PDF。Raises InputInvalid for what the layout has not."""
        from docgen.render.typesetter import typeset_page  # noqa: PLC0415  # slow to import

        page = lay(html, self.measures, self.fonts)
        return typeset_page(page, mark, self.measures, self.fonts)

    def print_docx(self, draft: Draft, mark: SealMark | None) -> Document:
        """稿 → DOCX；mark 为 None 即印成草稿。"""
        from docgen.render.docx import render_docx  # noqa: PLC0415  # slow to import

        if mark is None:
            pictures = {"word/media/draft.png": draft_mark(self._draft_font())}
            return render_docx(draft, None, pictures, self.environment)
        pictures = {"word/media/seal.png": mark.large}
        return render_docx(draft, mark.text, pictures, self.environment)

    def sheet_words(self, sheet: Sheet) -> Words:
        """音像记录单将印出的文字（页脚除外）。"""
        return html_words(render_sheet(sheet, self.environment))

    def print_sheet(self, sheet: Sheet) -> Document:
        """音像记录单 → PDF；没有标识的印成草稿。Raises InputInvalid for a missing glyph."""
        html = render_sheet(sheet, self.environment)
        self._demand_every_glyph(html, f"《{sheet.title}》的音像记录单")
        assets = {name: self.styles[name] for name in ("base.css", "sheet.css")}
        assets |= slate_pictures(sheet)
        if sheet.identity is None:
            assets["draft.png"] = draft_mark(self._draft_font())
        return self._pdf(html, assets)

    def cover_words(self, cover: Cover) -> Words:
        """封面将印出的文字（页脚除外）。"""
        return html_words(render_cover(cover, self.environment))

    def print_cover(self, cover: Cover) -> Document:
        """打印文件的封面 → PDF。Raises InputInvalid for a missing glyph."""
        html = render_cover(cover, self.environment)
        self._demand_every_glyph(html, f"{cover.case_number}的封面")
        assets = {name: self.styles[name] for name in ("base.css", "cover.css")}
        return self._pdf(html, assets)

    def leaf_words(self, leaf: Volume | Divider) -> Words:
        """打印册的目录或者分隔页将印出的文字（页脚除外）。"""
        return html_words(render_leaf(leaf, self.environment))

    def print_leaf(self, leaf: Volume | Divider) -> Document:
        """打印册的目录或者分隔页 → PDF。Raises InputInvalid for a missing glyph."""
        html = render_leaf(leaf, self.environment)
        self._demand_every_glyph(html, f"{leaf.case_number}的目录或分隔页")
        assets = {name: self.styles[name] for name in ("base.css", "volume.css")}
        return self._pdf(html, assets)

    def report_words(self, report: Report) -> Words:
        """核查报告将印出的文字（页脚除外）。"""
        return html_words(render_report(report, self.environment))

    def print_report(self, report: Report) -> Document:
        """核查报告 → PDF。Raises InputInvalid for a missing glyph."""
        html = render_report(report, self.environment)
        self._demand_every_glyph(html, f"{report.case_number}的核查报告")
        assets = {name: self.styles[name] for name in ("base.css", "report.css")}
        return self._pdf(html, assets)

    def contact_words(self, sheet: ContactSheet) -> Words:
        """画面附页将印出的文字（页脚除外）。"""
        return html_words(render_contact(sheet, self.environment))

    def print_contact(self, sheet: ContactSheet, pictures: Mapping[str, bytes]) -> Document:
        """画面附页 → PDF。pictures: JPEG bytes by name. Raises InputInvalid for a missing glyph."""
        html = render_contact(sheet, self.environment)
        self._demand_every_glyph(html, f"{sheet.case_number}的画面附页")
        assets = {name: self.styles[name] for name in ("base.css", "contact.css")}
        return self._pdf(html, {**assets, **pictures})

    def paper_html(self, report: PaperReport) -> str:
        """比对报告的 HTML，样式与图片另在。"""
        return render_paper(report, self.environment)

    def paper_words(self, report: PaperReport) -> Words:
        """比对报告将印出的文字（页脚除外）。"""
        return html_words(self.paper_html(report))

    def print_paper(self, report: PaperReport, pictures: Mapping[str, bytes]) -> Document:
        """比对报告 → PDF。pictures: JPEG bytes by name. Raises InputInvalid for a missing glyph."""
        html = self.paper_html(report)
        self._demand_every_glyph(html, f"{report.case_number}的比对报告")
        assets = {name: self.styles[name] for name in ("base.css", "paper.css")}
        return self._pdf(html, {**assets, **pictures})

    def _pdf(self, html: str, assets: Mapping[str, bytes]) -> Document:
        from docgen.render.pdf import render_pdf  # noqa: PLC0415  # WeasyPrint: a second to import

        return render_pdf(typeset(html), assets, self.fonts)

    def _demand_every_glyph(self, html: str, what: str) -> None:
        if missing := self.fonts.missing("".join(html_words(html).units())):
            chars = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in missing)
            raise InputInvalid(f"{what}有字没有字形：{chars}。", advice=_GLYPH_ADVICE)

    def demand_glyphs(self, draft: Draft, words: Words, place: str) -> None:
        """每个字都要有字形（invariant 2）。Raises InputInvalid naming field and character."""
        missing = self.fonts.missing("".join(words.units()))
        if missing:
            raise InputInvalid(
                f"《{draft.instrument.title}》有 {len(missing)} 个字没有字形，印出来会是方框。",
                problems=[
                    Problem(where, f"{said}“{char}”（U+{ord(char):04X}）没有一个字体能画。")
                    for char in missing
                    for where, said in _fields_with(char, draft, place)
                ],
                advice=_GLYPH_ADVICE,
            )

    def _draft_font(self) -> Path:
        faces = [face.path for face in self.fonts.faces if face.family == _DRAFT_FAMILY]
        return (faces or [self.fonts.faces[-1].path])[0]


def load_press(templates: Path, fonts: FontSet) -> Press:
    """备好印刷间。templates: the templates/ folder."""
    styles = {path.name: path.read_bytes() for path in (templates / "sheets").glob("*.css")}
    return Press(
        environment(templates), fonts, load_layout(templates, fonts), MappingProxyType(styles)
    )


def _fields_with(char: str, draft: Draft, place: str) -> list[tuple[str, str]]:
    """哪些字段含有某字：路径与名称；都不含则在模板的用语里。"""
    found = [
        (f"{place}.{field.name}", f"{field.label}的")
        for field in draft.instrument.fields
        if any(char in text for text in _texts(draft.fields[field.name]))
    ]
    return found or [(place, "固定用语、机关或案号的")]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for child in value.values():
            yield from _texts(child)
    elif isinstance(value, tuple):
        for child in value:
            yield from _texts(child)
