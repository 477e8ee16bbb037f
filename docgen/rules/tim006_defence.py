"""告知后三日内听取陈述申辩（TIM006）。

法律没有规定日数；三日来自旧规章和清单（defence_days，尚待确认），与要求听证的五个工作日不同。
通过：陈述申辩的记录在期限内，处罚决定不早于期限届满。
告知书自己写了更长的期限（defence_days），按它计算。
不通过：记录超过期限；期限未满、当事人没有提出就作出处罚决定；有笔录而决定写没有提出。
不能判定：没有写送达的时间，没有参数，或者有未公布日历的年份。
不适用：案件里没有行政处罚告知书；还没有记录而期限未到；当事人没有提出而期限已过。
来源：清单第 15 行；行政处罚法第四十五条；安全生产违法行为行政处罚办法（2015年修正）。
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Limit, Term, judge_term, limit_of, within
from docgen.judge.served import served_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份告知书：陈述申辩的记录一条，处罚决定一条。"""
    limit = _limit(situation, draft)
    start = served_of(situation, draft)
    if start.day is None or limit is None:
        said = start.why or f"{draft.date} 没有陈述申辩期限的参数"
        yield Level.UNKNOWN, start.where, f"{said}，不能判定陈述申辩的期限。"
        return
    records = situation.of_type("defence_record")
    for record in records:
        where = situation.place(record, "date")
        term = Term(start.day, "告知书送达", record.date, "陈述申辩", where)
        yield judge_term(situation, term, limit)
    early = False
    for decision in situation.of_type("penalty_decision"):
        if decision.fields["defence"] != "没有提出":
            continue
        open_still = within(start.day, decision.date, limit, situation.law.calendars)
        if records:
            early = True
            said = "写“没有提出”，而案件里有陈述申辩笔录；请改正，并写明复核的意见。"
            yield Level.FAIL, situation.place(decision, "defence"), said
        elif open_still:
            early = True
            said = (
                f"告知书 {start.day} 送达，{limit.said}的陈述申辩期未满就作出处罚决定；"
                "清单第 15 行写三日，法律没有定日数。"
            )
            yield Level.FAIL, situation.place(decision, "date"), said
        elif open_still is None:
            early = True
            said = "放假日历不全，不能判定处罚决定时陈述申辩期是否届满。"
            yield Level.UNKNOWN, situation.place(decision, "date"), said
    if not records and not early:
        yield Level.NOT_APPLICABLE, "", "案件里没有陈述申辩笔录。"


def _limit(situation: Situation, draft: Draft) -> Limit | None:
    """法律参数的期限；告知书写的更长，就按告知书。"""
    limit, told = limit_of(situation, "defence_days", draft.date), draft.fields["defence_days"]
    if limit is None or not isinstance(told, int) or told <= limit.value:
        return limit
    return replace(limit, value=told, source="告知书写明的期限")


RULE = document_rule(
    "TIM006",
    "告知后三日内听取陈述申辩",
    "清单第 15 行；行政处罚法第四十五条；安全生产违法行为行政处罚办法（2015年修正）",
    BOTH,
    "penalty_prenotice",
    judge,
)
