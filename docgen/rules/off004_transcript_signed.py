"""听证笔录签字，拒签的注明（OFF004）。

是否签字写在 proceedings（signed），拒绝签字时笔录中注明的情况写在 refusal。
通过：已经签字或者盖章；拒绝签字而由主持人在笔录中注明。
不通过：没有签字，也没有注明。
不能判定：没有写是否签字。
不适用：听证日还没有到；案件里没有听证笔录。
来源：行政处罚法第六十四条第八项；清单第 25 行。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import EVIDENCE, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份听证笔录一条认定。"""
    facts = situation.proceeding(draft)
    where = situation.proceeding_place(draft, "signed")
    refusal = facts.refusal or draft.fields["refusal"]
    if draft.date > situation.at:
        yield Level.NOT_APPLICABLE, "", f"听证日 {draft.date} 还没有到。"
    elif facts.signed:
        yield Level.PASS, where, "已由当事人或者其代理人签字或者盖章。"
    elif refusal:
        yield Level.PASS, where, f"拒绝签字，已在笔录中注明：{refusal}。"
    elif facts.signed is None:
        yield Level.UNKNOWN, where, "没有写明是否签字或者盖章（proceedings 的 signed）。"
    else:
        yield Level.FAIL, where, "没有签字或者盖章，也没有注明拒绝签字的情况（refusal）。"


RULE = document_rule(
    "OFF004",
    "听证笔录签字，拒签的注明",
    "行政处罚法第六十四条第八项；清单第 25 行",
    EVIDENCE,
    "hearing_transcript",
    judge,
    facts="refusal signed",
)
