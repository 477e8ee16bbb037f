"""发现：模板里的一处问题，在哪里、是什么、怎样改。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from docgen.lint.folder import Spot, TemplateFolder


class Level(StrEnum):
    """error 不改不能用；warning 应当看一看。"""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Finding:
    """一处发现。code is the check's permanent code."""

    code: str
    level: Level
    spot: Spot
    message: str
    advice: str


@dataclass(frozen=True)
class Found:
    """一项检查给出的一处，代码和程度由检查补上。level: None is the check's own."""

    spot: Spot
    message: str
    advice: str = ""
    level: Level | None = None


@dataclass(frozen=True)
class Check:
    """一项检查。code is permanent; advice serves the findings that bring none of their own."""

    code: str
    title: str
    level: Level
    advice: str
    examine: Callable[[TemplateFolder], Iterable[Found]]
