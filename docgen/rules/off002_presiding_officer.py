"""听证由非本案调查人员主持（OFF002）。

通过：听证主持人不在本案执法人员之列。
不通过：听证会通知书或者听证笔录写的主持人就是本案的执法人员。
不能判定：没有写明听证主持人或者执法人员。
不适用：案件里没有听证会通知书、听证笔录。
来源：行政处罚法第六十四条第四项。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level
from docgen.model.words import squeeze


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份听证会通知书、听证笔录一条认定。"""
    drafts = (*situation.of_type("hearing_notice"), *situation.of_type("hearing_transcript"))
    if not drafts:
        message = "案件里没有听证会通知书、听证笔录。"
        yield Finding("OFF002", Level.NOT_APPLICABLE, message, "", RULE.source)
    names = {squeeze(officer.name) for officer in situation.case.officers}
    for draft in drafts:
        where = situation.place(draft, "presiding_name")
        chair = squeeze(str(draft.fields["presiding_name"] or ""))
        if not chair or not names:
            message = "没有写明听证主持人或者执法人员，不能判定。"
            yield Finding("OFF002", Level.UNKNOWN, message, where, RULE.source)
        elif chair in names:
            message = f"听证主持人“{chair}”是本案执法人员，应当另行指定。"
            yield Finding("OFF002", Level.FAIL, message, where, RULE.source)
        else:
            message = f"听证主持人“{chair}”不是本案执法人员。"
            yield Finding("OFF002", Level.PASS, message, where, RULE.source)


RULE = Rule(
    code="OFF002",
    title="听证主持人不是调查人员",
    source="行政处罚法第六十四条第四项",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
