"""各测试共用的名字：样本在哪里，一条命令的结果长什么样。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "samples" / "cases"
PROCEDURES = ROOT / "samples" / "procedures"

Data = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """一条命令的结果。"""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Docgen = Callable[..., Answer]

WriteCase = Callable[..., Path]
