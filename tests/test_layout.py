"""版面：按 GB/T 9704-2012 量真实的 PDF；DOCX 经 LibreOffice 印出，页数与文字相同。"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from files import token_text, tokens
from hypothesis import given, settings
from hypothesis import strategies as st
from printed import (
    MIXED,
    POINT,
    PURE,
    Line,
    Picture,
    Rule,
    Sample,
    lines,
    pictures,
    rules,
    styled,
    text,
)  # fmt: skip

from docgen.model.words import Row, squeeze
from docgen.read.pdf import open_pdf, page_images
from docgen.render.official import Mark
from docgen.render.press import Press

TOP, LEFT, WIDTH, HEIGHT = 37, 28, 156, 225  # mm
RIGHT, BOTTOM = LEFT + WIDTH, TOP + HEIGHT
PITCH = 28.95 * POINT
OVERHANG = 0.34  # mm that a rule's box reaches out on the left, by its thickness
UNDERLINE = 0.15 * 16 * POINT + 0.14  # mm below the baseline, of 16 pt
STAMP = 42
KINDS = {"agency": "title", "h1": "title", "heading": "heading", "copies": "copies"}  # by style
CELLS = {"cell", "middle", "head"}
NO_LINE_START = "，。、；：？！）》〉」』】〕”’%℃"
NO_LINE_END = "（《〈「『【〔“‘"

Pages = list[tuple[list[Line], list[Picture]]]


@pytest.fixture(scope="module")
def pages(samples: tuple[Sample, ...]) -> dict[str, Pages]:
    """每份样本 PDF 的各页：行与图。"""
    return {sample.name: measured(sample.pdf) for sample in samples}


@pytest.fixture(scope="module")
def long_pages(long_sample: Sample) -> Pages:
    """很长的那份。"""
    return measured(long_sample.pdf)


def measured(path: Path) -> Pages:
    """PDF 各页的行与图。"""
    document = pypdfium2.PdfDocument(path)
    found = [(lines(page), pictures(page)) for page in document]
    document.close()
    return found


def body(page: list[Line]) -> list[Line]:
    """版心里的行。"""
    return [line for line in page if TOP < line[0].baseline < BOTTOM]


def everywhere(pages: dict[str, Pages]) -> Iterator[tuple[str, int, list[Line], list[Picture]]]:
    """每份、每页。"""
    for name, document in pages.items():
        for number, (page, images) in enumerate(document, 1):
            yield name, number, page, images


def test_every_page_is_a4(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        for page in pypdfium2.PdfDocument(sample.pdf):
            assert page.get_size() == pytest.approx((210 / POINT, 297 / POINT), abs=0.05)


def test_no_body_text_reaches_out_of_the_type_area(
    pages: dict[str, Pages], long_pages: Pages
) -> None:
    out = [
        (name, number, text(line))
        for name, number, page, _ in everywhere({**pages, "long": long_pages})
        for line in body(page)
        if line[0].left < LEFT - 0.1 or max(glyph.right for glyph in line) > RIGHT + 0.4
    ]
    assert not out


UNBREAKABLE = (*"xW。（—…“１Ω％/", "，）", "abcdefgh-", "a b ", "安全生产")
Measure = Callable[[str], list[Line]]


@pytest.fixture(scope="module")
def measure(press: Press) -> Measure:
    """一段 HTML 印出的各行，页码除外。"""

    def measured_lines(blocks: str) -> list[Line]:
        head = "<html><head><title>示例</title></head>"
        html = f"{head}<body><main>{blocks}</main></body></html>"
        printed = press.print_html(html, Mark("示例局", date(2026, 1, 1), None, None, None))
        document = pypdfium2.PdfDocument(printed.data)
        found = [line for page in document for line in lines(page)[:-1]]
        document.close()
        return found

    return measured_lines


@settings(max_examples=25)
@given(
    pieces=st.lists(
        st.tuples(st.sampled_from(UNBREAKABLE), st.integers(1, 90)), min_size=1, max_size=6
    ),
    kind=st.sampled_from(["", ' class="plain"', ' class="heading"', ' class="office"']),
    share=st.sampled_from([8, 30, 50]),
)
def test_text_that_may_not_be_broken_does_not_run_off_the_page_in_a_paragraph_or_a_cell(
    measure: Measure, pieces: list[tuple[str, int]], kind: str, share: int
) -> None:
    words = "".join(piece * times for piece, times in pieces)
    half = len(words) // 2
    ruled = f'{words[:half]}<span class="rule">{words[half:]}</span>'
    columns = f'<col style="width: {share}%"/><col style="width: {100 - share}%"/>'
    row = f"<tr><td>{words}</td><td>{words}</td></tr>"
    table = f"<table><colgroup>{columns}</colgroup><tbody>{row}</tbody></table>"
    found = Counter[str]()
    for line in measure(f"<p{kind}>{ruled}</p>{table}"):
        found.update(text(line))
        assert line[0].left > LEFT - 0.1, text(line)
        assert max(glyph.right for glyph in line) < RIGHT + 0.4, text(line)
        assert TOP < line[-1].baseline < BOTTOM
    assert found == Counter(squeeze(words) * 3)


def test_every_page_begins_37_mm_from_the_top_and_28_mm_from_the_left(
    pages: dict[str, Pages], samples: tuple[Sample, ...]
) -> None:
    begun = Counter()
    for sample in samples:
        for page, (told, _) in zip(
            pypdfium2.PdfDocument(sample.pdf), pages[sample.name], strict=True
        ):
            kind, top = begins(body(told), rules(page))
            begun[kind] += 1
            assert top == pytest.approx(TOP, abs=0.5), (sample.name, kind, text(body(told)[0]))
            drawn = [rule.left + OVERHANG for rule in rules(page)]
            drawn += [line[0].left for line in body(told) if line[0].size > 15]
            left = min(drawn, default=LEFT if kind == "table" else 0)
            assert left == pytest.approx(LEFT, abs=0.15), sample.name
    assert begun.keys() == {"title", "text", "blank", "table"}


def begins(page: list[Line], ruled: list[Rule]) -> tuple[str, float]:
    """版心里最先的是什么（题目、文字、手写的横线、表格），它的行框上边。"""
    first = page[0]
    above = [rule.height for rule in ruled if TOP - 1 < rule.height < first[0].baseline]
    if first[0].size < 15:
        return "table", top_of(first, 22 * POINT) - 1.75 * POINT  # padding and border
    if above:
        return "blank", above[0] - UNDERLINE - 0.88 * 16 * POINT - (PITCH - 16 * POINT) / 2
    if first[0].size > 20:
        return "title", top_of(first, 34 * POINT)
    return "text", top_of(first, PITCH)


def top_of(line: Line, pitch: float) -> float:
    """一行的行框上边：行距在字框上下均分，仿宋与宋体的字框在基线上 0.88 字。"""
    glyph = max(line, key=lambda item: item.size)
    return glyph.baseline - 0.88 * glyph.size * POINT - (pitch - glyph.size * POINT) / 2


def test_a_full_page_has_22_lines_of_28_characters(long_pages: Pages) -> None:
    pure = [body(page) for page, _ in long_pages if all(is_pure(line) for line in body(page))]
    assert len(pure) >= 4
    for page in pure[:-1]:  # the paragraph ends on the last
        assert [len(line) for line in page] == [28] * 22
        assert top_of(page[0], PITCH) == pytest.approx(TOP, abs=0.5)
        assert top_of(page[-1], PITCH) + PITCH == pytest.approx(BOTTOM, abs=0.7)
        for above, below in itertools.pairwise(page):
            assert below[0].baseline - above[0].baseline == pytest.approx(PITCH, abs=0.05)


def is_pure(line: Line) -> bool:
    """只有纯汉字那一段的字。"""
    return set(text(line)) <= set(PURE)


def test_lines_of_mixed_text_keep_the_pitch_and_end_at_the_right_margin(long_pages: Pages) -> None:
    mixed = [
        page
        for page in (body(page) for page, _ in long_pages)
        if all(set(text(line)) <= set(MIXED) for line in page)
    ]
    assert len(mixed) >= 20
    for page in mixed:
        assert len(page) == 22
        for above, below in itertools.pairwise(page):
            assert below[0].baseline - above[0].baseline == pytest.approx(PITCH, abs=0.05)
        for line in page[:-1]:
            assert max(glyph.right for glyph in line) == pytest.approx(RIGHT, abs=0.4), text(line)


def test_no_line_starts_or_ends_with_a_mark_that_may_not_stand_there(
    pages: dict[str, Pages], long_pages: Pages
) -> None:
    wrong = [
        (name, number, text(line))
        for name, number, page, _ in everywhere({**pages, "long": long_pages})
        for line in body(page)
        if name != "markup/rectification_order"  # its cells are narrower than its words
        and (line[0].char in NO_LINE_START or line[-1].char in NO_LINE_END)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("kind", "size", "font", "instruments"),
    [
        ("title", 22, "FandolSong-Bold", 23),
        ("body", 16, "FandolFang", 24),
        ("heading", 16, "FandolHei", 8),
        ("head", 14, "FandolHei", 9),
        ("cell", 14, "FandolFang", 9),
        ("copies", 14, "FandolFang", 16),
        ("folio", 14, "FandolSong", 24),
    ],
)
def test_type_sizes_and_faces_are_those_of_the_standard(
    pages: dict[str, Pages],
    samples: tuple[Sample, ...],
    kind: str,
    size: float,
    font: str,
    instruments: int,
) -> None:
    checked = set()
    for sample in samples:
        if sample.case == "rare-characters":  # other faces draw those
            continue
        wanted, others = told(sample, kind)
        for page, _ in pages[sample.name]:
            for line in page:
                faces = {glyph.font for glyph in line if "一" <= glyph.char <= "\u9fa5"}
                if faces and text(line) in wanted and text(line) not in others:
                    checked.add(sample.instrument)
                    assert faces == {font}, (sample.name, text(line))
                    assert {round(g.size, 1) for g in line} == {size}, (sample.name, text(line))
    assert len(checked) >= instruments, checked


def told(sample: Sample, kind: str) -> tuple[str, str]:
    """一份文书某一类的文字，与其他各类的文字，各自连成一串；一行是其中一段。"""
    blocks = sample.content.words.blocks
    found = {
        "head": [squeeze("".join(b.cells)) for b in blocks if isinstance(b, Row) and b.repeated],
        "cell": [c for b in blocks if isinstance(b, Row) and not b.repeated for c in b.cells],
        "folio": [f"第{n}页共{sample.pages}页" for n in range(1, sample.pages + 1)],
    }
    rows = [squeeze("".join(b.cells)) for b in blocks if isinstance(b, Row) and not b.repeated]
    found["cell"] = [*map(squeeze, found["cell"]), *rows]
    for paragraph in styled(sample.docx):
        if paragraph.style not in CELLS:
            found.setdefault(KINDS.get(paragraph.style, "body"), []).append(paragraph.text)
    others = "\n".join(text for name in found if name != kind for text in found[name])
    return "\n".join(found.get(kind, [])), others


def test_every_page_says_which_page_of_how_many_it_is(
    pages: dict[str, Pages], samples: tuple[Sample, ...]
) -> None:
    for sample in samples:
        document = pages[sample.name]
        assert len(document) == sample.pages
        for number, (page, _) in enumerate(document, 1):
            assert text(page[-1]) == f"第{number}页共{sample.pages}页", (sample.name, number)
            middle = (page[-1][0].left + page[-1][-1].right) / 2
            assert middle == pytest.approx(LEFT + WIDTH / 2, abs=0.5)
            assert top_of(page[-1], 14 * POINT) == pytest.approx(BOTTOM + 7, abs=1.5)


def test_every_page_has_the_qr_26_mm_wide_with_modules_of_at_least_0_4_mm(
    pages: dict[str, Pages], samples: tuple[Sample, ...]
) -> None:
    for name, number, _, images in everywhere(pages):
        (picture,) = images
        sides = (picture.right - picture.left, picture.bottom - picture.top)
        assert sides == pytest.approx((26, 26), abs=0.02), (name, number)
        assert picture.right == pytest.approx(RIGHT, abs=0.02)
        assert sides[0] / picture.pixels[0] >= 0.3999  # one pixel is one module
    for sample in samples:
        document = pypdfium2.PdfDocument(sample.pdf)
        (image,) = document[0].get_objects(filter=(3,))
        symbol = image.get_bitmap().to_pil().convert("1")
        inner = symbol.crop((4, 4, symbol.width - 4, symbol.height - 4))
        assert symbol.point(lambda level: 255 - level).getbbox() == (
            4, 4, symbol.width - 4, symbol.height - 4,
        ), "quiet zone of four modules"  # fmt: skip
        assert inner.width == 57  # version 10
        document.close()


def test_no_text_lies_over_the_qr(pages: dict[str, Pages]) -> None:
    for name, number, page, images in everywhere(pages):
        (picture,) = images
        for line in page:
            for glyph in line:
                top = glyph.baseline - glyph.size * POINT
                apart = (
                    glyph.right < picture.left
                    or glyph.left > picture.right
                    or top > picture.bottom - 0.2
                    or glyph.baseline < picture.top
                )
                assert apart, (name, number, text(line))


def test_the_qr_of_every_page_reads_at_150_dpi(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        document = open_pdf(sample.pdf.read_bytes(), sample.name)
        for number, image in enumerate(page_images(document, 150), 1):
            assert tokens(image) == (token_text(sample.url),), (sample.name, number)
        document.close()
