"""签封：签的是什么（claim），签出来是什么（token）。"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date

from docgen.model.key import Algorithm, PublicKey

IDENTITY_BYTES = 10


@dataclass(frozen=True)
class Claim:
    """签封的内容（contract 5.3）。

    identity: 10 bytes; type_code: Instrument.code; content_digest: SHA-256 (32 bytes) of the
    RFC 8785 canonical content.
    """

    identity: bytes
    type_code: int
    year: int
    sequence: int
    issue_date: date
    content_digest: bytes


@dataclass(frozen=True)
class Token:
    """已签的 claim：COSE_Sign1 的字节。kid: 8 bytes."""

    claim: Claim
    algorithm: Algorithm
    kid: bytes
    signature: bytes
    raw: bytes

    @property
    def text(self) -> str:
        """RFC 4648 base32, upper case, no padding."""
        return base64.b32encode(self.raw).decode("ascii").rstrip("=")


def identity_text(identity: bytes) -> str:
    """供人阅读的文书标识：base32，四个一组。"""
    text = base64.b32encode(identity).decode("ascii").rstrip("=")
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


@dataclass(frozen=True)
class SealReading:
    """读到的一个签封：读不懂时 token 为 None；holds 为签名是否由清单里的密钥成立。

    fault says what is wrong, in words for the user; key is the list's entry of the kid.
    """

    text: str
    token: Token | None
    key: PublicKey | None
    holds: bool
    fault: str = ""
