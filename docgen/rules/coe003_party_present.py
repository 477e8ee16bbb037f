"""通知当事人到场，不到场的有见证人（COE003）。

写在 proceedings（party_notified、party_present、witness）。
通过：当事人到场；不到场而已通知、有见证人。
不通过：没有通知当事人到场；当事人不到场而没有见证人。
不能判定：没有写是否通知、是否到场。
不适用：决定之日还没有到；案件里没有查封扣押决定书。
来源：行政强制法第十八条第三项、第九项。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import EVIDENCE, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    facts = situation.proceeding(draft)
    where = situation.proceeding_place(draft, "party_present")
    if draft.date > situation.at:
        yield Level.NOT_APPLICABLE, "", f"决定之日 {draft.date} 还没有到。"
    elif facts.party_notified is False:
        where = situation.proceeding_place(draft, "party_notified")
        yield Level.FAIL, where, "没有通知当事人到场。"
    elif facts.party_present:
        yield Level.PASS, where, "当事人到场。"
    elif facts.party_notified is None or facts.party_present is None:
        name = "party_present" if facts.party_present is None else "party_notified"
        where = situation.proceeding_place(draft, name)
        yield Level.UNKNOWN, where, "没有写明是否通知当事人到场、是否到场。"
    elif facts.witness:
        yield Level.PASS, where, f"当事人不到场，由 {facts.witness} 见证。"
    else:
        where = situation.proceeding_place(draft, "witness")
        yield Level.FAIL, where, "当事人不到场，没有见证人（witness）。"


RULE = document_rule(
    "COE003",
    "通知当事人到场，不到场的有见证人",
    "行政强制法第十八条第三项、第九项",
    EVIDENCE,
    "sealing_decision",
    judge,
    facts="party_notified party_present witness",
)
