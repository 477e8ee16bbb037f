"""上下文：不同的几个字所在的词——一个日期、一个金额、一个短语。纯函数。"""

from __future__ import annotations

from collections.abc import Sequence

from docgen.paper.differ import Spot

_FIGURES = frozenset("0123456789年月日时分秒元万亿千百十第号条款项角整％%.-〔〕")
_UNITS = frozenset("年月日时分秒元号条款项角整％%.-〕")
_STOPS = frozenset("，。；：、！？（）《》“”〔〕—")
_SHORT = 6
_REACH = 6
_LONG = 30


def words_around(issued: str, read: str, spot: Spot, spots: Sequence[Spot]) -> tuple[str, str]:
    """签发的词，与纸面上同一处的词。"""
    start, end = _grown(issued, spot.start, spot.end)
    if spot.start == spot.end and start == end:
        return "", read[spot.low : spot.high]
    told, at = [], start
    for one in (s for s in spots if s.start >= start and s.end <= end):
        told += [issued[at : one.start], read[one.low : one.high]]
        at = one.end
    told.append(issued[at:end])
    return _cut(issued[start:end]), _cut("".join(told))


def _grown(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = start, end
    figures = any(char.isdigit() for char in text[max(0, low - 1) : high + 1])
    if figures:
        while low and text[low - 1] in _FIGURES:
            low -= 1
        while high < len(text) and text[high] in _FIGURES:
            high += 1
        while low < start and text[low] in _UNITS:
            low += 1
    if high - low < _SHORT:
        low = _reached(text, low, -1)
        high = _reached(text, high, 1)
    return low, high


def _reached(text: str, at: int, step: int) -> int:
    for _ in range(_REACH):
        beyond = at - 1 if step < 0 else at
        if not 0 <= beyond < len(text) or text[beyond] in _STOPS:
            break
        at += step
    return at


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:14]}…{text[-14:]}"
