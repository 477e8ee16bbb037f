"""签发：印好的一块加上文件签封，写出，一个事务登记；没有印成的作废它的号并说明。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from docgen.batch.facts import joined
from docgen.batch.number import Numbered
from docgen.batch.places import file_place
from docgen.batch.worker import rejected
from docgen.errors import Refused
from docgen.model.batch import BatchDocument, BatchFile, By, Outcome, Rejection, Status
from docgen.model.claim import identity_text
from docgen.model.document import EXTENSIONS, Document, Printed, Sealed
from docgen.model.register import CaseFacts, State
from docgen.model.table import Raw
from docgen.seal.keys import Signer
from docgen.store.cases import place_of
from docgen.store.issue import issue_of
from docgen.store.output import Output
from docgen.workshop import Workshop, sign_files, signer_of

PrintedCase = tuple[tuple[Document, ...], ...]


@dataclass(frozen=True)
class _Made:
    """印好、加好文件签封的一条记录。files: bytes by place in the output."""

    raw: Raw
    numbered: Numbered
    printed: tuple[Printed, ...]
    files: Mapping[str, bytes]


class _TurnedDown(Exception):
    """登记簿不收其中几条。answers: for each case why, None where it is well."""

    def __init__(self, answers: Sequence[Refused | None]) -> None:
        super().__init__()
        self.answers = answers


@dataclass(frozen=True)
class Issuing:
    """签发的去处。"""

    workshop: Workshop
    output: Output
    by: By

    def in_place(self, raw: Raw, numbered: Numbered) -> bool:
        """都签发过，文件也都原样在那里：不必再印。"""
        return numbered.issued and all(
            {file.media_type for file in document.files} == set(EXTENSIONS)
            and all(self.output.sha256(file.path) == file.sha256 for file in document.files)
            for document in self._registered(raw, numbered)
        )

    def kept(self, raw: Raw, numbered: Numbered) -> Outcome:
        """不必再印的一条的结果。"""
        documents = tuple(self._registered(raw, numbered))
        return _outcome(raw, numbered, Status.KEPT, documents)

    def issue(
        self, items: Sequence[tuple[Raw, Numbered, PrintedCase | Rejection]], at: datetime
    ) -> list[Outcome]:
        """写出并登记一块，给出各条的结果。Raises EnvironmentLacking."""
        signers: dict[tuple[bytes, object], Signer] = {}
        made: list[_Made | Outcome] = []
        for raw, numbered, documents in items:
            if isinstance(documents, Rejection):
                made.append(self._fall(raw, numbered, documents, at))
            else:
                made.append(self._sign(raw, numbered, documents, signers))
        refused = self._register([item for item in made if isinstance(item, _Made)], at)
        return [
            item if isinstance(item, Outcome) else self._done(item, refused.get(item.raw.index))
            for item in made
        ]

    def _sign(
        self,
        raw: Raw,
        numbered: Numbered,
        documents: PrintedCase,
        signers: dict[tuple[bytes, object], Signer],
    ) -> _Made | Outcome:
        printed = []
        for sealed, bare in zip(numbered.sealed, documents, strict=True):
            which = (sealed.token.kid, sealed.draft.date)
            if which not in signers:
                signers[which] = signer_of(sealed, self.workshop)
            printed.append(sign_files(Printed(sealed.draft, sealed, bare), signers[which]))
        files = {
            file_place(item, document.media_type, raw.district, self.by): document
            for item in printed
            for document in item.documents
        }
        taken = [
            place
            for place, document in files.items()
            if self.output.sha256(place) not in (None, document.sha256)
        ]
        if taken:
            return _outcome(raw, numbered, Status.FAILED, rejection=_taken(taken))
        data = {place: document.data for place, document in files.items()}
        return _Made(raw, numbered, tuple(printed), data)

    def _register(self, items: Sequence[_Made], at: datetime) -> Mapping[int, Refused]:
        """写出并登记；登记簿不收的各条的缘由，按它在输入里的次序号。"""
        if not items:
            return {}
        issues = [
            ([issue_of(printed, ()) for printed in item.printed], facts)
            for item, facts in zip(items, self._facts(items), strict=True)
        ]
        files = {place: data for item in items for place, data in item.files.items()}
        try:
            with (
                self.output.staged(files) as put,
                self.workshop.register.issuing_cases(issues, at) as answers,
            ):
                if any(answers):
                    raise _TurnedDown(answers)
                put()
        except _TurnedDown as turned:  # nothing was written: once more without those
            found = turned.answers
            left = [item for item, no in zip(items, found, strict=True) if no is None]
            no = {i.raw.index: n for i, n in zip(items, found, strict=True) if n is not None}
            return {**no, **self._register(left, at)}
        return {}

    def _facts(self, items: Sequence[_Made]) -> list[CaseFacts]:
        """各案件要记的事实；表格的一行只说了一部分，与登记簿里的合起来。"""
        parts = [item.numbered.ready.facts for item in items]
        latest = dict(self.workshop.register.kept_facts([place_of(part) for part in parts]))
        found = []
        for item, part in zip(items, parts, strict=True):
            case, whole = place_of(part), item.numbered.ready.whole
            latest[case] = part.data if whole else joined(latest.get(case), part.data)
            found.append(replace(part, data=latest[case]))
        return found

    def _fall(self, raw: Raw, numbered: Numbered, why: Rejection, at: datetime) -> Outcome:
        """没有印成：留了而没有签发的号作废，理由留着。"""
        told = why
        for entry in numbered.entries.values():
            if entry.state is State.RESERVED:
                self.workshop.register.void(entry.identity, f"批量没有印成：{why.message}", at)
                said = f"{why.message}{entry.number.text} 已作废。"
                told = replace(told, message=said)
        return _outcome(raw, numbered, Status.FAILED, rejection=told)

    def _done(self, item: _Made, refused: Refused | None) -> Outcome:
        if refused is not None:
            told = rejected(refused)
            return _outcome(item.raw, item.numbered, told.status, rejection=told)
        documents = tuple(
            _document(
                item.raw,
                item.numbered,
                printed.sealed,
                [
                    BatchFile(
                        file_place(printed, d.media_type, item.raw.district, self.by),
                        d.media_type,
                        d.sha256,
                        d.pages,
                    )
                    for d in printed.documents
                ],
            )
            for printed in item.printed
            if printed.sealed is not None
        )
        status = Status.KEPT if item.numbered.issued else Status.ISSUED
        return _outcome(item.raw, item.numbered, status, documents)

    def _registered(self, raw: Raw, numbered: Numbered) -> list[BatchDocument]:
        """登记簿里的各份与它们的文件应在的位置。"""
        found = []
        for sealed in numbered.sealed:
            printed = Printed(sealed.draft, sealed, ())
            files = [
                BatchFile(
                    file_place(printed, file.media_type, raw.district, self.by),
                    file.media_type,
                    file.sha256,
                    file.pages,
                )
                for file in numbered.entries[sealed.draft.key].files
            ]
            found.append(_document(raw, numbered, sealed, files))
        return found


def _document(
    raw: Raw, numbered: Numbered, sealed: Sealed, files: Sequence[BatchFile]
) -> BatchDocument:
    draft, facts = sealed.draft, json.loads(numbered.ready.facts.data)
    assert draft.number is not None
    return BatchDocument(
        agency=draft.agency,
        region=draft.region,
        date=draft.date,
        party=facts["party"]["name"],
        officer=facts["officers"][0]["name"],
        district=raw.district,
        copies=draft.instrument.copies,
        case_number=draft.case_number,
        instrument=draft.instrument.id,
        title=draft.instrument.title,
        key=draft.key,
        number=draft.number.text,
        identity=identity_text(sealed.token.claim.identity),
        verification_url=sealed.url,
        files=tuple(sorted(files, key=lambda file: file.path)),
    )


def _taken(places: Sequence[str]) -> Rejection:
    return Rejection(
        Status.FAILED,
        f"{'、'.join(places)} 已经有了，而且不是本程序写的样子，没有覆盖；文号还留着。",
        advice="请移走或改名（例如签过字的扫描件），或者换一个文件夹，再执行一次。",
    )


def _outcome(
    raw: Raw,
    numbered: Numbered,
    status: Status,
    documents: tuple[BatchDocument, ...] = (),
    rejection: Rejection | None = None,
) -> Outcome:
    notices = numbered.ready.notices
    return Outcome(raw.index, raw.where, status, documents, rejection, notices)
