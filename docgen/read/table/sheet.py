"""打开了的一张表：标题、共同事项与逐行的内容，不论来自哪种文件。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from docgen.model.table import Cell, Row

MOST_COLUMNS = 2_000
MOST_CHARACTERS = 32_767  # in one cell; Excel keeps no more


@dataclass(frozen=True)
class Common:
    """共同事项的一项。where: as a person would say it."""

    label: str
    value: Cell
    where: str


@dataclass(frozen=True)
class Table:
    """一张表。rows: number as the user sees it, and the row; empty rows are left out.

    total: how many rows there are.
    """

    name: str
    headers: tuple[str, ...]
    total: int
    notices: tuple[str, ...]
    common: tuple[Common, ...]
    epoch: datetime
    rows: Callable[[], Iterator[tuple[int, Row]]]
