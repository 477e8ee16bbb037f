"""查封扣押的依据与权限（COE006）。

通过：依据与情形相合。
不通过：安全生产的情形没有引安全生产法，易制毒化学品的情形没有引易制毒化学品管理条例。
不能判定（提示）：易制毒化学品的事实涉及购买、运输，属于公安机关的职责，程序不能判定有没有权限。
不适用：案件里没有查封扣押决定书。
来源：安全生产法第六十五条第一款第四项；易制毒化学品管理条例第十五条至第二十条、第三十二条第二款。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.judge.document import BOTH, document_rule
from docgen.model.draft import Draft
from docgen.model.rule import Advice, Fault, Situation
from docgen.model.verdict import Level


def judge(situation: Situation, draft: Draft) -> Iterator[Fault]:
    """每份查封扣押决定书一条认定。"""
    basis, ground = str(draft.fields["basis"] or ""), draft.fields["ground"]
    facts = "".join(str(text) for text in draft.fields["facts"] or ())  # type: ignore[union-attr]
    wanted = "易制毒化学品管理条例" if ground == "precursor" else "安全生产法"
    where = situation.place(draft, "basis")
    beyond = [word for word in ("购买", "运输") if word in facts]
    if wanted not in basis:
        yield Level.FAIL, where, f"依据“{basis}”没有引《{wanted}》。"
    elif ground == "precursor" and beyond:
        said = f"事实涉及{'、'.join(beyond)}，属于公安机关的职责，请核对本机关的权限。"
        yield Advice(Level.UNKNOWN, situation.place(draft, "facts"), said)
    else:
        yield Level.PASS, where, f"依据引了《{wanted}》。"


RULE = document_rule(
    "COE006",
    "查封扣押的依据与权限",
    "安全生产法第六十五条第一款第四项；易制毒化学品管理条例第十五条至第二十条、第三十二条第二款",
    BOTH,
    "sealing_decision",
    judge,
)
