"""版面的署名、印章位置；DOCX 经 LibreOffice 印出，文字与页数和 PDF 一样。"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from files import token_text, tokens
from printed import POINT, Line, Sample, ending, lines, page_texts, text
from situations import catalogue
from support import Data, Docgen, WriteCase

from docgen.model.words import Row, squeeze
from docgen.office import read_office
from docgen.read.docx import docx_pictures
from docgen.read.pdf import open_pdf, read_pages
from docgen.read.picture import open_picture

LEFT, RIGHT = 28, 184  # mm
STAMP = 42


Ending = tuple[Sample, list[Line], int]


@pytest.fixture(scope="module")
def endings(samples: tuple[Sample, ...]) -> list[Ending]:
    """每份文书：署名所在页的各行，署名是第几行。"""
    found = []
    for sample in samples:
        signed = squeeze(sample.content.agency) + "（印章）"
        for page in pypdfium2.PdfDocument(sample.pdf):
            told = lines(page)
            found += [(sample, told, i) for i, line in enumerate(told) if text(line) == signed]
    return found


def test_what_bears_a_stamp_is_signed_once_and_the_date_stands_below(
    samples: tuple[Sample, ...], endings: list[Ending]
) -> None:
    stamped = [s.name for s in samples if catalogue().instruments[s.instrument].stamp]
    assert [sample.name for sample, _, _ in endings] == stamped
    assert len({sample.instrument for sample, _, _ in endings}) >= 14
    for sample, page, index in endings:
        year, month, day = sample.content.date.split("-")
        assert text(page[index + 1]) == f"{year}年{int(month)}月{int(day)}日", sample.name


def test_agency_and_date_are_centred_on_one_axis_within_the_type_area(
    endings: list[Ending],
) -> None:
    for sample, page, index in endings:
        name, day = page[index], page[index + 1]
        assert axis(name) == pytest.approx(axis(day), abs=0.5), sample.name
        assert name[-1].right <= RIGHT
        assert 3 <= (RIGHT - day[-1].right) / (16 * POINT) <= 6, "about four characters"


def axis(line: Line) -> float:
    """一行的正中。"""
    return (line[0].left + line[-1].right) / 2


def test_a_stamp_over_agency_and_date_covers_no_other_text(endings: list[Ending]) -> None:
    for sample, page, index in endings:
        name, day = page[index], page[index + 1]
        middle = (name[0].baseline + day[0].baseline) / 2 - 0.38 * 16 * POINT
        centre = middle - 2  # GB/T 9704: agency and date a little below the stamp's centre
        for line in [*page[:index], *page[index + 2 :]]:
            for glyph in line:
                for edge in (glyph.baseline, glyph.baseline - 0.8 * glyph.size * POINT):
                    across = max(glyph.left - axis(name), axis(name) - glyph.right, 0)
                    away = math.hypot(across, edge - centre)
                    assert away > STAMP / 2, (sample.name, text(line))


def test_a_stamp_stands_close_below_the_text_above_it(endings: list[Ending]) -> None:
    for sample, page, index in endings:
        gap = page[index][0].baseline - page[index - 1][0].baseline
        assert gap < STAMP / 2 + 1.5 * 28.95 * POINT, sample.name


def test_signatures_stamp_and_the_last_paragraph_are_on_one_page(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        last, *signed = ending(sample.docx)
        assert signed, sample.name
        stamped = catalogue().instruments[sample.instrument].stamp
        assert len(last.text) > (20 if stamped else 15), (sample.name, last.text)
        # LibreOffice writes characters of fallback faces last, so their order tells nothing.
        twin = [] if sample.case == "rare-characters" else [office_pdfs[sample.name]]
        for path in (sample.pdf, *twin):
            assert any(
                all(paragraph.text in said for paragraph in (last, *signed))
                for said in page_texts(path)
            ), (sample.name, path)


def test_wherever_the_text_ends_the_signature_is_never_alone_on_a_page(
    lengths: tuple[Path, ...], office_pdfs: dict[str, Path]
) -> None:
    printed = [path for path in lengths if path.suffix == ".pdf"]
    assert len(printed) == 22
    counts = set()
    for path in [*printed, *(office_pdfs[path.stem] for path in printed)]:
        document = pypdfium2.PdfDocument(path)
        told = ["".join(text(line) for line in lines(page)) for page in document]
        (signed,) = (page for page in told if "（印章）" in page)
        assert "联系人：庚示例" in signed.partition("（印章）")[0], path
        assert "本文书一式两份" in signed.partition("（印章）")[2], path
        counts.add(len(told))
    assert counts == {2, 3}


def test_a_docx_has_as_many_pages_as_the_pdf(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    counts = {
        sample.name: (sample.pages, len(pypdfium2.PdfDocument(office_pdfs[sample.name])))
        for sample in samples
    }
    assert {name: count for name, count in counts.items() if count[0] != count[1]} == {}


def test_a_docx_prints_the_same_words_as_the_pdf(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        words = sample.content.words
        document = open_pdf(office_pdfs[sample.name].read_bytes(), sample.name)
        printed = Counter("".join(page.body for page in read_pages(document)))
        document.close()
        # LibreOffice writes characters of fallback faces last, so their order tells nothing.
        wanted = Counter(squeeze("".join(words.units())))
        heads = [row for row in words.blocks if isinstance(row, Row) and row.repeated]
        assert wanted - printed == Counter(), sample.name
        assert set(printed - wanted) <= set("".join(c for row in heads for c in row.cells)), (
            "headers printed again at most"
        )


def test_a_docx_keeps_the_pitch_and_the_edges_of_the_pdf(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        for path in (sample.pdf, office_pdfs[sample.name]):
            running = [
                [line for line in lines(page) if line[0].size > 15 and line[0].size < 20]
                for page in pypdfium2.PdfDocument(path)
            ]
            steps = Counter(
                round(below[0].baseline - above[0].baseline, 1)
                for page in running
                for above, below in itertools.pairwise(page)
            )
            ((pitch, _),) = steps.most_common(1)
            assert pitch == pytest.approx(28.95 * POINT, abs=0.1), path
            left = min(line[0].left for page in running for line in page)
            assert left == pytest.approx(LEFT, abs=0.1), path


def test_no_mark_of_a_docx_hangs_out_of_the_type_area(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        for page in pypdfium2.PdfDocument(office_pdfs[sample.name]):
            for line in lines(page):
                assert max(glyph.right for glyph in line) < RIGHT + 0.5, (sample.name, text(line))


def test_a_docx_prints_with_the_faces_and_sizes_of_the_pdf(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        ours, theirs = faces(sample.pdf), faces(office_pdfs[sample.name])
        assert {key for key, count in ours.items() if count > 40} <= set(theirs), sample.name


def faces(path: Path) -> dict[tuple[str, float], int]:
    """字体与字号（点）各印了几个字。"""
    found: dict[tuple[str, float], int] = {}
    for page in pypdfium2.PdfDocument(path):
        for line in lines(page):
            for glyph in line:
                key = (glyph.font.replace("-", "").removesuffix("Regular"), round(glyph.size))
                found[key] = found.get(key, 0) + 1
    return found


def test_the_qr_of_a_docx_is_26_mm_wide_sharp_and_reads(
    samples: tuple[Sample, ...], office_pdfs: dict[str, Path]
) -> None:
    for sample in samples:
        parts = read_office(sample.docx.read_bytes(), sample.name)
        (seal,) = (p for p in docx_pictures(parts) if tokens(open_picture(p, "")))
        picture = open_picture(seal, sample.name)
        assert tokens(picture) == (token_text(sample.url),)
        assert picture.width >= 10 * 65, "ten pixels a module"
        assert b'<wp:extent cx="936000" cy="936000"/>' in parts["word/header1.xml"]
        document = pypdfium2.PdfDocument(office_pdfs[sample.name])
        for page in document:
            printed = page.render(scale=150 / 72, grayscale=True).to_pil()
            assert tokens(printed) == (token_text(sample.url),), sample.name


@pytest.mark.parametrize("length", [4, 11, 12, 22])
def test_an_agency_of_any_usual_length_is_signed_on_one_line_over_the_date(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, length: int
) -> None:
    name = ("示例省示例市示例新区示例开发区示例应急管理局" * 2)[22 - length : 22]
    hearing["agency"]["name"] = name
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 0
    (path,) = (tmp_path / "out").glob("*听证会通知书.pdf")
    *_, page = (lines(sheet) for sheet in pypdfium2.PdfDocument(path))
    (index,) = (i for i, line in enumerate(page) if text(line) == f"{name}（印章）")
    assert text(page[index + 1]) == "2026年11月24日"
    assert axis(page[index]) == pytest.approx(axis(page[index + 1]), abs=0.5)
    assert page[index][0].left >= LEFT - 0.1
    assert page[index][-1].right <= RIGHT + 0.1
