"""显示：结论、错误与 JSON 怎样给人看。JSON 到标准输出，其余提示到标准错误。"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from docgen.errors import DocgenError
from docgen.model.verdict import Finding, Level, Verdict

_LABELS = {
    Level.PASS: ("通过", "green"),
    Level.FAIL: ("不通过", "bold red"),
    Level.UNKNOWN: ("不能判定", "bold yellow"),
    Level.NOT_APPLICABLE: ("不适用", "dim"),
}
_WIDEST = max(len(label) for label, _ in _LABELS.values())


def show_json(data: Any) -> None:
    """写一份 JSON。"""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def show_error(error: DocgenError) -> None:
    """错误：什么、在哪里、怎样处置。"""
    out = console(stderr=True)
    out.print(Text.assemble(("错误：", "bold red"), error.message))
    for problem in error.problems:
        out.print(Text(f"  · {problem}"))
    if error.advice:
        out.print(Text.assemble(("处置：", "bold"), error.advice))


def show_notices(notices: Iterable[str]) -> None:
    """读入时折叠、规范了什么。"""
    out = console(stderr=True)
    for notice in notices:
        out.print(Text.assemble(("提示：", "yellow"), notice))


def show_line(level: Level, message: str) -> None:
    """一件东西一行：结论与它是什么。"""
    label, style = _LABELS[level]
    padded = label + "　" * (_WIDEST - len(label))
    console(stderr=False).print(Text.assemble((padded, style), f" {message}"))


def show_verdict(verdict: Verdict, *, stderr: bool = False, everything: bool = False) -> None:
    """结论：逐条认定（先不通过的），最后一行总结论。"""
    out = console(stderr=stderr)
    order = [Level.FAIL, Level.UNKNOWN, Level.PASS, Level.NOT_APPLICABLE]
    shown = verdict.findings
    if not everything:
        shown = tuple(f for f in shown if f.level is not Level.NOT_APPLICABLE)
        shown = tuple(sorted(shown, key=lambda f: (f.advice, order.index(f.level))))
    for finding in shown:
        out.print(finding_line(finding, verdict))
    hidden = len(verdict.findings) - len(shown)
    if hidden:
        out.print(Text(f"（另有 {hidden} 条不适用）", "dim"))
    out.print(verdict_line(verdict))


def verdict_line(verdict: Verdict) -> Text:
    """最后一行：总结论。"""
    return Text.assemble("结论：", _LABELS[verdict.bottom_line])


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """结论的 JSON（contract 5.2）。"""
    return {
        "bottom_line": verdict.bottom_line.value,
        "findings": [
            {
                "code": finding.code,
                "level": finding.level.value,
                "message": finding.message,
                "where": finding.where,
                "source": finding.source,
                "advice": finding.advice,
                "accepted": finding.code in verdict.accepted,
                "suppression": _suppression(finding),
            }
            for finding in verdict.findings
        ],
    }


def _suppression(finding: Finding) -> dict[str, str] | None:
    mine = finding.suppression
    return None if mine is None else {"reason": mine.reason, "name": mine.name}


def finding_line(finding: Finding, verdict: Verdict) -> Text:
    """一条认定：结果、代码、说明、位置；要处置的写依据，不计的写理由。"""
    label, style = _LABELS[finding.level]
    if finding.advice and finding.level is not Level.PASS:
        label, style = "提示", "yellow"
    if finding.suppression is not None:
        label, style = "不计", "magenta"
    padded = label + "　" * (_WIDEST - len(label))
    tail = f"（{finding.where}）" if finding.where else ""
    if finding.level in (Level.FAIL, Level.UNKNOWN) and finding.source:
        tail += f" 依据：{finding.source}"
    if finding.suppression is not None:
        tail += f" 不计的理由：{finding.suppression.reason}（{finding.suppression.name}）"
    if finding.code in verdict.accepted:
        tail += " 已说明理由，仍予签发。"
    return Text.assemble("  ", (padded, style), f" {finding.code} {finding.message}", (tail, "dim"))


def console(*, stderr: bool) -> Console:
    """给人看的输出：终端上有颜色，管道里不折行。"""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 10_000
    return Console(file=stream, width=width, highlight=False, soft_wrap=True)
