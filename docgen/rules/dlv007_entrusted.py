"""委托送达的签收（DLV007）。

通过：写明受委托的机关，回执已经签名或者盖章。
不通过：回执上既没有签名也没有盖章。
不能判定：没有写受委托的机关或者回执的签收情况。
不适用：没有以委托方式送达的，还没有送达的。
来源：民事诉讼法第九十一条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.modes import alone, mode_rule, signed_for
from docgen.model.case import Delivery
from docgen.model.rule import Fault
from docgen.model.verdict import Level


def judge(index: int, delivery: Delivery) -> Iterator[Fault]:
    """每次委托送达一条认定。"""
    spot = f"deliveries[{index}]"
    taken = signed_for(delivery)
    if taken is False:
        yield Level.FAIL, f"{spot}.receipt", "委托送达的回执上既没有签名也没有盖章。"
    elif delivery.entrusted_to is None:
        yield Level.UNKNOWN, f"{spot}.entrusted_to", "委托送达没有写明受委托的机关。"
    elif not taken:
        yield Level.UNKNOWN, f"{spot}.receipt", "没有写明回执是否签名或者盖章。"
    else:
        yield Level.PASS, spot, f"委托 {delivery.entrusted_to} 送达，已经签收。"


RULE = mode_rule(
    "DLV007",
    "委托送达的签收",
    "民事诉讼法第九十一条",
    "entrusted",
    alone(judge),
)
