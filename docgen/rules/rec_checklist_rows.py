"""清单各行的音像记录是否安排齐全（REC001–REC030，每行一个代码）。

适用的行由文书决定；案件里另外安排了的行也一并核查。
随主文书一并制作的文书（如查封扣押清单）不另要一次记录，安排在主文书或者它名下都可以；
案件里没有主文书的，该行不适用，记录应安排在主文书的案件里。
通过：该行必需的步骤全部安排，记录人、场所、类别合乎该行的要求。
不通过：没有安排，少了步骤，或者记录人、场所、类别不符。
不能判定：记录人或场所没有写明。
视情：清单写明“视情进行音像记录”的行没有安排时，只作提示；已经安排的必须完整。
来源：行政执法音像记录事项清单；行政处罚法第四十七条。
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.model.case import Recording
from docgen.model.checklist import ChecklistRow
from docgen.model.draft import Draft
from docgen.model.duty import Planned, duties
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

_ROLE_FIELDS = {"书记员": "clerk_name", "记录人": "recorder_name"}
Fault = tuple[Level, str, str]


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份文书、每个适用的行各给出认定。"""
    for duty in duties(situation.case, situation.drafts):
        draft = duty.draft
        if draft.instrument.accompanies is not None:
            yield from _beside(situation, draft)
        for number in duty.rows:
            row = situation.checklist.row(number)
            mine = duty.of_row(number)
            if row is None:
                message = f"清单没有第 {number} 行。"
                where = f"recordings[{mine[0][0]}].row" if mine else situation.place(draft)
                yield Finding(f"REC{number:03d}", Level.FAIL, message, where)
            else:
                yield from _row_findings(situation, draft, row, mine)


def _beside(situation: Situation, draft: Draft) -> Iterator[Finding]:
    """随附的文书而案件里没有主文书：不要求，但要说出来。"""
    if situation.of_type(draft.instrument.accompanies or ""):
        return
    for number in draft.instrument.rows_for(draft.fields):
        message = f"《{draft.instrument.title}》随主文书制作，第 {number} 行记录在主文书的案件里。"
        place = situation.place(draft)
        yield Finding(f"REC{number:03d}", Level.NOT_APPLICABLE, message, place, RULE.source)


def _row_findings(
    situation: Situation, draft: Draft, row: ChecklistRow, planned: Sequence[Planned]
) -> Iterator[Finding]:
    source = f"行政执法音像记录事项清单第 {row.number} 行；行政处罚法第四十七条"
    name = f"《{draft.instrument.title}》第 {row.number} 行“{row.item}”"
    if not planned:
        steps = "、".join(step.label for step in row.steps if not step.optional)
        kind = "视情记录，未安排" if row.discretionary else "没有安排音像记录"
        message = f"{name}{kind}；应记录：{steps}。"
        where = situation.place(draft)
        yield Finding(row.code, Level.FAIL, message, where, source, advice=row.discretionary)
        return
    faults = [*_step_faults(row, planned)]
    for index, recording in planned:
        faults += _recorder_faults(situation, draft, row, index, recording)
        faults += _place_faults(row, index, recording)
        faults += _category_faults(row, index, recording)
    for level, where, message in faults:
        yield Finding(row.code, level, f"{name}：{message}", where, source)
    if not faults:
        where = f"recordings[{planned[0][0]}]"
        yield Finding(row.code, Level.PASS, f"{name}已安排齐全。", where, source)


def _step_faults(row: ChecklistRow, planned: Sequence[Planned]) -> Iterator[Fault]:
    known = {step.id: step.label for step in row.steps}
    listed = "、".join(f"{key}（{label}）" for key, label in known.items())
    where = f"recordings[{planned[0][0]}].steps"
    for index, recording in planned:
        for step in recording.steps:
            if step not in known:
                spot = f"recordings[{index}].steps"
                comma = "列表里要用半角逗号；" if "，" in step or "、" in step else ""
                yield Level.FAIL, spot, f"没有步骤“{step}”；{comma}该行的步骤是 {listed}。"
    given = {step for _, recording in planned for step in recording.steps}
    missing = [s for s in row.steps if s.id not in given and not s.optional]
    if missing:
        names = "、".join(f"{step.label}（{step.id}）" for step in missing)
        yield Level.FAIL, where, f"少了步骤 {names}。"


def _recorder_faults(
    situation: Situation, draft: Draft, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    where = f"recordings[{index}].recorder"
    if recording.recorder is None:
        yield Level.UNKNOWN, where, f"没有写明记录人（应为{row.recorder}）。"
        return
    if row.recorder == "执法人员":
        fitting = {officer.name for officer in situation.case.officers}
    else:
        given = draft.fields.get(_ROLE_FIELDS.get(row.recorder, ""))
        fitting = {str(given)} if given is not None else {recording.recorder}
    if recording.recorder not in fitting:
        names = "、".join(sorted(fitting))
        message = f"记录人“{recording.recorder}”不符，应为{row.recorder}（{names}）。"
        yield Level.FAIL, where, message


def _place_faults(row: ChecklistRow, index: int, recording: Recording) -> Iterator[Fault]:
    where = f"recordings[{index}].place"
    if recording.place is None:
        yield Level.UNKNOWN, where, f"没有写明记录场合（应为{'或'.join(row.places)}）。"
    elif recording.place not in row.places:
        message = f"记录场合“{recording.place}”不符，应为{'或'.join(row.places)}。"
        yield Level.FAIL, where, message


def _category_faults(row: ChecklistRow, index: int, recording: Recording) -> Iterator[Fault]:
    missing = [c for c in row.categories if c not in recording.categories]
    if missing:
        message = f"执法记录类别少了{'、'.join(missing)}（应为{row.classes}）。"
        yield Level.FAIL, f"recordings[{index}].categories", message


RULE = Rule(
    code="REC",
    title="清单各行的音像记录",
    source="行政执法音像记录事项清单",
    phases=(Phase.PLAN,),
    evaluate=evaluate,
)
