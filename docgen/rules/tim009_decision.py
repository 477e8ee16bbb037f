"""立案之日起九十日内作出处罚决定（TIM009）。

立案日期写在 proceedings（filed_on）。听证、公告、检测的时间是否除外由规章定，程序不扣除。
通过：处罚决定在期限内。不通过：超过期限，或者早于立案。
不能判定：没有写立案日期，没有参数，或者有未公布日历的年份。
不适用：案件里没有行政处罚决定书。
来源：行政处罚法第六十条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Term, judge_term, limit_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份处罚决定书一条认定。"""
    filed = situation.proceeding(draft).filed_on
    where = situation.proceeding_place(draft, "filed_on")
    term = Term(filed, "立案", draft.date, "作出处罚决定", where)
    yield judge_term(situation, term, limit_of(situation, "decision_days", draft.date))


RULE = document_rule(
    "TIM009",
    "立案之日起九十日内作出处罚决定",
    "行政处罚法第六十条",
    BOTH,
    "penalty_decision",
    judge,
    facts="filed_on",
)
