"""清单所列与决定书、通知书的数量一致（FRM003）。

通过：同一案件里，清单（查封扣押清单、先行登记保存证据清单）按名称和单位合计的数量，
与所附的决定书、通知书相同；清单可以列得更细，如把同一物品按规格分成几行。
不通过：名称、单位或者合计数量不同，有的多出，有的遗漏。
不能判定：数量不是数字（如“若干”），写法又不相同。
不适用：案件里没有清单，或者没有它所附的文书，或者有几份，说不清附于哪一份。
来源：行政强制法第二十四条；行政处罚法第五十六条。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from docgen.model.draft import Draft
from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level

_COLUMNS = ("name", "unit", "quantity")
Things = Mapping[tuple[str, str], tuple[str, ...]]


def evaluate(situation: Situation) -> Iterator[Finding]:
    """每份清单：不同的逐项指出，否则一条通过、不能判定或者不适用。"""
    for draft in situation.drafts.values():
        place = situation.place(draft)
        title = f"《{draft.instrument.title}》"
        mains = situation.of_type(draft.instrument.accompanies or "")
        here = _things(draft)
        there = _things(mains[0]) if len(mains) == 1 else None
        if here is None or there is None:
            message = f"{title}没有要对照的清单。"
            yield Finding("FRM003", Level.NOT_APPLICABLE, message, place, RULE.source)
            continue
        main = f"《{mains[0].instrument.title}》"
        faults = list(_faults(here, there, main))
        for level, told in faults:
            where = situation.place(draft, "items")
            yield Finding("FRM003", level, f"{title}的{told}。", where, RULE.source)
        if not faults:
            message = f"{title}与{main}所列相符，共 {len(here)} 种。"
            yield Finding("FRM003", Level.PASS, message, place, RULE.source)


def _faults(here: Things, there: Things, main: str) -> Iterator[tuple[Level, str]]:
    for thing in {**there, **here}:
        name = f"“{thing[0]}”（{thing[1]}）"
        if thing not in there:
            yield Level.FAIL, f"{name}在{main}里没有"
        elif thing not in here:
            yield Level.FAIL, f"清单里没有{main}所列的{name}"
        elif sorted(here[thing]) != sorted(there[thing]):
            mine, theirs = _total(here[thing]), _total(there[thing])
            if mine is None or theirs is None:
                texts = f"{'、'.join(here[thing])}”与“{'、'.join(there[thing])}"
                yield Level.UNKNOWN, f"{name}数量“{texts}”不能比较；请都写成数字"
            elif mine != theirs:
                yield Level.FAIL, f"{name}共 {mine}，{main}为 {theirs}"


def _total(quantities: tuple[str, ...]) -> Decimal | None:
    try:
        total = sum((Decimal(text) for text in quantities), Decimal(0))
    except InvalidOperation:
        return None
    return total if total.is_finite() else None


def _things(draft: Draft) -> Things | None:
    """清单里各种东西的数量，键为名称和单位；没有这样一个清单则 None。"""
    rows = draft.fields.get("items")
    field = draft.instrument.field("items")
    columns = {column.name for column in field.of} if field else set()
    if not isinstance(rows, tuple) or not columns.issuperset(_COLUMNS):
        return None
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in rows:
        if isinstance(row, Mapping):
            name, unit, quantity = (str(row[column]) for column in _COLUMNS)
            found[name, unit] = (*found.get((name, unit), ()), quantity)
    return found


RULE = Rule(
    code="FRM003",
    title="清单与决定书的数量一致",
    source="行政强制法第二十四条；行政处罚法第五十六条",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
