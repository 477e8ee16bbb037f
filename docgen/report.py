"""报告：结论 → 给人看的分组与核查报告。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from docgen.check import subject_of
from docgen.model.profile import Profile
from docgen.model.report import Report, ReportGroup, ReportLine
from docgen.model.rule import Explanation, Phase, Situation
from docgen.model.verdict import Finding, Level, Verdict

LABELS = {
    Level.PASS: "通过",
    Level.FAIL: "不通过",
    Level.UNKNOWN: "不能判定",
    Level.NOT_APPLICABLE: "不适用",
}
ADVICE, SUPPRESSED = "提示", "不计"
_ORDER = ("不通过", "不能判定", SUPPRESSED, ADVICE, "通过", "不适用")
_PHASES = {Phase.PLAN: "出发前的安排", Phase.EVIDENCE: "送达与记录之后"}
WHOLE_CASE = "整个案件"


def label_of(finding: Finding, accepted: Iterable[str] = ()) -> str:
    """一条认定给人看的结果。"""
    if finding.suppression is not None or finding.code in accepted:
        return SUPPRESSED
    if finding.advice and finding.level in (Level.FAIL, Level.UNKNOWN):
        return ADVICE
    return LABELS[finding.level]


def grouped(situation: Situation, findings: Sequence[Finding]) -> Mapping[str, list[Finding]]:
    """按文书分组：组名 → 认定，先不通过的；整个案件的在最前，其余如案件的次序。"""
    groups: dict[str, list[Finding]] = {WHOLE_CASE: []}
    titles = {key: _title(situation, key) for key in situation.drafts}
    groups |= {title: [] for title in titles.values()}
    for finding in findings:
        key = subject_of(situation.case, finding)
        groups[titles.get(key or "", WHOLE_CASE)].append(finding)
    for mine in groups.values():
        mine.sort(key=lambda finding: _ORDER.index(label_of(finding)))
    return {title: mine for title, mine in groups.items() if mine}


def report_of(
    situation: Situation,
    verdict: Verdict,
    explanations: tuple[Explanation, ...],
    profile: Profile,
) -> Report:
    """核查报告：不通过的逐条，通过的列出代码，不计的写明理由，各行为什么适用。"""
    case = situation.case
    labels = [label_of(finding, verdict.accepted) for finding in verdict.findings]
    shown = [f for f in verdict.findings if f.level is not Level.NOT_APPLICABLE]
    suppressed = [f for f in verdict.findings if f.suppression is not None]
    return Report(
        case_number=case.case_number,
        cause=case.cause,
        agency=case.agency.name,
        party=case.party.name,
        date=situation.at,
        phase=_PHASES[situation.phase],
        profile=profile.title,
        bottom_line=LABELS[verdict.bottom_line],
        counts=tuple((label, labels.count(label)) for label in _ORDER),
        groups=tuple(_group(t, found) for t, found in grouped(situation, shown).items()),
        suppressed=tuple(_line(finding) for finding in suppressed),
        explanations=explanations,
        unconfirmed=_unconfirmed(situation),
    )


def _title(situation: Situation, key: str) -> str:
    draft = situation.drafts[key]
    several = len(situation.of_type(draft.instrument.id)) > 1
    return f"《{draft.instrument.title}》" + (f"（{key}）" if several else "")


def _group(title: str, findings: Sequence[Finding]) -> ReportGroup:
    passed = tuple(dict.fromkeys(f.code for f in findings if label_of(f) == "通过"))
    return ReportGroup(title, tuple(_line(f) for f in findings if label_of(f) != "通过"), passed)


def _line(finding: Finding) -> ReportLine:
    mine = finding.suppression
    note = None if mine is None else f"{mine.reason}（{mine.name}）"
    return ReportLine(
        label_of(finding), finding.code, finding.message, finding.where, finding.source, note
    )


def _unconfirmed(situation: Situation) -> tuple[str, ...]:
    """文书日期时尚待确认的期限参数：名称、数值与来源。"""
    told = []
    days = {draft.date for draft in situation.drafts.values()}
    for parameter in situation.law.parameters.values():
        values = {value for day in days if (value := parameter.at(day)) is not None}
        for value in values:
            if not value.confirmed and parameter.unit != "text":
                told.append(f"{parameter.title} {value.value}（{value.source}）")
    return tuple(sorted(told))
