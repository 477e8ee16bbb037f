"""清单行、法律参数和所附的文书都有（TPL019）。

rows 写清单里的行号；清单的时限参数在 templates/law/；accompanies 写一种主文书。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, TemplateFolder


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """各文书的行与主文书，清单的参数。"""
    rows = {row.number for row in folder.checklist.rows} if folder.checklist else None
    mains = {i.id: i.yaml.text("accompanies") for i in folder.instruments}
    for instrument in folder.instruments:
        yield from _rows(instrument, rows)
        main = instrument.yaml.text("accompanies")
        if main and (main not in mains or mains[main]):
            told = f"accompanies 的“{main}”不是主文书。"
            yield Found(instrument.yaml.spot("accompanies"), told, "写一种不附于别的文书的 id。")
    for index, row in enumerate(folder.checklist.rows if folder.checklist else ()):
        parameter = row.time_limit.parameter
        if parameter and folder.law_read and parameter not in folder.law:
            spot = folder.checklist_file.spot("rows", index, "time_limit")
            yield Found(spot, f"清单第 {row.number} 行的参数 {parameter} 不在 law/ 里。")


def _rows(instrument: InstrumentFolder, rows: set[int] | None) -> Iterator[Found]:
    for index, use in enumerate(instrument.data.rows if instrument.data else ()):
        if rows is not None and use.row not in rows:
            spot = instrument.yaml.spot("rows", index)
            yield Found(spot, f"清单没有第 {use.row} 行。", f"清单有第 1 至 {max(rows)} 行。")


CHECK = Check("TPL019", "清单行都有", Level.ERROR, "请核对清单的行号。", examine)
