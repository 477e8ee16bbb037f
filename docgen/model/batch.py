"""批量：一条记录备好的样子、被拒的缘由与最后的结果。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from docgen.errors import Problem
from docgen.model.draft import Draft
from docgen.model.register import CaseFacts


class By(StrEnum):
    """文件按什么分文件夹。"""

    DATE = "date"
    DISTRICT = "district"


@dataclass(frozen=True)
class Shard:
    """几台机器分着做时，做第几份（从 1 起）、共几份。"""

    own: int
    of: int

    @property
    def suffix(self) -> str:
        """清单与报告的文件名里区别各份；只有一份则空。"""
        return "" if self.of == 1 else f"-{self.own}-of-{self.of}"


@dataclass(frozen=True)
class Limits:
    """工作进程的限度。seconds: for one chunk; megabytes: of its own memory."""

    seconds: float
    megabytes: int


class Status(StrEnum):
    """一条记录做得怎样。"""

    ISSUED = "issued"
    KEPT = "kept"
    READY = "ready"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """中文说法，报告的“状态”一栏。"""
        return _LABELS[self.value]

    @property
    def good(self) -> bool:
        """这条记录用不着再管。"""
        return self in (Status.ISSUED, Status.KEPT, Status.READY)


_LABELS = {
    "issued": "已签发",
    "kept": "以前已签发",
    "ready": "可以签发",
    "refused": "被拒",
    "failed": "没有做成",
}


@dataclass(frozen=True)
class Ready:
    """备好的一条记录：填好、核对过字形、通过核查的各份稿。

    facts: what the register is to keep of the case; whole: they are all of the case, as a case
    file has them, not what one row says of it.
    """

    facts: CaseFacts
    whole: bool
    drafts: Mapping[str, Draft]
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejection:
    """一条记录为何没有签发。status: REFUSED for the record's own faults, FAILED for others."""

    status: Status
    message: str
    problems: tuple[Problem, ...] = ()
    advice: str = ""

    @property
    def text(self) -> str:
        """一格里写得下的说法：什么、哪里、怎样改。"""
        told = [self.message, *(str(problem) for problem in self.problems), self.advice]
        return "\n".join(part for part in told if part)


@dataclass(frozen=True)
class BatchFile:
    """写出的一个文件。path: in the output, with slashes."""

    path: str
    media_type: str
    sha256: str
    pages: int | None


@dataclass(frozen=True)
class BatchDocument:
    """签发的一份文书与它的文件。

    party, officer, district: what the papers may be sorted by; copies: whom each is for.
    """

    agency: str
    region: str
    date: date
    party: str
    officer: str
    district: str | None
    copies: tuple[str, ...]
    case_number: str
    instrument: str
    title: str
    key: str
    number: str
    identity: str
    verification_url: str
    files: tuple[BatchFile, ...]


@dataclass(frozen=True)
class Outcome:
    """一条记录的结果。index: 0-based place in the input; where: as its user knows it."""

    index: int
    where: str
    status: Status
    documents: tuple[BatchDocument, ...] = ()
    rejection: Rejection | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """做到哪里了。seconds: since the start; documents: of all the records done."""

    seconds: float = 0.0
    counts: Mapping[Status, int] = field(default_factory=lambda: MappingProxyType({}))
    documents: int = 0
    finished: bool = False

    @property
    def done(self) -> int:
        """做过的记录数。"""
        return sum(self.counts.values())

    def of(self, status: Status) -> int:
        """某种结果的记录数。"""
        return self.counts.get(status, 0)

    def after(self, outcome: Outcome, seconds: float) -> Tally:
        """又做了一条。"""
        counts = {**self.counts, outcome.status: self.of(outcome.status) + 1}
        documents = self.documents + len(outcome.documents)
        return Tally(seconds, MappingProxyType(counts), documents)
