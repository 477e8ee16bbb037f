"""情况紧急的二十四小时内报告并补办批准（TIM011）。

情况紧急的理由、实施的时间和报告的时间写在 proceedings（urgent_reason、started_at、reported_at）。
通过：报告不超过法定小时数。不通过：超过，或者早于实施。
不能判定：没有写实施或者报告的时间，没有参数。
不适用：不是情况紧急当场实施的；案件里没有查封扣押决定书。
来源：行政强制法第十九条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from docgen.judge.document import EVIDENCE, document_rule
from docgen.judge.limits import apart, limit_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    facts = situation.proceeding(draft)
    where = situation.proceeding_place(draft, "reported_at")
    limit = limit_of(situation, "urgent_report_hours", draft.date)
    if facts.urgent_reason is None:
        yield Level.NOT_APPLICABLE, "", "没有写情况紧急，按事先批准处理（COE001）。"
    elif facts.started_at is None or facts.reported_at is None or limit is None:
        yield Level.UNKNOWN, where, "情况紧急，没有写明实施的时间或者报告的时间，不能判定。"
    else:
        span = facts.reported_at - facts.started_at
        kept = timedelta() <= span <= timedelta(hours=limit.value)
        relation = "之后" if span >= timedelta() else "之前"
        said = f"实施{relation} {apart(span)}报告，期限 {limit.said}。"
        yield Level.PASS if kept else Level.FAIL, where, said


RULE = document_rule(
    "TIM011",
    "情况紧急的二十四小时内报告并补办批准",
    "行政强制法第十九条",
    EVIDENCE,
    "sealing_decision",
    judge,
    facts="reported_at started_at urgent_reason",
)
