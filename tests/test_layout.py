"""版面：按 GB/T 9704-2012 量真实的 PDF；DOCX 经 LibreOffice 印出，页数与文字相同。"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from files import token_text, tokens
from printed import MIXED, POINT, PURE, Line, Picture, Sample, lines, pictures, text

from docgen.model.words import Row, squeeze
from docgen.read.pdf import open_pdf, page_images, read_pages

TOP, LEFT, WIDTH, HEIGHT = 37, 28, 156, 225  # mm
RIGHT, BOTTOM = LEFT + WIDTH, TOP + HEIGHT
PITCH = 28.95 * POINT
STAMP = 42
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


def test_text_begins_37_mm_from_the_top_and_28_mm_from_the_left(pages: dict[str, Pages]) -> None:
    checked = 0
    for name, number, page, _ in everywhere(pages):
        running = [line for line in body(page) if line[0].size > 15]
        if running and running[0] is body(page)[0]:
            checked += 1
            pitch = 34 * POINT if running[0][0].size > 20 else PITCH
            assert top_of(running[0], pitch) == pytest.approx(TOP, abs=0.5), (name, number)
            assert min(line[0].left for line in running) == pytest.approx(LEFT, abs=0.1)
    assert checked > len(pages)


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
    ("kind", "size", "font"),
    [
        ("title", 22, "FandolSong-Bold"),
        ("body", 16, "FandolFang"),
        ("head", 14, "FandolHei"),
        ("cell", 14, "FandolFang"),
        ("copies", 14, "FandolFang"),
        ("folio", 14, "FandolSong"),
    ],
)
def test_type_sizes_and_faces_are_those_of_the_standard(
    pages: dict[str, Pages], samples: tuple[Sample, ...], kind: str, size: float, font: str
) -> None:
    checked = 0
    for sample in samples:
        if sample.case == "rare-characters":  # other faces draw those
            continue
        wanted = told(sample)[kind]
        for page, _ in pages[sample.name]:
            for line in page:
                faces = {glyph.font for glyph in line if "一" <= glyph.char <= "\u9fa5"}
                if faces and text(line) in wanted and (kind != "body" or len(line) > 8):
                    checked += 1
                    assert faces == {font}, (sample.name, text(line))
                    assert {round(g.size, 1) for g in line} == {size}, (sample.name, text(line))
    assert checked


def told(sample: Sample) -> dict[str, str]:
    """一份文书各类文字，各自连成一串；一行是其中一段。"""
    blocks = sample.content.words.blocks
    rows = [block for block in blocks if isinstance(block, Row)]
    paragraphs = [squeeze(block) for block in blocks if isinstance(block, str)]
    return {
        "title": "\n".join(paragraphs[:2]),
        "body": "\n".join(paragraphs[2:-1]),
        "head": "\n".join(squeeze("".join(row.cells)) for row in rows if row.repeated),
        "cell": "\n".join(squeeze("".join(row.cells)) for row in rows if not row.repeated),
        "copies": paragraphs[-1],
        "folio": "\n".join(f"第{n}页共{sample.pages}页" for n in range(1, sample.pages + 1)),
    }


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


def test_every_page_with_rows_of_a_table_has_its_header_above_them(
    samples: tuple[Sample, ...],
) -> None:
    continued = 0
    for sample in samples:
        blocks = sample.content.words.blocks
        rows = [squeeze("".join(b.cells)) for b in blocks if isinstance(b, Row) and not b.repeated]
        heads = [squeeze("".join(b.cells)) for b in blocks if isinstance(b, Row) and b.repeated]
        document = open_pdf(sample.pdf.read_bytes(), sample.name)
        for number, page in enumerate(read_pages(document), 1):
            places = [page.body.find(row[:200]) for row in rows if row[:200] in page.body]
            if places:
                assert 0 <= page.body.find(heads[0]) < min(places), (sample.name, number)
                continued += page.body.startswith(heads[0])
        document.close()
    assert continued >= 6


def test_a_row_longer_than_half_a_page_is_split_with_the_header_on_each_page(
    samples: tuple[Sample, ...],
) -> None:
    (sample,) = (s for s in samples if s.name == "markup/rectification_order")
    document = open_pdf(sample.pdf.read_bytes(), sample.name)
    bodies = [page.body for page in read_pages(document)]
    document.close()
    assert all(body.startswith("序号存在的问题整改期限") for body in bodies[1:7])
    assert "本项为长文字样本" in bodies[0]


def test_other_rows_are_never_split(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        document = open_pdf(sample.pdf.read_bytes(), sample.name)
        bodies = [page.body for page in read_pages(document)]
        document.close()
        for block in sample.content.words.blocks:
            if isinstance(block, Row) and max(map(len, block.cells)) <= 300:
                row = squeeze("".join(block.cells))
                assert any(row in body for body in bodies), (sample.name, row)
