"""停止供电不影响居民生活（COE008）。

是否影响居民生活写在 proceedings（residents_affected）。
通过：不影响居民生活。不通过：影响居民生活。
不能判定：没有写。
不适用：停止供应民用爆炸物品；案件里没有停止供电决定书。
来源：行政强制法第四十三条第二款。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份停止供电决定书一条认定。"""
    affected = situation.proceeding(draft).residents_affected
    where = situation.proceeding_place(draft, "residents_affected")
    if draft.fields["measure"] != "停止供电":
        yield Level.NOT_APPLICABLE, "", "停止供应民用爆炸物品，与居民生活用电无关。"
    elif affected is None:
        said = "没有写明是否影响居民生活；请在 proceedings 写 residents_affected。"
        yield Level.UNKNOWN, where, said
    elif affected:
        yield Level.FAIL, where, "影响居民生活，不得停止供电；请只停生产回路。"
    else:
        yield Level.PASS, where, "不影响居民生活。"


RULE = document_rule(
    "COE008",
    "停止供电不影响居民生活",
    "行政强制法第四十三条第二款",
    BOTH,
    "power_cutoff_decision",
    judge,
    facts="residents_affected",
)
