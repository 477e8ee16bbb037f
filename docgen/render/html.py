"""稿 → HTML 文字（PDF 的底稿，也是文字的来源）。"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from docgen.errors import Defect
from docgen.model.draft import Draft
from docgen.model.words import Block, Row, Words, fold_space
from docgen.render.template import context, template_fault

_PARAGRAPHS = {"p", "h1", "h2", "h3"}
_SVG = "{http://www.w3.org/2000/svg}"


def render_html(draft: Draft, environment: ImmutableSandboxedEnvironment) -> str:
    """填好 template.html。Raises InputInvalid naming template and line."""
    name = f"instruments/{draft.instrument.id}/template.html"
    try:
        return environment.get_template(name).render(context(draft, None))
    except Exception as error:  # an expression of the template may raise any
        raise template_fault(draft, "template.html", error) from error


def html_words(html: str) -> Words:
    """正文（<main>）里的文字；表头行标为 repeated。Raises Defect for text outside any block."""
    main = _parse(html).find(".//main")
    if main is None:
        raise Defect("模板没有 <main>。", advice="模板应当 extends layout/base.html。")
    blocks: list[Block] = []
    for block in _blocks(main):
        if isinstance(block, str):
            blocks.extend([block] if block else [])
        elif any(block.cells):
            blocks.append(block)
    return Words(tuple(blocks))


def typeset(html: str) -> Element:
    """排版用的一页：每段文字套一层行内框，行距才不随西文和后备字体变化。

    The box is lower than the line (base.css: span.t), so that the paragraph's own strut alone
    makes the line's height.
    """
    root = _parse(html)
    for block in root.find(".//main").iter(*_PARAGRAPHS, "th", "td"):
        span = etree.Element("span", {"class": "t"})
        span.text, block.text = block.text, None
        span.extend(block)
        block.append(span)
    return _copied(root, "")


def _copied(element: etree._Element, namespace: str) -> Element:
    """同一棵树，排版所用的那一种；注释不要。"""
    space = _SVG if element.tag == "svg" else namespace
    copy = Element(f"{space}{element.tag}", dict(element.attrib))
    copy.text, copy.tail = element.text, element.tail
    for child in element:
        if isinstance(child.tag, str):
            copy.append(_copied(child, space))
        elif len(copy):
            copy[-1].tail = f"{copy[-1].tail or ''}{child.tail or ''}"
        else:
            copy.text = f"{copy.text or ''}{child.tail or ''}"
    return copy


def _parse(html: str) -> etree._Element:
    return etree.fromstring(html, etree.HTMLParser(encoding="utf-8", huge_tree=True))


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
