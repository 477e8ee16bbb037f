"""方案：一个地方用哪份清单、哪些更严的期限。"""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PROFILE = "emergency_management"


@dataclass(frozen=True)
class Profile:
    """一个地方的方案。id is its file's name; source: where its choices come from."""

    id: str
    title: str
    source: str
    checklist: str
