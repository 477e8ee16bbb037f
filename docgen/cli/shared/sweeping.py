"""巡查登记簿：check --register 的显示。"""

from __future__ import annotations

from collections import Counter
from datetime import date

import click
from rich.text import Text

from docgen.check import strict as strictly
from docgen.cli.shared.findings import show_failures
from docgen.cli.shared.show import console, show_json, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.model.verdict import Level
from docgen.sweep import Swept, sweep


def show_sweep(tools: Tools, at: date, *, strict: bool, as_json: bool) -> int:
    """逐个案件核查并显示；全部通过才是 0，一个案件也没有不算通过。"""
    counts: Counter[Level] = Counter()
    rows = []
    for swept in sweep(tools.existing_register, tools.catalogue, at, tools.today):
        verdict = strictly(swept.verdict) if strict else swept.verdict
        level = verdict.bottom_line if swept.begun else Level.NOT_APPLICABLE
        counts[level] += 1
        if as_json:
            told = {"case_number": swept.case_number, "agency": swept.agency}
            rows.append({**told, **verdict_json(verdict), "bottom_line": level.value})
        elif level in (Level.FAIL, Level.UNKNOWN):
            _show(swept)
    bottom = _bottom(counts)
    if as_json:
        show_json({"at": at.isoformat(), "bottom_line": bottom.value, "cases": rows})
    else:
        click.echo(_totals(counts, at))
    return 0 if bottom is Level.PASS else 1


def _bottom(counts: Counter[Level]) -> Level:
    for level in (Level.FAIL, Level.UNKNOWN):
        if counts[level]:
            return level
    return Level.PASS if counts[Level.PASS] else Level.UNKNOWN


def _show(swept: Swept) -> None:
    console(stderr=False).print(Text(f"== {swept.case_number}　{swept.agency}", "bold"))
    show_failures(swept.verdict)


def _totals(counts: Counter[Level], at: date) -> str:
    total = counts.total()
    if not total:
        return "登记簿里还没有签发的文书，无可核查，不算通过。"
    waiting = counts[Level.NOT_APPLICABLE]
    return (
        f"截至 {at}：共 {total} 个案件，通过 {counts[Level.PASS]}，"
        f"不通过 {counts[Level.FAIL]}，不能判定 {counts[Level.UNKNOWN]}"
        + (f"，文书日期还没有到 {waiting}。" if waiting else "。")
    )
