"""模板的发现写成 SARIF 2.1.0。"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from typing import Any

from docgen.lint.finding import Check, Finding
from docgen.sarif import SarifResult, SarifRule, sarif


def lint_sarif(
    findings: Iterable[Finding], checks: Iterable[Check], version: str
) -> dict[str, Any]:
    """一次检查的 SARIF 日志。"""
    told = list(findings)
    rules = [_rule(check) for check in checks]
    if own := [finding for finding in told if finding.code == "TPL000"]:
        title = own[0].message
        rules.insert(0, SarifRule("TPL000", title, title, own[0].advice or title, "error"))
    return sarif("docgen lint", version, rules, [_result(finding) for finding in told])


def _rule(check: Check) -> SarifRule:
    manual = inspect.getdoc(sys.modules[check.examine.__module__]) or check.title
    return SarifRule(check.code, check.title, manual, check.advice, check.level.value)


def _result(finding: Finding) -> SarifResult:
    spot = finding.spot
    message = f"{finding.message}{finding.advice}"
    return SarifResult(finding.code, finding.level.value, message, spot.file, spot.line, spot.place)
