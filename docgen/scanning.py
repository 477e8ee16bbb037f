"""比对扫描：读出各页，与签发的文字比，可疑处再看几眼，得出 VER005。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Item

from docgen.model.content import ContentReading
from docgen.model.scan import Box, PaperReading, Scan, ScannedLine, ScannedPage
from docgen.model.verdict import Verdict
from docgen.paper.compare import Answer, Doubt, compare_paper, settle
from docgen.paper.confusion import Confusions
from docgen.paper.told import by_hand_finding, words_finding
from docgen.read.looks import leans_like_a_slash, looks
from docgen.read.ocr import Pixels, Reader, crop
from docgen.read.ruled import ruled_cells
from docgen.read.scan import PagePicture
from docgen.read.struck import struck
from docgen.source import read_source
from docgen.validate import demand
from docgen.verify.evidence import Verification

_SLASHES, _UPRIGHTS = ("/", "／"), ("1", "l", "I", "|", "丨")
_DARK = 0.72  # of the paper's own lightness
_INK = 0.006
_RULE = 0.5
_AGREED = -0.7  # log-likelihood a character at which a gap reads as the words issued
Progress = Callable[[int], None]


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: Annotated[float, Item(ge=0, le=1)]
    chars: Annotated[str, Item(min_length=1)]


class _ConfusionFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: list[_Group]
    punctuation: _Group


def load_confusions(templates: Path) -> Confusions:
    """templates/paper/confusions.yaml。Raises InputInvalid."""
    source = read_source(templates / "paper" / "confusions.yaml")
    data = demand(_ConfusionFile, source.data, source)
    groups = [(group.weight, group.chars) for group in data.groups]
    return Confusions.of(groups, data.punctuation.chars, data.punctuation.weight)


@dataclass(frozen=True)
class PaperCompared:
    """一次比对：结果与各页的图。"""

    reading: PaperReading
    pictures: tuple[PagePicture, ...]


def compare_pictures(
    content: ContentReading,
    pictures: Iterable[PagePicture],
    margins: Sequence[str],
    confusions: Confusions,
    reader: Reader,
    progress: Progress = lambda _: None,
) -> PaperCompared:
    """各页的图与签发的文字。Raises EnvironmentLacking without the ocr extra."""
    pages, kept = [], []
    crossed: list[ScannedLine] = []
    for number, picture in enumerate(pictures, 1):
        progress(number)
        height, width = picture.pixels.shape[:2]
        lines = reader.read(picture.pixels, number)
        cells = ruled_cells(picture.pixels, lines)
        pages.append(ScannedPage(number, width, height, lines, picture.code, cells))
        kept.append(picture)
        crossed += struck(picture.pixels, lines)
    drafted = compare_paper(content, Scan(tuple(pages), reader.known), margins, confusions)
    answers = [_answer(doubt, kept, reader) for doubt in drafted.doubts]
    reading = replace(settle(drafted, answers), struck=tuple(crossed))
    return PaperCompared(reading, tuple(kept))


def with_words_compared(found: Verification, reading: PaperReading) -> Verification:
    """验证的结果里 VER005 换成比对所得。"""
    findings = [
        words_finding(reading) if one.code == "VER005" else one for one in found.verdict.findings
    ]
    if hand := by_hand_finding(reading):
        findings.append(hand)
    verdict = Verdict(tuple(findings), found.verdict.accepted)
    return replace(found, verdict=verdict, kind="scan")


def _answer(doubt: Doubt, pictures: Sequence[PagePicture], reader: Reader) -> Answer:
    weight = None
    if doubt.line is not None:
        page = pictures[doubt.line.page - 1].pixels
        if _is_slash(doubt, page):
            return Answer(-1.0)
        seen = looks(page, doubt.line.box)
        plain = reader.compare(seen.plain, doubt.read_line, doubt.issued_line)
        cleared = reader.compare(seen.cleared, doubt.read_line, doubt.issued_line)
        weight = min([sum(plain) / len(plain), *(one for one in cleared if one < 0)])
    if not doubt.gaps or (weight is not None and weight <= 0):
        return Answer(weight)
    inked = [part for box in doubt.gaps if _inked(part := _cut(doubt, box, pictures))]
    if inked and _reads_as_issued(doubt, inked, reader):
        return Answer(-1.0)
    return Answer(weight, bool(inked))


def _is_slash(doubt: Doubt, page: Pixels) -> bool:
    """空格里单独的一道斜线，认字的常认作 1。"""
    told = doubt.difference
    if doubt.line is None or len(doubt.line.text.strip()) != 1:
        return False
    return (
        told.issued in _SLASHES
        and told.read in _UPRIGHTS
        and leans_like_a_slash(crop(page, doubt.line.box))
    )


def _cut(doubt: Doubt, box: Box, pictures: Sequence[PagePicture]) -> Pixels:
    return crop(pictures[doubt.difference.sheet - 1].pixels, box)


def _reads_as_issued(doubt: Doubt, parts: Sequence[Pixels], reader: Reader) -> bool:
    issued = doubt.difference.issued
    return any(told / len(issued) > _AGREED for told in reader.likelihoods(parts, issued))


def _inked(picture: Pixels) -> bool:
    """有没有墨迹；表格的横线、竖线不算。"""
    grey = picture.min(axis=2).astype(np.float32)
    dark = grey < float(np.percentile(grey, 90)) * _DARK
    dark[dark.mean(axis=1) > _RULE, :] = False
    dark[:, dark.mean(axis=0) > _RULE] = False
    return float(dark.mean()) > _INK
