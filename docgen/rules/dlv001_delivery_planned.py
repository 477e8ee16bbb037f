"""每份要送达的文书都安排了送达（DLV001）。

通过：有送达安排，写明计划时间，且不早于文书日期。
不通过：没有安排送达，计划时间早于文书日期，或者公告送达而案件里没有送达公告。
不能判定：安排了送达但没有写计划时间。
来源：行政处罚法第六十一条；行政强制法第三十八条；民事诉讼法第九十五条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份文书一条认定；不送达的文书不适用。"""
    for draft in situation.drafts.values():
        title = f"《{draft.instrument.title}》"
        place = situation.place(draft)
        if "delivery" not in draft.instrument.events:
            message = f"{title}不送达。"
            yield Finding("DLV001", Level.NOT_APPLICABLE, message, place, RULE.source)
            continue
        rows = situation.deliveries(draft)
        if not rows:
            message = f"{title}没有安排送达；请在 deliveries 写一项。"
            yield Finding("DLV001", Level.FAIL, message, place, RULE.source)
        for index, delivery in rows:
            where = f"deliveries[{index}].planned_at"
            if delivery.mode == "announcement" and not situation.of_type("delivery_announcement"):
                level, where = Level.FAIL, f"deliveries[{index}].mode"
                message = "公告送达，案件里没有送达公告；请加 delivery_announcement。"
            elif delivery.planned_at is None:
                level, message = Level.UNKNOWN, "没有写明计划送达时间。"
            elif delivery.planned_at.date() < draft.date:
                level = Level.FAIL
                message = f"计划 {delivery.planned_at.date()} 送达，早于文书日期 {draft.date}。"
            else:
                level, message = Level.PASS, f"计划 {delivery.planned_at.date()} 送达。"
            yield Finding("DLV001", level, title + message, where, RULE.source)


RULE = Rule(
    code="DLV001",
    title="送达的安排",
    source="行政处罚法第六十一条；行政强制法第三十八条",
    phases=(Phase.PLAN,),
    evaluate=evaluate,
)
