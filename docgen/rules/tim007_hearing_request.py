"""告知后五个工作日内可以要求听证（TIM007）。

期限是五个工作日，不是清单第 15 行所写的三日；期限未满不得以“没有要求”作出处罚决定。
通过：要求听证在期限内，处罚决定不早于期限届满。
不通过：要求听证超过期限；期限未满、写“没有要求”就作出处罚决定；
告知了听证、要求了听证，而处罚决定写“不属于听证范围”或者“没有要求”。
不能判定：没有写送达的时间，没有参数，或者有未公布日历的年份。
不适用：案件里没有听证告知书；有告知书而没有听证会通知书和处罚决定书可以对照。
来源：行政处罚法第六十四条第一项、第八十五条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from docgen.judge.document import BOTH, document_rule
from docgen.judge.limits import Term, judge_term, limit_of, within
from docgen.judge.served import served_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份听证告知书：要求听证一条，处罚决定一条。"""
    limit = limit_of(situation, "hearing_request_days", draft.date)
    start = served_of(situation, draft)
    if start.day is None or limit is None:
        said = start.why or f"{draft.date} 没有要求听证期限的参数"
        yield Level.UNKNOWN, start.where, f"{said}，不能判定要求听证的期限。"
        return
    told = False
    notices = situation.of_type("hearing_notice")
    for notice in notices:
        asked = notice.fields["requested_on"]
        if isinstance(asked, date):
            told = True
            where = situation.place(notice, "requested_on")
            term = Term(start.day, "听证告知书送达", asked, "要求听证", where)
            yield judge_term(situation, term, limit)
    for decision in situation.of_type("penalty_decision"):
        said = str(decision.fields["hearing"])
        if said == "不属于听证范围" or (said == "没有要求" and notices):
            told = True
            known = "听证会通知书" if said == "没有要求" else "听证告知书"
            message = f"处罚决定写“{said}”，而案件里有{known}；请改正。"
            yield Level.FAIL, situation.place(decision, "hearing"), message
            continue
        if said != "没有要求":
            continue
        told = True
        where = situation.place(decision, "date")
        open_still = within(start.day, decision.date, limit, situation.law.calendars)
        if open_still is None:
            yield Level.UNKNOWN, where, "放假日历不全，不能判定处罚决定时听证期限是否届满。"
        elif open_still:
            said = (
                f"听证告知书 {start.day} 送达，{limit.said}未满就以“没有要求”作出处罚决定；"
                "法律是五个工作日，不是清单第 15 行的三日。"
            )
            yield Level.FAIL, where, said
        else:
            yield Level.PASS, where, f"处罚决定在 {limit.said}的听证期限届满之后。"
    if not told:
        yield Level.NOT_APPLICABLE, "", "没有要对照的听证会通知书或者处罚决定书。"


RULE = document_rule(
    "TIM007",
    "告知后五个工作日内可以要求听证",
    "行政处罚法第六十四条第一项、第八十五条",
    BOTH,
    "hearing_rights_notice",
    judge,
)
