"""一个录像文件只属于一段连着的时间（FRM012）。

通过：写同一个文件的各条记录在同一日，或者是跨过午夜的一段。
不通过：写同一个文件的各条记录不在同一日，中间又没有跨过午夜的一段。
不适用：没有两条记录写同一个文件。
来源：行政处罚法第四十七条；行政执法音像记录事项清单。
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from docgen.model.case import Recording
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

Filmed = list[tuple[int, Recording]]


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每个写了几次的文件一条认定。"""
    files: dict[str, Filmed] = defaultdict(list)
    for index, recording in enumerate(situation.case.recordings):
        if recording.file is not None and recording.started_at is not None:
            files[recording.file].append((index, recording))
    shared = {name: filmed for name, filmed in files.items() if len(filmed) > 1}
    if not shared:
        message = "没有两条记录写同一个文件。"
        yield Finding("FRM012", Level.NOT_APPLICABLE, message, "", RULE.source)
    for name, filmed in shared.items():
        yield _judge(name, filmed)


def _judge(name: str, filmed: Filmed) -> Finding:
    days = {r.started_at.date(): i for i, r in filmed if r.started_at}
    first, last = min(days), max(days)
    where = f"recordings[{days[last]}].file"
    if last - first > timedelta(days=1) or (first != last and not _over_midnight(filmed)):
        told = "、".join(str(day) for day in sorted(days))
        message = f"文件“{name}”写在不同日子（{told}）的记录里；一个文件只能是一段连着的时间。"
        return Finding("FRM012", Level.FAIL, message, where, RULE.source)
    message = f"文件“{name}”的 {len(filmed)} 条记录是连着的。"
    return Finding("FRM012", Level.PASS, message, where, RULE.source)


def _over_midnight(filmed: Filmed) -> bool:
    return any(
        r.started_at and r.ended_at and r.started_at.date() < r.ended_at.date() for _, r in filmed
    )


RULE = Rule(
    code="FRM012",
    title="一个录像文件只属于一段连着的时间",
    source="行政处罚法第四十七条；行政执法音像记录事项清单",
    phases=(Phase.EVIDENCE,),
    evaluate=evaluate,
)
