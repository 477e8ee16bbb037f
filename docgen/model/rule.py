"""规则：看案件的情况，给出若干认定。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from docgen.model.case import Case, Delivery, Proceeding
from docgen.model.checklist import Checklist
from docgen.model.draft import Draft
from docgen.model.duty import Duty, duties
from docgen.model.law import Law
from docgen.model.verdict import Finding, Level

Fault = tuple[Level, str, str]
"""一条规则在一处所见：结果、在案件文件里的位置、说明。"""


class Advice(NamedTuple):
    """只作提示的所见；也是一个 Fault。"""

    level: Level
    where: str
    message: str


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

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        """每份文书要记录的行，各规则共用。"""
        return duties(self.case, self.drafts, self.checklist)

    def due(self) -> Situation:
        """之后的核查只看到核查之日为止的文书；出发前的看全部。"""
        if self.phase is Phase.PLAN:
            return self
        drafts = {key: draft for key, draft in self.drafts.items() if draft.date <= self.at}
        return self if len(drafts) == len(self.drafts) else replace(self, drafts=drafts)

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
        return self.case.enumerated_deliveries((draft.key,))

    def proceeding(self, draft: Draft) -> Proceeding:
        """该文书的程序事实；写在几处的合在一起，没有写的都空着。"""
        merged = Proceeding(draft.key)
        for item in self.case.proceedings:
            if item.instrument == draft.key:
                given = {k: v for k, v in vars(item).items() if v not in (None, ())}
                merged = replace(merged, **given)
        return merged

    def proceeding_place(self, draft: Draft, field: str) -> str:
        """该项程序事实在案件文件里的位置；没有写过即文书所在。"""
        for index, item in enumerate(self.case.proceedings):
            if item.instrument == draft.key:
                return f"proceedings[{index}].{field}"
        return self.place(draft)


@dataclass(frozen=True)
class Explanation:
    """清单的一行是否适用，为什么。"""

    code: str
    row: int
    item: str
    applies: bool
    why: str


@dataclass(frozen=True)
class Rule:
    """一条规则。code is permanent; a family (REC) appends the checklist row's number.

    kinds: the instruments it looks at, "*" for all; facts: what it asks of their proceedings.
    """

    code: str
    title: str
    source: str
    phases: tuple[Phase, ...]
    evaluate: Callable[[Situation], Iterable[Finding]]
    kinds: frozenset[str] = frozenset()
    facts: tuple[str, ...] = ()
