"""签封一份稿：写上文号，算出规范内容，签出 token。"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from docgen.errors import Defect, Problem, Refused
from docgen.model.case import Scalar, Value
from docgen.model.claim import Claim
from docgen.model.document import Sealed
from docgen.model.draft import Draft
from docgen.model.instrument import Field
from docgen.model.number import Number, PendingNumber
from docgen.model.register import Entry, State
from docgen.model.words import Words
from docgen.seal.content import canonical_content, changes, content_digest, read_fields
from docgen.seal.keys import Signer
from docgen.seal.qr import verification_url
from docgen.seal.token import sign

WordsOf = Callable[[Draft], Words]
_NOT_YET = "（另一份文书的新文号，重新生成时编出）"


def seal_draft(draft: Draft, words: Words, entry: Entry, signer: Signer, host: str) -> Sealed:
    """签封写好文号的稿。entry: its reserved or issued entry in the register."""
    if any(isinstance(value, PendingNumber) for value in _scalars(draft)):
        raise Defect("引用的文号还没有编出，不能签封。")
    content = canonical_content(draft, words)
    claim = Claim(
        identity=entry.identity,
        type_code=draft.instrument.code,
        year=entry.number.year,
        sequence=entry.number.sequence,
        issue_date=draft.date,
        content_digest=content_digest(content),
    )
    token = sign(claim, signer.public.kid, signer.sign, signer.public.algorithm)
    return Sealed(draft, words, content, token, host, verification_url(host, token.text))


def numbered(draft: Draft, numbers: Mapping[str, Number]) -> Draft:
    """同一份稿，写上自己的文号和所引用的同案各文书的文号。numbers: by instrument key."""
    texts = {key: number.text for key, number in numbers.items()}
    return replace(_written(draft, texts), number=numbers[draft.key])


def needed(drafts: Mapping[str, Draft], keys: Collection[str]) -> Mapping[str, Draft]:
    """keys 各份，和它们引用、送达的各份，次序不变。"""
    found: set[str] = set()
    waiting = [*keys]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += [*_cited(drafts[key], drafts), *drafts[key].delivers]
    return {key: draft for key, draft in drafts.items() if key in found}


def _cited(draft: Draft, drafts: Mapping[str, Draft]) -> list[str]:
    """所引用的同案各份：文号还没有编出的，和写着它的文号的。"""
    values = [*_scalars(draft)]
    given = [k for k, d in drafts.items() if d.number is not None and d.number.text in values]
    return [*(v.key for v in values if isinstance(v, PendingNumber)), *given]


def _written(draft: Draft, texts: Mapping[str, str]) -> Draft:
    fields = {name: _with_numbers(value, texts) for name, value in draft.fields.items()}
    return replace(draft, fields=MappingProxyType(fields))


def _with_numbers(value: Value, texts: Mapping[str, str]) -> Value:
    if not isinstance(value, tuple):
        return _with_number(value, texts)
    rows = [row for row in value if isinstance(row, Mapping)]
    if len(rows) != len(value):
        return value
    return tuple(
        MappingProxyType({name: _with_number(cell, texts) for name, cell in row.items()})
        for row in rows
    )


def _with_number(value: Scalar, texts: Mapping[str, str]) -> Scalar:
    if isinstance(value, PendingNumber) and value.key in texts:
        return texts[value.key]
    return value


def _scalars(draft: Draft) -> Iterator[object]:
    for value in draft.fields.values():
        rows = value if isinstance(value, tuple) else (value,)
        for row in rows:
            yield from row.values() if isinstance(row, Mapping) else (row,)


def as_delivered(draft: Draft, entry: Entry) -> Draft:
    """同一份稿，送达的情况写成签发时的那样；没有签发过的即原稿。"""
    if entry.content is None:
        return draft
    facts, by_hand = read_fields(entry.content)
    fields = {
        field.name: _as_issued(field, draft.fields[field.name], facts.get(field.name))
        for field in draft.instrument.fields
    }
    return replace(draft, fields=MappingProxyType(fields), by_hand=by_hand)


def _as_issued(field: Field, now: Value, issued: Any) -> Value:
    if field.of_delivery:
        return _typed(field, issued)
    columns = [column for column in field.of if column.of_delivery]
    if not columns or not isinstance(now, tuple) or len(issued or ()) != len(now):
        return now
    return tuple(
        MappingProxyType({**row, **{c.name: _typed(c, was.get(c.name)) for c in columns}})
        for row, was in zip(now, issued, strict=True)
        if isinstance(row, Mapping)
    )


def _typed(field: Field, written: str | None) -> Scalar:
    kinds = {"date": date.fromisoformat, "datetime": datetime.fromisoformat}
    read = kinds.get(field.type)
    return written if read is None or written is None else read(written)


def changed(
    draft: Draft, entry: Entry | None, numbers: Mapping[str, Number], words_of: WordsOf
) -> tuple[str, ...]:
    """已签发的文书，现在的内容与签发时的不同之处；没有签发过或者没有变即为空。

    numbers: of the case's documents that have one already, by key.
    """
    if entry is None or entry.state is not State.ISSUED or entry.content is None:
        return ()
    again = numbered(draft, {**numbers, draft.key: draft.number or entry.number})
    content = canonical_content(again, words_of(again))
    if content == entry.content:
        return ()
    unknown = {v.key: _NOT_YET for v in _scalars(again) if isinstance(v, PendingNumber)}
    told = canonical_content(_written(again, unknown), words_of(again))
    return changes(entry.content, told, {f.name: f.label for f in draft.instrument.fields})


def settled(
    drafts: Mapping[str, Draft], entries: Mapping[str, Entry], words_of: WordsOf
) -> tuple[Mapping[str, Draft], tuple[str, ...]]:
    """要印的各份：已签发的回执只有送达的情况不同的，不再重印，留着说明。"""
    numbers = {key: entry.number for key, entry in entries.items()}
    kept, notices = {}, []
    for key, draft in drafts.items():
        entry = entries.get(key)
        if entry is not None and draft.brought and _only_delivery(draft, entry, numbers, words_of):
            notices.append(
                f"《{draft.instrument.title}》{entry.number.text} 已经签发，送达的情况后来变了，"
                "没有重印。受送达人已经签收的，照原样保存，不要作废；还没有签收、要换新的，先 "
                f"docgen register void '{entry.number.text}' --reason 理由。"
            )
        else:
            kept[key] = draft
    return kept, tuple(notices)


def _only_delivery(
    draft: Draft, entry: Entry, numbers: Mapping[str, Number], words_of: WordsOf
) -> bool:
    """与签发时有不同，而且只是送达的情况不同。"""
    before = as_delivered(draft, entry)
    return bool(changed(draft, entry, numbers, words_of)) and not changed(
        before, entry, numbers, words_of
    )


def refuse_changes(
    drafts: Mapping[str, Draft], entries: Mapping[str, Entry], words_of: WordsOf
) -> None:
    """已签发的文书内容有变即拒绝（contract 5.2）。Raises Refused naming all that changed."""
    numbers = {key: entry.number for key, entry in entries.items()}
    found = {
        key: texts
        for key, draft in drafts.items()
        if (texts := changed(draft, entries.get(key), numbers, words_of))
    }
    if not found:
        return
    names = {k: f"《{drafts[k].instrument.title}》{numbers[k].text}" for k in found}
    follow = {k for k in found if drafts[k].delivers and found.keys() >= {*drafts[k].delivers}}
    voids = "；".join(
        f"docgen register void '{numbers[k].text}' --reason 理由" for k in found if k not in follow
    )
    raise Refused(
        f"{'、'.join(names.values())} 已经签发，内容却变了。",
        problems=[
            Problem(names[key] if len(found) > 1 else "", text)
            for key, texts in found.items()
            for text in texts
        ],
        advice=(
            f"请改回原样再执行；确需更改的，先作废：{voids}，再重新生成（另给新文号）。"
            + "送达回执随它所送达的文书一并作废。" * bool(follow)
        ),
    )
