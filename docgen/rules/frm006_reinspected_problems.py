"""复查意见逐项对应责令整改的问题（FRM006）。

通过：复查情况逐项写到了同案责令限期整改指令书的每一个问题。
不通过：有的问题没有复查。
不能判定：原决定日期的指令书没有或者有几份，说不清复查的是哪一份。
不适用：案件里没有整改复查意见书，复查的不是责令限期整改指令书，或者案件里没有它。
来源：行政处罚法第二十八条；安全生产法第六十五条；清单第 10 行。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份复查意见书一条认定。"""
    title = str(draft.fields["earlier_title"])
    known = [o for o in situation.of_type("rectification_order") if o.instrument.called(title)]
    orders = [o for o in known if o.date == draft.fields["earlier_date"]]
    results = _texts(draft, "results", "problem")
    if not known:
        said = f"复查的是《{title}》，案件里没有这样的责令限期整改指令书。"
        yield Level.NOT_APPLICABLE, "", said
    elif len(orders) != 1:
        said = f"原决定日期的责令限期整改指令书有 {len(orders)} 份，不能对照。"
        yield Level.UNKNOWN, situation.place(draft, "earlier_date"), said
    else:
        problems = _texts(orders[0], "problems", "text")
        left = [p for p in problems if not any(p.startswith(r) or r in p for r in results)]
        where = situation.place(draft, "results")
        for problem in left:
            yield Level.FAIL, where, f"没有复查这个问题：“{problem}”。"
        if not left:
            yield Level.PASS, where, f"{len(problems)} 个问题都复查了。"


def _texts(draft: Draft, name: str, column: str) -> list[str]:
    rows = draft.fields[name]
    found = rows if isinstance(rows, tuple) else ()
    return [str(row[column]).rstrip("。") for row in found if isinstance(row, Mapping)]


RULE = document_rule(
    "FRM006",
    "复查意见逐项对应责令整改的问题",
    "行政处罚法第二十八条；安全生产法第六十五条；清单第 10 行",
    BOTH,
    "reinspection_opinion",
    judge,
)
