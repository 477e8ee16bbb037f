"""一次记录：首尾相接的各段合成一次，有起有止；再配到案件所安排的记录上。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from docgen.link.pieces import GAP
from docgen.model.case import Case, Delivery, Recording
from docgen.model.draft import Draft
from docgen.model.duty import main_key
from docgen.model.footage import Footage, Handover, Link, Medium


@dataclass(frozen=True)
class Part:
    """一次记录的一段：文件与归属。"""

    footage: Footage
    link: Link

    @property
    def started_at(self) -> datetime | None:
        """这一段开始的时间。"""
        return self.footage.clock(self.link.piece.start)

    @property
    def ended_at(self) -> datetime | None:
        """这一段结束的时间。"""
        return self.footage.clock(self.link.piece.until)


@dataclass(frozen=True)
class Take:
    """一份文书某一行的一次记录。parts: one after the other, at least one."""

    key: str
    row: int
    parts: tuple[Part, ...]

    @property
    def started_at(self) -> datetime | None:
        """开始的时间；没有看到开始的不算有。"""
        return self.parts[0].started_at if self.parts[0].link.piece.opened else None

    @property
    def ended_at(self) -> datetime | None:
        """结束的时间；没有看到结束的不算有。"""
        return self.parts[-1].ended_at if self.parts[-1].link.piece.closed else None

    @property
    def recorder(self) -> str | None:
        """谁录的，记录人说的。"""
        return self.parts[0].footage.said.recorder

    @property
    def steps(self) -> tuple[str, ...]:
        """人说的步骤；机器不说。"""
        return tuple(step for part in self.parts for step in part.link.piece.steps)

    def of(self, plan: Recording) -> Recording:
        """照计划补上事实；步骤、人员以记录人说的为准。"""
        said = self.parts[0].footage.said
        return replace(
            plan,
            recorder=self.recorder or plan.recorder,
            officers=said.officers or plan.officers,
            steps=self.steps or plan.steps,
            started_at=self.started_at,
            ended_at=self.ended_at,
            file="、".join(dict.fromkeys(part.footage.label for part in self.parts)),
        )


def takes_of(
    links: Iterable[Link], footages: Mapping[str, Footage], keys: Mapping[bytes, str]
) -> tuple[Take, ...]:
    """还算数的各条归属 → 各次记录。keys: identity → key in the case; others are passed over."""
    rows: dict[tuple[str, int, str | None], list[Part]] = defaultdict(list)
    for link in links:
        footage, piece = footages[link.piece.sha256], link.piece
        key = keys.get(piece.identity)
        video = footage.container.medium is not Medium.PHOTO
        if key and piece.row is not None and link.end is None and video:
            rows[key, piece.row, footage.device].append(Part(footage, link))
    return tuple(take for (key, row, _), parts in rows.items() for take in _joined(key, row, parts))


def attach(
    case: Case,
    drafts: Mapping[str, Draft],
    takes: Sequence[Take],
    handovers: Iterable[tuple[str, Handover]],
) -> Case:
    """案件加上登记簿里的记录与送达：配得上计划的补在计划上，配不上的另列一条。

    handovers: each with the key of its document in the case. What the case file itself tells
    as done stays as it says.
    """
    recordings = list(case.recordings)
    mains = {key: main_key(draft, drafts) for key, draft in drafts.items()}
    groups: dict[tuple[str, int], list[Take]] = defaultdict(list)
    for take in takes:
        groups[mains.get(take.key, take.key), take.row].append(take)
    for (main, row), mine in groups.items():
        own = [
            index
            for index, plan in enumerate(case.recordings)
            if plan.row == row and mains.get(plan.instrument) == main
        ]
        plans = [index for index in own if not case.recordings[index].made]
        if own and not plans:
            continue
        for index, take in _matched(case, plans, mine):
            if index is None:
                like = case.recordings[plans[0]] if plans else Recording(take.key, row)
                recordings.append(take.of(replace(like, instrument=take.key, steps=())))
            else:
                recordings[index] = take.of(case.recordings[index])
    deliveries = list(case.deliveries)
    for key, handover in handovers:
        _deliver(deliveries, key, handover)
    return replace(case, recordings=tuple(recordings), deliveries=tuple(deliveries))


def _joined(key: str, row: int, parts: Sequence[Part]) -> Iterator[Take]:
    ordered = sorted(parts, key=lambda p: (p.started_at is None, str(p.started_at), p.link.id))
    group: list[Part] = []
    for part in ordered:
        if group and not _goes_on(group[-1], part):
            yield Take(key, row, tuple(group))
            group = []
        group.append(part)
    if group:
        yield Take(key, row, tuple(group))


def _goes_on(before: Part, after: Part) -> bool:
    if before.link.piece.closed or after.link.piece.opened:
        return False
    if before.ended_at is None or after.started_at is None:
        return False
    return abs(after.started_at - before.ended_at) <= GAP


def _matched(
    case: Case, plans: Sequence[int], takes: Sequence[Take]
) -> Iterator[tuple[int | None, Take]]:
    """每次记录配哪一条计划；None 为没有计划的。同一时间由几台设备录的，只算最全的一次。"""
    left, open_plans = _distinct(takes), list(plans)
    for index in plans:
        mine = [t for t in left if t.recorder and t.recorder == case.recordings[index].recorder]
        rivals = [
            i for i in plans if case.recordings[i].recorder == case.recordings[index].recorder
        ]
        if len(mine) == 1 and len(rivals) == 1:
            yield index, mine[0]
            left.remove(mine[0])
            open_plans.remove(index)
    if len(left) == 1 and open_plans:
        for index in open_plans:
            yield index, left[0]
        return
    for index, take in zip(open_plans, left, strict=False):
        yield index, take
    for take in left[len(open_plans) :]:
        yield None, take


def _distinct(takes: Sequence[Take]) -> list[Take]:
    whole = sorted(takes, key=lambda t: (t.started_at is None or t.ended_at is None, -_length(t)))
    kept: list[Take] = []
    for take in whole:
        if not any(_overlap(take, other) and take.recorder == other.recorder for other in kept):
            kept.append(take)
    return sorted(kept, key=lambda t: (t.started_at is None, str(t.started_at)))


def _length(take: Take) -> float:
    if take.started_at is None or take.ended_at is None:
        return 0.0
    return (take.ended_at - take.started_at) / timedelta(seconds=1)


def _overlap(one: Take, other: Take) -> bool:
    if None in (one.started_at, one.ended_at, other.started_at, other.ended_at):
        return False
    return one.started_at < other.ended_at and other.started_at < one.ended_at  # type: ignore[operator]


def _deliver(deliveries: list[Delivery], key: str, handover: Handover) -> None:
    told = handover.delivery
    if any(d.instrument == key and d.mode == told.mode and d.at == told.at for d in deliveries):
        return
    for index, plan in enumerate(deliveries):
        fits = plan.instrument == key and plan.at is None and plan.mode == told.mode
        if fits and (told.recipient is None or plan.recipient in (None, told.recipient)):
            given = {k: v for k, v in vars(told).items() if v is not None and k != "instrument"}
            deliveries[index] = replace(plan, **given)
            return
    deliveries.append(replace(told, instrument=key))
