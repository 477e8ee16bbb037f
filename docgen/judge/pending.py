"""还没有到的步骤：可以在期限内另作一份文书的，期限未到、也还没有作，不算少。

Source: 行政执法音像记录事项清单第 13 行、第 15 行；行政处罚法第四十五条、第五十六条。
"""

from __future__ import annotations

from docgen.judge.limits import limit_of, within
from docgen.judge.served import served_of
from docgen.model.checklist import ChecklistRow, Step
from docgen.model.duty import Duty
from docgen.model.rule import Phase, Situation


def pending_steps(situation: Situation, duty: Duty, row: ChecklistRow) -> tuple[Step, ...]:
    """核查之日还没有到的步骤；出发前一律要安排，没有还没有到的。"""
    if situation.phase is Phase.PLAN:
        return ()
    return tuple(step for step in row.steps if _pending(situation, duty, step))


def unseen_steps(situation: Situation, row: ChecklistRow) -> tuple[Step, ...]:
    """全行都要另作一份文书、而文书一份也没有作的：有没有这回事说不准；否则为空。"""
    if situation.phase is Phase.PLAN:
        return ()
    needed = tuple(step for step in row.steps if not step.optional)
    made = any(step.by is None or situation.of_type(step.by) for step in needed)
    return () if made else needed


def _pending(situation: Situation, duty: Duty, step: Step) -> bool:
    if step.by is None or step.within is None:
        return False
    if any(made.date <= situation.at for made in situation.of_type(step.by)):
        return False
    start = served_of(situation, duty.draft).day or duty.draft.date
    limit = limit_of(situation, step.within, duty.draft.date)
    calendars = situation.law.calendars
    return limit is not None and within(start, situation.at, limit, calendars) is True
