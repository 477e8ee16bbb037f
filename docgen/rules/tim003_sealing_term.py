"""查封、扣押的期限不超过三十日（TIM003）。

按日历日计算，开始的当日不计入；“三十日”不是“下月同日”。
通过：期限至少一日、不超过法定日数，且不早于决定日开始。不通过：超过、倒置或者早于决定日。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第二十五条第一款；民事诉讼法第八十五条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from docgen.model.draft import Draft
from docgen.model.law import DatedValue
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份查封扣押决定书一条认定。"""
    drafts = situation.of_type("sealing_decision")
    if not drafts:
        message = "案件里没有查封扣押决定书。"
        yield Finding("TIM003", Level.NOT_APPLICABLE, message, "", RULE.source)
    for draft in drafts:
        limit = situation.law.at("sealing_days", draft.date)
        where = situation.place(draft, "term_to")
        if limit is None:
            message = f"{draft.date} 没有查封扣押期限的参数，不能判定。"
            yield Finding("TIM003", Level.UNKNOWN, message, where, RULE.source)
        else:
            level, message = _judge(draft, limit)
            yield Finding("TIM003", level, message, where, limit.source)


def _judge(draft: Draft, limit: DatedValue) -> tuple[Level, str]:
    start, end = draft.fields["term_from"], draft.fields["term_to"]
    if not isinstance(start, date) or not isinstance(end, date):
        return Level.UNKNOWN, "没有写明查封扣押的起止日期，不能判定。"
    days = (end - start).days
    latest = start + timedelta(days=int(limit.value))
    if start < draft.date:
        return Level.FAIL, f"查封扣押自 {start} 起，早于决定日 {draft.date}。"
    if days < 1:
        return Level.FAIL, f"查封扣押止日 {end} 不晚于起日 {start}。"
    if days > int(limit.value):
        return Level.FAIL, f"查封扣押 {days} 日，超过 {limit.value} 日；最晚止于 {latest}。"
    return Level.PASS, f"查封扣押 {days} 日，不超过 {limit.value} 日。"


RULE = Rule(
    code="TIM003",
    title="查封扣押不超过三十日",
    source="行政强制法第二十五条第一款；民事诉讼法第八十五条",
    phases=(Phase.PLAN,),
    evaluate=evaluate,
)
