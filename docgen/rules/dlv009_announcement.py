"""公告送达的原因与期间（DLV009）。

通过：案件里有送达公告，写明原因（下落不明或者其他方式无法送达）并列出这份文书，公告期已满。
不通过：没有送达公告，公告没有列出这份文书，或者公告日早于送达公告的日期。
不能判定：公告日没有公告期间的参数。
不适用：没有以公告方式送达的，还没有公告的，公告期未满的。
来源：民事诉讼法第九十五条。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.judge.modes import mode_rule
from docgen.judge.served import served
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.number import parse_number
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft, index: int, delivery: Delivery) -> Iterator[Fault]:
    """每次公告送达一条认定。"""
    notices = situation.of_type("delivery_announcement")
    spot, found = f"deliveries[{index}]", served(situation, index, delivery)
    if not notices:
        said = "公告送达，案件里没有送达公告；请加 delivery_announcement。"
        yield Level.FAIL, f"{spot}.mode", said
    elif not (mine := [notice for notice in notices if _lists(notice, draft)]):
        said = "公告送达，送达公告没有列出这份文书。"
        yield Level.FAIL, situation.place(notices[0], "documents"), said
    elif delivery.at and delivery.at.date() < min(notice.date for notice in mine):
        said = f"公告日 {delivery.at.date()} 早于送达公告的日期 {mine[0].date}。"
        yield Level.FAIL, f"{spot}.at", said
    elif found.day is None:
        yield Level.UNKNOWN, found.where, f"{found.why}，不能判定何时视为送达。"
    elif found.day > situation.at:
        yield Level.NOT_APPLICABLE, found.where, f"公告期未满，{found.day} 视为送达。"
    else:
        reason = mine[0].fields.get("reason")
        yield Level.PASS, found.where, f"{reason}，公告期满，{found.day} 视为送达。"


def _lists(notice: Draft, draft: Draft) -> bool:
    """公告所列的文书里有没有这一份：文号相同，没有文号的看名称和日期。"""
    rows = notice.fields.get("documents")
    for row in rows if isinstance(rows, tuple) else ():
        if not isinstance(row, Mapping):
            continue
        number = parse_number(str(row.get("number") or ""))
        if draft.number is not None and number is not None:
            if number == draft.number:
                return True
        elif (row.get("title"), row.get("date")) == (draft.instrument.title, draft.date):
            return True
    return False


RULE = mode_rule(
    "DLV009",
    "公告送达的原因与期间",
    "民事诉讼法第九十五条",
    "announcement",
    judge,
)
