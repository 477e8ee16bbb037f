"""规则：看案件的情况，给出若干认定。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from docgen.model.case import Case, Delivery
from docgen.model.checklist import Checklist
from docgen.model.draft import Draft
from docgen.model.law import Law
from docgen.model.verdict import Finding


class Phase(StrEnum):
    """核查的阶段：plan 为出发前，evidence 为送达与记录之后。"""

    PLAN = "plan"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Situation:
    """规则能看到的一切。drafts: by instrument key; at: the day the check is made for."""

    case: Case
    drafts: Mapping[str, Draft]
    checklist: Checklist
    law: Law
    phase: Phase
    at: date

    def of_type(self, kind: str) -> tuple[Draft, ...]:
        """某一种类的全部稿。"""
        return tuple(d for d in self.drafts.values() if d.instrument.id == kind)

    def place(self, draft: Draft, field: str = "") -> str:
        """稿在案件文件里的位置：instruments[0].hearing_at。"""
        request = self.case.instrument(draft.key)
        place = request.place if request else draft.key
        return place + (f".{field}" if field else "")

    def deliveries(self, draft: Draft) -> tuple[tuple[int, Delivery], ...]:
        """该文书的送达，连同在案件文件里的序号。"""
        return tuple(
            (i, d) for i, d in enumerate(self.case.deliveries) if d.instrument == draft.key
        )


@dataclass(frozen=True)
class Rule:
    """一条规则。code is permanent; a family (REC) appends the checklist row's number."""

    code: str
    title: str
    source: str
    phases: tuple[Phase, ...]
    evaluate: Callable[[Situation], Iterable[Finding]]
