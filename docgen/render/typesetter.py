"""版面上的块 → PDF/A-3u（Typst）：只用核对过的字体，不读文件，任何告警都算失败。

Instruments are printed by the thousand: this lays out and writes a page some ten times as fast as
WeasyPrint, which prints the sheets, reports and covers (render/pdf.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
import typst

from docgen.errors import Defect
from docgen.measures import Measures
from docgen.model.document import CONTENT_NAME, PDF, Document
from docgen.model.layout import (
    LEFT,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    QR_WIDTH,
    TOP,
    TYPE_HEIGHT,
    TYPE_WIDTH,
)
from docgen.model.symbol import Dots
from docgen.render.fonts import Face, FontSet
from docgen.render.official import Ending, Mark, Page, Paragraph, Seal, Table

_PAPER = {
    "top": TOP,
    "bottom": PAGE_HEIGHT - TOP - TYPE_HEIGHT,
    "left": LEFT,
    "right": PAGE_WIDTH - LEFT - TYPE_WIDTH,
    "code": QR_WIDTH,
}
_SOURCE = Path(__file__).with_name("official.typ")


def typeset_page(page: Page, mark: Mark, measures: Measures, fonts: FontSet) -> Document:
    """排版并写成 PDF/A-3u；同样的输入总是同样的字节。

    Raises Defect for any error or warning of the typesetter: a missing glyph must not pass.
    """
    given = {
        "title": page.title,
        "description": page.description,
        "author": mark.author,
        "date": {name: getattr(mark.day, name) for name in ("year", "month", "day")},
        "seal": None if mark.seal is None else _seal(mark.seal),
        "draft": None if mark.draft is None else _dots(mark.draft),
        "content": None if mark.content is None else mark.content.decode("utf-8"),
        "attachment": CONTENT_NAME,
        "paper": _PAPER,
        "blocks": [_block(block) for block in page.blocks],
        **_look(measures, fonts),
    }
    compiler = _compiler(fonts.fontconfig.parent)
    try:
        data, warnings = compiler.compile_with_warnings(
            input=_SOURCE.read_bytes(),
            format="pdf",
            sys_inputs={"page": json.dumps(given, ensure_ascii=False)},
            pdf_standards=["a-3u", "ua-1"],
            timestamp=datetime.combine(mark.day, time(), UTC),
        )
    except typst.TypstError as error:
        raise Defect(f"排版出错，未输出：{_said(error)}") from error
    if warnings or not isinstance(data, bytes):
        raise Defect("排版时有告警，未输出：" + "；".join(map(_said, warnings)))
    # The file seal stands before the end of file, which is a line (docgen/seal/file.py).
    return Document(PDF, data + b"\n", _pages(data))


@lru_cache(maxsize=1)
def _compiler(folder: Path) -> typst.Compiler:
    """一个进程一个。folder: of the font set; whatever else lies on this machine is not seen."""
    room = folder / "room"
    return typst.Compiler(
        b"", root=str(room), font_paths=_library(folder), package_path=str(room),
        package_cache_path=str(room), ignore_system_fonts=True,
    )  # fmt: skip


@lru_cache(maxsize=1)
def _library(folder: Path) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder / "faces")],
    )


@lru_cache(maxsize=1)
def _families(folder: Path) -> Mapping[str, Sequence[str]]:
    """字体文件名 → 排版程序给它的各个名称（一个文件可有几种字体）。"""
    found: dict[str, list[str]] = {}
    for font in _library(folder).fonts():
        found.setdefault(Path(str(font.path)).name, []).append(font.family)
    return found


def _look(measures: Measures, fonts: FontSet) -> Mapping[str, Any]:
    """各类段落的尺寸，各个字体名是哪些字体。"""
    return {
        "shapes": {name: shape.model_dump() for name, shape in measures.shapes.items()},
        "fonts": {name: _stack(families, fonts) for name, families in measures.fonts.items()},
    }


def _stack(families: Sequence[str], fonts: FontSet) -> list[Mapping[str, object]]:
    names = _families(fonts.fontconfig.parent)
    told = {
        _own_name(face, names): face.ascii_only
        for family in families
        for face in fonts.named(family)
    }
    return [{"family": family, "ascii": ascii_only} for family, ascii_only in told.items()]


def _own_name(face: Face, names: Mapping[str, Sequence[str]]) -> str:
    own = names[face.path.name]
    return face.family if face.family in own else own[0]


def _block(block: Paragraph | Table | Ending) -> Mapping[str, object]:
    kind = {Paragraph: "paragraph", Table: "table", Ending: "ending"}[type(block)]
    told = {"kind": kind, **asdict(block)}
    if isinstance(block, Ending):
        told["blocks"] = [_block(child) for child in block.blocks]
    return told


def _seal(seal: Seal) -> Mapping[str, object]:
    return {"identity": seal.identity, "host": seal.host, "dots": _dots(seal.dots)}


def _dots(dots: Dots) -> Mapping[str, object]:
    return {"side": dots.side, "values": list(dots.values)}


def _said(found: Any) -> str:
    """错误或者告警的话，连同提示。"""
    return "；".join([str(found.message), *map(str, found.hints)])


def _pages(data: bytes) -> int:
    document = pypdfium2.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()
