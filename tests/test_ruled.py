"""画线的表：一个字属于它所在的格，不管各行的字多么相同；格子由图上的线认出。"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from papers import COLUMNS, CONTENT, compared, laid_out, line, page_of, ruled
from PIL import Image, ImageChops, ImageDraw

from docgen.model.scan import Box, PaperReading, ScannedLine
from docgen.model.verdict import Level
from docgen.model.words import Row, Words
from docgen.paper.order import banded
from docgen.paper.ruled import ruled_rows
from docgen.paper.told import words_finding
from docgen.read.ocr import Pixels

HEADER = Row(("序号", "名称", "数量"), repeated=True)
ALIKE = Words(
    (
        "先行登记保存证据清单",
        HEADER,
        Row(("1", "示例市电焊机", "1")),
        Row(("1", "示例市电焊机", "11")),
        Row(("11", "示例市", "1")),
        Row(("1", "", "1")),
        "以上共4项。",
    )
)
CELLS = some.sampled_from(
    ["", "1", "11", "箱", "箱箱", "／", "示例市", "甲示例乙示例", "10万响／箱"]
)


def read(words: Words, lines: list[ScannedLine]) -> PaperReading:
    """在画了线的纸上读出这些行。"""
    return compared(page_of(lines, cells=ruled(words)), content=replace(CONTENT, words=words))


def nothing(reading: PaperReading) -> bool:
    return (reading.differences, reading.doubtful, reading.unread) == ((), (), ())


def test_rows_of_the_same_words_raise_nothing() -> None:
    reading = read(ALIKE, laid_out(ALIKE))
    assert nothing(reading)
    assert words_finding(reading).level is Level.PASS


@given(some.lists(some.tuples(CELLS, CELLS, CELLS).filter(any), min_size=1, max_size=8))
def test_any_table_read_as_issued_raises_nothing(rows: list[tuple[str, str, str]]) -> None:
    words = Words(("清单", HEADER, *(Row(cells) for cells in rows), "以上核对无误。"))
    assert nothing(read(words, laid_out(words)))


@given(
    some.lists(some.tuples(CELLS, CELLS, CELLS).filter(any), min_size=1, max_size=8),
    some.integers(0, 7),
    some.integers(0, 2),
    some.sampled_from("23456789鑫"),
)
def test_a_cell_of_any_table_written_anew_is_found_where_it_is(
    rows: list[tuple[str, str, str]], number: int, cell: int, char: str
) -> None:
    number %= len(rows)
    words = Words(("清单", HEADER, *(Row(cells) for cells in rows), "以上核对无误。"))
    changed = [list(cells) for cells in rows]
    changed[number][cell] = char
    paper = Words(("清单", HEADER, *(Row(tuple(cells)) for cells in changed), "以上核对无误。"))
    reading = compared(
        page_of(laid_out(paper), cells=ruled(paper)), content=replace(CONTENT, words=words)
    )
    told = [*reading.differences, *reading.by_hand]
    assert char in "".join(one.read for one in told)
    assert words_finding(reading).level is not Level.PASS or rows[number][cell] == ""


def test_a_line_read_across_a_rule_is_parted_at_it() -> None:
    lines = [one for one in laid_out(ALIKE) if one.text not in ("序号", "名称", "数量")]
    top = next(one.top for one in laid_out(ALIKE) if one.text == "序号")
    left, right = COLUMNS[0][0], COLUMNS[2][0] + 80
    joined = line("序号名称数量", left, top, 1)
    marks = [(x - left) / (right - left) for x in (110, 150, 240, 280, 830, 870)]
    box = (left, top), (right, top), (right, top + 36), (left, top + 36)
    assert nothing(read(ALIKE, [*lines, replace(joined, box=box, centres=tuple(marks))]))


def test_a_line_whose_middle_is_on_a_rule_is_parted_at_it() -> None:
    lines = [one for one in laid_out(ALIKE) if one.text not in ("名称", "数量")]
    top = next(one.top for one in laid_out(ALIKE) if one.text == "序号")
    box = (700.0, top), (900.0, top), (900.0, top + 36), (700.0, top + 36)
    joined = replace(line("名称数量", 700, top, 1), box=box, centres=(0.1, 0.3, 0.7, 0.9))
    assert nothing(read(ALIKE, [*lines, joined]))


def test_a_row_that_ends_on_the_next_page_is_one_row() -> None:
    text = "聚合车间未设置可燃气体检测报警装置，违反安全生产法第三十六条的规定"
    words = Words(("清单", HEADER, Row(("1", text, "1")), Row(("2", "电焊机", "1")), "完。"))
    one = Words(("清单", HEADER, Row(("1", text[:14], "1"))))
    two = Words((HEADER, Row(("", text[14:], "")), Row(("2", "电焊机", "1")), "完。"))
    pages = (
        page_of(laid_out(one), 1, "第1页共2页", ruled(one)),
        page_of(laid_out(two, 2), 2, "第2页共2页", ruled(two)),
    )
    reading = compared(*pages, content=replace(CONTENT, words=words))
    assert nothing(reading)
    assert words_finding(reading).level is Level.PASS


def test_a_row_taken_out_is_found() -> None:
    fewer = Words((*ALIKE.blocks[:3], *ALIKE.blocks[4:]))
    reading = compared(
        page_of(laid_out(fewer), cells=ruled(fewer)), content=replace(CONTENT, words=ALIKE)
    )
    assert words_finding(reading).level is not Level.PASS
    assert any(one.issued for one in (*reading.differences, *reading.doubtful))


def test_a_row_put_in_is_found() -> None:
    more = Words((*ALIKE.blocks[:4], Row(("5", "示例县切割机", "7")), *ALIKE.blocks[4:]))
    reading = compared(
        page_of(laid_out(more), cells=ruled(more)), content=replace(CONTENT, words=ALIKE)
    )
    assert words_finding(reading).level is Level.FAIL
    assert any("切割机" in one.read for one in reading.differences)


def test_a_stamp_across_a_cell_is_not_its_text() -> None:
    top = next(one.top for one in laid_out(ALIKE) if one.text == "示例市电焊机")
    stamp = replace(line("示例市应急管理局", 240, top + 4, 1), red=True)
    assert nothing(read(ALIKE, [*laid_out(ALIKE), stamp]))


def test_cells_of_a_turned_page_stand_in_rows() -> None:
    def turned(box: Box) -> Box:
        a, b, c, d = ((x - 0.03 * y, y + 0.03 * x) for x, y in box)
        return a, b, c, d

    lines = [replace(one, box=turned(one.box)) for one in laid_out(ALIKE)]
    cells = tuple(turned(box) for box in ruled(ALIKE))
    rows = ruled_rows(cells, banded(lines), -0.03)
    assert [tuple(cell.text for cell in row.cells) for row in rows] == [
        block.cells for block in ALIKE.blocks if isinstance(block, Row)
    ]


def picture(angle: float, *, stamped: bool = False, faint: bool = False) -> Pixels:
    """一页纸，上面三行四列的表、两条不成表的横线。"""
    paper = Image.new("RGB", (1000, 1400), "white")
    draw = ImageDraw.Draw(paper)
    grey = (150, 150, 150) if faint else (30, 30, 30)
    for x in (100, 250, 500, 650, 900):
        draw.line((x, 400, x, 580), grey, 2)
    for y in (400, 460, 520, 580):
        draw.line((100, y, 900, y), grey, 2)
    draw.line((100, 900, 900, 900), grey, 2)
    draw.line((100, 1000, 900, 1000), grey, 2)
    if stamped:
        stamp = Image.new("RGB", paper.size, "white")
        ImageDraw.Draw(stamp).ellipse((300, 380, 560, 640), outline=(220, 40, 40), width=8)
        paper = ImageChops.multiply(paper, stamp)
    return np.asarray(paper.rotate(angle, Image.Resampling.BICUBIC, fillcolor="white"), np.uint8)


@pytest.mark.parametrize("angle", [0.0, 0.9, -2.5])
@pytest.mark.parametrize("look", ["plain", "stamped", "faint"])
def test_what_the_rules_enclose_is_made_out(angle: float, look: str) -> None:
    pytest.importorskip("rapidocr")
    from docgen.read.ruled import ruled_cells

    tilt = -np.tan(np.radians(angle))
    box = (100.0, 200.0), (900.0, 200 + 800 * tilt), (900.0, 232 + 800 * tilt), (100.0, 232.0)
    lines = [ScannedLine("一二三四五六七八九十", box, 0.99, 1)]
    seen = picture(angle, stamped=look == "stamped", faint=look == "faint")
    cells = ruled_cells(seen, lines)
    rows = ruled_rows(cells, (), float(-np.arctan(tilt)))
    assert [len(row.cells) for row in rows] == [4, 4, 4]


def test_a_page_without_tables_has_no_cells() -> None:
    pytest.importorskip("rapidocr")
    from docgen.read.ruled import ruled_cells

    paper = np.full((1400, 1000, 3), 255, np.uint8)
    assert ruled_cells(paper, ()) == ()
    assert ruled_cells(paper, [line("示例", 100, 100, 1)]) == ()
