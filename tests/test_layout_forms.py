"""版面的表格与手写处：横线在版心里，够写字，与它的说明在一行；表头一格一行；署名总在同一页。"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pypdfium2
import pytest
from printed import POINT, Line, Rule, Sample, ending, lines, page_texts, rules, text

from docgen.model.words import Row, squeeze
from docgen.read.pdf import open_pdf, read_pages

LEFT, RIGHT, TOP, BOTTOM = 28, 184, 37, 262  # mm
UNDERLINE = 0.15 * 16 * POINT + 0.14  # mm below the baseline, of 16 pt
NARROWEST = 2 * 15.75 * POINT  # a month or a day: two characters
TO_SIGN = 4 * 15.75 * POINT
# Whole lines that an empty transcript offers, at the least.
LINES = {
    "inspection_record": 16,
    "defence_record": 12,
    "interview_record": 12,
    "hearing_transcript": 54,
    "sealing_site_record": 16,
}

Blanks = list[tuple[Rule, Line]]


@pytest.fixture(scope="module")
def blanks(samples: tuple[Sample, ...]) -> list[tuple[Sample, Blanks]]:
    """每份文书手写的横线，各与它同一行的字。"""
    found = []
    for sample in samples:
        told: Blanks = []
        for page in pypdfium2.PdfDocument(sample.pdf):
            there = lines(page)
            for rule in outside_tables(there, rules(page)):
                beside = [line for line in there if abs(line[0].baseline - base(rule)) < 0.3]
                row = beside[0] if beside else []
                if not any(rule.left < glyph.left + 1 < rule.right for glyph in row):
                    told.append((rule, row))
        found.append((sample, told))
    return found


def base(rule: Rule) -> float:
    """横线所在行的基线。"""
    return rule.height - UNDERLINE


def outside_tables(page: list[Line], ruled: list[Rule]) -> list[Rule]:
    """不是表格边框的横线：表格的字小一号。"""
    cells = [line[0].baseline for line in page if 13 < line[0].size < 15][:-1]
    inside = [height for height in cells if TOP < height < BOTTOM]
    if not inside:
        return ruled
    first, last = min(inside) - 22, max(inside) + 22  # a row may be some lines higher than its text
    gaps = [line[0].baseline for line in page if line[0].size > 15]
    first = max([first, *(height for height in gaps if height < min(inside))])
    last = min([last, *(height for height in gaps if height > max(inside))])
    return [rule for rule in ruled if not first + 1 < rule.height < last - 1]


def test_every_line_lies_in_the_type_area(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        for page in pypdfium2.PdfDocument(sample.pdf):
            for rule in rules(page):
                assert LEFT - 0.4 <= rule.left < rule.right <= RIGHT + 0.4, (sample.name, rule)
                assert TOP - 0.4 <= rule.height <= BOTTOM + 0.4, (sample.name, rule)


def test_a_blank_stands_on_the_line_of_its_label_and_is_wide_enough_to_write_in(
    blanks: list[tuple[Sample, Blanks]],
) -> None:
    checked = Counter()
    for sample, told in blanks:
        for rule, row in told:
            width = rule.right - rule.left
            before = "".join(glyph.char for glyph in row if glyph.left < rule.left)
            checked[sample.instrument] += 1
            if not before:  # a whole line, or a blank that lost its label
                assert width > 150, (sample.name, rule)
                continue
            least = TO_SIGN if before.endswith(("签名：", "日期：", "签收：")) else NARROWEST
            assert width >= least - 0.1, (sample.name, before)
    assert len(checked) >= 17


def test_an_empty_transcript_has_room_to_write(blanks: list[tuple[Sample, Blanks]]) -> None:
    for kind, least in LINES.items():
        (told,) = (told for sample, told in blanks if sample.instrument == kind)
        assert sum(not row for _, row in told) >= least, kind


def test_no_head_of_a_column_is_broken(samples: tuple[Sample, ...]) -> None:
    checked = set()
    for sample in samples:
        if (
            sample.instrument == "delivery_receipt"
        ):  # the head for the signature has nine characters
            continue
        for page in pypdfium2.PdfDocument(sample.pdf):
            whole = {text(line) for line in lines(page)}
            for block in sample.content.words.blocks:
                if isinstance(block, Row) and block.repeated:
                    head = squeeze("".join(block.cells))
                    started = any(line.startswith(squeeze(block.cells[0])) for line in whole)
                    assert head in whole or not started, (sample.name, head)
                    checked |= {sample.instrument} if head in whole else set()
    assert len(checked) >= 8


def test_every_page_with_rows_of_a_table_has_its_header_above_them(
    samples: tuple[Sample, ...],
) -> None:
    continued = 0
    for sample in samples:
        tables = [block for block in sample.content.words.blocks if isinstance(block, Row)]
        headed = next((row for row in tables if row.repeated), None)
        if headed is None:
            continue
        columns = len(headed.cells)  # rows of fewer belong to a table without a head
        rows = [squeeze("".join(row.cells)) for row in tables if len(row.cells) == columns][1:]
        heads = [squeeze("".join(headed.cells))]
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


def test_wherever_a_list_ends_its_signatures_stay_with_the_text_before_them(
    lists: tuple[Path, ...], office_pdfs: dict[str, Path]
) -> None:
    pages = set()
    for path in (path for path in lists if path.suffix == ".docx"):
        last, *signed = ending(path)
        assert signed
        told = page_texts(path.with_suffix(".pdf"))
        assert any(all(p.text in said for p in (last, *signed)) for said in told), path
        # LibreOffice does not keep what follows a table together; it must not lose a page over it.
        assert len(page_texts(office_pdfs[path.stem])) == len(told), path
        pages.add(len(told))
    assert pages == {1, 2}
