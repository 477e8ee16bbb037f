"""文书引用同案另一份文书的文号、日期与事项，与那一份一致（FRM004）。

取自同案另一份文书的各项（instrument.yaml 里 from 写 beside 的），案件自己写了的，与那一份相同。
原决定的文号和日期，与案件里名称是“原决定名称”的那一份对照。
通过：相同。
不通过：不同；那一份的文号还没有编出而这里已经写了一个，也是不同。
不适用：没有写，由程序取来；案件里没有那一种文书，或者有几份；清单的各项（见 FRM003）。
来源：文书自身的逻辑；行政处罚法第五十九条，行政强制法第二十四条。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.model.draft import Draft
from docgen.model.instrument import Field
from docgen.model.number import parse_number, unnumbered_text
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份文书：不同的逐处指出，否则一条通过或不适用。"""
    for draft in situation.drafts.values():
        pairs = list(_pairs(situation, draft))
        faults = [(field, own, theirs) for field, own, theirs in pairs if own != theirs]
        for field, own, theirs in faults:
            message = (
                f"《{draft.instrument.title}》的{field.label}写的是“{own}”，"
                f"同案的那一份是“{theirs}”；请改正，或者删去这一项由程序取来。"
            )
            where = situation.place(draft, field.name)
            yield Finding("FRM004", Level.FAIL, message, where, RULE.source)
        if not faults:
            level = Level.PASS if pairs else Level.NOT_APPLICABLE
            told = "引用同案文书的各项相符。" if pairs else "没有另外写明要对照的各项。"
            message = f"《{draft.instrument.title}》{told}"
            yield Finding("FRM004", level, message, situation.place(draft), RULE.source)


def _pairs(situation: Situation, draft: Draft) -> Iterator[tuple[Field, str, str]]:
    """案件自己写的，与同案那一份的。"""
    request = situation.case.instrument(draft.key)
    for field in draft.instrument.fields if request else ():
        own = request.values.get(field.name) if request else None
        if own is None or field.type == "list":
            continue
        for source in field.source:
            kind, _, path = source.format(**draft.fields).partition(".")
            other, _, name = path.rpartition(".")
            theirs = _theirs(situation, draft, other, name) if kind == "beside" else None
            if theirs is not None:
                yield field, _said(own), theirs


def _theirs(situation: Situation, draft: Draft, kind: str, name: str) -> str | None:
    found = [
        d for d in situation.drafts.values() if d.instrument.called(kind) and d.key != draft.key
    ]
    if len(found) != 1:
        return None
    if name == "number":
        return _number(found[0]) if found[0].instrument.numbered else None
    value = found[0].date if name == "date" else found[0].fields.get(name)
    return None if value is None else str(value)


def _number(other: Draft) -> str:
    blank = unnumbered_text(other.region, other.instrument.number_code, other.date.year)
    return other.number.text if other.number else blank


def _said(own: object) -> str:
    number = parse_number(own) if isinstance(own, str) else None
    return number.text if number else str(own)


RULE = Rule(
    code="FRM004",
    title="引用同案文书的各项一致",
    source="行政处罚法第五十九条；行政强制法第二十四条",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
