"""再看几眼：下划线抹得掉，字还在；一道斜线不是 1。"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("rapidocr")

from docgen.read.looks import leans_like_a_slash, looks
from docgen.read.ocr import Pixels

LINE = ((20.0, 20.0), (420.0, 20.0), (420.0, 70.0), (20.0, 70.0))


def drawn(*strokes: tuple[float, float, float, float]) -> Pixels:
    paper = Image.new("RGB", (440, 90), (235, 235, 235))
    for stroke in strokes:
        ImageDraw.Draw(paper).line(stroke, (20, 20, 20), 4)
    return np.asarray(paper, np.uint8)


def test_an_underline_is_taken_out_and_what_stands_on_it_stays() -> None:
    page = drawn((40, 64, 300, 64), (340, 25, 340, 60), (325, 40, 355, 40))
    (bare, _) = looks(page, LINE).cleared
    assert bare[40:50, 30:270].min() > 200
    assert bare[10:40, 315:325].min() < 60


def test_a_line_without_underline_has_no_such_look() -> None:
    assert looks(drawn((340, 25, 340, 60), (325, 40, 355, 40)), LINE).cleared == ()


def test_red_is_taken_out_where_there_is_red() -> None:
    page = drawn((340, 25, 340, 60)).copy()
    page[30:50, 100:200] = (220, 40, 40)
    (redless,) = looks(page, LINE).cleared
    assert redless[15:25, 90:170].min() > 200


@pytest.mark.parametrize(
    ("strokes", "leans"),
    [
        ([(30, 70, 50, 20)], True),
        ([(40, 20, 40, 70)], False),
        ([(30, 30, 40, 20), (40, 20, 40, 70), (28, 70, 52, 70)], False),
        ([(30, 20, 50, 70)], False),
        ([], False),
    ],
)
def test_a_lone_slash_is_told_from_a_one(
    strokes: list[tuple[float, float, float, float]], leans: bool
) -> None:
    assert leans_like_a_slash(drawn(*strokes)) is leans
