"""查封、扣押的期限不超过三十日（TIM003）。

按日历日计算，开始的当日不计入；“三十日”不是“下月同日”。
检测、检验、检疫、鉴定的天数（proceedings 的 testing_days）不计；经书面批准可以延长一次。
通过：期限至少一日、不超过法定日数，不早于决定日开始；延长的在期满前批准、不超过法定日数；
期限未满，或者期满前已经解除、作出处理决定。
不通过：超过、倒置或者早于决定日；延长迟于期满才批准、早于决定批准或者超过；期满后才解除，解除早于决定。
不能判定：没有写起止日期，或者没有该期限的参数；写了延长而没有写批准的日期，写了批准而没有写延长到哪一日；
期满而没有写是否解除（released_on）。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第二十五条第一款；民事诉讼法第八十五条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from docgen.model.draft import Draft
from docgen.model.law import DatedValue
from docgen.model.rule import Fault, Phase, Rule, Situation
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
            level, where, message = _judge(situation, draft, limit)
            yield Finding("TIM003", level, message, where, limit.source)


def _judge(situation: Situation, draft: Draft, limit: DatedValue) -> Fault:
    start, end = draft.fields["term_from"], draft.fields["term_to"]
    facts, where = situation.proceeding(draft), situation.place(draft, "term_to")
    if not isinstance(start, date) or not isinstance(end, date):
        return Level.UNKNOWN, where, "没有写明查封扣押的起止日期，不能判定。"
    longest = int(limit.value) + (facts.testing_days or 0)
    if start < draft.date:
        where = situation.place(draft, "term_from")
        return Level.FAIL, where, f"查封扣押自 {start} 起，早于决定日 {draft.date}。"
    if (end - start).days < 1:
        return Level.FAIL, where, f"查封扣押止日 {end} 不晚于起日 {start}。"
    if (end - start).days > longest:
        latest = start + timedelta(days=longest)
        said = f"查封扣押 {(end - start).days} 日，超过 {longest} 日；最晚止于 {latest}。"
        return Level.FAIL, where, said
    within = f"查封扣押 {(end - start).days} 日，不超过 {longest} 日"
    fault = _extension_fault(situation, draft, end)
    return fault or _ending(situation, draft, facts.extended_to or end, within)


def _extension_fault(situation: Situation, draft: Draft, end: date) -> Fault | None:
    facts = situation.proceeding(draft)
    to, approved = (
        situation.proceeding_place(draft, name) for name in ("extended_to", "extension_approved_on")
    )
    more = situation.law.at("sealing_extension_days", draft.date)
    if facts.extended_to is None:
        said = "写了批准延长，没有写延长到哪一日（extended_to）。"
        return (Level.UNKNOWN, to, said) if facts.extension_approved_on else None
    if more is None:
        return Level.UNKNOWN, to, f"{draft.date} 没有延长期限的参数，不能判定。"
    days = (facts.extended_to - end).days
    if not 0 < days <= int(more.value):
        return Level.FAIL, to, f"延长 {days} 日，应在 1 至 {more.value} 日之间。"
    if facts.extension_approved_on is None:
        return Level.UNKNOWN, approved, "写了延长，没有写批准延长的日期（extension_approved_on）。"
    if facts.extension_approved_on > end:
        said = f"{facts.extension_approved_on} 才批准延长，晚于期满 {end}。"
        return Level.FAIL, approved, said
    if facts.extension_approved_on < draft.date:
        said = f"{facts.extension_approved_on} 批准延长，早于决定 {draft.date}。"
        return Level.FAIL, approved, said
    return None


def _ending(situation: Situation, draft: Draft, last: date, within: str) -> Fault:
    released = situation.proceeding(draft).released_on
    where = situation.proceeding_place(draft, "released_on")
    if released is not None and released < draft.date:
        return Level.FAIL, where, f"{released} 解除或者处理，早于决定 {draft.date}。"
    if situation.phase is Phase.PLAN or last >= situation.at:
        return Level.PASS, situation.place(draft, "term_to"), f"{within}。"
    if released is None:
        return Level.UNKNOWN, where, f"{last} 期满，没有写是否解除或者处理（released_on）。"
    if released > last:
        return Level.FAIL, where, f"{last} 期满，{released} 才解除或者处理。"
    return Level.PASS, where, f"{within}，{released} 解除或者处理。"


RULE = Rule(
    code="TIM003",
    title="查封扣押不超过三十日",
    source="行政强制法第二十五条第一款；民事诉讼法第八十五条",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
    kinds=frozenset({"sealing_decision"}),
    facts=("extended_to", "extension_approved_on", "released_on", "testing_days"),
)
