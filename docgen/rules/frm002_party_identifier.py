"""当事人的统一社会信用代码或公民身份号码的校验位（FRM002）。

通过：校验位相符。
提示：校验位不符；确有不合校验的真实代码，所以只作提示，请对照证照核对。
不适用：没有填写。
来源：GB 32100-2015；GB 11643-1999。
"""

from __future__ import annotations

from collections.abc import Iterator

from stdnum.cn import ric, uscc

from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level


def evaluate(situation: Situation) -> Iterator[Finding]:
    """当事人一条认定。"""
    party = situation.case.party
    code, valid, label, where = (
        (party.uscc, uscc.is_valid, "统一社会信用代码", "party.uscc")
        if party.kind == "organization"
        else (party.id_number, ric.is_valid, "公民身份号码", "party.id_number")
    )
    if code is None:
        message = f"没有填写{label}。"
        yield Finding("FRM002", Level.NOT_APPLICABLE, message, where, RULE.source)
    elif valid(code):
        yield Finding("FRM002", Level.PASS, f"{label}的校验位相符。", where, RULE.source)
    else:
        message = f"{label} {code} 的校验位不符，请对照证照核对。"
        yield Finding("FRM002", Level.FAIL, message, where, RULE.source, advice=True)


RULE = Rule(
    code="FRM002",
    title="当事人代码的校验位",
    source="GB 32100-2015；GB 11643-1999",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
