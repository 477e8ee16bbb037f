"""划去的字：从中间划过的长线看得出，下划线、破折号、笔画不算。"""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from docgen.model.scan import ScannedLine
from docgen.read.ocr import Pixels
from docgen.read.struck import struck

SIZE, GAP, COUNT = 30, 6, 12
LEFT, TOP = 20, 40
WIDTH = COUNT * (SIZE + GAP)


def _line(text: str = "示" * COUNT) -> ScannedLine:
    right, bottom = LEFT + WIDTH, TOP + SIZE + 8
    box = ((LEFT, TOP), (right, TOP), (right, bottom), (LEFT, bottom))
    return ScannedLine(text, box, 0.99, 1)


def _page(start: float = 0, end: float = 0, height: float = 0.5) -> Pixels:
    """一行方块字，每个有一横；start 到 end（几分之几）之间另有一道线，在 height 的高处。"""
    image = Image.new("RGB", (WIDTH + 2 * LEFT, 2 * TOP + SIZE), "white")
    draw = ImageDraw.Draw(image)
    for number in range(COUNT):
        x = LEFT + number * (SIZE + GAP)
        draw.rectangle((x, TOP + 4, x + SIZE, TOP + 4 + SIZE), outline="black", width=3)
        draw.line((x, TOP + 4 + SIZE / 2, x + SIZE, TOP + 4 + SIZE / 2), fill="black", width=3)
    if end > start:
        y = TOP + height * (SIZE + 8)
        draw.line((LEFT + start * WIDTH, y, LEFT + end * WIDTH, y), fill=(20, 20, 20), width=3)
    return np.asarray(image)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0.1, 0.5), (0.6, 1)])
@pytest.mark.parametrize("height", [0.35, 0.5, 0.65])
def test_a_stroke_through_a_line_is_seen(start: float, end: float, height: float) -> None:
    line = _line()
    assert struck(_page(start, end, height), [line]) == (line,)


def test_the_strokes_of_the_characters_are_none() -> None:
    assert struck(_page(), [_line()]) == ()


def test_an_underline_is_none() -> None:
    assert struck(_page(0, 1, 0.97), [_line()]) == ()


def test_a_long_dash_that_was_read_is_none() -> None:
    assert struck(_page(0.2, 0.6), [_line("示示———示示")]) == ()
