"""音像记录写的行都在清单里（FRM009）。

通过：每次记录的 row 都是所用清单的一行。
不通过：清单没有这一行。
不适用：案件没有音像记录。
来源：行政执法音像记录事项清单。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH
from docgen.model.rule import Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """不在清单里的逐次指出，否则一条通过。"""
    checklist = situation.checklist
    known = {row.number for row in checklist.rows}
    strange = [(i, r) for i, r in enumerate(situation.case.recordings) if r.row not in known]
    for index, recording in strange:
        message = f"《{checklist.title}》没有第 {recording.row} 行。"
        where = f"recordings[{index}].row"
        yield Finding("FRM009", Level.FAIL, message, where, RULE.source)
    if not strange:
        some = bool(situation.case.recordings)
        message = "音像记录写的行都在清单里。" if some else "案件没有音像记录。"
        level = Level.PASS if some else Level.NOT_APPLICABLE
        yield Finding("FRM009", level, message, "recordings", RULE.source)


RULE = Rule("FRM009", "音像记录写的行在清单里", "行政执法音像记录事项清单", BOTH, evaluate)
