"""要送达的文书都已经送达（DLV003）。

通过：写明了实际送达的时间，公告送达的已经满期。
不通过：计划的时间已过而没有送达，或者没有安排过送达。
不能判定：安排了送达而没有写计划时间，也没有写事实；电子送达没有写到达的时间。
不适用：不送达的文书，日期还没有到的文书，计划的时间或者公告期还没有到。
来源：行政处罚法第六十一条；行政强制法第三十八条；民事诉讼法第八十七条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import EVIDENCE, document_rule
from docgen.judge.served import served
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每次送达一条认定。"""
    if "delivery" not in draft.instrument.events:
        yield Level.NOT_APPLICABLE, "", "不送达。"
        return
    if draft.date > situation.at:
        yield Level.NOT_APPLICABLE, "", f"日期 {draft.date} 还没有到。"
        return
    rows = situation.deliveries(draft)
    if not rows:
        yield Level.FAIL, "", "没有送达的记载；请在 deliveries 写一项。"
    done = any(delivery.at for _, delivery in rows)
    for index, delivery in rows:
        found = served(situation, index, delivery)
        if found.day is not None:
            later = found.day > situation.at
            said = "还没有到，届时视为送达" if later else "送达"
            level = Level.NOT_APPLICABLE if later else Level.PASS
            yield level, found.where, f"{found.day} {said}。"
        elif delivery.at is not None:
            yield Level.UNKNOWN, found.where, f"{found.why}，不能判定是否送达。"
        elif done:
            yield Level.NOT_APPLICABLE, found.where, "这一次没有送达，另有一次已经送达。"
        else:
            yield _not_yet(situation, delivery, found.where)


def _not_yet(situation: Situation, delivery: Delivery, where: str) -> Fault:
    planned = delivery.planned_at
    if planned is None:
        return Level.UNKNOWN, where, "没有写计划送达时间，也没有写实际送达时间。"
    if planned.date() >= situation.at:
        return Level.NOT_APPLICABLE, where, f"计划 {planned.date()} 送达，还没有过。"
    return Level.FAIL, where, f"计划 {planned.date()} 送达，到 {situation.at} 没有送达的记载。"


RULE = document_rule(
    "DLV003",
    "要送达的文书都已经送达",
    "行政处罚法第六十一条；行政强制法第三十八条；民事诉讼法第八十七条",
    EVIDENCE,
    "*",
    judge,
)
