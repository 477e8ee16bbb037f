"""登记簿里的回执：证明了哪几份文书的送达，从它签发的内容读出。纯函数。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from docgen.model.number import parse_number
from docgen.model.register import Entry, State


def lists(receipt: Entry, entry: Entry) -> bool:
    """receipt 列着 entry：写着它的文号；不编文号的，写着它的名称，而且是在它签发以后。"""
    return any(_is(row, receipt, entry) for row in _rows(receipt))


def fallen(receipt: Entry, of_case: Sequence[Entry]) -> bool:
    """receipt 所列的每一份都已经作废。of_case: all entries of its case."""
    return all(
        any(_is(row, receipt, entry) for entry in of_case)
        and all(e.state is State.VOIDED for e in of_case if _is(row, receipt, e))
        for row in _rows(receipt)
    )


def _rows(receipt: Entry) -> Sequence[Mapping[str, str | None]]:
    fields = json.loads(receipt.content)["fields"] if receipt.content else {}
    found: Sequence[Mapping[str, str | None]] = fields.get("documents") or ()
    return found


def _is(row: Mapping[str, str | None], receipt: Entry, entry: Entry) -> bool:
    number = row.get("number")
    if number is None or parse_number(number):
        return number == entry.number.text
    if not (entry.content and entry.issued_at and receipt.issued_at):
        return False
    title = json.loads(entry.content)["title"]
    return row.get("title") == title and entry.issued_at <= receipt.issued_at
