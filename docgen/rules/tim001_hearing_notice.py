"""听证通知在听证的七个工作日之前送达（TIM001）。

送达日与听证日都不计入；两日之间的工作日不少于法定日数。
通过：工作日数够。不通过：不够。
不能判定：没有送达时间，出发前的公告送达或者邮寄送达（公告日、交邮日不是送达日），或者有未公布日历的年份、各种可能的日历结论不一。
不适用：案件里没有听证会通知书。
来源：行政处罚法第六十四条第二项、第八十五条；清单第 17 行。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from docgen.judge.served import Served, attempts, served
from docgen.model.draft import Draft
from docgen.model.law import DatedValue
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level
from docgen.workdays import is_working_day, working_days_between


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份听证会通知书的每次送达一条认定。"""
    drafts = situation.of_type("hearing_notice")
    if not drafts:
        message = "案件里没有听证会通知书。"
        yield Finding("TIM001", Level.NOT_APPLICABLE, message, "", RULE.source)
    for draft in drafts:
        limit = situation.law.at("hearing_notice_days", draft.date)
        rows = attempts(situation, draft)
        if limit is None or not rows:
            reason = "没有安排送达" if limit else f"{draft.date} 没有该期限的参数"
            message = f"{reason}，不能判定听证通知是否及时。"
            where = situation.place(draft)
            yield Finding("TIM001", Level.UNKNOWN, message, where, RULE.source)
            continue
        for index, delivery in rows:
            yield _finding(situation, draft, limit, served(situation, index, delivery))


def _finding(situation: Situation, draft: Draft, limit: DatedValue, found: Served) -> Finding:
    hearing, where = draft.fields["hearing_at"], found.where
    if found.day is None or not isinstance(hearing, datetime):
        message = f"{found.why or '没有写明听证时间'}，不能判定听证通知是否及时。"
        return Finding("TIM001", Level.UNKNOWN, message, where, limit.source)
    needed = int(limit.value)
    days = working_days_between(found.day, hearing.date(), situation.law.calendars)
    said = f"{found.day} 送达，{hearing.date()} 听证，其间"
    if days.low >= needed:
        message = f"{said}有 {days.low} 个工作日，不少于 {needed} 个。"
        return Finding("TIM001", Level.PASS, message, where, limit.source)
    if days.high < needed:
        earliest = _earliest(situation, found.day, needed)
        message = f"{said}只有 {days.high} 个工作日，少于 {needed} 个；{earliest}"
        return Finding("TIM001", Level.FAIL, message, where, limit.source)
    message = (
        f"{said}的放假日历尚未公布（{days.low} 至 {days.high} 个工作日），不能判定；"
        "请在 templates/law/holidays/ 补上该年日历。"
    )
    return Finding("TIM001", Level.UNKNOWN, message, where, limit.source)


def _earliest(situation: Situation, notice: date, needed: int) -> str:
    day = notice
    for _ in range(60):
        day += timedelta(days=1)
        enough = working_days_between(notice, day, situation.law.calendars).low >= needed
        if enough and is_working_day(day, situation.law.calendars):
            return f"该日送达的，最早 {day} 听证。"
    return "请推迟听证或者提前送达。"


RULE = Rule(
    code="TIM001",
    title="听证七个工作日前通知",
    source="行政处罚法第六十四条第二项、第八十五条；清单第 17 行",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
