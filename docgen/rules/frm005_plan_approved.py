"""检查方案事先批准（FRM005）。

批准的日期写在方案（approved_on）或者 proceedings；情况紧急的写 urgent_reason 和 reported_at。
通过：批准不晚于检查开始；情况紧急的，事后报告并补办。
不通过：检查开始之后才批准，又没有写情况紧急。
不能判定：没有写批准的日期、批准人；情况紧急而没有写报告的时间。
不适用：检查还没有开始；案件里没有现场检查方案。
来源：国务院办公厅关于严格规范涉企行政检查的意见（国办发〔2024〕54号）；清单第 5 行。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docgen.judge.document import EVIDENCE, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份检查方案一条认定。"""
    facts, starts = situation.proceeding(draft), draft.fields["starts_on"]
    written = draft.fields["approved_on"]
    approved = written if isinstance(written, date) else facts.approved_on
    where = situation.proceeding_place(draft, "approved_on")
    if isinstance(written, date):
        where = situation.place(draft, "approved_on")
    if not isinstance(starts, date) or starts > situation.at:
        yield Level.NOT_APPLICABLE, "", f"检查开始之日 {starts} 还没有到。"
    elif approved and approved <= starts:
        person = draft.fields["approved_by"] or facts.approved_by
        if person:
            yield Level.PASS, where, f"{approved} 由 {person} 批准，{starts} 开始检查。"
        else:
            where = situation.proceeding_place(draft, "approved_by")
            yield Level.UNKNOWN, where, "写了批准的日期，没有写批准人（approved_by）。"
    elif facts.urgent_reason and facts.reported_at:
        yield Level.PASS, where, f"情况紧急，{facts.reported_at.date()} 报告并补办。"
    elif facts.urgent_reason:
        yield Level.UNKNOWN, where, "情况紧急，没有写明报告并补办的时间（reported_at）。"
    elif approved:
        yield Level.FAIL, where, f"{approved} 才批准，晚于检查开始 {starts}。"
    else:
        yield Level.UNKNOWN, where, "没有写明批准的日期（proceedings 的 approved_on）。"


RULE = document_rule(
    "FRM005",
    "检查方案事先批准",
    "国务院办公厅关于严格规范涉企行政检查的意见（国办发〔2024〕54号）；清单第 5 行",
    EVIDENCE,
    "inspection_plan",
    judge,
    facts="approved_by approved_on reported_at urgent_reason",
)
