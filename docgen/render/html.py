"""稿 → HTML 文字（PDF 的底稿，也是文字的来源）。"""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from docgen.errors import Defect
from docgen.model.draft import Draft
from docgen.model.words import Block, Row, Words, fold_space
from docgen.render.template import SealText, context, template_fault

_PARAGRAPHS = {"p", "h1", "h2", "h3"}


def render_html(
    draft: Draft, seal: SealText | None, environment: ImmutableSandboxedEnvironment
) -> str:
    """填好 template.html。Raises InputInvalid naming template and line."""
    name = f"instruments/{draft.instrument.id}/template.html"
    try:
        return environment.get_template(name).render(context(draft, seal))
    except TemplateError as error:
        raise template_fault(draft, "template.html", error) from error


def html_words(html: str) -> Words:
    """正文（<main>）里的文字；表头行标为 repeated。Raises Defect for text outside any block."""
    root = etree.fromstring(html, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    main = root.find(".//main")
    if main is None:
        raise Defect("模板没有 <main>。", advice="模板应当 extends layout/base.html。")
    blocks: list[Block] = []
    for block in _blocks(main):
        if isinstance(block, str):
            blocks.extend([block] if block else [])
        elif any(block.cells):
            blocks.append(block)
    return Words(tuple(blocks))


def _blocks(element: etree._Element) -> Iterator[Block]:
    _no_loose_text(element.text, element)
    for child in element:
        if not isinstance(child.tag, str):
            _no_loose_text(child.tail, element)
            continue
        if child.tag in _PARAGRAPHS:
            yield _text(child)
        elif child.tag == "tr":
            parent = child.getparent()
            repeated = parent is not None and parent.tag == "thead"
            yield Row(tuple(_text(cell) for cell in child if cell.tag in ("td", "th")), repeated)
        else:
            yield from _blocks(child)
        _no_loose_text(child.tail, element)


def _text(element: etree._Element) -> str:
    return fold_space("".join(str(part) for part in element.itertext()))


def _no_loose_text(text: str | None, element: etree._Element) -> None:
    if text and text.strip():
        raise Defect(
            f"模板 <{element.tag}> 里有不在段落中的文字：“{text.strip()[:40]}”。",
            advice="请把它放进 <p> 或表格单元格。",
        )
