"""案件里的用语不是已经废止的（FRM008）。

旧法的条文、期限，见 templates/law/stale/wording.yaml；只看案件自己写的各项。
通过：没有旧的用语。
不通过（提示）：写了旧的条文或者期限。
不适用：文书没有自己写的文字。
来源：行政处罚法（2021年修订）第四十四条、第五十六条、第六十四条；行政复议法（2023年修订）第二十四条。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份文书：旧的用语逐处提示，否则一条通过。"""
    request = situation.case.instrument(draft.key)
    texts = dict(_texts(request.values)) if request else {}
    faults = [
        Advice(Level.FAIL, situation.place(draft, name), f"写了“{stale.words}”：{stale.advice}")
        for name, text in texts.items()
        for stale in situation.law.stale
        if stale.words in text
    ]
    yield from faults
    if not faults:
        level = Level.PASS if texts else Level.NOT_APPLICABLE
        yield level, "", "没有旧的条文和期限。" if texts else "没有自己写的文字。"


def _texts(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for name, child in value.items():
            yield from _texts(child, f"{path}.{name}" if path else str(name))
    elif isinstance(value, tuple):
        for index, child in enumerate(value):
            yield from _texts(child, f"{path}[{index}]")


RULE = document_rule(
    "FRM008",
    "案件里的用语不是已经废止的",
    "行政处罚法（2021年修订）第四十四条、第五十六条、第六十四条；行政复议法（2023年修订）第二十四条",
    BOTH,
    "*",
    judge,
)
