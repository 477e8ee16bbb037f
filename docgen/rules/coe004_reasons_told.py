"""当场告知理由、依据和权利，听取陈述申辩（COE004）。

写在 proceedings（reasons_told、party_heard）。
通过：已经告知；当事人到场的，已经听取。
不通过：没有告知；当事人到场而没有听取。
不能判定：没有写是否告知、是否听取。
不适用：决定之日还没有到；案件里没有查封扣押决定书。
来源：行政强制法第十八条第五项、第六项。
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
    where = situation.proceeding_place(draft, "reasons_told")
    heard = facts.party_heard if facts.party_present is not False else True
    if draft.date > situation.at:
        yield Level.NOT_APPLICABLE, "", f"决定之日 {draft.date} 还没有到。"
    elif facts.reasons_told is False:
        yield Level.FAIL, where, "没有当场告知理由、依据和权利、救济途径。"
    elif heard is False:
        where = situation.proceeding_place(draft, "party_heard")
        yield Level.FAIL, where, "没有听取当事人的陈述和申辩。"
    elif facts.reasons_told is None or heard is None:
        name = "party_heard" if facts.reasons_told else "reasons_told"
        where = situation.proceeding_place(draft, name)
        yield Level.UNKNOWN, where, "没有写明是否告知理由和权利、是否听取陈述申辩。"
    else:
        absent = "当事人不到场，无从听取" if facts.party_present is False else "听取陈述申辩"
        yield Level.PASS, where, f"已经告知理由和权利，{absent}。"


RULE = document_rule(
    "COE004",
    "当场告知理由、依据和权利，听取陈述申辩",
    "行政强制法第十八条第五项、第六项",
    EVIDENCE,
    "sealing_decision",
    judge,
    facts="party_heard party_present reasons_told",
)
