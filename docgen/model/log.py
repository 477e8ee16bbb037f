"""日志：流水的叶子与签了名的检查点。"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Checkpoint:
    """某一时刻的整个日志：多少条、树根。origin names the log, one line without blanks."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class SignedCheckpoint:
    """检查点与它的签名。text: the note as it stands in the file; signers: who signed, by kid."""

    checkpoint: Checkpoint
    text: str
    signers: tuple[bytes, ...]


@dataclass(frozen=True)
class Proof:
    """一条流水在日志里的证明。leaf: its bytes; path: from the leaf upwards, 32 bytes each."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
