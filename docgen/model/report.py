"""核查报告：一个案件的结论，印出来附卷。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from docgen.model.rule import Explanation


@dataclass(frozen=True)
class ReportLine:
    """一条认定。label: 通过, 不通过, 不能判定, 提示 or 不计; note: the suppression's reason."""

    label: str
    code: str
    message: str
    where: str
    source: str
    note: str | None = None


@dataclass(frozen=True)
class ReportGroup:
    """一份文书（或者整个案件）的各条认定。passed: codes of what passed, in order."""

    title: str
    lines: tuple[ReportLine, ...]
    passed: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """核查报告。date is the day the check is made for; counts: label → how many."""

    case_number: str
    cause: str
    agency: str
    party: str
    date: date
    phase: str
    profile: str
    bottom_line: str
    counts: tuple[tuple[str, int], ...]
    groups: tuple[ReportGroup, ...]
    suppressed: tuple[ReportLine, ...]
    explanations: tuple[Explanation, ...]
    unconfirmed: tuple[str, ...] = ()
