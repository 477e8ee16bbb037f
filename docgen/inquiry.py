"""查问：交来的东西、公开密钥与登记簿 → 验证所凭的。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from docgen.catalogue import Catalogue
from docgen.filed import filed_of
from docgen.link.takes import Take
from docgen.model.checklist import READ_ALOUD
from docgen.model.claim import identity_text
from docgen.model.content import ContentReading
from docgen.model.document import Presented
from docgen.model.key import KeyList
from docgen.model.register import Entry
from docgen.seal.content import reading_of
from docgen.seal.file import file_seal_holds, pack_seal_holds
from docgen.seal.slate import read_slot
from docgen.seal.token import read_seal
from docgen.store.register import Register
from docgen.verify.bundle import BundleEvidence
from docgen.verify.evidence import Delivered, Evidence, Recorded, RegisterAnswer, SlateAnswer
from docgen.verify.split import Parts, split


@dataclass(frozen=True)
class Authorities:
    """凭什么验证：公开密钥、文书目录，和登记簿（离线则 None）。"""

    keys: KeyList
    catalogue: Catalogue
    register: Register | None


def parts_of_file(presented: Presented, keys: KeyList) -> Parts:
    """交来的 PDF 的各页是什么；别的东西没有页。"""
    return split(presented, _identities(presented, keys))


def evidence_of(presented: Presented, asked: Authorities) -> Evidence:
    """一份文书的证据；签封不止一个或者不成立的，不问登记簿。"""
    seals = tuple(read_seal(text, asked.keys) for text in presented.tokens)
    seal = seals[0] if len(seals) == 1 and seals[0].holds else None
    kind, entry, file_sealed = None, None, False
    if seal and seal.token and seal.key:
        claim = seal.token.claim
        kind = asked.catalogue.instrument_by_code(claim.type_code)
        entry = asked.register.find(claim.identity) if asked.register else None
        file_sealed = file_seal_holds(presented.file_seal, claim.identity, seal.key)
    embedded, stored = reading_of(presented.content), reading_of(entry.content if entry else None)
    answer = _answer(entry, stored, asked) if asked.register else None
    slates = tuple(_slates(presented, asked))
    return Evidence(
        presented, seals, kind, embedded, file_sealed, answer, slates, asked.keys.publication
    )


def _answer(
    entry: Entry | None, stored: ContentReading | None, asked: Authorities
) -> RegisterAnswer:
    """登记簿的回答，连同这一份在册的记录与送达。"""
    if entry is None or asked.register is None:
        return RegisterAnswer(entry, stored)
    filed = filed_of(entry.slot.agency, entry.slot.case_number, asked.register)
    mine = [take for take in filed.takes if take.key == entry.slot.key]
    delivered = tuple(
        Delivered(handover.delivery.at, handover.id)
        for key, handover in filed.handovers
        if key == entry.slot.key and handover.delivery.at is not None
    )
    recorded = tuple(_recorded(take, asked) for take in mine)
    return RegisterAnswer(entry, stored, recorded, delivered)


def _recorded(take: Take, asked: Authorities) -> Recorded:
    row = asked.catalogue.checklist.row(take.row)
    steps = [s for s in row.steps if not take.steps or s.id in take.steps] if row else []
    return Recorded(
        row=take.row,
        item=row.item if row else "",
        started_at=take.started_at,
        ended_at=take.ended_at,
        digests=tuple(dict.fromkeys(part.footage.sha256 for part in take.parts)),
        links=tuple(part.link.id for part in take.parts),
        reads=any(step.id == READ_ALOUD for step in steps),
        hands_over=any(step.hands_over for step in steps),
    )


def bundle_evidence_of(presented: Presented, parts: Parts, asked: Authorities) -> BundleEvidence:
    """合在一起的文件的证据。"""
    each = tuple(
        _own_content(evidence_of(replace(presented, tokens=(token,)), asked))
        for token in parts.copies
    )
    agencies = {seal.key.agency for e in each for seal in e.seals if seal.key and seal.holds}
    signers = (k for k in asked.keys.keys if k.agency in agencies and k.revoked_from is None)
    sealed = any(pack_seal_holds(presented.file_seal, key) for key in signers)
    return BundleEvidence(evidence_of(presented, asked), parts, each, sealed)


def _own_content(evidence: Evidence) -> Evidence:
    """内嵌的规范内容若是别的一份的，不用它。"""
    token, embedded = evidence.seals[0].token, evidence.embedded
    own = token and embedded and embedded.digest == token.claim.content_digest
    return evidence if own else replace(evidence, embedded=None)


def _identities(presented: Presented, keys: KeyList) -> Mapping[str, str]:
    read = {text: read_seal(text, keys).token for text in presented.tokens}
    return {
        text: identity_text(token.claim.identity)
        for text, token in read.items()
        if token is not None
    }


def _slates(presented: Presented, asked: Authorities) -> Iterator[SlateAnswer]:
    for text in presented.slots:
        slot = read_slot(text)
        found = asked.register.slate(slot) if asked.register and slot else None
        if found is not None:
            entry, place = found
            row = asked.catalogue.checklist.row(place.row)
            name = _named(entry, asked.catalogue)
            yield SlateAnswer(text, name, place.row, row.item if row else "", place.edge)


def _named(entry: Entry, catalogue: Catalogue) -> str:
    kind = catalogue.instruments.get(entry.type)
    return f"《{kind.title if kind else entry.type}》{entry.number.text}"
