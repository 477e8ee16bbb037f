"""到了日子的询问和听证有笔录（FRM011）。

通过：通知的询问、听证之日过后，案件里有那一日或者以后的笔录；没有举行听证的，处罚决定写明了。
不通过：笔录的日期早于通知的日子。
不能判定：日子已经过去，案件里还没有笔录；或者处罚决定写明已经举行听证而没有听证笔录。
不适用：日子还没有到；案件里没有询问通知书、听证会通知书和写明已经举行听证的处罚决定书。
来源：行政处罚法第五十五条、第六十四条第八项、第六十五条。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from docgen.judge.document import EVIDENCE, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level

_MADE = {
    "interview_notice": ("interview_at", "interview_record", "询问笔录"),
    "hearing_notice": ("hearing_at", "hearing_transcript", "听证笔录"),
}


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份通知书、写明已经举行听证的决定书各一条认定。"""
    if draft.instrument.id == "penalty_decision":
        yield from _decided(situation, draft)
        return
    field, kind, title = _MADE[draft.instrument.id]
    moment, where = draft.fields[field], situation.place(draft, field)
    day = moment.date() if isinstance(moment, datetime) else draft.date
    found = [d.date for d in situation.of_type(kind) if _same_person(draft, d)]
    if any(made >= day for made in found):
        yield Level.PASS, where, f"约定的 {day} 过后有《{title}》。"
    elif early := [made for made in found if made >= draft.date]:
        said = f"《{title}》的日期 {max(early)} 早于通知的 {day}。"
        yield Level.FAIL, where, said
    elif situation.at <= day:
        yield Level.NOT_APPLICABLE, where, f"约定的 {day} 还没有过去。"
    elif kind == "hearing_transcript" and _waived(situation):
        yield Level.PASS, where, "处罚决定写明没有举行听证。"
    else:
        said = f"约定的 {day} 已经过去，案件里还没有《{title}》（{kind}）；"
        yield Level.UNKNOWN, where, f"{said}改期的请另行通知，没有举行的请写明，不能判定。"


def _decided(situation: Situation, draft: Draft) -> Iterator[Fault]:
    where = situation.place(draft, "hearing")
    if draft.fields["hearing"] != "已经举行":
        yield Level.NOT_APPLICABLE, where, "没有写已经举行听证。"
    elif situation.of_type("hearing_transcript"):
        yield Level.PASS, where, "写明已经举行听证，案件里有《听证笔录》。"
    else:
        said = "写明已经举行听证，案件里没有《听证笔录》（hearing_transcript），不能判定。"
        yield Level.UNKNOWN, where, said


def _same_person(notice: Draft, record: Draft) -> bool:
    """询问是一人一份，笔录可以留着名字手写；听证不分人。"""
    name, other = notice.fields.get("person_name"), record.fields.get("person_name")
    return None in (name, other) or name == other


def _waived(situation: Situation) -> bool:
    decisions = situation.of_type("penalty_decision")
    return bool(decisions) and all(d.fields["hearing"] != "已经举行" for d in decisions)


RULE = document_rule(
    "FRM011",
    "到了日子的询问和听证有笔录",
    "行政处罚法第五十五条、第六十四条第八项、第六十五条",
    EVIDENCE,
    "interview_notice hearing_notice penalty_decision",
    judge,
)
