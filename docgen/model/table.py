"""成批的输入：一条记录读进来的原样，与怎样把它变成案件。全都可以送到别的进程。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""案件文件里的位置；"*" 为列表的任意一项。"""


DATA_SHEET = "数据"
COMMON_SHEET = "共同事项"
GUIDE_SHEET = "填写说明"
MARKER = "示例标记"
MARKED = "示例行，请删去"
DISTRICT = "辖区"
KIND = "文书种类"
REPORTED = ("状态", "文号", "错误", "提示", "文件")
"""报告自己加上的几列，照这个次序连在一起。"""


@dataclass(frozen=True)
class Figure:
    """表格软件存成数的一格，text 是文件里所写的数字。"""

    text: str


@dataclass(frozen=True)
class Broken:
    """读不出值的一格。said: 为什么，怎样改；text: what stands for it where it is shown."""

    said: str
    text: str = "#公式没有值"


Cell: TypeAlias = "str | Figure | bool | datetime | Broken | None"


@dataclass(frozen=True)
class JsonText:
    """JSON Lines 的一行，或者一个 .json 案件文件。"""

    text: str


@dataclass(frozen=True)
class YamlText:
    """一个 YAML 案件文件。"""

    text: str


@dataclass(frozen=True)
class Row:
    """表格的一行，各格依标题行的次序。fault: why the row as a whole cannot be used.

    notices: what about the row the user should know though it is used.
    """

    cells: tuple[Cell, ...]
    fault: str = ""
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unread:
    """读不出来的一条。"""

    said: str
    advice: str


@dataclass(frozen=True)
class Raw:
    """一条记录，还没有转换。index: 0-based, in the order of the input; where: for people.

    district: 辖区, for sorting and folders; no part of the case.
    """

    index: int
    where: str
    content: JsonText | YamlText | Row | Unread
    district: str | None = None


class Kind(StrEnum):
    """一列里的值是什么，决定怎样整理。"""

    TEXT = "text"
    PARAGRAPHS = "paragraphs"
    IDENTIFIER = "identifier"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    MONEY = "money"
    INTEGER = "integer"
    CHOICE = "choice"


class Sheet(StrEnum):
    """一列在工作簿的哪里：共同事项、数据，或者只在用户自己加上时才有。"""

    COMMON = "common"
    DATA = "data"
    EXTRA = "extra"


@dataclass(frozen=True)
class Column:
    """一列：标题、它填的案件文件的位置、怎样填。

    path: of the first item where the column is one of a numbered series (问题1 内容).
    stem, tail: what stands before and after the number of such a series; no stem, no series.
    choices: Chinese label and value of each choice. implied: what a filled cell brings along.
    """

    header: str
    path: Place
    kind: Kind
    required: bool
    sheet: Sheet
    help: str = ""
    example: str = ""
    stem: str = ""
    tail: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    implied: tuple[tuple[Place, str], ...] = ()


@dataclass(frozen=True)
class Filled:
    """表格的一列填到哪里去。header, letter: as the user sees the column.

    split: characters that separate the items of a list kept in one cell; the path then holds
    "*" for them, or is the list itself. values: the office's own codes for ours, as pairs.
    """

    header: str
    letter: str
    column: Column
    path: Place
    split: str = ""
    values: tuple[tuple[str, str | None], ...] = ()

    @property
    def label(self) -> str:
        """人能找到的名字。"""
        return f"“{self.header}”列（{self.letter} 列）"


@dataclass(frozen=True)
class NumberParts:
    """分成几列的文号：各部分在第几格；没有的部分取机关代字、文书代字，年份写在代字里。"""

    sequence: int
    year: int | None = None
    region: int | None = None
    code: int | None = None


@dataclass(frozen=True)
class Layout:
    """一张表怎样变成案件。small and picklable: it travels to each worker once.

    filled: by the index of the cell; None where the column fills nothing.
    constants: the facts that are the same in every row; labels: for each path of the case file
    the words that tell a person where it stands in the table, "*" for any item of a list.
    marker, district, kind_at: the cells of the example's mark, 辖区 and 文书种类.
    kinds: how the instrument may be written there, its title last.
    """

    instrument: str
    headers: tuple[str, ...]
    filled: tuple[Filled | None, ...]
    constants: tuple[tuple[Place, str], ...]
    labels: Mapping[str, str]
    epoch: datetime
    marker: int | None = None
    district: int | None = None
    kind_at: int | None = None
    kinds: tuple[str, ...] = ()
    number: NumberParts | None = None
    region: str = ""
    number_code: str = ""
