"""密钥：公开的一半，有效的日子，吊销，与公布出去的清单。"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Algorithm(StrEnum):
    """签名算法。EdDSA: Ed25519 (RFC 8032); SM2: SM2 with SM3 (GB/T 32918.2)."""

    EDDSA = "EdDSA"
    SM2 = "SM2"

    @property
    def label(self) -> str:
        """算法的名称，给人看。"""
        return {"EdDSA": "Ed25519", "SM2": "SM2（国密）"}[self.value]


@dataclass(frozen=True)
class PublicKey:
    """一把密钥公开的一半。

    public: 32 raw bytes (Ed25519), or 65 bytes 04‖x‖y (SM2). valid_from, valid_until: first and
    last document date that it may seal, None for open. revoked_from: documents of this date and
    later are not to be trusted.
    """

    kid: bytes
    agency: str
    region: str
    algorithm: Algorithm
    public: bytes
    valid_from: date | None = None
    valid_until: date | None = None
    revoked_from: date | None = None
    revoked_reason: str = ""

    def covers(self, day: date) -> bool:
        """能不能签这一天的文书。"""
        return self.fault_on(day) == ""

    def fault_on(self, day: date) -> str:
        """这一天的文书为什么不该由它签；没有不该则为空。"""
        if self.revoked_from is not None and day >= self.revoked_from:
            return f"密钥 {self.kid.hex()} 已吊销：{self.revoked_from} 起的文书不可信" + (
                f"（{self.revoked_reason}）" if self.revoked_reason else ""
            )
        if self.valid_from is not None and day < self.valid_from:
            return f"密钥 {self.kid.hex()} 自 {self.valid_from} 起才用，文书日期却是 {day}"
        if self.valid_until is not None and day > self.valid_until:
            return f"密钥 {self.kid.hex()} 只用到 {self.valid_until}，文书日期却是 {day}"
        return ""


@dataclass(frozen=True)
class Publication:
    """清单是怎样公布的。

    serial: how many events the register had; root: the root's public key (Ed25519, 32 bytes);
    revoked: SHA-256 of the identities of voided documents; root_known: whether the root is the
    one whose fingerprint the reader knows from elsewhere.
    """

    serial: int
    made_at: datetime
    root: bytes
    revoked: frozenset[bytes]
    root_known: bool = False


@dataclass(frozen=True)
class KeyList:
    """公开密钥清单。publication is None for the register's own, which is asked directly."""

    keys: tuple[PublicKey, ...]
    publication: Publication | None = None

    def find(self, kid: bytes) -> PublicKey | None:
        """按 kid 找公钥，没有则 None。"""
        return next((k for k in self.keys if k.kid == kid), None)


def fingerprint(root: bytes) -> str:
    """根公钥的指纹，给人核对：SHA-256 的前 32 位十六进制，四个一组。"""
    text = hashlib.sha256(root).hexdigest()[:32]
    return " ".join(text[i : i + 4] for i in range(0, 32, 4))
