"""改纸面：样本的各份文书，改它们的一处，印成图，弄成扫描的样子。altered_paper.py 用。"""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from lxml import etree
from PIL import Image, ImageFilter

from docgen.catalogue import load_catalogue
from docgen.fill import fill_case
from docgen.model.content import ContentReading
from docgen.model.draft import Draft
from docgen.model.scan import Difference
from docgen.model.symbol import Dots
from docgen.model.words import squeeze
from docgen.pipeline import load_case
from docgen.read.ocr import Pixels
from docgen.render.html import html_words, render_html
from docgen.render.official import Mark, Seal
from docgen.render.press import Press
from docgen.render.template import SealText
from docgen.settings import packaged_templates

ROOT = Path(__file__).resolve().parents[1]
DPI = (150, 200, 300)
SEAL = SealText("ABCD EFGH IJKL MNOP", "verify.docgen.example")
STEMS = "甲乙丙丁戊庚辛壬癸"
CAPITALS = "壹贰叁肆伍陆柒捌玖"
NUMERALS = "一二三四五六七八九"
MOST = 8
DATE = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
AMOUNT = re.compile(rf"[\d.,]+(?=万?元)|[{CAPITALS}拾佰仟万]+元")
NAME = re.compile(rf"[{STEMS}]示例|示例[{STEMS}]")
NUMBER = re.compile(rf"\d+|第[{NUMERALS}十百]+[条款项]")
KINDS = ("日期", "金额", "编号", "姓名", "删句")


@dataclass(frozen=True)
class Alteration:
    """一处改动。around: the issued characters it stands among."""

    kind: str
    old: str
    new: str
    around: str


@dataclass(frozen=True)
class Document:
    """一份印好的文书。"""

    draft: Draft
    content: ContentReading
    html: str


def documents(press: Press) -> list[Document]:
    """样本里的各份文书，各带一个文号。"""
    known = load_catalogue(packaged_templates())
    found = []
    folders = (ROOT / "samples" / name for name in ("cases", "complete", "procedures"))
    for path in sorted(path for folder in folders for path in folder.glob("*.yaml")):
        try:
            drafts = fill_case(load_case(path, known), known.instruments, known.law)
        except Exception as error:  # a sample that is not a case
            print(path.name, error)
            continue
        for draft in drafts.values():
            html = render_html(draft, press.environment)
            words = html_words(html)
            if sum(map(len, words.units())) < 3000:
                hand = draft.by_hand
                content = ContentReading(b"", words, draft.instrument.title, "", "", "", hand)
                found.append(Document(draft, content, html))
    return found


def altered(
    document: Document, wanted: Sequence[str], chance: random.Random
) -> tuple[str, list[Alteration]]:
    """改过的 HTML，与改了什么；每段、每格至多改一处。"""
    root = etree.fromstring(document.html, etree.HTMLParser(encoding="utf-8"))
    blocks = [b for b in root.find(".//main").iter("p", "td") if b.text and not len(b)]
    once = Counter(squeeze(b.text) for b in blocks)
    blocks = [b for b in blocks if once[squeeze(b.text)] == 1]
    chance.shuffle(blocks)
    made: list[Alteration] = []
    for kind in wanted:
        for block in blocks:
            told = alter(kind, block.text, chance)
            if told is not None:
                block.text, alteration = told
                made.append(alteration)
                blocks.remove(block)
                break
        if len(made) == MOST:
            break
    return etree.tostring(root, encoding="unicode", method="html", doctype="<!DOCTYPE html>"), made


def alter(kind: str, text: str, chance: random.Random) -> tuple[str, Alteration] | None:
    """改一段文字里的一处。"""
    if kind == "删句":
        clauses = list(re.finditer(r"[^。；，]{12,40}[。；，]", text))
        if len(clauses) < 2:
            return None
        found = chance.choice(clauses[:-1])
        start, end, new = found.start(), found.end(), ""
    else:
        place = changed_place(kind, text, chance)
        if place is None:
            return None
        start, new = place
        end = start + 1
    old = text[start:end]
    around = squeeze(text[max(0, start - 2) : end + 1])
    return text[:start] + new + text[end:], Alteration(kind, old, new, around)


def changed_place(kind: str, text: str, chance: random.Random) -> tuple[int, str] | None:
    dates = [range(m.start(), m.end()) for m in DATE.finditer(text)]
    money = [range(m.start(), m.end()) for m in AMOUNT.finditer(text)]
    pattern = {"日期": DATE, "金额": AMOUNT, "编号": NUMBER, "姓名": NAME}[kind]
    taken = [*dates, *money] if kind == "编号" else []
    places = [
        at
        for m in pattern.finditer(text)
        for at in range(m.start(), m.end())
        if alike(text[at], kind) and not any(at in span for span in taken)
    ]
    if not places:
        return None
    at = chance.choice(places)
    return at, chance.choice([c for c in alike(text[at], kind) if c != text[at]])


def alike(char: str, kind: str) -> str:
    """同一类的字。"""
    classes = (STEMS,) if kind == "姓名" else ("0123456789", CAPITALS, NUMERALS)
    return next((own for own in classes if char in own), "")


def pages(html: str, document: Document, press: Press, dpi: int) -> list[Image.Image]:
    """排版，逐页成图。"""
    seal = Seal(SEAL.identity, SEAL.host, _code())
    mark = Mark(document.draft.agency, document.draft.date, seal, None, None)
    pdf = pypdfium2.PdfDocument(press.print_html(html, mark).data)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]


def _code() -> Dots:
    noise = np.random.default_rng(1).integers(0, 2, (61, 61), np.uint8) * 255
    return Dots(61, noise.tobytes())


def scanned(image: Image.Image, dpi: int, chance: random.Random) -> Pixels:
    """像扫描的：转一点，糊一点，有噪声，压成 JPEG。"""
    turned = image.rotate(
        chance.uniform(-1, 1), Image.Resampling.BICUBIC, expand=False, fillcolor="white"
    )
    blurred = turned.filter(ImageFilter.GaussianBlur(chance.uniform(0.3, 0.8) * dpi / 200))
    pixels = np.asarray(blurred, np.float32)
    noise = np.random.default_rng(chance.randrange(2**32))
    low, high = chance.uniform(0, 50), chance.uniform(225, 255)
    pixels = low + pixels / 255 * (high - low)
    pixels = pixels + noise.normal(0, chance.uniform(2, 8), pixels.shape[:2])[:, :, None]
    target = io.BytesIO()
    shaded = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    shaded.save(target, "JPEG", quality=chance.randint(55, 90))
    return np.asarray(Image.open(target).convert("RGB"), np.uint8)


def hit(alteration: Alteration, found: Sequence[Difference]) -> bool:
    """这处改动在不在找出的里面：同样的字换成了同样的字，或者在同样的词里。"""
    if alteration.kind == "删句":
        gone = squeeze(alteration.old)
        return any(len(d.issued) > len(gone) / 2 and overlap(d.issued, gone) for d in found)
    return any(
        (alteration.old == d.issued and alteration.new == d.read)
        or (
            alteration.old in d.issued
            and alteration.new in d.read
            and alteration.around in squeeze(d.issued_words)
        )
        for d in found
    )


def overlap(a: str, b: str) -> bool:
    return any(a[i : i + 6] in b for i in range(max(1, len(a) - 5)))
