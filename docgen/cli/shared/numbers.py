"""命令行上的文号与机关名称，各命令共用。"""

from __future__ import annotations

from docgen.characters import fold, refusal, shown
from docgen.errors import InputInvalid, UsageWrong
from docgen.model.number import parse_number
from docgen.model.register import Entry
from docgen.store.register import Register

LONGEST_NAME = 60


def entry_of(book: Register, number: str, agency: str | None) -> Entry:
    """文号对应的条目。Raises InputInvalid, UsageWrong when several agencies have it."""
    parsed = parse_number(number)
    if parsed is None:
        raise InputInvalid(f"“{number}”不是文号。", advice="应当如（鲁）应急责改〔2026〕1号。")
    found = [e for e in book.numbered(parsed) if agency in (None, e.slot.agency)]
    if not found:
        raise InputInvalid(
            f"登记簿里没有 {parsed.text}。", advice="docgen register list 列出全部。"
        )
    if len(found) > 1:
        names = "、".join(entry.slot.agency for entry in found)
        raise UsageWrong(f"几个机关都有 {parsed.text}。", advice=f"请加 --agency：{names}。")
    return found[0]


def agency_name(text: str) -> str:
    """命令行上的机关名称：与案件文件里的同样要求。Raises InputInvalid."""
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or name.split() != [name] or any(map(refusal, name)):
        raise InputInvalid(
            f"机关名称“{shown(name[:LONGEST_NAME])}”写法不对。",
            advice="写执法机关全称，中间没有空格和看不见的字符。",
        )
    return fold(name)[0]
