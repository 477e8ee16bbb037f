"""直接送达的签收（DLV004）。

通过：回执上已经签名或者盖章；由他人代收的写明了代收人和与受送达人的关系。
不通过：回执上既没有签名也没有盖章；代收人没有写明关系。
不能判定：没有写回执的签收情况（receipt.signed、receipt.sealed）。
不适用：没有以直接方式送达的，还没有送达的。
来源：民事诉讼法第八十七条、第八十八条；行政处罚法第六十一条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.modes import alone, mode_rule, signed_for
from docgen.model.case import Delivery
from docgen.model.rule import Fault
from docgen.model.verdict import Level


def judge(index: int, delivery: Delivery) -> Iterator[Fault]:
    """每次直接送达一条认定。"""
    spot = f"deliveries[{index}]"
    taken = signed_for(delivery)
    if delivery.agent and not delivery.agent_relation:
        said = f"由 {delivery.agent} 代收，没有写明与受送达人的关系。"
        yield Level.FAIL, f"{spot}.agent_relation", said
    elif taken:
        yield Level.PASS, f"{spot}.receipt", "已经签收。"
    elif taken is None:
        yield Level.UNKNOWN, f"{spot}.receipt", "没有写明回执是否签名或者盖章。"
    else:
        said = "回执上既没有签名也没有盖章，不是直接送达；拒收的改写留置送达（left）。"
        yield Level.FAIL, f"{spot}.receipt", said


RULE = mode_rule(
    "DLV004",
    "直接送达的签收",
    "民事诉讼法第八十七条、第八十八条；行政处罚法第六十一条",
    "direct",
    alone(judge),
)
