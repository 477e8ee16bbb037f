"""音像记录单：案件、稿与清单 → 每份文书要记录的各行。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from docgen.errors import InputInvalid, Problem
from docgen.model.case import Case, Delivery, Recording
from docgen.model.checklist import Checklist, ChecklistRow, Step
from docgen.model.draft import Draft
from docgen.model.duty import Duty, duties
from docgen.model.sheet import Sheet, SheetRow, SheetStep


def sheets_of(case: Case, drafts: Mapping[str, Draft], checklist: Checklist) -> tuple[Sheet, ...]:
    """有行要记录的文书各一张，随附的并入主文书；次序如案件，行序如清单。

    drafts: by key. The sheets have no identity and no slates yet. Raises InputInvalid for a
    planned row that the checklist does not have.
    """
    return tuple(
        _sheet(case, duty, checklist) for duty in duties(case, drafts, checklist) if duty.sheet_rows
    )


def _sheet(case: Case, duty: Duty, checklist: Checklist) -> Sheet:
    draft = duty.draft
    deliveries = [d for d in case.deliveries if d.instrument in duty.beside]
    started = draft.fields.get("started_at")
    return Sheet(
        key=draft.key,
        title=draft.instrument.title,
        beside=tuple(
            dict.fromkeys(d.instrument.title for k, d in duty.beside.items() if k != draft.key)
        ),
        number=draft.number.text if draft.number and draft.instrument.numbered else None,
        identity=None,
        case_number=case.case_number,
        agency=case.agency.name,
        party=case.party.name,
        date=draft.date,
        officers=case.officers,
        rows=tuple(
            _row(case, duty, _known(checklist, n, duty), deliveries) for n in duty.sheet_rows
        ),
        starts_at=started if isinstance(started, datetime) else None,
        place=_place(draft) or next((d.place for d in deliveries if d.place), None),
    )


def _place(draft: Draft) -> str | None:
    """笔录等当场制作的文书写的地点；其他文书的 place 可能另有所指（如证据存放的地方）。"""
    names = [n for n in draft.fields if n == "place" or n.endswith("_place")]
    found = draft.fields[names[0]] if names and "started_at" in draft.fields else None
    return found if isinstance(found, str) else None


def _known(checklist: Checklist, number: int, duty: Duty) -> ChecklistRow:
    row = checklist.row(number)
    if row is None:
        places = [f"recordings[{index}].row" for index, _ in duty.of_row(number)]
        raise InputInvalid(
            f"清单没有第 {number} 行。",
            problems=[Problem(place, f"没有第 {number} 行") for place in places],
            advice=f"《{checklist.title}》的行号是 1 至 {len(checklist.rows)}。",
        )
    return row


def _row(case: Case, duty: Duty, row: ChecklistRow, deliveries: Sequence[Delivery]) -> SheetRow:
    planned = [recording for _, recording in duty.of_row(row.number)]
    hands_over = any(step.hands_over for step in row.steps)
    left = row.mode == "left"
    mine = [d for d in deliveries if (d.mode == "left") is left] or deliveries
    times = [d.planned_at for d in mine if d.planned_at is not None]
    return SheetRow(
        number=row.number,
        item=row.item,
        start=row.start,
        end=row.end,
        process=row.process,
        place=_distinct((r.place for r in planned), "、") or "或".join(row.places),
        classes=row.classes,
        recorder=_distinct((r.recorder for r in planned), "、") or row.recorder,
        steps=tuple(_step(step, planned) for step in row.steps),
        discretionary=row.discretionary,
        phrase=None if row.phrase is None else _spoken(row.phrase, case),
        deliver_at=min(times, default=None) if hands_over else None,
    )


def _step(step: Step, planned: Sequence[Recording]) -> SheetStep:
    mine = [r for r in planned if step.id in r.steps]
    several = len({r.recorder for r in planned}) > 1
    recorder = _distinct((r.recorder for r in mine), "、") if several else None
    return SheetStep(step.label, step.optional, bool(mine) if planned else None, recorder)


def _spoken(phrase: str, case: Case) -> str:
    return phrase.format(
        agency=case.agency.name,
        names="、".join(officer.name for officer in case.officers),
        certificates="、".join(officer.certificate for officer in case.officers),
    )


def _distinct(texts: Iterable[str | None], joint: str) -> str | None:
    return joint.join(dict.fromkeys(text for text in texts if text)) or None
