"""段距：表格后、署名前的空段，改成下一段的段前距。

LibreOffice is likelier to break a chain of kept paragraphs across pages where an empty one stands
in it; soon after a table it still may.
"""

from __future__ import annotations

from dataclasses import replace

from docgen.new.markup import Block, Control, Paragraph

_SPACES = {"gap": 120, "ending": 240}  # twips, as official.typ has them
_SPACED = {"office", "office-long", "copies"}  # of two spaces only the larger would count


def without_spacers(blocks: list[Block]) -> list[Block]:
    """空段之后紧接一段，或者紧接逐项重复的一段的，去掉空段；其他的留着。"""
    told: list[Block] = []
    index = 0
    while index < len(blocks):
        found = _merged(blocks[index : index + 3])
        if found is None:
            told.append(blocks[index])
            index += 1
        else:
            taken, merged = found
            told += merged
            index += taken
    return told


def _merged(blocks: list[Block]) -> tuple[int, list[Block]] | None:
    """空段与后面几块合并：用去几块，合成什么；合不成则 None。"""
    match blocks:
        case [Paragraph(style=style), Paragraph(style=below) as first, *_] if (
            style in _SPACES and below not in _SPACED | set(_SPACES)
        ):
            return 2, [replace(first, before=_SPACES[style])]
        case [Paragraph(style=style), Control(verb="for") as loop, Paragraph() as each] if (
            style in _SPACES and each.style not in _SPACED
        ):
            spaced = replace(each, before=_SPACES[style])
            branches = (Control("if loop.first"), spaced, Control("else"), each, Control("endif"))
            return 3, [loop, *branches]
    return None
