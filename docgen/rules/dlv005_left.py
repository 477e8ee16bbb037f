"""留置送达的见证与记载（DLV005）。

清单比法律严：法律允许只用照相、录像记录，清单还要见证人和签名。
通过：写明拒收的事由、日期、见证人及其单位，回执已由送达人、见证人签名或者盖章。
不通过：拒收的日期与送达日不同；回执上没有签名、盖章。
不能判定：上述各项没有写全。
不适用：没有以留置方式送达的，还没有送达的。
来源：民事诉讼法第八十九条；清单第 26 行。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.modes import alone, mode_rule, signed_for
from docgen.model.case import Delivery
from docgen.model.rule import Fault
from docgen.model.verdict import Level


def judge(index: int, delivery: Delivery) -> Iterator[Fault]:
    """每次留置送达：缺的逐项指出，否则一条通过。"""
    faults = list(_faults(index, delivery))
    yield from faults
    if not faults:
        said = f"留置送达，见证人 {delivery.witness}，事由、日期和签名齐全。"
        yield Level.PASS, f"deliveries[{index}]", said


def _faults(index: int, delivery: Delivery) -> Iterator[Fault]:
    for name, label in _NEEDED.items():
        if getattr(delivery, name) is None:
            yield Level.UNKNOWN, f"deliveries[{index}].{name}", f"留置送达没有写明{label}。"
    refused, at = delivery.refused_on, delivery.at
    if refused and at and refused != at.date():
        said = f"拒收的日期 {refused} 与留置的日期 {at.date()} 不同。"
        yield Level.FAIL, f"deliveries[{index}].refused_on", said
    taken = signed_for(delivery)
    if taken is False:
        said = "回执上没有送达人、见证人的签名或者盖章。"
        yield Level.FAIL, f"deliveries[{index}].receipt", said
    elif not taken:
        said = "没有写明回执是否由送达人、见证人签名或者盖章。"
        yield Level.UNKNOWN, f"deliveries[{index}].receipt", said


_NEEDED = {
    "refusal_reason": "拒收的事由",
    "refused_on": "拒收的日期",
    "witness": "见证人",
    "witness_unit": "见证人的单位",
}


RULE = mode_rule(
    "DLV005",
    "留置送达的见证与记载",
    "民事诉讼法第八十九条；清单第 26 行",
    "left",
    alone(judge),
)
