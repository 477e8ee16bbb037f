"""停止供电、供应的法定条件（COE007）。

通过：写明重大事故隐患、原决定及其文号、拒不执行、现实危险、保证安全的措施、主要负责人批准，批准不早于原决定。
不通过：批准早于原决定或者晚于本决定，原决定晚于本决定，原决定只是责令限期整改，同案没有通知供应单位。
出发前还没有通知的，只作提示；之后没有的，不通过。
不能判定：上述条件有的没有写。
不适用：案件里没有停止供电决定书。
来源：安全生产法第七十条第一款；清单第 30 行。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docgen.judge.document import BOTH, before_or_after, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份停止供电决定书：不合的逐项指出，否则一条通过。"""
    faults = []
    for name in ("hazard", "earlier_number", "refusal", "danger", "safety", "approved_by"):
        if not draft.fields[name]:
            field = draft.instrument.field(name)
            said = f"没有写{field.label if field else name}。"
            faults.append((Level.UNKNOWN, situation.place(draft, name), said))
    approved, earlier = draft.fields["approved_on"], draft.fields["earlier_date"]
    if not isinstance(approved, date) or not isinstance(earlier, date):
        said = "没有写批准日期或者原决定日期。"
        faults.append((Level.UNKNOWN, situation.place(draft, "approved_on"), said))
    elif not earlier <= approved <= draft.date:
        said = f"批准 {approved} 应在原决定 {earlier} 之后、本决定 {draft.date} 之前。"
        faults.append((Level.FAIL, situation.place(draft, "approved_on"), said))
    if draft.fields["earlier_title"] == _NOT_ENOUGH:
        said = f"原决定是《{_NOT_ENOUGH}》，不是停产停业、停止施工或者停止使用的决定。"
        faults.append((Level.FAIL, situation.place(draft, "earlier_title"), said))
    if not situation.of_type("power_cutoff_notice"):
        said = "没有给供应单位的书面通知；请加 power_cutoff_notice。"
        yield before_or_after(situation, (Level.FAIL, "", said))
    yield from faults
    if not faults:
        yield Level.PASS, "", "法定条件都已写明。"


_NOT_ENOUGH = "责令限期整改指令书"

RULE = document_rule(
    "COE007",
    "停止供电、供应的法定条件",
    "安全生产法第七十条第一款；清单第 30 行",
    BOTH,
    "power_cutoff_decision",
    judge,
)
