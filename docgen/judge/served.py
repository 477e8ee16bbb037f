"""何时送达：出发前看计划，之后看事实；公告满期才算送达。

Source: 民事诉讼法第八十七条至第九十五条；行政处罚法第六十一条；行政强制法第三十八条。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Phase, Situation


@dataclass(frozen=True)
class Served:
    """一次送达的时间。at: None where it cannot be said, then why says why not.

    where: its place in the case file.
    """

    at: datetime | None
    where: str
    why: str = ""

    @property
    def day(self) -> date | None:
        """送达日。"""
        return None if self.at is None else self.at.date()


def served(situation: Situation, index: int, delivery: Delivery) -> Served:
    """这一次送达算作何时送达。index: in the case file."""
    spot = f"deliveries[{index}]"
    if situation.phase is Phase.PLAN:
        at = None if delivery.undecided else delivery.planned_at
        return Served(at, f"{spot}.planned_at", delivery.undecided or "")
    if delivery.mode == "electronic":
        why = "" if delivery.arrived_at else "没有写明到达受送达人系统的时间（arrived_at）"
        return Served(delivery.arrived_at, f"{spot}.arrived_at", why)
    if delivery.at is None:
        return Served(None, f"{spot}.at", "没有写明实际送达的时间（at）")
    if delivery.mode != "announcement":
        return Served(delivery.at, f"{spot}.at")
    days = situation.law.at("announcement_days", delivery.at.date())
    if days is None:
        return Served(None, f"{spot}.at", f"{delivery.at.date()} 没有公告期间的参数")
    return Served(delivery.at + timedelta(days=int(days.value)), f"{spot}.at")


def attempts(situation: Situation, draft: Draft) -> tuple[tuple[int, Delivery], ...]:
    """要判断的各次送达；之后核查的，已经送达同一收件人，没有送达的那一次不算。"""
    rows = situation.deliveries(draft)
    if situation.phase is Phase.PLAN:
        return rows
    reached = {delivery.recipient for _, delivery in rows if delivery.at is not None}
    return tuple((i, d) for i, d in rows if d.at is not None or d.recipient not in reached)


def served_of(situation: Situation, draft: Draft) -> Served:
    """一份文书最早何时送达；没有送达的安排也说出来。"""
    found = [served(situation, i, d) for i, d in situation.deliveries(draft)]
    decided = [s for s in found if s.at is not None]
    if decided:
        return min(decided, key=lambda s: s.at or datetime.max)
    return found[0] if found else Served(None, situation.place(draft), "没有送达的安排")
