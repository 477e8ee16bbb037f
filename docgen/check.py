"""查：案件、稿、清单与法律参数 → 结论（Verdict）。纯函数。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from docgen.model.case import Case, Suppression
from docgen.model.rule import Rule, Situation
from docgen.model.verdict import Finding, Level, Verdict

_COUNTED = (Level.FAIL, Level.UNKNOWN)


def check(situation: Situation, rules: Iterable[Rule], accepted: Iterable[str] = ()) -> Verdict:
    """逐条核查；出错的规则算作“不能判定”，从不放行。不计的认定留在结论里，写明理由。

    Afterwards (evidence) only the documents dated by the day of the check are there to be judged.
    """
    situation = situation.due()
    findings: list[Finding] = []
    codes: set[str] = set()
    for rule in rules:
        codes.add(rule.code)
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
    return Verdict(tuple(_suppressed(situation.case, findings, codes)), tuple(accepted))


def strict(verdict: Verdict) -> Verdict:
    """同一个结论，提示也计入。"""
    return replace(
        verdict, findings=tuple(replace(found, advice=False) for found in verdict.findings)
    )


def subject_of(case: Case, finding: Finding) -> str | None:
    """这一条说的是哪一份文书（key）；说的是整个案件即 None。"""
    place = re.match(r"(instruments|deliveries|recordings|proceedings)\[([0-9]+)\]", finding.where)
    if place is None:
        return None
    part, index = place[1], int(place[2])
    if part == "instruments":
        return next((r.key for r in case.instruments if r.place == place[0]), None)
    if part == "deliveries":
        return case.deliveries[index].instrument
    return (case.recordings if part == "recordings" else case.proceedings)[index].instrument


def _suppressed(case: Case, findings: Sequence[Finding], codes: set[str]) -> Iterator[Finding]:
    used: set[Suppression] = set()
    for finding in findings:
        mine = next((s for s in case.suppressions if _matches(case, s, finding)), None)
        if mine is None or finding.level not in _COUNTED:
            yield finding
        else:
            used.add(mine)
            yield replace(finding, suppression=mine)
    present = {finding.code for finding in findings}
    for index, item in enumerate(case.suppressions):
        if item not in used:
            yield _unused(index, item, codes, present)


def _matches(case: Case, item: Suppression, finding: Finding) -> bool:
    wanted = item.instrument in (None, subject_of(case, finding))
    return item.code == finding.code and wanted


def _unused(index: int, item: Suppression, codes: set[str], present: set[str]) -> Finding:
    where = f"suppressions[{index}].code"
    if item.code not in codes:
        return Finding("CHK001", Level.FAIL, f"没有代码为 {item.code} 的规则。", where)
    said = "这一阶段不核查" if item.code not in present else "没有未通过的认定"
    return Finding("CHK001", Level.NOT_APPLICABLE, f"{item.code} {said}，这条不计没有用上。", where)
