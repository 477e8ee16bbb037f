"""扫描：从纸面的图片上读出的各行，与签发的文字不同的地方。"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]
"""四角，从左上起顺时针，像素。"""


@dataclass(frozen=True)
class ScannedLine:
    """读出的一行。

    page: counted from 1 in the file; centres: of each character along the box, 0 to 1;
    confidences: of each character; red: written in red ink (a stamp, a red pen).
    """

    text: str
    box: Box
    confidence: float
    page: int
    centres: tuple[float, ...] = ()
    confidences: tuple[float, ...] = ()
    red: bool = False

    @property
    def left(self) -> float:
        return min(x for x, _ in self.box)

    @property
    def right(self) -> float:
        return max(x for x, _ in self.box)

    @property
    def top(self) -> float:
        return min(y for _, y in self.box)

    @property
    def bottom(self) -> float:
        return max(y for _, y in self.box)

    @property
    def height(self) -> float:
        """字有多高，歪着的也量得准。"""
        (ax, ay), _, _, (dx, dy) = self.box
        return math.hypot(dx - ax, dy - ay)

    @property
    def marks(self) -> tuple[float, ...]:
        """各字在框的几分之几处；没有量出的，算作均匀。"""
        size = len(self.text)
        even = tuple((n + 0.5) / size for n in range(size))
        return self.centres if len(self.centres) == size else even

    def centre(self, at: int) -> Point:
        """第 at 个字的中心，像素。"""
        mark = self.marks[at]
        (ax, ay), _, (cx, cy), _ = _between(self.box, mark, mark)
        return (ax + cx) / 2, (ay + cy) / 2

    def after(self, start: int) -> ScannedLine:
        """去掉开头 start 个字，框也截去。"""
        marks = self.marks
        low = (marks[start - 1] + marks[start]) / 2
        rest = self.confidences[start:]
        return replace(
            self,
            text=self.text[start:],
            box=_between(self.box, low, 1.0),
            confidence=sum(rest) / len(rest) if rest else self.confidence,
            centres=tuple((mark - low) / (1 - low) for mark in marks[start:]),
            confidences=rest,
        )

    def part(self, start: int, end: int) -> Box:
        """第 start 到 end 个字（不含 end）所在的框；一个字也没有的，是两字之间的缝。"""
        marks = self.marks
        step = 0.5 * (marks[-1] - marks[0]) / max(len(marks) - 1, 1) if len(marks) > 1 else 0.5
        if start >= end:
            edges = [m + step for m in marks[start - 1 : start]] or [marks[0] - step]
            low, high = edges[0] - step * 0.6, edges[0] + step * 0.6
        else:
            low, high = marks[start] - step * 1.1, marks[end - 1] + step * 1.1
        return _between(self.box, max(0.0, low), min(1.0, high))


def tilt(lines: Sequence[ScannedLine]) -> float:
    """一页歪了多少（弧度，顺时针为正），由较长的各行量出。"""
    slopes = []
    for line in lines:
        (ax, ay), (bx, by), *_ = line.box
        slopes.append((math.hypot(bx - ax, by - ay), math.atan2(by - ay, bx - ax)))
    longest = sorted(slopes)[-max(1, len(slopes) // 2) :]
    return median(angle for _, angle in longest)


def _between(box: Box, low: float, high: float) -> Box:
    a, b, c, d = box

    def along(p: Point, q: Point, t: float) -> Point:
        return p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t

    return along(a, b, low), along(a, b, high), along(d, c, high), along(d, c, low)


@dataclass(frozen=True)
class ScannedPage:
    """一页的图片与读出的各行。

    number: in the file, from 1; code: where its QR code is; cells: what the rules of its tables
    enclose, in no order; none where no rules were made out.
    """

    number: int
    width: int
    height: int
    lines: tuple[ScannedLine, ...]
    code: Box | None = None
    cells: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Scan:
    """交来的各页。known: the characters that the reader knows at all; empty for every one."""

    pages: tuple[ScannedPage, ...]
    known: frozenset[str] = frozenset()


class DifferenceKind(StrEnum):
    """怎样不同。"""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True)
class Difference:
    """纸面与签发的文字不同的一处。

    issued, read: the characters that differ; issued_words, read_words: the words they stand in;
    page: its printed number; sheet: which page of the file; line: as read, from 1, 0 where there
    is none; box: on the page's picture;
    weight: how much surer the reader is of what it read than of what was issued, in nats;
    field: the table column or the paragraph.
    """

    kind: DifferenceKind
    issued: str
    read: str
    issued_words: str
    read_words: str
    page: int
    sheet: int
    line: int
    box: Box | None
    weight: float
    field: str = ""

    @property
    def message(self) -> str:
        """第几页第几行，签发的是什么，纸面上是什么。"""
        where = f"第 {self.page} 页" + (f"第 {self.line} 行" if self.line else "")
        if self.field:
            where += f"（{self.field}）"
        if self.kind is DifferenceKind.MISSING and not self.read_words:
            return f"{where}：签发的“{self.issued_words}”，纸面上没有"
        if self.kind is DifferenceKind.ADDED and not self.issued_words:
            return f"{where}：纸面上的“{self.read_words}”，签发时没有"
        return f"{where}：签发的是“{self.issued_words}”，纸面上是“{self.read_words}”"


@dataclass(frozen=True)
class PaperReading:
    """纸面与签发文字比对的结果。

    differences: sure; doubtful: may differ, to be looked at by a person; unread: places where
    something stands that could not be read; by_hand: what was read in blanks; absent: numbers of
    the pages not handed in; struck: lines that a stroke runs through; unknown: characters that
    the reader does not know; compared, total: characters of the issued text, absent pages aside;
    confidence: of the reader, the mean of the lines.
    """

    differences: tuple[Difference, ...]
    doubtful: tuple[Difference, ...]
    unread: tuple[Difference, ...]
    by_hand: tuple[Difference, ...]
    absent: tuple[int, ...]
    unnumbered: bool
    unknown: str
    compared: int
    total: int
    confidence: float = 1.0
    struck: tuple[ScannedLine, ...] = ()

    @property
    def coverage(self) -> float:
        """签发的文字有多少读到了。"""
        return self.compared / self.total if self.total else 0.0
