"""说明：清单的每一行在这个案件里为什么适用或者不适用。纯函数。"""

from __future__ import annotations

from collections.abc import Mapping

from docgen.model.checklist import ChecklistRow
from docgen.model.draft import Draft
from docgen.model.duty import falls_away
from docgen.model.instrument import Instrument, RowUse, applies
from docgen.model.rule import Explanation, Situation


def explain(situation: Situation, instruments: Mapping[str, Instrument]) -> tuple[Explanation, ...]:
    """清单各行，按清单的次序：是否适用、为什么。"""
    return tuple(_explain(situation, row, instruments) for row in situation.checklist.rows)


def _explain(
    situation: Situation, row: ChecklistRow, instruments: Mapping[str, Instrument]
) -> Explanation:
    reasons = []
    for duty in situation.duties:
        if (key := duty.demanded.get(row.number)) is not None:
            reasons.append(_why(situation.drafts[key], row))
        elif duty.of_row(row.number):
            reasons.append(f"《{duty.draft.instrument.title}》另外安排了这一行的记录")
    if reasons:
        kind = "（视情）" if row.discretionary else ""
        return Explanation(row.code, row.number, row.item, True, "；".join(reasons) + kind)
    why = why_not(situation, row)
    if why == _NONE:
        titles = _titles(row, instruments)
        why = f"案件里没有{titles}" if titles else "案件没有另外安排这一行的记录"
    return Explanation(row.code, row.number, row.item, False, why)


_NONE = "案件里没有适用这一行的文书"


def _why(draft: Draft, row: ChecklistRow) -> str:
    title = f"案件里有《{draft.instrument.title}》"
    use = next((u for u in draft.instrument.rows if u.code == row.code), None)
    if use is None or not use.when:
        return title
    return f"{title}，{_conditions(draft, use)}"


def _conditions(draft: Draft, use: RowUse) -> str:
    """条件所看的各项现在的值：送达方式为 left。"""
    named = []
    for name in use.when or {}:
        field = draft.instrument.field(name)
        named.append(f"{field.label if field else name}为 {draft.fields.get(name)}")
    return "、".join(named)


def why_not(situation: Situation, row: ChecklistRow) -> str:
    """该行为什么不适用：没有那些文书，或者有而条件不成立。"""
    for draft in situation.drafts.values():
        for use in draft.instrument.rows:
            if use.code != row.code:
                continue
            title = f"《{draft.instrument.title}》"
            if not applies(use.when, draft.fields):
                return f"{title}的{_conditions(draft, use)}"
            if (path := falls_away(use, situation.drafts)) is not None:
                return f"{title}本来要求，但 {path} 为“没有”一类的情形"
            return f"{title}随主文书制作，记录在主文书的案件里"
    return _NONE


def _titles(row: ChecklistRow, instruments: Mapping[str, Instrument]) -> str:
    """哪些文书会带来这一行。"""
    asking = [i.title for i in instruments.values() if any(u.code == row.code for u in i.rows)]
    carrying = [instruments[key].title for key in row.applies_with if key in instruments]
    return "，也没有".join(f"《{title}》" for title in dict.fromkeys([*asking, *carrying]))
