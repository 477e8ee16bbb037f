"""消除隐患后及时解除停止供电、供应（TIM012）。

法律只说“及时”，没有定日数；日数取自 templates/law/lifting_days.yaml，尚待确认。
通过：解除在期限内。不通过：超过期限，早于消除之日，或者到核查之日还没有解除。
不能判定：没有写隐患是否消除而已经解除，没有参数，或者有未公布日历的年份。
不适用：隐患还没有消除；案件里没有停止供电决定书。
来源：安全生产法第七十条第三款。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import EVIDENCE, document_rule
from docgen.judge.limits import Term, judge_term, limit_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份停止供电决定书一条认定。"""
    facts = situation.proceeding(draft)
    if facts.hazard_removed_on is None and facts.lifted_on is None:
        yield Level.NOT_APPLICABLE, "", "没有写隐患已经消除。"
        return
    where = situation.proceeding_place(draft, "lifted_on")
    term = Term(facts.hazard_removed_on, "消除隐患", facts.lifted_on, "解除措施", where)
    yield judge_term(situation, term, limit_of(situation, "lifting_days", draft.date))


RULE = document_rule(
    "TIM012",
    "消除隐患后及时解除停止供电、供应",
    "安全生产法第七十条第三款",
    EVIDENCE,
    "power_cutoff_decision",
    judge,
    facts="hazard_removed_on lifted_on",
)
