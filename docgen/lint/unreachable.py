"""读者看不到、程序读不到的文字：HTML 片段、DOCX 的页眉页脚与附注。"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docgen.lint.folder import Part, Spot, Tree
from docgen.model.words import squeeze

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font(?:-size)?\s*:\s*[01](?:\.\d+)?(?:pt|px)?\b"
    r"|(?<![-\w])color\s*:\s*(?:white|transparent|#fff(?:fff)?\b)|opacity\s*:\s*0(?:\.0+)?\s*[;}\"]"
    r"|text-indent\s*:\s*-\d{3,}|clip-path\s*:",
    re.IGNORECASE,
)
_PIECE = re.compile(r"(\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<[^>]*>)", re.DOTALL)
_ELEMENT = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*?)(/?)>", re.DOTALL)
_BLOCKS = {"p", "h1", "h2", "h3", "td", "th"}
_UNSEEN = {"script", "style", "template", "noscript", "textarea", "iframe", "object", "svg"}
_ALT = re.compile(r"\b(?:alt|title|aria-label)\s*=\s*[\"']([^\"']+)[\"']")
_OWN_ALT = {"文书验证二维码", "草稿"}
_FOLIO = re.compile(r"(?:第1?页共1?页)?")


def stray_words(tree: Tree) -> Iterator[tuple[Spot, str]]:
    """一个 HTML 文件里不在段落中的字、藏起来的字、只在属性里的字。"""
    line, depth, head, body = 1, 0, False, "extends" not in tree.source[:200]
    for piece in _PIECE.split(tree.source):
        spot, line = Spot(tree.file, line), line + piece.count("\n")
        element = _ELEMENT.fullmatch(piece)
        if element:
            closing, name, attributes, empty = element.groups()
            tag = name.lower()
            head = not closing if tag == "head" else head
            if tag in _BLOCKS and not empty:
                depth = max(0, depth + (-1 if closing else 1))
            yield from ((spot, told) for told in _hides(tag, attributes))
        elif piece.startswith("{%"):
            verb = piece[2:-2].strip("-+ ").split(" ")[0]
            body = verb == "block" or (body and verb != "endblock") or "extends" not in tree.source
        elif not piece.startswith(("<", "{#")) and piece.strip() and not head:
            if not depth:
                told = f"“{squeeze(piece)[:20]}”不在段落或者单元格里。"
                yield spot, told
            elif not body:
                yield spot, f"“{squeeze(piece)[:20]}”在 block 之外，不会印出。"


def _hides(tag: str, attributes: str) -> Iterator[str]:
    if tag in _UNSEEN:
        yield f"<{tag}> 里的字读不到。"
    if _HIDING.search(attributes + '"') or re.search(r"\shidden(?:\s|=|$)", attributes):
        yield f"<{tag}> 的样式把字藏了起来。"
    for words in _ALT.findall(attributes):
        if words not in _OWN_ALT:
            yield f"“{words[:20]}”只在 {tag} 的属性里，纸上没有。"


def margin_words(part: Part) -> Iterator[tuple[Spot, str]]:
    """页眉页脚里页码以外的字，附注里的任何字：不在签封的文字里。"""
    if part.kind not in ("margin", "note"):
        return
    text = squeeze("".join(_PIECE.sub("", p.text) for p in part.paragraphs))
    allowed = _FOLIO.fullmatch(text) if part.kind == "margin" else not text
    if not allowed:
        yield (
            Spot(part.tree.file, None, part.label),
            f"{part.label}里的“{text[:20]}”不在签封的文字里。",
        )


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1
