"""显示核查：分组的认定、各行为什么适用、SARIF。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from docgen.cli.shared.show import console, finding_line, verdict_line
from docgen.model.rule import Explanation, Situation
from docgen.model.verdict import Finding, Level, Verdict
from docgen.report import ADVICE, grouped, label_of
from docgen.rules import manuals, rules_of
from docgen.sarif import SarifResult, SarifRule, sarif


def show_grouped(situation: Situation, verdict: Verdict, *, everything: bool) -> None:
    """结论：按文书分组，先不通过的；通过的只列代码；最后一行总结论。"""
    out = console(stderr=False)
    for title, findings in grouped(situation, verdict.findings).items():
        passed = [f.code for f in findings if label_of(f, verdict.accepted) == "通过"]
        idle = [f for f in findings if f.level is Level.NOT_APPLICABLE]
        folded = [f for f in findings if _discretionary(f)] if not everything else []
        rest = [f for f in findings if f not in idle and f not in folded]
        lines = [f for f in rest if label_of(f, verdict.accepted) != "通过"]
        if not (lines or passed or folded or everything):
            continue
        out.print(Text(title, "bold"))
        for finding in lines:
            out.print(finding_line(finding, verdict))
        if folded:
            codes = "、".join(dict.fromkeys(finding.code for finding in folded))
            out.print(Text.assemble(("  提示　　 ", "yellow"), f"视情记录而没有记录：{codes}"))
        if passed:
            codes = "、".join(dict.fromkeys(passed))
            out.print(Text.assemble(("  通过　　 ", "green"), codes))
        for finding in idle if everything else ():
            out.print(finding_line(finding, verdict))
    idle = [f for f in verdict.findings if f.level is Level.NOT_APPLICABLE]
    if idle and not everything:
        out.print(Text(f"（另有 {len(idle)} 条不适用，--all 列出）", "dim"))
    out.print(verdict_line(verdict))


def show_failures(verdict: Verdict) -> None:
    """只列不通过与不能判定的；提示只说有几条。"""
    out = console(stderr=False)
    bad = [f for f in verdict.findings if f.level in (Level.FAIL, Level.UNKNOWN)]
    standing = [f for f in bad if f.suppression is None and not f.advice]
    for finding in standing:
        out.print(finding_line(finding, verdict))
    if advice := sum(finding.advice for finding in bad):
        out.print(Text(f"  （另有 {advice} 条提示）", "dim"))


def _discretionary(finding: Finding) -> bool:
    """视情的行没有记录：合成一行说。"""
    return label_of(finding) == ADVICE and finding.code.startswith("REC")


def show_explanations(explanations: Sequence[Explanation]) -> None:
    """清单每一行：适用与否、为什么。"""
    out = console(stderr=False)
    for row in explanations:
        label, style = ("适用　", "green") if row.applies else ("不适用", "dim")
        out.print(Text.assemble((label, style), f" {row.code} {row.item}：", (row.why, "dim")))


def explanations_json(explanations: Sequence[Explanation]) -> list[dict[str, Any]]:
    """各行的 JSON。"""
    return [{**vars(row)} for row in explanations]


def verdict_sarif(cases: Sequence[tuple[Situation, Verdict]], version: str) -> dict[str, Any]:
    """各案件的认定写成 SARIF；通过与不适用的不列。"""
    texts = manuals()
    own = {rule.code: rule for situation, _ in cases for rule in rules_of(situation.checklist)}
    rules = [
        SarifRule(code, rule.title, texts.get(code, rule.title), rule.source, "error")
        for code, rule in sorted(own.items())
    ]
    title = "核查自身"
    rules += [SarifRule(code, title, title, title, "error") for code in ("CHK000", "CHK001")]
    told = [
        _result(situation, finding)
        for situation, verdict in cases
        for finding in verdict.findings
        if finding.level in (Level.FAIL, Level.UNKNOWN)
    ]
    return sarif("docgen check", version, rules, told)


def _result(situation: Situation, finding: Finding) -> SarifResult:
    case = situation.case
    level = "error" if finding.level is Level.FAIL else "warning"
    mine = finding.suppression
    return SarifResult(
        code=finding.code,
        level="note" if finding.advice else level,
        message=f"{finding.message}（依据：{finding.source}）"
        if finding.source
        else finding.message,
        file=case.file,
        line=case.line_of(finding.where),
        place=finding.where,
        suppressed=None if mine is None else f"{mine.reason}（{mine.name}）",
    )
