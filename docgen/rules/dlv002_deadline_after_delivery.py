"""送达时，文书里的期限还没有到（DLV002）。

通过：送达日（出发前看计划，之后看事实）不晚于文书里的每一个期限；询问通知书在询问的时间之前送达。
不通过：送达时期限已过，当事人无从履行。
不能判定：没有写送达时间；出发前的公告送达或者邮寄送达（公告日、交邮日不是送达日）。
不适用：文书里没有要当事人履行的期限，或者没有安排送达。
来源：行政处罚法第六十一条；安全生产法第六十五条第一款第三项。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from docgen.judge.limits import minute
from docgen.judge.served import attempts, served
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份文书的每次送达一条认定；没有期限的文书一条不适用。"""
    for draft in situation.drafts.values():
        deadlines = dict(_deadlines(draft))
        rows = attempts(situation, draft)
        if not deadlines or not rows:
            message = f"《{draft.instrument.title}》没有要比较的期限。"
            where = situation.place(draft)
            yield Finding("DLV002", Level.NOT_APPLICABLE, message, where, RULE.source)
            continue
        for index, delivery in rows:
            yield _finding(situation, draft, deadlines, index, delivery)


def _finding(
    situation: Situation,
    draft: Draft,
    deadlines: Mapping[str, date],
    index: int,
    delivery: Delivery,
) -> Finding:
    found = served(situation, index, delivery)
    name, earliest = min(deadlines.items(), key=lambda item: _day(item[1]))
    if found.day is None:
        message = f"{found.why}，不能判定送达时期限是否已过。"
        return Finding("DLV002", Level.UNKNOWN, message, found.where, RULE.source)
    title = f"《{draft.instrument.title}》"
    late = found.day > _day(earliest)
    if isinstance(earliest, datetime) and found.at is not None:
        late = found.at > earliest
    if late:
        message = (
            f"{title} {found.day} 送达，而期限 {_said(earliest)}"
            f"（{situation.place(draft, name)}）已过；"
            "请提前送达或者推后期限。"
        )
        return Finding("DLV002", Level.FAIL, message, found.where, RULE.source)
    message = f"{title} {found.day} 送达，不晚于最早的期限 {_said(earliest)}。"
    return Finding("DLV002", Level.PASS, message, found.where, RULE.source)


def _deadlines(draft: Draft) -> Iterator[tuple[str, date]]:
    """要当事人履行的期限：字段路径与日期。"""
    for field in draft.instrument.fields:
        value = draft.fields[field.name]
        if field.name == "interview_at" and isinstance(value, datetime):
            yield field.name, value
        if field.type == "list" and isinstance(value, tuple):
            for index, row in enumerate(value):
                deadline = row.get("deadline") if isinstance(row, Mapping) else None
                if isinstance(deadline, date):
                    yield f"{field.name}[{index}].deadline", deadline


def _day(deadline: date) -> date:
    return deadline.date() if isinstance(deadline, datetime) else deadline


def _said(deadline: date) -> str:
    return minute(deadline) if isinstance(deadline, datetime) else str(deadline)


RULE = Rule(
    code="DLV002",
    title="送达时期限未过",
    source="行政处罚法第六十一条；安全生产法第六十五条第一款第三项",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
