"""当事人不在场的七个工作日内送达处罚决定书（TIM010）。

宣告时当事人是否在场写在 proceedings（announced_to_party）；出发前没有写的按不在场计算。
通过：送达在期限内；当事人在场的，当日交付。
不通过：超过期限，当事人在场而没有当日交付，或者到核查之日还没有送达。
不能判定：没有写送达的时间，没有写宣告时当事人是否在场而又不是当日交付，没有参数，或者有未公布日历的年份。
不适用：案件里没有行政处罚决定书；公告送达（期间另算，见 DLV009）。
来源：行政处罚法第六十一条第一款、第八十五条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Term, judge_term, limit_of
from docgen.judge.served import served_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Phase, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份处罚决定书一条认定。"""
    if any(d.mode == "announcement" for _, d in situation.deliveries(draft)):
        yield Level.NOT_APPLICABLE, "", "公告送达，期间另算。"
        return
    found = served_of(situation, draft)
    overdue = situation.phase is Phase.EVIDENCE and situation.at > draft.date
    announced = situation.proceeding(draft).announced_to_party
    if announced is None and overdue and found.day and found.day > draft.date:
        said = "没有写宣告时当事人是否在场（proceedings 的 announced_to_party），不能判定。"
        yield Level.UNKNOWN, situation.proceeding_place(draft, "announced_to_party"), said
    if announced and (found.day or overdue):
        level = Level.PASS if found.day == draft.date else Level.FAIL
        when = f"{found.day} 交付" if found.day else "没有交付的记载"
        said = f"宣告时当事人在场，{when}，应当当场（{draft.date}）交付。"
        yield level, found.where, said if level is Level.FAIL else "宣告后当场交付。"
        return
    if found.day is None and (situation.phase is Phase.PLAN or not situation.deliveries(draft)):
        yield Level.UNKNOWN, found.where, f"{found.why}，不能判定送达是否及时。"
        return
    term = Term(draft.date, "处罚决定", found.day, "送达", found.where)
    yield judge_term(situation, term, limit_of(situation, "decision_service_days", draft.date))


RULE = document_rule(
    "TIM010",
    "当事人不在场的七个工作日内送达处罚决定书",
    "行政处罚法第六十一条第一款、第八十五条",
    BOTH,
    "penalty_decision",
    judge,
    facts="announced_to_party",
)
