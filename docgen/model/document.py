"""文件：渲染出来的 DOCX 或 PDF，以及读回来的样子。"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from docgen.model.claim import Token
from docgen.model.draft import Draft
from docgen.model.words import Words

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
CONTENT_NAME = "instrument.json"
_UNSAFE = frozenset('/\\:*?"<>|')
FILE_SEAL_MARK = b"%docgen-file-seal "
EXTENSIONS = {DOCX: ".docx", PDF: ".pdf"}


@dataclass(frozen=True)
class Document:
    """渲染好的一个文件。pages is None where the format has no fixed pages (DOCX)."""

    media_type: str
    data: bytes
    pages: int | None

    @property
    def sha256(self) -> str:
        """文件字节的 SHA-256，小写十六进制。"""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Sealed:
    """有了文号并签封的一份文书。content: canonical content; url: what its QR says."""

    draft: Draft
    words: Words
    content: bytes
    token: Token
    host: str
    url: str


@dataclass(frozen=True)
class Printed:
    """印好的一份文书：sealed 为 None 的是草稿。"""

    draft: Draft
    sealed: Sealed | None
    documents: tuple[Document, ...]

    @property
    def title(self) -> str:
        """文书的名称。"""
        return self.draft.instrument.title

    def file_name(self, media_type: str) -> str:
        """<文号>_<标题>.docx；草稿为 草稿_<案号>_<标题>.docx。"""
        extension = EXTENSIONS[media_type]
        if self.draft.number is None or self.sealed is None:
            own = "" if self.draft.key == self.draft.instrument.id else f"_{self.draft.key}"
            case = "".join("-" if c in _UNSAFE else c for c in self.draft.case_number)[:40]
            return f"草稿_{case}_{self.title}{own}{extension}"
        return f"{self.draft.number.text}_{self.title}{extension}"


@dataclass(frozen=True)
class PageText:
    """PDF 一页读回的样子：版心内的正文、版心外的页眉页脚，和页上的其他东西。

    tokens, slots: of the seals and the slates whose codes stand on it; hosts: of the seals' URLs;
    oddities: what it shows beside text, or hides, that no page of an instrument has.
    """

    body: str
    margin: str
    tokens: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileSeal:
    """PDF 末尾的文件签封。digest: SHA-256 of the file without the line that holds it."""

    digest: bytes
    signature: bytes


@dataclass(frozen=True)
class Presented:
    """交来验证的东西里能读到的一切；读不到的为 None 或空。

    kind: "token", "pdf", "docx" or "picture". tokens: distinct token texts found, in order.
    words: the body of a DOCX; pages: the pages of a PDF; content: the JSON embedded in a PDF;
    file_oddities: what the file has beside its pages that no issued file has; hosts: of the
    URLs that the tokens were read from; slots: of the slates found.
    """

    kind: str
    tokens: tuple[str, ...]
    sha256: str | None = None
    words: Words | None = None
    pages: tuple[PageText, ...] = ()
    content: bytes | None = None
    file_oddities: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    file_seal: FileSeal | None = None

    @property
    def oddities(self) -> tuple[str, ...]:
        """各页和文件里签发时不会有的东西。"""
        on_pages = [f"第 {n} 页{it}" for n, p in enumerate(self.pages, 1) for it in p.oddities]
        return (*on_pages, *self.file_oddities)
