"""记录的安排：一份文书要按清单记录哪几行，案件又安排了哪几次。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from docgen.model.case import Case, Recording
from docgen.model.draft import Draft

Planned = tuple[int, Recording]


@dataclass(frozen=True)
class Duty:
    """一份文书的记录。

    beside: the instruments whose recordings count as this one's, itself included, by key;
    empty where all of them count as another's. demanded: rows that the instruments ask for.
    planned: the recordings of the case, each with its index there.
    """

    draft: Draft
    beside: Mapping[str, Draft]
    demanded: tuple[int, ...]
    planned: tuple[Planned, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """要求的与另外安排的行，按清单的顺序。"""
        return tuple(sorted({*self.demanded, *(r.row for _, r in self.planned)}))

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


def duties(case: Case, drafts: Mapping[str, Draft]) -> tuple[Duty, ...]:
    """每份文书的记录，按案件的顺序。随附的文书自己不要求记录，由主文书一并要求。"""
    found = []
    for draft in drafts.values():
        beside = {k: d for k, d in drafts.items() if main_key(d, drafts) == draft.key}
        alone = draft.instrument.accompanies is not None
        asking = [d for d in beside.values() if not (alone and d is draft)]
        demanded = sorted({row for d in asking for row in d.instrument.rows_for(d.fields)})
        planned = [(i, r) for i, r in enumerate(case.recordings) if r.instrument in beside]
        found.append(Duty(draft, beside, tuple(demanded), tuple(planned)))
    return tuple(found)
