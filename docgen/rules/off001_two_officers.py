"""执法人员不少于法定人数，姓名与执法证号各不相同（OFF001）。

通过：人数达到法定最低数，姓名、证号都不重复。
不通过：人数不足，或者同一个人、同一个证号写了两次。
不能判定：文书日期没有对应的法定人数。
来源：行政处罚法第四十二条；行政强制法第十八条第二项；
清单第 2、10、11、26、28、29 行。
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from docgen.model.rule import Phase, Rule, Situation
from docgen.model.verdict import Finding, Level
from docgen.model.words import squeeze


def evaluate(situation: Situation) -> Iterator[Finding]:
    """整个案件一条认定，按最早的文书日期取法定人数。"""
    day = min((d.date for d in situation.drafts.values()), default=situation.at)
    demanded = situation.law.at("officers_minimum", day)
    officers = situation.case.officers
    if demanded is None:
        message = f"{day} 没有法定最少人数的参数，不能判定。"
        yield Finding("OFF001", Level.UNKNOWN, message, "officers", RULE.source)
        return
    names = {_plain(officer.name) for officer in officers}
    certificates = {_plain(officer.certificate) for officer in officers}
    if len(names) < len(officers):
        message = "执法人员姓名重复，必须是不同的人。"
    elif len(certificates) < len(officers):
        message = "执法证号重复，每人的证号必须不同。"
    elif len(officers) < int(demanded.value):
        message = f"执法人员只有 {len(officers)} 名，不得少于 {demanded.value} 名。"
    else:
        message = f"执法人员 {len(officers)} 名，姓名与证号各不相同。"
        yield Finding("OFF001", Level.PASS, message, "officers", demanded.source)
        return
    yield Finding("OFF001", Level.FAIL, message, "officers", demanded.source)


def _plain(text: str) -> str:
    """空格、全角半角、大小写之差不算不同。"""
    return squeeze(unicodedata.normalize("NFKC", text)).casefold()


RULE = Rule(
    code="OFF001",
    title="两名以上不同的执法人员",
    source="行政处罚法第四十二条；行政强制法第十八条第二项",
    phases=(Phase.PLAN, Phase.EVIDENCE),
    evaluate=evaluate,
)
