"""申请复查或者整改期限届满之日起十日内复查（TIM004）。

期限取自 templates/law/reinspection_days.yaml，尚待确认；规章自己的“10日”按日历日。
通过：复查日在期限内。
不通过：超过期限，或者早于届满、申请之日；责令限期整改的最后一项期限届满，到核查之日逾期还没有复查意见书。
不能判定：没有写起算的日期，没有该期限的参数，或者有未公布日历的年份。
不适用：案件里没有整改复查意见书、责令限期整改指令书；还没有复查而期限未到。
来源：安全生产违法行为行政处罚办法（2015年修正）第十七条；清单第 10 行。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Term, judge_term, limit_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份复查意见书一条认定；没有复查的指令书也一条。"""
    if draft.instrument.id == "rectification_order":
        yield from _not_yet(situation, draft)
        return
    name = "due_on" if draft.fields["trigger"] == "整改期限届满" else "applied_on"
    start, end = draft.fields[name], draft.fields["reinspected_on"]
    term = Term(
        start if isinstance(start, date) else None,
        str(draft.fields["trigger"]),
        end if isinstance(end, date) else None,
        "复查",
        situation.place(draft, "reinspected_on"),
    )
    yield judge_term(situation, term, limit_of(situation, "reinspection_days", draft.date))


def _not_yet(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """还没有复查意见书的指令书，从最后一项整改期限起算。"""
    for opinion in situation.of_type("reinspection_opinion"):
        title, day = str(opinion.fields["earlier_title"]), opinion.fields["earlier_date"]
        if draft.instrument.called(title) and day == draft.date:
            return
    rows = draft.fields["problems"]
    found = [
        row["deadline"]
        for row in (rows if isinstance(rows, tuple) else ())
        if isinstance(row, Mapping) and isinstance(row["deadline"], date)
    ]
    where = situation.place(draft, "problems")
    last = max((day for day in found if isinstance(day, date)), default=None)
    term = Term(last, "整改期限届满", None, "复查", where)
    yield judge_term(situation, term, limit_of(situation, "reinspection_days", draft.date))


RULE = document_rule(
    "TIM004",
    "申请复查或者整改期限届满之日起十日内复查",
    "安全生产违法行为行政处罚办法（2015年修正）第十七条；清单第 10 行",
    BOTH,
    "reinspection_opinion rectification_order",
    judge,
)
