"""录下的是否合乎该行：起止、次序、文件、在场的执法人员、与送达同日。

Source: 行政执法音像记录事项清单；行政处罚法第四十二条、第四十七条。
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from docgen.judge.limits import minute
from docgen.model.case import Delivery, Recording
from docgen.model.checklist import ChecklistRow
from docgen.model.draft import Draft
from docgen.model.duty import Duty, Planned
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def footage_faults(
    situation: Situation, duty: Duty, row: ChecklistRow, made: Sequence[Planned]
) -> Iterator[Fault]:
    """已经录下的各段，逐段与合起来的毛病。"""
    for index, recording in made:
        yield from _span_faults(situation, index, recording)
        yield from _day_faults(situation, row, index, recording)
        yield from _officer_faults(situation, row, index, recording)
    yield from _order_faults(row, made)
    yield from _sequence_faults(situation, duty, row, made)
    yield from _delivery_faults(situation, duty, row, made)


def _span_faults(situation: Situation, index: int, recording: Recording) -> Iterator[Fault]:
    spot = f"recordings[{index}]"
    started, ended = recording.started_at, recording.ended_at
    for name, label in (("started_at", "开始时间"), ("ended_at", "结束时间"), ("file", "文件")):
        if getattr(recording, name) is None:
            yield Level.UNKNOWN, f"{spot}.{name}", f"没有写明记录的{label}。"
    if started and ended and ended <= started:
        said = f"结束 {minute(ended)} 不晚于开始 {minute(started)}。"
        yield Level.FAIL, f"{spot}.ended_at", said
    if started and started.date() > situation.at:
        said = f"记录时间 {minute(started)} 晚于核查之日 {situation.at}。"
        yield Level.FAIL, f"{spot}.started_at", said


def _day_faults(
    situation: Situation, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    """在它那份文书所记的日子里录下；录到送达的一段另与送达对照。"""
    draft = situation.drafts.get(recording.instrument)
    if draft is None or recording.started_at is None:
        return
    day, (first, last) = recording.started_at.date(), _days_of(situation, draft)
    early = day < first and not row.without_instrument
    handing = {step.id for step in row.steps if step.hands_over} & set(recording.steps)
    if early or (day > last and not handing):
        span = f"{first}" if first == last else f"{first} 至 {last}"
        said = f"记录于 {day}，《{draft.instrument.title}》所记的日子是 {span}。"
        yield Level.FAIL, f"recordings[{index}].started_at", said


def _days_of(situation: Situation, draft: Draft) -> tuple[date, date]:
    """文书所记的事从哪日到哪日：写明起止的，到那时为止；要送达的，到送达之日。"""
    moments = [draft.fields.get(n) for n in ("started_at", "starts_on", "ended_at", "ends_on")]
    days = [m.date() if isinstance(m, datetime) else m for m in moments if isinstance(m, date)]
    served = [d.at.date() for _, d in situation.deliveries(draft) if d.at]
    planned = [draft.fields.get(name) for name in ("interview_at", "hearing_at")]
    later = [moment.date() for moment in planned if isinstance(moment, datetime)]
    return min(days, default=draft.date), max([*days, *served, *later], default=draft.date)


def _officer_faults(
    situation: Situation, row: ChecklistRow, index: int, recording: Recording
) -> Iterator[Fault]:
    """该行要几名执法人员在场的，画面里要有这么多不同的本案执法人员。"""
    if not row.officers:
        return
    where = f"recordings[{index}].officers"
    if not recording.officers:
        yield Level.UNKNOWN, where, f"没有写明画面里的执法人员（应有 {row.officers} 名）。"
        return
    own = {officer.name for officer in situation.case.officers}
    if strangers := [name for name in recording.officers if name not in own]:
        yield Level.FAIL, where, f"“{'、'.join(strangers)}”不是本案的执法人员。"
    if (count := len(set(recording.officers) & own)) < row.officers:
        yield Level.FAIL, where, f"画面里只有 {count} 名本案执法人员，应有 {row.officers} 名。"


def _order_faults(row: ChecklistRow, made: Sequence[Planned]) -> Iterator[Fault]:
    """各步骤按清单的次序录下；分几段录的按开始时间先后接起来。"""
    if row.any_order or any(r.started_at is None for _, r in made):
        return
    order = {step.id: number for number, step in enumerate(row.steps)}
    labels = {step.id: step.label for step in row.steps}
    filmed = sorted(made, key=lambda item: item[1].started_at or datetime.max)
    last = ""
    for index, recording in filmed:
        for step in recording.steps:
            if last and order.get(step, 0) < order[last]:
                said = f"步骤次序颠倒：{labels[step]}（{step}）应在{labels[last]}（{last}）之前。"
                yield Level.FAIL, f"recordings[{index}].steps", said
                return
            last = step if step in order else last


def _sequence_faults(
    situation: Situation, duty: Duty, row: ChecklistRow, made: Sequence[Planned]
) -> Iterator[Fault]:
    """该行不早于它前面的那些行开始。"""
    starts = [r.started_at for _, r in made if r.started_at]
    for number in row.after:
        earlier = [r.started_at for _, r in duty.of_row(number) if r.started_at]
        if starts and earlier and min(starts) < min(earlier):
            other = situation.checklist.row(number)
            item = other.item if other else ""
            said = f"开始 {minute(min(starts))}，早于第 {number} 行“{item}”的开始"
            spot = f"recordings[{made[0][0]}].started_at"
            yield Level.FAIL, spot, f"{said} {minute(min(earlier))}。"


def _delivery_faults(
    situation: Situation, duty: Duty, row: ChecklistRow, made: Sequence[Planned]
) -> Iterator[Fault]:
    """录到送达的一段，与送达同日；专为某种送达方式的行，每次这样的送达都要录到。"""
    handing = {step.id for step in row.steps if step.hands_over}
    filmed = [(i, r) for i, r in made if handing & set(r.steps)]
    for index, recording in filmed:
        mine = _deliveries(situation, duty, row, recording)
        known = {d.at.date() for d in mine if d.at}
        spot = f"recordings[{index}].started_at"
        if not known:
            yield Level.UNKNOWN, spot, "没有写明实际送达的时间（at），不能与记录的日期对照。"
        elif recording.started_at and recording.started_at.date() not in known:
            told = "、".join(str(day) for day in sorted(known))
            said = f"记录于 {recording.started_at.date()}，送达日是 {told}，不是同日。"
            yield Level.FAIL, spot, said
        elif not any(_filmed_at(situation, recording, d) for d in mine):
            yield Level.UNKNOWN, spot, _apart(recording, next(d.at for d in mine if d.at))
    for index, delivery in situation.case.enumerated_deliveries(duty.beside):
        if row.mode != delivery.mode or delivery.at is None or not filmed:
            continue
        if not any(_shows(recording, delivery, delivery.at) for _, recording in filmed):
            said = f"{minute(delivery.at)} 对 {delivery.instrument} 的送达没有录到。"
            yield Level.FAIL, f"deliveries[{index}].at", said


def _filmed_at(situation: Situation, recording: Recording, delivery: Delivery) -> bool:
    """送达之时在这一段的起止之间，或者在同一份文书另一段的（如拒收后留置的）。"""
    same = [r for r in situation.case.recordings if r.instrument == recording.instrument and r.made]
    return any(_spans(r, delivery.at) for r in same)


def _spans(recording: Recording, at: datetime | None) -> bool:
    """at 在记录的起止之间；没有写全的，另外指出。"""
    started, ended = recording.started_at, recording.ended_at
    return None in (started, ended, at) or started <= at <= ended  # type: ignore[operator]


def _apart(recording: Recording, at: datetime) -> str:
    assert recording.started_at is not None
    assert recording.ended_at is not None
    span = f"{minute(recording.started_at)} 至 {minute(recording.ended_at)}"
    said = f"写的送达时间 {minute(at)} 不在这一段（{span}）里，录到的是不是这次送达不能判定"
    return f"{said}；请核对记录设备的时钟和回执。"


def _shows(recording: Recording, delivery: Delivery, at: datetime) -> bool:
    """这一段录到了这次送达：同日，并且记的就是这份文书，或者送达在它的起止之间。"""
    started, ended = recording.started_at, recording.ended_at
    if started is None:
        return recording.instrument == delivery.instrument
    own = recording.instrument == delivery.instrument
    within = started <= at and (ended is None or at <= ended)
    return started.date() == at.date() and (own or within)


def _deliveries(
    situation: Situation, duty: Duty, row: ChecklistRow, recording: Recording
) -> Sequence[Delivery]:
    """这一段记录的是哪几次送达：它自己那份文书的，随附各份的，再没有就看全案这种方式的。"""
    every = situation.case.deliveries
    if row.mode is not None:
        every = tuple(d for d in every if d.mode == row.mode)
    beside = [d for d in every if d.instrument in duty.beside]
    own = [d for d in beside if d.instrument == recording.instrument]
    return own or beside or (every if row.mode is not None else ())
