"""模板的固定用语与标签，拉成一串，供两种版式比对。"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from docgen.lint.folder import Docx, Spot, TemplateFolder, Tree
from docgen.model.words import squeeze

END = "¶"
_MAX_PIECES = 200
_PIECE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<[^>]*>)", re.DOTALL)
_BLOCK = re.compile(r"</(?:p|h1|h2|h3|td|th)\s*>", re.IGNORECASE)
_INCLUDE = re.compile(r"""include\s+["'](.+?)["']""")
_FRAME = ("extends", "block", "endblock")
_FIRST, _END = "{%if loop.first", "{%endif"
_ALONE = re.compile(r"\s*\{%-?(?:tr|p) .*%\}\s*", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """一截固定用语、一个标签，或者一段的结束（¶）。"""

    text: str
    spot: Spot


def html_words(folder: TemplateFolder, tree: Tree) -> list[Word]:
    """HTML 的正文，插入的文件已展开。"""
    return _joined(_html(folder, tree, (), count()))


def docx_words(docx: Docx) -> list[Word]:
    """DOCX 的正文；循环里第一项只是版式不同的，当作一样。"""
    return _alike(_joined(_docx(docx)))


def _html(
    folder: TemplateFolder, tree: Tree, within: tuple[str, ...], pieces: Iterator[int]
) -> Iterator[Word]:
    line = 1
    for piece in _PIECE.split(tree.source):
        spot = Spot(tree.file, line)
        line += piece.count("\n")
        if piece.startswith(("{%", "{{")):
            told = _tag(piece)
            found = _INCLUDE.match(told[2:].strip())
            known = found and found[1] in folder.layout and found[1] not in within
            if found and known and next(pieces) < _MAX_PIECES:
                yield from _html(folder, folder.layout[found[1]], (*within, found[1]), pieces)
            elif told[2:].split(" ")[0] not in _FRAME:
                yield Word(told, spot)
        elif piece.startswith("<"):
            if _BLOCK.fullmatch(piece):
                yield Word(END, spot)
        elif not piece.startswith("{#"):
            yield Word(squeeze(html.unescape(piece)), spot)


def _docx(docx: Docx) -> Iterator[Word]:
    for part in docx.parts:
        for paragraph in part.paragraphs if part.kind == "body" else ():
            spot = Spot(docx.file, None, paragraph.place)
            for piece in _PIECE.split(paragraph.text):
                if piece.startswith(("{%", "{{")):
                    yield Word(_tag(piece), spot)
                elif not piece.startswith("{#"):
                    yield Word(squeeze(piece), spot)
            if not _ALONE.fullmatch(paragraph.text):
                yield Word(END, spot)


def _alike(words: list[Word]) -> list[Word]:
    """{% if loop.first %} 与 {% else %} 两边的话一样，即是一句话。"""
    texts = [word.text for word in words]
    told: list[Word] = []
    index = 0
    while index < len(words):
        if texts[index] == _FIRST and "{%else" in texts[index:]:
            middle = texts.index("{%else", index)
            end = 2 * middle - index
            if texts[index + 1 : middle] == texts[middle + 1 : end] and texts[end : end + 1] == [
                _END
            ]:
                told += words[index + 1 : middle]
                index = end + 1
                continue
        told.append(words[index])
        index += 1
    return told


def _tag(piece: str) -> str:
    """标签的统一写法：{% if x、{{ x。"""
    inner = re.sub(r"^(?:tr|tc|p|r) ", "", piece[2:-2].strip("-+"))
    return piece[:2] + " ".join(inner.split())


def _joined(words: Iterator[Word]) -> list[Word]:
    """相邻的用语连成一截；没有内容的段不算段。"""
    told: list[Word] = []
    written = False
    for word in words:
        if not word.text:
            continue
        if word.text == END:
            if written:
                told.append(word)
            written = False
            continue
        plain = not word.text.startswith(("{%", "{{"))
        written = written or plain or word.text.startswith("{{")
        if plain and told and told[-1].text != END and not told[-1].text.startswith(("{%", "{{")):
            told[-1] = Word(told[-1].text + word.text, told[-1].spot)
        else:
            told.append(word)
    return told
