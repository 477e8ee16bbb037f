"""重叠：两个框都框住了的字只算一次。纯函数。

The finder of lines may end one box within the next one's first character; that character is then
read twice, at one and the same place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from docgen.model.scan import ScannedLine

_SAME_PLACE = 0.25  # of the height of the line: nearer than any two characters stand


def read_once(lines: Sequence[ScannedLine]) -> tuple[ScannedLine, ...]:
    """各行，去掉左邻的框已经读过的字。"""
    told = []
    for line in lines:
        again = max((_shared(other, line) for other in lines if other.left < line.left), default=0)
        if again < len(line.text):
            told.append(line.after(again) if again else line)
    return tuple(told)


def _shared(left: ScannedLine, right: ScannedLine) -> int:
    """右边的框开头有几个字，就是左边的框末尾的那几个。"""
    if left.right < right.left or left.bottom < right.top or right.bottom < left.top:
        return 0
    for count in range(min(len(left.text), len(right.text)), 0, -1):
        if left.text.endswith(right.text[:count]) and _together(left, right, count):
            return count
    return 0


def _together(left: ScannedLine, right: ScannedLine, count: int) -> bool:
    size = len(left.text)
    return all(
        math.dist(left.centre(size - count + n), right.centre(n)) < _SAME_PLACE * right.height
        for n in range(count)
    )
