"""规范内容读回来的样子：摘要、文字，和供人核对的几项。"""

from __future__ import annotations

from dataclasses import dataclass

from docgen.model.words import Words


@dataclass(frozen=True)
class ContentReading:
    """一份规范内容。digest: SHA-256 over its bytes, 32 bytes."""

    digest: bytes
    words: Words
    title: str
    number: str
    agency: str
    date: str
    by_hand: tuple[str, ...]
