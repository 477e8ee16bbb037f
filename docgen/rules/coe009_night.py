"""夜间与法定节假日不实施，紧急的除外（COE009）。

夜间的时刻取自 templates/law/night.yaml，尚待确认；认定都只作提示。
通过：不在夜间，也不在法定节假日和休息日。
不通过（提示）：在夜间，或者在节假日、休息日，又没有写紧急。
不能判定（提示）：没有写实施的时间，没有参数，或者该年日历未知。
不适用：写明情况紧急；案件里没有这些文书。
来源：行政强制法第四十三条第一款（是否及于安全生产法第七十条有争议）。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import minute
from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Situation
from docgen.model.verdict import Level
from docgen.workdays import is_working_day


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份决定书一条提示。"""
    facts, written = situation.proceeding(draft), draft.fields.get("cutoff_at")
    moment = written if isinstance(written, datetime) else facts.started_at
    where = situation.proceeding_place(draft, "started_at")
    if isinstance(written, datetime):
        where = situation.place(draft, "cutoff_at")
    night = situation.law.at("night", draft.date)
    if facts.urgent_reason or draft.fields.get("urgent_reason"):
        yield Level.NOT_APPLICABLE, where, "写明情况紧急。"
    elif moment is None or night is None:
        yield Advice(Level.UNKNOWN, where, "没有写实施的时间，不能判定是否在夜间、节假日。")
    elif _at_night(moment, str(night.value)):
        yield Advice(Level.FAIL, where, f"{minute(moment)} 在夜间（{night.value}）。")
    elif (working := is_working_day(moment.date(), situation.law.calendars)) is None:
        yield Advice(Level.UNKNOWN, where, f"{moment.year} 年的放假日历未知，不能判定。")
    elif not working:
        yield Advice(Level.FAIL, where, f"{moment.date()} 不是工作日。")
    else:
        yield Level.PASS, where, f"{minute(moment)} 不在夜间，是工作日。"


def _at_night(moment: datetime, span: str) -> bool:
    """span: 22:00-06:00."""
    begin, end = (time.fromisoformat(text) for text in span.split("-"))
    return moment.time() >= begin or moment.time() < end


RULE = document_rule(
    "COE009",
    "夜间与法定节假日不实施，紧急的除外",
    "行政强制法第四十三条第一款（是否及于安全生产法第七十条有争议）",
    BOTH,
    "sealing_decision power_cutoff_decision",
    judge,
    facts="started_at urgent_reason",
)
