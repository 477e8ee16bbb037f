"""看送达方式的规则：以某种方式已经送达的，每次各判断；没有这样送达的就不适用。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from docgen.judge.document import EVIDENCE, document_rule
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Rule, Situation
from docgen.model.verdict import Level

Judge = Callable[[Situation, Draft, int, Delivery], Iterator[Fault]]
OneJudge = Callable[[int, Delivery], Iterator[Fault]]
_SAID = {
    "direct": "直接",
    "left": "留置",
    "post": "邮寄",
    "entrusted": "委托",
    "announcement": "公告",
}


def mode_rule(code: str, title: str, source: str, mode: str, judge: Judge) -> Rule:
    """看一种送达方式的规则。judge: what it finds in one delivery, with its index in the case."""
    found = partial(_each, mode, judge)
    return document_rule(code, title, source, EVIDENCE, "*", found)


def alone(judge: OneJudge) -> Judge:
    """只看送达自己，不看文书与案件。"""
    return lambda _situation, _draft, index, delivery: judge(index, delivery)


def _each(mode: str, judge: Judge, situation: Situation, draft: Draft) -> Iterator[Fault]:
    done = [(i, d) for i, d in situation.deliveries(draft) if d.mode == mode and d.at is not None]
    for index, delivery in done:
        yield from judge(situation, draft, index, delivery)
    if not done:
        yield Level.NOT_APPLICABLE, "", f"没有已经{_SAID[mode]}送达的。"


def signed_for(delivery: Delivery) -> bool | None:
    """回执是否已经签名或者盖章；没有写全、说不准即 None。"""
    receipt = delivery.receipt
    told = (receipt.signed, receipt.sealed) if receipt else (None, None)
    if True in told:
        return True
    return None if None in told else False
