"""文件签封：对整个 PDF 文件的签名，写在文件末尾的一行注释里。

The seal in the QR covers the words; a page can show others (glyphs swapped, lines drawn over).
So the same key signs the file's bytes too. The comment stands before the last startxref, where
ISO 32000-2 (7.2.4) allows one and no offset moves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

from docgen.errors import Defect
from docgen.model.document import FILE_SEAL_MARK as MARK
from docgen.model.document import PDF, Document, FileSeal
from docgen.model.key import PublicKey
from docgen.model.pack import Pack
from docgen.seal.algorithms import signature_holds

_PACK = b"docgen-pack-seal-1\0"
_END = re.compile(rb"startxref\n[0-9]+\n%%EOF\n\Z")


def seal_file(
    document: Document, identity: bytes, signature_of: Callable[[bytes], bytes]
) -> Document:
    """给 PDF 加上文件签封；DOCX 没有这样的位置，原样返回。"""
    if document.media_type != PDF:
        return document
    signature = signature_of(_message(identity, hashlib.sha256(document.data).digest()))
    return replace(document, data=_signed(document.data, signature))


def seal_pack(made: Pack, signature_of: Callable[[bytes], bytes]) -> Pack:
    """给打印文件加上文件签封：它所含的、次序与份数都是做成时的。"""
    signature = signature_of(_PACK + hashlib.sha256(made.data).digest())
    return replace(made, data=_signed(made.data, signature))


def file_seal_holds(seal: FileSeal | None, identity: bytes, key: PublicKey) -> bool:
    """文件签封是否成立；没有则不成立。"""
    return seal is not None and signature_holds(
        key, _message(identity, seal.digest), seal.signature
    )


def pack_seal_holds(seal: FileSeal | None, key: PublicKey) -> bool:
    """打印文件的文件签封是否成立；没有则不成立。"""
    return seal is not None and signature_holds(key, _PACK + seal.digest, seal.signature)


def _signed(data: bytes, signature: bytes) -> bytes:
    end = _END.search(data)
    if end is None:
        raise Defect("PDF 的结尾不是预期的样子，不能加文件签封。")
    return data[: end.start()] + MARK + signature.hex().encode("ascii") + b"\n" + end[0]


def _message(identity: bytes, digest: bytes) -> bytes:
    return b"docgen-file-seal-1\0" + identity + digest
