"""发现写成 SARIF 2.1.0，供编辑器和代码平台显示；lint 与 check 共用。

Source: OASIS SARIF 2.1.0 sections 3.13 to 3.52.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@dataclass(frozen=True)
class SarifRule:
    """一条规则：代码、一句话、手册页、怎样改、平常的轻重（error, warning or note）。"""

    code: str
    title: str
    manual: str
    help: str
    level: str


@dataclass(frozen=True)
class SarifResult:
    """一处发现。place: inside the file, for people; suppressed: why it does not count."""

    code: str
    level: str
    message: str
    file: str
    line: int | None = None
    place: str = ""
    suppressed: str | None = None


def sarif(
    tool: str, version: str, rules: Iterable[SarifRule], results: Iterable[SarifResult]
) -> dict[str, Any]:
    """一次检查的 SARIF 日志。Raises KeyError for a result whose rule is not among the rules."""
    listed = [_rule(rule) for rule in rules]
    numbers = {rule["id"]: index for index, rule in enumerate(listed)}
    driver = {"name": tool, "version": version, "rules": listed}
    told = [_result(result, numbers[result.code]) for result in results]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": told}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: SarifRule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.manual},
        "help": {"text": rule.help},
        "defaultConfiguration": {"level": rule.level},
    }


def _result(result: SarifResult, number: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(result.file) or "."}}
    if result.line is not None:
        physical["region"] = {"startLine": result.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if result.place:
        logical = {"name": result.place, "fullyQualifiedName": f"{result.file} {result.place}"}
        location["logicalLocations"] = [logical]
    told: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": number,
        "level": result.level,
        "message": {"text": result.message},
        "locations": [location],
    }
    if result.suppressed is not None:
        told["suppressions"] = [{"kind": "external", "justification": result.suppressed}]
    return told
