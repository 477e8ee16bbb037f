"""结论：若干条认定，加一个由它们导出的总结论。"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docgen.model.case import Suppression


class Level(StrEnum):
    """一条认定的结果。"""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Finding:
    """一条认定。

    code: permanent code of the rule or verification step ("REC009", "VER003").
    where: place in the case or file ("deliveries[0].planned_at"), may be empty.
    source: legal or design ground ("行政处罚法第六十四条第二项").
    advice: True for a discretionary matter (视情); it never changes the bottom line.
    suppression: why and by whom it is not counted, None where it is.
    """

    code: str
    level: Level
    message: str
    where: str = ""
    source: str = ""
    advice: bool = False
    suppression: Suppression | None = None


@dataclass(frozen=True)
class Verdict:
    """全部认定与总结论。Contract 5.2: missing data is unknown, zero rules is never pass."""

    findings: tuple[Finding, ...]
    accepted: tuple[str, ...] = ()

    @property
    def bottom_line(self) -> Level:
        standing = [f for f in self.findings if not f.advice and f.suppression is None]
        counted = [f.level for f in standing if f.code not in self.accepted]
        for level in (Level.FAIL, Level.UNKNOWN):
            if level in counted:
                return level
        waived = any(f.code in self.accepted for f in self.findings)
        return Level.PASS if Level.PASS in counted or waived else Level.UNKNOWN
