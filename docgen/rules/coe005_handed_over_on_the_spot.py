"""决定书和清单当场交付（COE005）。

通过：案件里有清单，决定书和清单同日送达，且就在实施之日。
不通过：没有清单，决定书与清单不同日送达，或者不在实施之日送达。
出发前还没有的，只作提示；之后没有的，不通过。
不能判定：没有写送达的时间。
有几份决定书的，与日期相同的清单对照。
不适用：案件里没有查封扣押决定书。
来源：行政强制法第二十四条第一款；清单第 28、29 行。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, before_or_after, document_rule
from docgen.judge.served import served_of
from docgen.model.draft import Draft
from docgen.model.rule import Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    lists = situation.of_type("sealing_list")
    if len(situation.of_type("sealing_decision")) > 1:
        lists = tuple(paper for paper in lists if paper.date == draft.date)
    if not lists:
        said = "没有查封扣押清单；请加 sealing_list。"
        yield before_or_after(situation, (Level.FAIL, "", said))
        return
    begun = situation.proceeding(draft).started_at
    starts = begun.date() if begun else draft.fields["term_from"]
    for paper in (draft, *lists):
        found = served_of(situation, paper)
        title = "" if paper is draft else f"的《{paper.instrument.title}》"
        if found.day is None:
            yield Level.UNKNOWN, found.where, f"{title}{found.why}，不能判定是否当场交付。"
        elif found.day != starts:
            said = f"{title}{found.day} 送达，不是实施之日 {starts}，没有当场交付。"
            yield Level.FAIL, found.where, said
        else:
            yield Level.PASS, found.where, f"{title}{found.day} 当场交付。"


RULE = document_rule(
    "COE005",
    "决定书和清单当场交付",
    "行政强制法第二十四条第一款；清单第 28、29 行",
    BOTH,
    "sealing_decision",
    judge,
    facts="started_at",
)
