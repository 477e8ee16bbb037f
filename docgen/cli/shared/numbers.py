"""按文号找登记簿里的一份文书，各命令共用。"""

from __future__ import annotations

from docgen.errors import InputInvalid, UsageWrong
from docgen.model.number import parse_number
from docgen.model.register import Entry
from docgen.store.register import Register


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
