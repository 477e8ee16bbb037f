"""一行的音像记录是否齐全：plan 看安排，evidence 看录下的。

Source: 行政执法音像记录事项清单；行政处罚法第四十七条。
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from docgen.explain import why_not
from docgen.judge.footage import footage_faults
from docgen.judge.pending import pending_steps, unseen_steps
from docgen.model.case import Recording
from docgen.model.checklist import ChecklistRow, Step
from docgen.model.duty import Duty, Planned
from docgen.model.rule import Fault, Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

_ROLE_FIELDS = {"书记员": "clerk_name", "记录人": "recorder_name"}
_LAW = "行政处罚法第四十七条"


def row_rule(code: str, title: str) -> Rule:
    """清单一行的规则；code 与清单里该行的代码相同。"""
    both = (Phase.PLAN, Phase.EVIDENCE)
    source = f"行政执法音像记录事项清单；{_LAW}"
    return Rule(code, title, source, both, partial(judge_row, code))


def judge_row(code: str, situation: Situation) -> Iterator[Finding]:
    """某一行对每份适用的文书各一条或几条认定；都不适用则说明为什么。"""
    row = situation.checklist.of_code(code)
    if row is None:
        message = f"《{situation.checklist.title}》没有这一项。"
        yield Finding(code, Level.NOT_APPLICABLE, message, "", _LAW)
        return
    found = [duty for duty in situation.duties if row.number in duty.rows]
    for duty in found:
        yield from _judge(situation, duty, row)
    if not found:
        reason = why_not(situation, row)
        yield Finding(code, Level.NOT_APPLICABLE, f"{_title(row)}不适用：{reason}", "", _LAW)


def _judge(situation: Situation, duty: Duty, row: ChecklistRow) -> Iterator[Finding]:
    evidence = situation.phase is Phase.EVIDENCE
    planned = duty.of_row(row.number)
    counted = [(i, r) for i, r in planned if r.made] if evidence else planned
    source = f"{situation.checklist.title}第 {row.number} 行；{_LAW}"
    place = situation.place(duty.draft)
    name = f"《{duty.draft.instrument.title}》{_title(row)}"
    if evidence and duty.draft.date > situation.at:
        message = f"{name}：文书日期 {duty.draft.date} 还没有到。"
        yield Finding(row.code, Level.NOT_APPLICABLE, message, place, source)
        return
    waiting = pending_steps(situation, duty, row)
    if waiting and not counted and all(step.optional or step in waiting for step in row.steps):
        steps = "、".join(step.label for step in waiting)
        message = f"{name}：还没有{steps}，期限未到。"
        yield Finding(row.code, Level.NOT_APPLICABLE, message, place, source)
        return
    if not counted and (unseen := unseen_steps(situation, row)):
        awaited = "、".join(step.label for step in unseen)
        message = f"{name}：期限已过，案件里没有{awaited}的文书，也没有写明没有，不能判定。"
        yield Finding(row.code, Level.UNKNOWN, message, place, source, advice=row.discretionary)
        return
    if not counted:
        yield _absent(row, name, place, source, evidence=evidence)
        return
    faults = list(_faults(situation, duty, row, counted))
    if evidence:
        faults += footage_faults(situation, duty, row, counted)
    for level, where, message in faults:
        yield Finding(row.code, level, f"{name}：{message}", where, source)
    if not faults:
        done = "已录齐全" if evidence else "已安排齐全"
        yield Finding(
            row.code, Level.PASS, f"{name}{done}。", f"recordings[{counted[0][0]}]", source
        )


def _title(row: ChecklistRow) -> str:
    return f"第 {row.number} 行“{row.item}”"


def _absent(row: ChecklistRow, name: str, place: str, source: str, *, evidence: bool) -> Finding:
    steps = "、".join(step.label for step in row.steps if not step.optional)
    said = "没有音像记录" if evidence else "没有安排音像记录"
    said = f"视情记录，{said}" if row.discretionary else said
    message = f"{name}{said}；应记录：{steps}。"
    return Finding(row.code, Level.FAIL, message, place, source, advice=row.discretionary)


_Judge = Callable[[Situation, Duty, ChecklistRow, int, Recording], Iterator[Fault]]


def _faults(
    situation: Situation, duty: Duty, row: ChecklistRow, counted: Sequence[Planned]
) -> Iterator[Fault]:
    yield from _step_faults(row, counted, pending_steps(situation, duty, row))
    judges: tuple[_Judge, ...] = (_recorder_faults, _place_faults, _category_faults)
    for index, recording in counted:
        for judge in judges:
            yield from judge(situation, duty, row, index, recording)


def _step_faults(
    row: ChecklistRow, counted: Sequence[Planned], waiting: Sequence[Step]
) -> Iterator[Fault]:
    known = {step.id: step.label for step in row.steps}
    listed = "、".join(f"{key}（{label}）" for key, label in known.items())
    for index, recording in counted:
        if strange := [step for step in recording.steps if step not in known]:
            spot = f"recordings[{index}].steps"
            comma = "列表里要用半角逗号；" if any("，" in s or "、" in s for s in strange) else ""
            told = "、".join(f"“{step}”" for step in strange)
            yield Level.FAIL, spot, f"没有步骤{told}；{comma}该行的步骤是 {listed}。"
    given = {step for _, recording in counted for step in recording.steps}
    given |= {step.id for step in waiting}
    missing = [s for s in row.steps if s.id not in given and not s.optional]
    if missing:
        names = "、".join(f"{step.label}（{step.id}）" for step in missing)
        yield Level.FAIL, f"recordings[{counted[0][0]}].steps", f"少了步骤 {names}。"


def _recorder_faults(
    situation: Situation, duty: Duty, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    where = f"recordings[{index}].recorder"
    if recording.recorder is None:
        yield Level.UNKNOWN, where, f"没有写明记录人（应为{row.recorder}）。"
        return
    if row.recorder == "执法人员":
        fitting = {officer.name for officer in situation.case.officers}
    else:
        given = duty.draft.fields.get(_ROLE_FIELDS.get(row.recorder, ""))
        fitting = {str(given)} if given is not None else {recording.recorder}
    if recording.recorder not in fitting:
        names = "、".join(sorted(fitting))
        message = f"记录人“{recording.recorder}”不符，应为{row.recorder}（{names}）。"
        yield Level.FAIL, where, message


def _place_faults(
    _: Situation, __: Duty, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    where = f"recordings[{index}].place"
    if recording.place is None:
        yield Level.UNKNOWN, where, f"没有写明记录场合（应为{'或'.join(row.places)}）。"
    elif recording.place not in row.places:
        message = f"记录场合“{recording.place}”不符，应为{'或'.join(row.places)}。"
        yield Level.FAIL, where, message


def _category_faults(
    _: Situation, __: Duty, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    missing = [c for c in row.categories if c not in recording.categories]
    if missing:
        message = f"执法记录类别少了{'、'.join(missing)}（应为{row.classes}）。"
        yield Level.FAIL, f"recordings[{index}].categories", message
