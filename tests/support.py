"""各测试共用的名字：样本在哪里，一条命令的结果长什么样。"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docgen.model.key import fingerprint

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


def mark_of(keys: Path) -> str:
    """清单的根密钥的指纹，机关公布的那样。"""
    return fingerprint(base64.b64decode(json.loads(keys.read_text("utf-8"))["root"]["public_key"]))


WriteCase = Callable[..., Path]
