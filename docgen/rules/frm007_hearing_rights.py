"""属于听证范围的告知听证的权利（FRM007）。

通过：写明属于听证范围的，案件里有听证告知书。
不通过：写明属于听证范围，处罚决定已经作出而没有听证告知书。
不能判定：写明属于听证范围，案件里没有听证告知书，处罚决定也还没有作出。
不适用：不属于听证范围；案件里没有行政处罚告知书。
来源：行政处罚法第六十三条、第六十四条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份告知书一条认定。"""
    where = situation.place(draft, "hearing")
    if draft.fields["hearing"] != "属于听证范围":
        yield Level.NOT_APPLICABLE, where, "不属于听证范围。"
    elif situation.of_type("hearing_rights_notice"):
        yield Level.PASS, where, "属于听证范围，案件里有听证告知书。"
    elif situation.of_type("penalty_decision"):
        yield Level.FAIL, where, "属于听证范围，没有听证告知书就作出了处罚决定。"
    else:
        said = "属于听证范围，案件里还没有听证告知书（hearing_rights_notice），不能判定。"
        yield Level.UNKNOWN, where, said


RULE = document_rule(
    "FRM007",
    "属于听证范围的告知听证的权利",
    "行政处罚法第六十三条、第六十四条",
    BOTH,
    "penalty_prenotice",
    judge,
)
