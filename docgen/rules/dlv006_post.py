"""邮寄送达的凭证（DLV006）。

送达日是回执上注明的收件日期，所以 at 写收件日期，不写交邮日期。
通过：写明邮寄凭证号和收件日期，且收件不早于交邮（planned_at）。
不通过：收件早于交邮。
不能判定：没有写凭证号。
不适用：没有以邮寄方式送达的，还没有送达的。
来源：民事诉讼法第九十一条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.limits import minute
from docgen.judge.modes import alone, mode_rule
from docgen.model.case import Delivery
from docgen.model.rule import Fault
from docgen.model.verdict import Level


def judge(index: int, delivery: Delivery) -> Iterator[Fault]:
    """每次邮寄送达一条认定。"""
    spot, posted, at = f"deliveries[{index}]", delivery.planned_at, delivery.at
    if delivery.tracking is None:
        yield Level.UNKNOWN, f"{spot}.tracking", "邮寄送达没有写凭证号。"
    elif posted and at and at < posted:
        yield Level.FAIL, f"{spot}.at", f"收件 {minute(at)} 早于交邮 {minute(posted)}。"
    else:
        yield Level.PASS, spot, f"邮寄送达，凭证号 {delivery.tracking}。"


RULE = mode_rule(
    "DLV006",
    "邮寄送达的凭证",
    "民事诉讼法第九十一条",
    "post",
    alone(judge),
)
