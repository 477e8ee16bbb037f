"""文书里的期限不早于文书日期，前事不晚于文书日期（FRM001）。

通过：整改期限、停止供应时间、听证时间、询问时间不早于文书日期；
检查、勘验、询问等起止不颠倒；原决定、批准、检查、复查、登记保存、告知送达、听证申请和举行的日期不晚于文书日期。
不通过：次序颠倒，或者程序的事实（proceedings）晚于核查之日。
不适用：文书里没有这些日期。
来源：文书自身的逻辑；行政处罚法第五十九条，安全生产法第六十五条、第七十条。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from docgen.judge.limits import minute
from docgen.model.draft import Draft
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

_LATER = ("cutoff_at", "hearing_at", "interview_at")
_EARLIER = (
    *("earlier_date", "decision_date", "approved_on", "decided_on", "requested_on"),
    *("inspected_on", "reinspected_on", "applied_on", "due_on", "preserved_on"),
    *("prenotice_served_on", "hearing_held_on", "consent_on"),
)

_SPANS = (("started_at", "ended_at"), ("starts_on", "ends_on"))


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份文书：有颠倒的逐处指出，否则一条通过或不适用。"""
    for draft in situation.drafts.values():
        pairs = list(_dates(draft))
        faults = [
            (name, label, day, later)
            for name, label, day, later in pairs
            if (day < draft.date if later else day > draft.date)
        ]
        for name, label, day, later in faults:
            relation = "早于" if later else "晚于"
            message = f"{label} {day} {relation}文书日期 {draft.date}。"
            where = situation.place(draft, name)
            yield Finding("FRM001", Level.FAIL, message, where, RULE.source)
        early = list(_future(situation, draft))
        yield from early
        spans = list(_spans(draft))
        turned = [span for span in spans if span[2] < span[4]]
        for name, label, stop, first, start in turned:
            message = f"{label} {_said(stop)} 早于{first} {_said(start)}。"
            where = situation.place(draft, name)
            yield Finding("FRM001", Level.FAIL, message, where, RULE.source)
        if not faults and not turned and not early:
            level = Level.PASS if pairs or spans else Level.NOT_APPLICABLE
            message = f"《{draft.instrument.title}》的日期" + (
                "次序相合。" if pairs or spans else "无须比较。"
            )
            yield Finding("FRM001", level, message, situation.place(draft), RULE.source)


def _future(situation: Situation, draft: Draft) -> Iterator[Finding]:
    """程序的事实（proceedings）写到了核查之日以后；延长到哪一日除外。"""
    for name, value in vars(situation.proceeding(draft)).items():
        if situation.phase is Phase.PLAN or name == "extended_to" or not isinstance(value, date):
            continue
        day = value.date() if isinstance(value, datetime) else value
        if day > situation.at:
            where = situation.proceeding_place(draft, name)
            message = f"程序的事实 {day} 晚于核查之日 {situation.at}，还没有到。"
            yield Finding("FRM001", Level.FAIL, message, where, RULE.source)


def _spans(draft: Draft) -> Iterator[tuple[str, str, date, str, date]]:
    """文书里一起一止的两项：止的字段、名称、日期，起的名称、日期。"""
    for begin, end in _SPANS:
        first, last = draft.instrument.field(begin), draft.instrument.field(end)
        start, stop = draft.fields.get(begin), draft.fields.get(end)
        if first and last and isinstance(start, date) and isinstance(stop, date):
            yield end, last.label, stop, first.label, start


def _dates(draft: Draft) -> Iterator[tuple[str, str, date, bool]]:
    """要比较的日期：字段路径、名称、日期、是否应当在后。"""
    for field in draft.instrument.fields:
        value = draft.fields[field.name]
        if field.name in (*_LATER, *_EARLIER) and isinstance(value, date):
            day = value.date() if isinstance(value, datetime) else value
            yield field.name, field.label, day, field.name in _LATER
        if field.type == "list" and isinstance(value, tuple):
            for index, row in enumerate(value):
                deadline = row.get("deadline") if isinstance(row, Mapping) else None
                if isinstance(deadline, date):
                    yield f"{field.name}[{index}].deadline", f"{field.label}的期限", deadline, True


def _said(day: date) -> str:
    return minute(day) if isinstance(day, datetime) else str(day)


RULE = Rule(
    code="FRM001",
    title="日期的先后",
    source="文书日期的逻辑；安全生产法第六十五条、第七十条；行政处罚法第六十四条",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
