"""两端对齐：WeasyPrint 只拉大空格，汉字之间没有空格，这里改为均匀拉开字距。"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS

_LIMIT = 0.25  # of the font size: a wider gap looks worse than a ragged line end


def justify_cjk() -> None:
    """让 WeasyPrint 按字距对齐；重复调用无妨。"""
    inline.justify_line = _justify_line


def _justify_line(context: object, line: Any, extra_width: float) -> None:
    """把一行的余宽平均分到字与字之间；余宽太大则不动。"""
    texts = [box for box in _text_boxes(line) if box.text]
    count = sum(len(box.text) for box in texts)
    if count < 2:
        return
    size, spacing = texts[0].style["font_size"], texts[0].style["letter_spacing"]
    normal = 0 if spacing == "normal" else spacing
    # The line's width counts a space after the last character too.
    wanted = (normal * count + extra_width) / (count - 1)
    if wanted - normal <= _LIMIT * size:
        # WeasyPrint writes whole thousandths of the size, some a little short of them.
        _spread(context, line, math.floor(wanted / size * 1000) * size / 1000, 0)


def _width(box: Any, spacing: float) -> float:
    """换上新字距后的宽：Pango 的字距是整数个单位，每字一份。"""
    normal = box.style["letter_spacing"]
    more = int(spacing * TO_UNITS) - int((0 if normal == "normal" else normal) * TO_UNITS)
    return float(box.width + more * FROM_UNITS * len(box.text))


def _text_boxes(box: Any) -> Iterator[Any]:
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _text_boxes(child)


def _spread(context: object, box: Any, spacing: float, advance: float) -> float:
    """逐框换上新的字距，后面的框依次右移；返回右移的距离。"""
    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        if not box.text:
            return advance
        before, box.width = box.width, _width(box, spacing)
        box.style = box.style.copy()
        box.style["letter_spacing"] = spacing
        return float(advance + box.width - before)
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        before = advance
        for child in box.children:
            if child.is_in_normal_flow():
                advance = _spread(context, child, spacing, advance)
        box.width += advance - before
        return advance
    box.translate(advance, 0)
    return advance
