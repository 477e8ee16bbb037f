"""登记保存后七个工作日内作出处理决定（TIM005）。

“七日”是工作日（第八十五条），清单写“７日内”，没有说明；从登记保存之日起，当日不计。
通过：处理决定书的日期在期限内。不通过：超过期限，或者到核查之日还没有作出。
不能判定：有几份处理决定书、说不清是哪一份，没有参数，或者有未公布日历的年份。
不适用：案件里没有先行登记保存证据通知书；还没有作出处理决定而期限未到。
来源：行政处罚法第五十六条、第八十五条；清单第 13 行。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Term, judge_term, limit_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份通知书一条认定。"""
    mine = [
        d
        for d in situation.of_type("evidence_disposition_decision")
        if len(situation.of_type("evidence_preservation_notice")) == 1
        or d.fields["earlier_date"] == draft.date
    ]
    if len(mine) > 1:
        yield Level.UNKNOWN, situation.place(mine[0]), "有几份处理决定书，不能判定哪一份是它的。"
        return
    end = mine[0].date if mine else None
    where = situation.place(mine[0], "date") if mine else situation.place(draft, "date")
    term = Term(draft.date, "登记保存", end, "作出处理决定", where)
    yield judge_term(situation, term, limit_of(situation, "evidence_days", draft.date))


RULE = document_rule(
    "TIM005",
    "登记保存后七个工作日内作出处理决定",
    "行政处罚法第五十六条、第八十五条；清单第 13 行",
    BOTH,
    "evidence_preservation_notice",
    judge,
)
