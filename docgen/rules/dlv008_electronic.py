"""电子送达的同意与到达（DLV008）。

通过：送达前当事人已经同意并签订确认书，写明送达地址；送达后写明到达受送达人系统的时间。
不通过：同意在送达之后；到达的时间早于发出。
不能判定：没有写同意的日期、送达地址、送达的时间，或者送达后没有写到达的时间。
不适用：没有以电子方式送达的。
来源：行政处罚法第六十一条第二款；民事诉讼法第九十条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import minute
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Phase, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每次电子送达：缺的逐项指出，否则一条通过。"""
    rows = [(i, d) for i, d in situation.deliveries(draft) if d.mode == "electronic"]
    for index, delivery in rows:
        faults = list(_faults(situation, index, delivery))
        yield from faults
        if not faults:
            said = f"电子送达，{delivery.consent_on} 已经同意。"
            yield Level.PASS, f"deliveries[{index}]", said
    if not rows:
        yield Level.NOT_APPLICABLE, "", "没有以电子方式送达的。"


def _faults(situation: Situation, index: int, delivery: Delivery) -> Iterator[Fault]:
    spot, consent, arrived = f"deliveries[{index}]", delivery.consent_on, delivery.arrived_at
    done = delivery.at if situation.phase is Phase.EVIDENCE else None
    sent = done or delivery.planned_at
    if consent is None:
        yield Level.UNKNOWN, f"{spot}.consent_on", "电子送达没有写当事人同意并签订确认书的日期。"
    if delivery.electronic_address is None:
        yield Level.UNKNOWN, f"{spot}.electronic_address", "电子送达没有写送达地址。"
    if consent and sent and consent > sent.date():
        said = f"当事人 {consent} 才同意电子送达，晚于送达 {sent.date()}。"
        yield Level.FAIL, f"{spot}.consent_on", said
    if sent is None:
        said = "没有写送达的时间，不能判定是否先同意。"
        yield Level.UNKNOWN, f"{spot}.planned_at", said
    if situation.phase is Phase.PLAN or delivery.at is None:
        return
    if arrived is None:
        yield Level.UNKNOWN, f"{spot}.arrived_at", "没有写到达受送达人系统的时间。"
    elif arrived < delivery.at:
        said = f"到达 {minute(arrived)} 早于发出 {minute(delivery.at)}。"
        yield Level.FAIL, f"{spot}.arrived_at", said


RULE = document_rule(
    "DLV008",
    "电子送达的同意与到达",
    "行政处罚法第六十一条第二款；民事诉讼法第九十条",
    BOTH,
    "*",
    judge,
)
