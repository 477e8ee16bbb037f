"""处罚不重于事先告知的（FRM010）。

与决定之前最近的一份行政处罚告知书、一份听证告知书分别对照。
通过：罚款不高于告知的，告知的处罚种类里有决定的种类。
不通过：罚款高于告知的，或者决定了没有告知的处罚种类；应当重新告知。
提示：其他处罚的文字与告知的不同，请核对是否重于告知的。
不适用：案件里没有行政处罚决定书，或者没有决定之前的告知书。
来源：行政处罚法第四十四条、第四十五条、第六十二条。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份处罚决定书：与每种告知书对照，各一条或几条认定。"""
    told = [_last(situation, draft, k) for k in ("penalty_prenotice", "hearing_rights_notice")]
    notices = [notice for notice in told if notice is not None]
    if not notices:
        yield Level.NOT_APPLICABLE, "", "决定之前没有告知书，无可对照。"
    for notice in notices:
        faults = list(_heavier(situation, draft, notice))
        yield from faults
        if not faults:
            said = f"处罚不重于{_name(notice)}告知的。"
            yield Level.PASS, situation.place(draft, "penalty"), said


def _last(situation: Situation, decision: Draft, kind: str) -> Draft | None:
    earlier = [d for d in situation.of_type(kind) if d.date <= decision.date]
    return max(earlier, key=lambda d: d.date, default=None)


def _heavier(situation: Situation, decision: Draft, notice: Draft) -> Iterator[Fault]:
    fine, told = _fine(decision), _fine(notice)
    if fine > told:
        what = f"告知的是 {told:.2f} 元" if told else "告知时没有罚款"
        said = f"罚款 {fine:.2f} 元，{_name(notice)}{what}；加重的应当重新告知，再作决定。"
        yield Level.FAIL, situation.place(decision, "fine"), said
    others, before = _others(decision), _others(notice)
    where = situation.place(decision, "others")
    if others and not before:
        said = f"决定了{_name(notice)}没有告知的其他处罚：{'、'.join(others)}；应当重新告知。"
        yield Level.FAIL, where, said
    elif fresh := [text for text in others if text not in before]:
        said = f"其他处罚“{'、'.join(fresh)}”与{_name(notice)}告知的“{'、'.join(before)}”文字不同。"
        yield Advice(Level.UNKNOWN, where, f"{said}请核对是否重于告知的。")


def _fine(draft: Draft) -> Decimal:
    fine = draft.fields.get("fine")
    return fine if isinstance(fine, Decimal) else Decimal(0)


def _others(draft: Draft) -> tuple[str, ...]:
    rows = draft.fields.get("others")
    given = rows if isinstance(rows, tuple) else ()
    return tuple(str(row["text"]) for row in given if isinstance(row, Mapping))


def _name(notice: Draft) -> str:
    return f"《{notice.instrument.title}》（{notice.date}）"


RULE = document_rule(
    "FRM010",
    "处罚不重于事先告知的",
    "行政处罚法第四十四条、第四十五条、第六十二条",
    BOTH,
    "penalty_decision",
    judge,
)
