"""改过的纸面：改一个日期、金额、编号、姓名或者删去一句，能不能找出；没有改的会不会误报。

    python benchmarks/altered_paper.py [--alterations 200] [--clean 200] [--minutes 60]
                                       [-o benchmarks/results/altered_paper.md]

The page is altered before it is typeset, so that the lines break anew as they would for a forger
with a word processor, and keeps the code of the original; it is then made into a scan (turned,
blurred, noisy, JPEG). Up to eight alterations stand in one document, each in a paragraph or cell
of its own, and each is judged alone. What is found beside them is a false alarm.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import random
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pypdfium2
from lxml import etree
from PIL import Image, ImageFilter

from docgen.catalogue import load_catalogue
from docgen.fill import fill_case
from docgen.model.content import ContentReading
from docgen.model.draft import Draft
from docgen.model.scan import Difference, PaperReading
from docgen.model.words import squeeze
from docgen.pipeline import load_case
from docgen.read.ocr import Pixels, Reader
from docgen.read.scan import PagePicture
from docgen.render.fonts import load_fonts
from docgen.render.html import html_words, render_html
from docgen.render.press import Press, load_press
from docgen.render.template import SealText
from docgen.scanning import compare_pictures, load_confusions
from docgen.settings import load_settings, packaged_templates

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
    for path in sorted((ROOT / "samples").glob("*/*.yaml")):
        try:
            drafts = fill_case(load_case(path, known), known.instruments, known.law)
        except Exception as error:  # a sample that is not a case
            print(path.name, error)
            continue
        for draft in drafts.values():
            html = render_html(draft, SEAL, press.environment)
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
    assets = {"official.css": press.styles["official.css"], "seal.png": _code()}
    printed = press._pdf(html, document.draft.date, None, assets)
    pdf = pypdfium2.PdfDocument(printed.data)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]


def _code() -> bytes:
    target = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 2, (61, 61), np.uint8) * 255
    Image.fromarray(noise).resize((244, 244), Image.Resampling.NEAREST).save(target, "PNG")
    return target.getvalue()


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
    """这处改动在不在找出的里面。"""
    if alteration.kind == "删句":
        gone = squeeze(alteration.old)
        return any(len(d.issued) > len(gone) / 2 and overlap(d.issued, gone) for d in found)
    return any(
        alteration.old in d.issued
        and alteration.new in d.read
        and alteration.around in squeeze(d.issued_words)
        for d in found
    ) or any(
        alteration.old == d.issued
        and alteration.new == d.read
        and d.issued_words[:3] in alteration.around + d.issued_words[:3]
        for d in found
    )


def overlap(a: str, b: str) -> bool:
    return any(a[i : i + 6] in b for i in range(max(1, len(a) - 5)))


@dataclass
class Tally:
    """数出来的。"""

    seconds: float = 0.0
    pages: int = 0


class Bench:
    """一次测量。"""

    def __init__(self) -> None:
        self.home = tempfile.TemporaryDirectory()
        os.environ["DOCGEN_HOME"] = self.home.name
        settings = load_settings(os.environ)
        config = settings.templates / "layout" / "fonts.yaml"
        fonts = load_fonts(config, settings.font_folders, settings.cache)
        self.press = load_press(settings.templates, fonts)
        self.confusions = load_confusions(settings.templates)
        self.reader = Reader()
        self.documents = documents(self.press)
        self.tally = Tally()
        self.found: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self.clean: dict[int, Counter[str]] = defaultdict(Counter)
        self.notes: list[str] = []

    def compare(self, document: Document, images: Sequence[Pixels]) -> PaperReading:
        started = time.perf_counter()
        pictures = [PagePicture(image, None) for image in images]
        compared = compare_pictures(
            document.content, pictures, (SEAL.identity, SEAL.host), self.confusions, self.reader
        )
        self.tally.seconds += time.perf_counter() - started
        self.tally.pages += len(images)
        return compared.reading

    def one_altered(self, number: int) -> int:
        """改一份，扫一份；返回改了几处。"""
        chance = random.Random(f"altered {number}")
        dpi = DPI[number % len(DPI)]
        document = self.documents[chance.randrange(len(self.documents))]
        wanted = [KINDS[n % len(KINDS)] for n in range(number, number + 4 * MOST)]
        html, made = altered(document, wanted, chance)
        if not made:
            return 0
        images = [scanned(image, dpi, chance) for image in pages(html, document, self.press, dpi)]
        if len(images) > 3:
            return 0
        reading = self.compare(document, images)
        for alteration in made:
            level = (
                "found"
                if hit(alteration, reading.differences)
                else "doubtful"
                if hit(alteration, [*reading.doubtful, *reading.unread])
                else "missed"
            )
            self.found[alteration.kind, dpi][level] += 1
            if level != "found":
                self.note(
                    number,
                    level,
                    dpi,
                    f"{alteration.kind} “{alteration.around}” {alteration.old}→{alteration.new}",
                )
        for one in reading.differences:
            if not any(hit(alteration, [one]) for alteration in made):
                self.clean[dpi]["beside"] += 1
                self.note(number, "beside", dpi, one.message)
        return len(made)

    def one_clean(self, number: int) -> None:
        """没有改的一页。"""
        chance = random.Random(f"clean {number}")
        dpi = DPI[number % len(DPI)]
        document = self.documents[chance.randrange(len(self.documents))]
        images = pages(document.html, document, self.press, dpi)
        image = scanned(images[chance.randrange(len(images))], dpi, chance)
        reading = self.compare(document, [image])
        self.clean[dpi]["pages"] += 1
        self.clean[dpi]["characters"] += reading.total
        self.clean[dpi]["alarms"] += bool(reading.differences)
        undecided = bool(reading.doubtful or reading.unread)
        self.clean[dpi]["undecided"] += undecided and not reading.differences
        for one in (*reading.differences, *reading.doubtful, *reading.unread):
            told = "alarm" if one in reading.differences else "undecided"
            self.note(
                number, told, dpi, f"{document.draft.instrument.id} {one.message} {one.weight:.1f}"
            )

    def note(self, number: int, what: str, dpi: int, message: str) -> None:
        self.notes.append(f"{what}, {dpi} dpi, no. {number}: {message}")
        print(self.notes[-1], flush=True)


def report(bench: Bench) -> Iterator[str]:
    yield "# Altered paper, read by OCR\n"
    yield (
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}, "
        f"{bench.tally.pages} pages, {bench.tally.seconds / max(bench.tally.pages, 1):.1f} seconds "
        "a page (2 cores shared with other work; RapidOCR, PP-OCRv6 small). Fixed seeds.\n"
    )
    yield "## Alterations\n"
    yield "Found: named among the differences (FAIL). Doubtful: told to be looked at (UNKNOWN).\n"
    yield "| kind | dpi | altered | found | doubtful | missed | found % |"
    yield "|---|---|---|---|---|---|---|"
    total: Counter[str] = Counter()
    for kind in KINDS:
        for dpi in DPI:
            one = bench.found[kind, dpi]
            total += one
            yield row(kind, dpi, one)
    yield row("all", "all", total)
    yield "\n## Clean scans\n"
    yield (
        "One page each. Alarms: pages with a difference told (FAIL). Undecided: pages with a place "
        "to be looked at. Beside: differences told on the altered documents where nothing had been "
        "altered.\n"
    )
    yield "| dpi | pages | characters | alarms | undecided | beside |\n|---|---|---|---|---|---|"
    every: Counter[str] = Counter()
    for dpi in DPI:
        every += bench.clean[dpi]
        yield clean_row(dpi, bench.clean[dpi])
    yield clean_row("all", every)
    yield "\n## What was not found, and what was found amiss\n"
    yield from (f"- {note}" for note in bench.notes) if bench.notes else ("Nothing.",)


def row(kind: str, dpi: object, one: Counter[str]) -> str:
    made = sum(one.values())
    share = f"{one['found'] / made:.1%}" if made else "—"
    told = f"{one['found']} | {one['doubtful']} | {one['missed']}"
    return f"| {kind} | {dpi} | {made} | {told} | {share} |"


def clean_row(dpi: object, one: Counter[str]) -> str:
    names = ("pages", "characters", "alarms", "undecided", "beside")
    return f"| {dpi} | " + " | ".join(str(one[name]) for name in names) + " |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--alterations", type=int, default=200)
    parser.add_argument("--clean", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("-o", type=Path)
    given = parser.parse_args()
    bench, started = Bench(), time.monotonic()
    made = number = cleaned = 0
    while made < given.alterations or cleaned < given.clean:
        if time.monotonic() - started > given.minutes * 60:
            break
        if made < given.alterations:
            made += bench.one_altered(number)
        if cleaned < given.clean:
            bench.one_clean(cleaned)
            cleaned += 1
        number += 1
        print(f"{made} altered, {cleaned} clean, {bench.tally.seconds:.0f} s", flush=True)
        if given.o:
            given.o.write_text("\n".join(report(bench)) + "\n", "utf-8")
    print("\n".join(report(bench)))


if __name__ == "__main__":
    main()
