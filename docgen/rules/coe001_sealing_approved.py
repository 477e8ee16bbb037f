"""查封扣押事先批准（COE001）。

批准的日期写在 proceedings（approved_on）；情况紧急当场实施的写 urgent_reason，报告见 TIM011。
通过：批准不晚于决定之日；写明情况紧急。
不通过：决定之后才批准，又没有写情况紧急。
不能判定：没有写批准的日期，也没有写情况紧急；没有写批准的负责人。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第十八条第一项、第十九条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    facts = situation.proceeding(draft)
    where = situation.proceeding_place(draft, "approved_on")
    if facts.approved_on and facts.approved_on <= draft.date:
        if facts.approved_by:
            yield Level.PASS, where, f"{facts.approved_on} 由 {facts.approved_by} 批准。"
        else:
            where = situation.proceeding_place(draft, "approved_by")
            yield Level.UNKNOWN, where, "写了批准的日期，没有写批准的负责人（approved_by）。"
    elif facts.urgent_reason:
        yield Level.PASS, where, f"情况紧急当场实施：{facts.urgent_reason}。"
    elif facts.approved_on:
        yield Level.FAIL, where, f"{facts.approved_on} 才批准，晚于决定 {draft.date}。"
    else:
        said = "没有写明实施前批准的日期；请在 proceedings 写 approved_on，紧急的写 urgent_reason。"
        yield Level.UNKNOWN, where, said


RULE = document_rule(
    "COE001",
    "查封扣押事先批准",
    "行政强制法第十八条第一项、第十九条",
    BOTH,
    "sealing_decision",
    judge,
    facts="approved_by approved_on urgent_reason",
)
