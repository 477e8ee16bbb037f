"""读 DOCX：正文里印出的段落与表格行，以及包内的图片。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from docgen.errors import InputInvalid
from docgen.model.words import Block, Row, Words, fold_space
from docgen.office import relationships

_MAIN = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}{tag}" for tag in ("p", "tab", "ptab", "br", "cr")}
_TEXTS = {
    *(f"{_W}{tag}" for tag in ("t", "delText", "instrText", "delInstrText")),
    "{http://schemas.openxmlformats.org/drawingml/2006/main}t",
    "{http://schemas.openxmlformats.org/officeDocument/2006/math}t",
}
_DELETED = {f"{_W}del", f"{_W}moveFrom"}
_HIDDEN = {f"{_W}vanish", f"{_W}webHidden", f"{_W}specVanish"}
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
# Notes, comments, diagrams and the like; the margins are no part of the words.
_ASIDE = re.compile(r"word/(footnotes|endnotes|comments|glossary/|diagrams/|charts/).*\.xml")


def read_docx_words(parts: Mapping[str, bytes], name: str) -> Words:
    """正文的文字；表头行标为 repeated。Raises InputInvalid.

    Nothing can hide from a comparison: text in boxes, notes and comments counts, deleted and
    hidden text is marked as such.
    """
    not_word = InputInvalid(f"{name} 不是 Word 文档。", advice="请交来 .docx 文件。")
    try:
        mains = [
            t for kind, t, _ in relationships(parts["_rels/.rels"]) if kind == "officeDocument"
        ]
        body = _root(parts[_MAIN]).find(f"{_W}body")
        if [target.lstrip("/") for target in mains] != [_MAIN] or body is None:
            raise not_word
        asides = [_text(_root(parts[part])) for part in sorted(parts) if _ASIDE.fullmatch(part)]
    except (KeyError, etree.XMLSyntaxError) as error:
        raise not_word from error
    return Words((*_blocks(body), *(text for text in asides if text)))


def docx_pictures(parts: Mapping[str, bytes]) -> tuple[bytes, ...]:
    """包内图片的字节，按部件名排序。"""
    return tuple(parts[name] for name in sorted(parts) if name.startswith("word/media/"))


def _root(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _blocks(element: etree._Element) -> Iterator[Block]:
    for child in element:
        if child.tag == f"{_W}p":
            text = _text(child)
            if text:
                yield text
        elif child.tag == f"{_W}tr":
            row = Row(tuple(_text(cell) for cell in child.iter(f"{_W}tc")), _repeats(child))
            if any(row.cells):
                yield row
        else:
            yield from _blocks(child)


def _repeats(row: etree._Element) -> bool:
    return row.find(f"{_W}trPr/{_W}tblHeader") is not None


def _text(element: etree._Element) -> str:
    return fold_space("".join(_piece(node) for node in element.iter()))


def _piece(node: etree._Element) -> str:
    if node.tag in _TEXTS:
        return node.text or ""
    if node.tag in _BREAKS:
        return " "
    if node.tag in _DELETED:
        return "〔已删除〕"
    if node.tag in _HIDDEN and node.get(f"{_W}val", "true") not in ("0", "false", "off"):
        return "〔隐藏〕"
    if node.tag == f"{_W}noBreakHyphen":
        return "-"
    if node.tag == f"{_W}sym":
        return f"〔符号{node.get(f'{_W}char', '')}〕"
    return str(node.get("string", "")) if node.tag == _WORD_ART else ""
