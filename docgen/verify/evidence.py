"""验证所凭的，与验证的结果。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from docgen.model.claim import SealReading
from docgen.model.content import ContentReading
from docgen.model.document import Presented
from docgen.model.instrument import Instrument
from docgen.model.key import Publication
from docgen.model.register import Edge, Entry
from docgen.model.verdict import Verdict


@dataclass(frozen=True)
class Recorded:
    """登记在册的一次记录：清单哪一行、何时起止、各文件的 SHA-256、各条归属。

    reads, hands_over: whether it shows the document read out, and handed over.
    """

    row: int
    item: str
    started_at: datetime | None
    ended_at: datetime | None
    digests: tuple[str, ...]
    links: tuple[int, ...]
    reads: bool
    hands_over: bool


@dataclass(frozen=True)
class Delivered:
    """登记在册的一次送达：何时，第几次。"""

    at: datetime
    number: int


@dataclass(frozen=True)
class RegisterAnswer:
    """登记簿的回答：有没有这份文书，登记的规范内容，在册的记录与送达。"""

    entry: Entry | None
    content: ContentReading | None
    recorded: tuple[Recorded, ...] = ()
    delivered: tuple[Delivered, ...] = ()


@dataclass(frozen=True)
class SlateAnswer:
    """登记簿对一块场记板的回答：哪份文书、清单第几行、哪一头。named: title and number."""

    slot: str
    named: str
    row: int
    item: str
    edge: Edge


@dataclass(frozen=True)
class Evidence:
    """验证所凭的一切。

    kind: the instrument that the claim's type code names, None when it is not known here.
    file_sealed: whether a PDF's own file seal holds. answer: None when offline; slates: those
    that the register knows; publication: of the key list, None when the register itself answers.
    """

    presented: Presented
    seals: tuple[SealReading, ...]
    kind: Instrument | None
    embedded: ContentReading | None
    file_sealed: bool
    answer: RegisterAnswer | None
    slates: tuple[SlateAnswer, ...] = ()
    publication: Publication | None = None

    @property
    def content(self) -> ContentReading | None:
        """可比的规范内容：内嵌的，或者登记簿的。"""
        return self.embedded or (self.answer.content if self.answer else None)


@dataclass(frozen=True)
class Share:
    """合在一起的文件里的一份文书。

    copies: for each copy, on which pages of the file it stands, counted from 1; seal, content
    as in Verification.
    """

    named: str
    copies: tuple[tuple[int, ...], ...]
    verdict: Verdict
    seal: SealReading | None
    content: ContentReading | None


@dataclass(frozen=True)
class Verification:
    """验证的结果。

    kind: as Presented.kind, or "bundle" for several documents in one file, "slate" for what
    holds slates and no seal, "scan" for a picture whose words were read and compared. seal: the
    one that holds; content: what was signed, where it is at hand; shares: the documents of a
    bundle.
    """

    verdict: Verdict
    kind: str
    seal: SealReading | None
    content: ContentReading | None
    registered: bool
    shares: tuple[Share, ...] = ()
