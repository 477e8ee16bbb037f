"""不查封扣押个人的生活必需品（COE010）。

生活必需品的名称取自 templates/law/necessities.yaml，尚待确认；认定只作提示。
通过：清单里没有生活必需品。
不通过（提示）：清单里有像是生活必需品的东西。
不能判定（提示）：决定之日没有该参数。
不适用：当事人是单位；案件里没有查封扣押决定书。
来源：行政强制法第二十三条第一款。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条提示。"""
    named = situation.law.at("necessities", draft.date)
    rows = draft.fields["items"]
    where = situation.place(draft, "items")
    if situation.case.party.kind != "individual":
        yield Level.NOT_APPLICABLE, where, "当事人是单位。"
        return
    if named is None:
        yield Advice(Level.UNKNOWN, where, "没有生活必需品名称的参数，不能判定。")
        return
    words = str(named.value).split("、")
    items = (
        [str(row["name"]) for row in rows if isinstance(row, Mapping)]
        if isinstance(rows, tuple)
        else []
    )
    suspect = [item for item in items if any(word in item for word in words)]
    for item in suspect:
        said = f"“{item}”像是个人及其所扶养家属的生活必需品，不得查封扣押。"
        yield Advice(Level.FAIL, where, said)
    if not suspect:
        yield Level.PASS, where, "没有像是生活必需品的东西。"


RULE = document_rule(
    "COE010",
    "不查封扣押个人的生活必需品",
    "行政强制法第二十三条第一款",
    BOTH,
    "sealing_decision",
    judge,
)
