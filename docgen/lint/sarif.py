"""发现写成 SARIF 2.1.0，供编辑器和代码平台显示。"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from docgen.lint.finding import Check, Finding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(findings: Iterable[Finding], checks: Iterable[Check], version: str) -> dict[str, Any]:
    """一次检查的 SARIF 日志。"""
    listed = list(checks)
    rules = [_rule(check) for check in listed]
    if own := [finding for finding in findings if finding.code == "TPL000"]:
        text = {"text": own[0].message}
        rules.insert(0, {"id": "TPL000", "shortDescription": text})
    numbers = {rule["id"]: index for index, rule in enumerate(rules)}
    driver = {"name": "docgen lint", "version": version, "rules": rules}
    results = [_result(finding, numbers[finding.code]) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    manual = inspect.getdoc(sys.modules[check.examine.__module__]) or check.title
    return {
        "id": check.code,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": manual},
        "help": {"text": check.advice},
        "defaultConfiguration": {"level": check.level.value},
    }


def _result(finding: Finding, number: int) -> dict[str, Any]:
    spot = finding.spot
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(spot.file) or "."}}
    if spot.line is not None:
        physical["region"] = {"startLine": spot.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if spot.place:
        logical = {"name": spot.place, "fullyQualifiedName": f"{spot.file} {spot.place}"}
        location["logicalLocations"] = [logical]
    return {
        "ruleId": finding.code,
        "ruleIndex": number,
        "level": finding.level.value,
        "message": {"text": f"{finding.message}{finding.advice}"},
        "locations": [location],
    }
