"""签封一份稿：写上文号，算出规范内容，签出 token。"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from docgen.errors import Problem, Refused
from docgen.model.claim import Claim
from docgen.model.document import Sealed
from docgen.model.draft import Draft
from docgen.model.number import Number
from docgen.model.register import Entry, State
from docgen.model.words import Words
from docgen.seal.content import canonical_content, changes, content_digest
from docgen.seal.keys import Signer
from docgen.seal.qr import verification_url
from docgen.seal.token import sign

WordsOf = Callable[[Draft], Words]


def seal_draft(draft: Draft, words: Words, entry: Entry, signer: Signer, host: str) -> Sealed:
    """签封写好文号的稿。entry: its reserved or issued entry in the register."""
    content = canonical_content(draft, words)
    claim = Claim(
        identity=entry.identity,
        type_code=draft.instrument.code,
        year=entry.number.year,
        sequence=entry.number.sequence,
        issue_date=draft.date,
        content_digest=content_digest(content),
    )
    token = sign(claim, signer.public.kid, signer.sign)
    return Sealed(draft, words, content, token, host, verification_url(host, token.text))


def numbered(draft: Draft, number: Number) -> Draft:
    """同一份稿，写上文号。"""
    return replace(draft, number=number)


def refuse_change(draft: Draft, entry: Entry | None, words_of: WordsOf) -> None:
    """已签发的文书内容有变即拒绝（contract 5.2）。Raises Refused naming what changed."""
    if entry is None or entry.state is not State.ISSUED or entry.content is None:
        return
    again = numbered(draft, draft.number or entry.number)
    content = canonical_content(again, words_of(again))
    if content == entry.content:
        return
    number = entry.number.text
    raise Refused(
        f"《{draft.instrument.title}》{number} 已经签发，内容却变了，没有重印。",
        problems=[Problem("", text) for text in changes(entry.content, content)],
        advice=(
            "请改回原样再重印；确需更改的，先作废："
            f"docgen register void '{number}' --reason 理由，再重新生成（另给新文号）。"
        ),
    )
