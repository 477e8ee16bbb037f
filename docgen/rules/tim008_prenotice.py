"""先告知、后处罚（TIM008）。

通过：告知书已经送达，且送达不晚于处罚决定。
不通过：告知书送达晚于处罚决定，或者写的送达日期与送达的记载不同。
不能判定：没有写告知书送达的时间。
不适用：案件里没有行政处罚决定书。
来源：行政处罚法第四十四条、第四十五条、第六十二条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docgen.judge.document import BOTH, document_rule
from docgen.judge.served import served_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份处罚决定书一条认定。"""
    written = draft.fields["prenotice_served_on"]
    notices = situation.of_type("penalty_prenotice")
    where = situation.place(draft, "prenotice_served_on")
    starts = [served_of(situation, notice) for notice in notices]
    days = [s.day for s in starts if s.day is not None]
    if notices and not days:
        yield Level.UNKNOWN, starts[0].where, f"{starts[0].why}，不能判定是否先告知。"
    elif days and isinstance(written, date) and written not in days:
        said = f"写的告知书送达日期 {written} 与送达的记载 {days[0]} 不同。"
        yield Level.FAIL, where, said
    else:
        day = days[0] if days else written
        if not isinstance(day, date):
            yield Level.UNKNOWN, where, "没有写明告知书送达的日期。"
        elif day > draft.date:
            yield Level.FAIL, where, f"告知书 {day} 才送达，晚于处罚决定 {draft.date}。"
        else:
            yield Level.PASS, where, f"告知书 {day} 送达，处罚决定 {draft.date}。"


RULE = document_rule(
    "TIM008",
    "先告知、后处罚",
    "行政处罚法第四十四条、第四十五条、第六十二条",
    BOTH,
    "penalty_decision",
    judge,
)
