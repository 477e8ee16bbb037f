"""听证的委托代理人一至二人（OFF003）。

代理人写在听证笔录（agents）或者 proceedings（agents）。
通过：不超过法定人数，各不相同。不通过：超过，或者同一人写了两次。
不能判定：听证日期没有该人数的参数。
不适用：没有委托代理人；案件里没有听证笔录。
来源：行政处罚法第六十四条第五项。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份听证笔录一条认定。"""
    rows = draft.fields["agents"]
    written = (
        [str(row["name"]) for row in rows or () if isinstance(row, Mapping)]
        if isinstance(rows, tuple)
        else []
    )
    names = [*written, *(n for n in situation.proceeding(draft).agents if n not in written)]
    limit = situation.law.at("hearing_agents_maximum", draft.date)
    where = (
        situation.place(draft, "agents") if written else situation.proceeding_place(draft, "agents")
    )
    if not names:
        yield Level.NOT_APPLICABLE, "", "没有写委托代理人。"
    elif limit is None:
        yield Level.UNKNOWN, where, f"{draft.date} 没有代理人人数的参数，不能判定。"
    elif len(set(names)) < len(names):
        yield Level.FAIL, where, f"委托代理人重复：{'、'.join(names)}。"
    elif len(names) > int(limit.value):
        yield Level.FAIL, where, f"委托代理人 {len(names)} 人，不得多于 {limit.value} 人。"
    else:
        yield Level.PASS, where, f"委托代理人 {len(names)} 人，不多于 {limit.value} 人。"


RULE = document_rule(
    "OFF003",
    "听证的委托代理人一至二人",
    "行政处罚法第六十四条第五项",
    BOTH,
    "hearing_transcript",
    judge,
    facts="agents",
)
