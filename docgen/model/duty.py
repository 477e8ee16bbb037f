"""记录的安排：一份文书要按清单记录哪几行，案件又安排了哪几次。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from docgen.model.case import Case, Recording
from docgen.model.checklist import Checklist
from docgen.model.draft import Draft
from docgen.model.instrument import RowUse, applies

Planned = tuple[int, Recording]


@dataclass(frozen=True)
class Duty:
    """一份文书的记录。

    beside: the instruments whose recordings count as this one's, itself included, by key;
    empty where all of them count as another's. demanded: rows that the instruments or the
    checklist ask for, each with the key of the document that asks; carried: those of them that
    only the checklist asks for, and only where it fits (视情).
    planned: the recordings of the case, each with its index there.
    """

    draft: Draft
    beside: Mapping[str, Draft]
    demanded: Mapping[int, str]
    carried: frozenset[int]
    planned: tuple[Planned, ...]

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """要求的与另外安排的行，按清单的顺序。"""
        return tuple(sorted({*self.demanded, *(r.row for _, r in self.planned)}))

    @property
    def sheet_rows(self) -> tuple[int, ...]:
        """印在音像记录单上的行：只有清单自己提到的视情的行，安排了才印。"""
        asked = {row for row in self.demanded if row not in self.carried}
        return tuple(sorted({*asked, *(r.row for _, r in self.planned)}))

    def of_row(self, number: int) -> tuple[Planned, ...]:
        """为某一行安排的记录。"""
        return tuple((index, r) for index, r in self.planned if r.row == number)


def main_key(draft: Draft, drafts: Mapping[str, Draft]) -> str:
    """其记录算在哪份文书上：随附的算在主文书上；主文书不止一份时说不清，各算各的。

    A receipt counts as the (first) document that it delivers.
    """
    if delivered := next((drafts[key] for key in draft.delivers if key in drafts), None):
        return main_key(delivered, drafts)
    main = draft.instrument.accompanies
    mains = [d.key for d in drafts.values() if main is not None and d.instrument.id == main]
    return mains[0] if len(mains) == 1 else draft.key


def falls_away(use: RowUse, drafts: Mapping[str, Draft]) -> str | None:
    """该行因另一份文书的内容而不要求：是哪一项（penalty_decision.defence），否则 None。"""
    for path, values in (use.unless or {}).items():
        kind, _, name = path.partition(".")
        others = [d for d in drafts.values() if d.instrument.id == kind]
        if others and all(d.fields.get(name) in values for d in others):
            return path
    return None


def duties(case: Case, drafts: Mapping[str, Draft], checklist: Checklist) -> tuple[Duty, ...]:
    """每份文书的记录，按案件的顺序。随附的文书自己不要求记录，由主文书一并要求。"""
    mains = {key: main_key(draft, drafts) for key, draft in drafts.items()}
    carried = dict(_carried(drafts, checklist))
    rows = {row.code: row.number for row in checklist.rows}
    discretionary = frozenset(row.number for row in checklist.rows if row.discretionary)
    found = []
    for draft in drafts.values():
        beside = {key: drafts[key] for key, main in mains.items() if main == draft.key}
        alone = draft.instrument.accompanies is not None
        own = {row: key for row, key in carried.items() if key in beside}
        demanded: dict[int, str] = {}
        for key, other in beside.items():
            for use in other.instrument.rows if not (alone and other is draft) else ():
                number = rows.get(use.code)
                if number and applies(use.when, other.fields) and not falls_away(use, drafts):
                    demanded.setdefault(number, key)
        planned = [(i, r) for i, r in enumerate(case.recordings) if r.instrument in beside]
        lone = (frozenset(own) & discretionary) - frozenset(demanded)
        found.append(Duty(draft, beside, own | demanded, lone, tuple(planned)))
    return tuple(found)


def _carried(drafts: Mapping[str, Draft], checklist: Checklist) -> Iterator[tuple[int, str]]:
    """清单自己写明随哪些文书适用的行：由案件里列在最前的那一种承担。"""
    for row in checklist.rows:
        for kind in row.applies_with:
            if key := next((d.key for d in drafts.values() if d.instrument.id == kind), None):
                yield row.number, key
                break
