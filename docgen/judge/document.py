"""看文书的规则：一种或几种文书，每份各判断；没有这种文书就不适用。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

Judge = Callable[[Situation, Draft], Iterator[Fault]]
PLAN = (Phase.PLAN,)
EVIDENCE = (Phase.EVIDENCE,)
BOTH = (Phase.PLAN, Phase.EVIDENCE)


def document_rule(
    code: str,
    title: str,
    source: str,
    phases: tuple[Phase, ...],
    kinds: str,
    judge: Judge,
    facts: str = "",
) -> Rule:
    """看文书的规则。kinds: ids separated by spaces, "*" for all; judge: what it finds in one.

    facts: what it asks of the document's proceedings, names separated by spaces.
    """
    named = frozenset(kinds.split())
    found = partial(_evaluate, code, source, named, judge)
    return Rule(code, title, source, phases, found, named, tuple(facts.split()))


def _evaluate(
    code: str, source: str, kinds: frozenset[str], judge: Judge, situation: Situation
) -> Iterator[Finding]:
    drafts = [d for d in situation.drafts.values() if d.instrument.id in kinds or "*" in kinds]
    if not drafts:
        message = "案件里没有这条规则所看的文书。"
        yield Finding(code, Level.NOT_APPLICABLE, message, "", source)
    for draft in drafts:
        for fault in judge(situation, draft):
            level, where, message = fault
            place = where or situation.place(draft)
            said = f"《{draft.instrument.title}》{message}"
            yield Finding(code, level, said, place, source, isinstance(fault, Advice))


def before_or_after(situation: Situation, fault: Fault) -> Fault:
    """当场才做的事：出发前只作提示，之后照算。"""
    return Advice(*fault) if situation.phase is Phase.PLAN else fault
