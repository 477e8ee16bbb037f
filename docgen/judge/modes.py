"""按送达方式取已经送达的各次。"""

from __future__ import annotations

from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Situation


def deliveries_by_mode(
    situation: Situation, draft: Draft, mode: str
) -> tuple[tuple[int, Delivery], ...]:
    """该文书以某种方式已经送达（写了 at）的各次，连同在案件文件里的序号。"""
    rows = situation.deliveries(draft)
    return tuple((i, d) for i, d in rows if d.mode == mode and d.at is not None)


def signed_for(delivery: Delivery) -> bool | None:
    """回执是否已经签名或者盖章；没有写全、说不准即 None。"""
    receipt = delivery.receipt
    told = (receipt.signed, receipt.sealed) if receipt else (None, None)
    if True in told:
        return True
    return None if None in told else False
