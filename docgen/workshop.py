"""签发间：登记簿、签名密钥与印刷间合在一处，把填好的稿编号、签封、印出并核对。"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.catalogue import Catalogue
from docgen.compare import prove, prove_printed
from docgen.errors import Refused
from docgen.keyring import Keyring
from docgen.model.case import Case
from docgen.model.claim import identity_text
from docgen.model.document import Document, Printed, Sealed
from docgen.model.draft import Draft
from docgen.model.number import Number
from docgen.model.pack import Cover
from docgen.model.register import Entry, State
from docgen.model.report import Report
from docgen.model.sheet import Sheet
from docgen.model.volume import Divider, Volume
from docgen.model.words import Words
from docgen.read.presented import read_printed
from docgen.render.press import Press, SealMark
from docgen.seal.draft import numbered, refuse_changes, seal_draft, settled
from docgen.seal.file import seal_file
from docgen.seal.keys import Signer
from docgen.seal.qr import draw
from docgen.seal.slate import slated
from docgen.seal.token import token_from_bytes
from docgen.sheet import sheets_of
from docgen.store.issue import facts_of, reservation_of
from docgen.store.register import Register


@dataclass(frozen=True)
class Workshop:
    """签发所用的一切。now: the present moment."""

    press: Press
    register: Register
    keyring: Keyring
    host: str
    now: datetime


def settle(
    drafts: Mapping[str, Draft], workshop: Workshop
) -> tuple[Mapping[str, Draft], tuple[str, ...]]:
    """已签发的回执不随送达的情况改变：只有这些不同的不再重印，留着说明。"""
    return settled(drafts, _entries(drafts, workshop), workshop.press.words)


def keep_case(
    case: Case, drafts: Mapping[str, Draft], workshop: Workshop, reason: str | None = None
) -> bool:
    """登记案件最新的事实；没有变化则 False。Raises Refused when an issued document differs.

    reason: why facts kept before are changed or fall away; None refuses that too.
    """
    settled, _ = settle(drafts, workshop)
    refuse_changes(settled, _entries(settled, workshop), workshop.press.words)
    return workshop.register.keep(facts_of(case), workshop.now, reason)


def demand_delivered(
    drafts: Mapping[str, Draft], keys: Collection[str], workshop: Workshop
) -> None:
    """回执不先于它所送达的文书签发。keys: what is to be issued now. Raises Refused."""
    issued = {k for k, e in _entries(drafts, workshop).items() if e.state is State.ISSUED}
    for key in keys:
        early = [k for k in drafts[key].delivers if k not in issued and k not in keys]
        if early and key not in issued:
            raise Refused(
                f"回执 {key} 送达的 {'、'.join(early)} 还没有签发，没有单独签发回执。",
                advice=f"请连同它一起：{' '.join(f'--only {k}' for k in (*early, key))}。",
            )


def seal_case(drafts: Mapping[str, Draft], workshop: Workshop) -> tuple[Sealed, ...]:
    """留号并签封；已签发的须与当时一致。Raises Refused naming all that changed."""
    known = _entries(drafts, workshop)
    demand_signers(drafts, known, workshop.keyring)
    refuse_changes(drafts, known, workshop.press.words)
    reservations = [reservation_of(draft) for draft in drafts.values()]
    entries = dict(zip(drafts, workshop.register.reserve(reservations, workshop.now), strict=True))
    return seal_reserved(drafts, entries, workshop)


def demand_signers(
    drafts: Mapping[str, Draft], known: Mapping[str, Entry], keyring: Keyring
) -> None:
    """各份都有密钥可签；缺了密钥，不能白白用掉一个号。Raises Refused, EnvironmentLacking."""
    for key, draft in drafts.items():
        _signer(draft, known.get(key), keyring)


def seal_reserved(
    drafts: Mapping[str, Draft], entries: Mapping[str, Entry], workshop: Workshop
) -> tuple[Sealed, ...]:
    """给留好号的各份签封。entries: of every draft, by key. Raises Refused for what changed."""
    words = workshop.press.words
    refuse_changes(drafts, entries, words)
    sealed = []
    for key, entry in entries.items():
        signer = _signer(drafts[key], entry, workshop.keyring)
        final, host = numbered(drafts[key], _numbers(entries)), entry.host or workshop.host
        sealed.append(seal_draft(final, words(final), entry, signer, host))
    return tuple(sealed)


def _signer(draft: Draft, entry: Entry | None, keyring: Keyring) -> Signer:
    """已签发的用当时那一把，重印才是同样的字节。"""
    if entry is None or entry.token is None:
        return keyring.signer_for(draft.agency, draft.region, draft.date)
    return keyring.signer_that_sealed(token_from_bytes(entry.token).kid, draft.date)


def _entries(drafts: Mapping[str, Draft], workshop: Workshop) -> Mapping[str, Entry]:
    """登记簿里已有的、没有作废的各份。"""
    found = {k: workshop.register.current(reservation_of(d).slot) for k, d in drafts.items()}
    return {k: e for k, e in found.items() if e is not None and e.state is not State.VOIDED}


def _numbers(entries: Mapping[str, Entry]) -> Mapping[str, Number]:
    return {key: entry.number for key, entry in entries.items()}


def pack_signer(case: Case, workshop: Workshop) -> Signer:
    """给打印文件加文件签封的密钥：今天的那一把。"""
    return workshop.keyring.signer_for(case.agency.name, case.agency.region, workshop.now.date())


def print_case(sealed: Sequence[Sealed], workshop: Workshop) -> tuple[Printed, ...]:
    """逐份印成 PDF 与 DOCX，读回来逐字核对，再加文件签封。Raises Defect."""
    return tuple(
        sign_files(print_bare(item, workshop.press), signer_of(item, workshop)) for item in sealed
    )


def signer_of(sealed: Sealed, workshop: Workshop) -> Signer:
    """签封它的那一把，文件签封也用它。"""
    return workshop.keyring.signer_that_sealed(sealed.token.kid, sealed.draft.date)


def print_bare(sealed: Sealed, press: Press) -> Printed:
    """印成 PDF 与 DOCX，读回来逐字核对（invariants 1 and 3）；还没有文件签封。Raises Defect."""
    claim, host = sealed.token.claim, sealed.host
    mark = SealMark.of(identity_text(claim.identity), host, draw(host, sealed.token.text))
    printed = Printed(sealed.draft, sealed, press.print(sealed.draft, mark, sealed.content))
    return _proved(printed, sealed.words, (sealed.token.text,), mark.text.identity, host)


def sign_files(printed: Printed, signer: Signer) -> Printed:
    """核对过的文件加上文件签封：多一行注释，读到的字一个不变。"""
    assert printed.sealed is not None
    identity = printed.sealed.token.claim.identity
    signed = tuple(seal_file(d, identity, signer.sign) for d in printed.documents)
    return replace(printed, documents=signed)


def print_sheets(
    case: Case,
    drafts: Mapping[str, Draft],
    sealed: Sequence[Sealed],
    keys: Collection[str],
    catalogue: Catalogue,
    workshop: Workshop,
) -> tuple[tuple[Sheet, Document], ...]:
    """印出 keys 各份文书的音像记录单，场记板的编号入登记簿；印一次与印几次都一样。"""
    own = {item.draft.key: (item.token.claim.identity, item.host) for item in sealed}
    told = {**drafts, **{item.draft.key: item.draft for item in sealed}}
    sheets = [s for s in sheets_of(case, told, catalogue.checklist) if s.key in keys]
    wanted = [place for sheet in sheets for place in sheet.places(own[sheet.key][0])]
    slots = workshop.register.slates(wanted, workshop.now)
    ready = (slated(sheet, *own[sheet.key], slots) for sheet in sheets)
    return tuple((sheet, _proved_sheet(sheet, workshop.press)) for sheet in ready)


def print_cover(cover: Cover, press: Press) -> Document:
    """印出封面，并读回来核对。Raises Defect."""
    document = press.print_cover(cover)
    pages = read_printed(document, cover.case_number).pages
    prove_printed(press.cover_words(cover), pages, "封面")
    return document


def print_leaf(leaf: Volume | Divider, press: Press) -> Document:
    """印出打印册的目录或者分隔页，并读回来核对。Raises Defect."""
    document = press.print_leaf(leaf)
    pages = read_printed(document, leaf.case_number).pages
    prove_printed(press.leaf_words(leaf), pages, leaf.case_number)
    return document


def print_report(report: Report, press: Press) -> Document:
    """印出核查报告，并读回来核对。Raises Defect."""
    document = press.print_report(report)
    pages = read_printed(document, report.case_number).pages
    prove_printed(press.report_words(report), pages, "核查报告")
    return document


def _proved_sheet(sheet: Sheet, press: Press) -> Document:
    document = press.print_sheet(sheet)
    pages = read_printed(document, sheet.title).pages
    prove_printed(press.sheet_words(sheet), pages, f"《{sheet.title}》的音像记录单")
    return document


def print_drafts(drafts: Mapping[str, Draft], press: Press) -> tuple[Printed, ...]:
    """印草稿：没有文号，没有二维码，不入登记簿。Raises Defect."""
    printed = (Printed(draft, None, press.print(draft, None, None)) for draft in drafts.values())
    return tuple(_proved(item, press.words(item.draft), (), None, "") for item in printed)


def _proved(
    printed: Printed, words: Words, tokens: tuple[str, ...], identity: str | None, host: str
) -> Printed:
    content = None if printed.sealed is None else printed.sealed.content
    for document in printed.documents:
        prove(words, read_printed(document, printed.title), tokens, identity, host, content)
    return printed
