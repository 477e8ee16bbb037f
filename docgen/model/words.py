"""文字：一份文书印出的每个段落与单元格，按顺序，含固定用语。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """表格的一行。repeated: a header row that prints again on each following page."""

    cells: tuple[str, ...]
    repeated: bool = False


Block = str | Row


@dataclass(frozen=True)
class Words:
    """段落（str）与表格行（Row）。Blank blocks are left out; white space is folded."""

    blocks: tuple[Block, ...]

    def units(self) -> Iterator[str]:
        """每个印出的单元：段落或单元格，按阅读顺序。"""
        for block in self.blocks:
            if isinstance(block, Row):
                yield from block.cells
            else:
                yield block


def squeeze(text: str) -> str:
    """去掉一切空白，用于逐字比对（invariant 1: white space aside）。"""
    return "".join(text.split())


def fold_space(text: str) -> str:
    """把连续空白折成一个空格，去掉首尾空白。"""
    return " ".join(text.split())
