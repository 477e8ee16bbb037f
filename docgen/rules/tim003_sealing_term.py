"""查封、扣押的期限不超过三十日（TIM003）。

按日历日计算，开始的当日不计入；“三十日”不是“下月同日”。
检测、检验、检疫、鉴定的天数（proceedings 的 testing_days）不计；经书面批准可以延长一次。
通过：期限至少一日、不超过法定日数，不早于决定日开始；延长的在期满前批准、不超过法定日数，
期满前已经解除或者作出处理决定。
不通过：超过、倒置或者早于决定日；延长没有批准、迟于期满或者超过；期满而没有解除。
不能判定：没有写起止日期，或者没有该期限的参数；期满而没有写是否解除（released_on）。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第二十五条第一款；民事诉讼法第八十五条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from docgen.model.case import Proceeding
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
            level, message = _judge(situation, draft, limit)
            yield Finding("TIM003", level, message, where, limit.source)


def _judge(situation: Situation, draft: Draft, limit: DatedValue) -> tuple[Level, str]:
    start, end = draft.fields["term_from"], draft.fields["term_to"]
    facts = situation.proceeding(draft)
    if not isinstance(start, date) or not isinstance(end, date):
        return Level.UNKNOWN, "没有写明查封扣押的起止日期，不能判定。"
    longest = int(limit.value) + (facts.testing_days or 0)
    if start < draft.date:
        return Level.FAIL, f"查封扣押自 {start} 起，早于决定日 {draft.date}。"
    if (end - start).days < 1:
        return Level.FAIL, f"查封扣押止日 {end} 不晚于起日 {start}。"
    if (end - start).days > longest:
        latest = start + timedelta(days=longest)
        return Level.FAIL, (
            f"查封扣押 {(end - start).days} 日，超过 {longest} 日；最晚止于 {latest}。"
        )
    extended = _extension_fault(situation, draft, end)
    if extended is not None:
        return extended
    return _ending(situation, facts, facts.extended_to or end, (end - start).days, longest)


def _extension_fault(situation: Situation, draft: Draft, end: date) -> tuple[Level, str] | None:
    facts = situation.proceeding(draft)
    if facts.extended_to is None:
        return None
    more = situation.law.at("sealing_extension_days", draft.date)
    if more is None:
        return Level.UNKNOWN, f"{draft.date} 没有延长期限的参数，不能判定。"
    if facts.extension_approved_on is None:
        return Level.UNKNOWN, "写了延长，没有写批准延长的日期（extension_approved_on）。"
    if facts.extension_approved_on > end:
        return Level.FAIL, f"{facts.extension_approved_on} 才批准延长，晚于期满 {end}。"
    days = (facts.extended_to - end).days
    if not 0 < days <= int(more.value):
        return Level.FAIL, f"延长 {days} 日，应在 1 至 {more.value} 日之间。"
    return None


def _ending(
    situation: Situation, facts: Proceeding, last: date, days: int, longest: int
) -> tuple[Level, str]:
    within = f"查封扣押 {days} 日，不超过 {longest} 日"
    if situation.phase is Phase.PLAN or last >= situation.at:
        return Level.PASS, f"{within}。"
    if facts.released_on is None:
        return Level.UNKNOWN, f"{last} 期满，没有写是否解除或者处理（released_on）。"
    if facts.released_on > last:
        return Level.FAIL, f"{last} 期满，{facts.released_on} 才解除或者处理。"
    return Level.PASS, f"{within}，{facts.released_on} 解除或者处理。"


RULE = Rule(
    code="TIM003",
    title="查封扣押不超过三十日",
    source="行政强制法第二十五条第一款；民事诉讼法第八十五条",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
