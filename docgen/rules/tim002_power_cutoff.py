"""停止供电提前二十四小时通知生产经营单位（TIM002）。

按时刻计算，二十四小时就是二十四小时。
通过：送达（出发前看计划，之后看事实）到停止供电不少于法定小时数。不通过：不够。
不能判定：没有送达时间；出发前的公告送达或者邮寄送达（公告日、交邮日不是送达日）。
不适用：没有停止供电决定；停止供应民用爆炸物品；有危及生产安全的紧急情形并写明理由。
来源：安全生产法第七十条第二款。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from docgen.judge.limits import apart
from docgen.judge.served import attempts, served
from docgen.model.draft import Draft
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份停止供电决定书的每次送达一条认定。"""
    drafts = situation.of_type("power_cutoff_decision")
    if not drafts:
        message = "案件里没有停止供电决定书。"
        yield Finding("TIM002", Level.NOT_APPLICABLE, message, "", RULE.source)
    for draft in drafts:
        where = situation.place(draft)
        if draft.fields["measure"] != "停止供电":
            message = "停止供应民用爆炸物品不适用提前二十四小时的规定。"
            yield Finding("TIM002", Level.NOT_APPLICABLE, message, where, RULE.source)
        elif draft.fields["urgent_reason"] is not None:
            message = "写明了危及生产安全的紧急情形，可以不提前二十四小时通知。"
            yield Finding("TIM002", Level.NOT_APPLICABLE, message, where, RULE.source)
        else:
            yield from _findings(situation, draft)


def _findings(situation: Situation, draft: Draft) -> Iterator[Finding]:
    limit = situation.law.at("power_cutoff_hours", draft.date)
    cutoff = draft.fields["cutoff_at"]
    rows = attempts(situation, draft)
    if limit is None or not rows or not isinstance(cutoff, datetime):
        reason = "没有安排送达" if not rows else "没有写停止供应的时间"
        if limit is None:
            reason = f"{draft.date} 没有该期限的参数"
        message = f"{reason}，不能判定是否提前通知。"
        yield Finding("TIM002", Level.UNKNOWN, message, situation.place(draft), RULE.source)
        return
    for index, delivery in rows:
        found = served(situation, index, delivery)
        if found.at is None:
            message = f"{found.why}，不能判定是否提前通知。"
            yield Finding("TIM002", Level.UNKNOWN, message, found.where, limit.source)
            continue
        ahead = cutoff - found.at
        enough = ahead >= timedelta(hours=int(limit.value))
        relation = "距停止供电" if ahead >= timedelta() else "晚于停止供电"
        message = f"送达{relation} {apart(ahead)}，"
        message += f"不少于 {limit.value} 小时。" if enough else f"少于 {limit.value} 小时。"
        level = Level.PASS if enough else Level.FAIL
        yield Finding("TIM002", level, message, found.where, limit.source)


RULE = Rule(
    code="TIM002",
    title="停止供电二十四小时前通知",
    source="安全生产法第七十条第二款",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
