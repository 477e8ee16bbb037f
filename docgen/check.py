"""查：案件、稿、清单与法律参数 → 结论（Verdict）。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable

from docgen.model.rule import Rule, Situation
from docgen.model.verdict import Finding, Level, Verdict


def check(situation: Situation, rules: Iterable[Rule], accepted: Iterable[str] = ()) -> Verdict:
    """逐条核查；出错的规则算作“不能判定”，从不放行。"""
    findings: list[Finding] = []
    for rule in rules:
        if situation.phase not in rule.phases:
            continue
        try:
            findings.extend(rule.evaluate(situation))
        except Exception as error:
            message = f"规则“{rule.title}”自身出错（{type(error).__name__}: {error}），不能判定。"
            findings.append(Finding(rule.code, Level.UNKNOWN, message, "", rule.source))
    if not findings:
        message = f"本程序还没有 {situation.phase.value} 阶段的规则，不能判定。"
        findings.append(Finding("CHK000", Level.UNKNOWN, message))
    return Verdict(tuple(findings), tuple(accepted))
