"""送达的事实合乎情理，写的各项属于该方式（DLV010）。

通过：各项时间不早于文书日期、不晚于核查之日，写的各项都属于所写的送达方式，代收人写明关系。
不通过：送达、拒收早于文书日期，事实晚于核查之日，写了不属于该方式的事项（如直接送达写邮寄凭证号）。
不能判定：写了代收人的关系而没有写代收人。
不适用：没有送达的安排。
来源：民事诉讼法第八十七条至第九十五条；文书自身的逻辑。
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from docgen.judge.document import BOTH, document_rule
from docgen.model.case import Delivery
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Phase, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每次送达：不合的逐项指出，否则一条通过。"""
    rows = situation.deliveries(draft)
    for index, delivery in rows:
        faults = [*_times(situation, draft, index, delivery), *_foreign(index, delivery)]
        if delivery.agent_relation and not delivery.agent:
            said = "写了与受送达人的关系，没有写代收人。"
            faults.append((Level.UNKNOWN, f"deliveries[{index}].agent", said))
        yield from faults
        if not faults:
            yield Level.PASS, f"deliveries[{index}]", "送达所写的各项相合。"
    if not rows:
        yield Level.NOT_APPLICABLE, "", "没有送达的安排。"


def _times(situation: Situation, draft: Draft, index: int, delivery: Delivery) -> Iterator[Fault]:
    for name, label in _TIMES.items():
        value = getattr(delivery, name)
        day = value.date() if isinstance(value, datetime) else value
        where = f"deliveries[{index}].{name}"
        if day is not None and day < draft.date:
            yield Level.FAIL, where, f"{label} {day} 早于文书日期 {draft.date}。"
        elif day is not None and situation.phase is Phase.EVIDENCE and day > situation.at:
            yield Level.FAIL, where, f"{label} {day} 晚于核查之日 {situation.at}，还没有到。"


def _foreign(index: int, delivery: Delivery) -> Iterator[Fault]:
    for name, (label, modes) in _BELONGS.items():
        if getattr(delivery, name) is not None and delivery.mode not in modes:
            said = f"写了{label}，而送达方式是 {delivery.mode}；请改送达方式或者删去这一项。"
            yield Level.FAIL, f"deliveries[{index}].{name}", said


_TIMES = {"at": "送达", "refused_on": "拒收", "arrived_at": "到达"}
_BELONGS = {
    "refusal_reason": ("拒收的事由", ("left",)),
    "refused_on": ("拒收的日期", ("left",)),
    "witness": ("见证人", ("left",)),
    "witness_unit": ("见证人的单位", ("left",)),
    "tracking": ("邮寄凭证号", ("post",)),
    "entrusted_to": ("受委托的机关", ("entrusted",)),
    "consent_on": ("同意电子送达的日期", ("electronic",)),
    "electronic_address": ("电子送达地址", ("electronic",)),
    "arrived_at": ("到达的时间", ("electronic",)),
    "agent": ("代收人", ("direct", "entrusted")),
}


RULE = document_rule(
    "DLV010",
    "送达的事实合乎情理，写的各项属于该方式",
    "民事诉讼法第八十七条至第九十五条；文书自身的逻辑",
    BOTH,
    "*",
    judge,
)
