"""示例行：工作簿里给人看的一行；有标记而没有改动才跳过，绝不印出来。纯函数。"""

from __future__ import annotations

from docgen.model.table import Layout, Row
from docgen.read.table.cells import shown_cell


def is_example(row: Row, layout: Layout) -> bool:
    """是带着标记、没有改动的示例行。"""
    if layout.marker is None or layout.marker >= len(row.cells):
        return False
    if not shown_cell(row.cells[layout.marker]).strip():
        return False
    for index, filled in enumerate(layout.filled):
        cell = row.cells[index] if index < len(row.cells) else None
        if filled is not None and shown_cell(cell).strip() != filled.column.example:
            return False
    return True
