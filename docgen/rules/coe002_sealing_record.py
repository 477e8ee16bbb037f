"""查封扣押制作现场笔录（COE002）。

通过：案件里有查封扣押现场笔录，日期不早于决定。
不通过：案件里没有现场笔录，或者其日期早于决定。
出发前还没有的，只作提示；之后没有的，不通过。
不能判定：有几份决定书而只有部分附有现场笔录。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第十八条第七项（清单第 28、29 行没有列出）。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, before_or_after, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    records = situation.of_type("sealing_site_record")
    decisions = situation.of_type("sealing_decision")
    if not records:
        said = "没有现场笔录；请加 sealing_site_record。"
        yield before_or_after(situation, (Level.FAIL, "", said))
    elif len(records) < len(decisions):
        said = f"决定书 {len(decisions)} 份，现场笔录 {len(records)} 份，不能判定是否各有一份。"
        yield Level.UNKNOWN, "", said
    elif all(record.date < draft.date for record in records):
        where = situation.place(records[0], "date")
        yield Level.FAIL, where, f"现场笔录 {records[0].date} 早于决定 {draft.date}。"
    else:
        yield Level.PASS, "", "有现场笔录。"


RULE = document_rule(
    "COE002",
    "查封扣押制作现场笔录",
    "行政强制法第十八条第七项（清单第 28、29 行没有列出）",
    BOTH,
    "sealing_decision",
    judge,
)
