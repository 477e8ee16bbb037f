"""证明文件：一条流水、它到树根的证明与签了名的检查点，合成一个 JSON。"""

from __future__ import annotations

import base64
import json

from docgen.errors import InputInvalid
from docgen.model.log import Proof

FORMAT = "docgen-log-proof-1"


def write_proof(proof: Proof, checkpoint: str) -> str:
    """证明文件的内容。checkpoint: the signed note."""
    data = {
        "format": FORMAT,
        "leaf": proof.leaf.decode("utf-8"),
        "index": proof.index,
        "path": [base64.b64encode(step).decode("ascii") for step in proof.path],
        "checkpoint": checkpoint,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def read_proof(text: str, name: str) -> tuple[Proof, str]:
    """读证明文件：证明与检查点的原文。Raises InputInvalid naming the file."""
    try:
        data = json.loads(text)
        path = tuple(base64.b64decode(step, validate=True) for step in data["path"])
        leaf, index, checkpoint = data["leaf"], data["index"], data["checkpoint"]
        right = data["format"] == FORMAT and type(index) is int and isinstance(checkpoint, str)
        if not right or any(len(step) != 32 for step in path) or len(path) > 64:
            raise ValueError
        return Proof(leaf.encode("utf-8"), index, path), checkpoint
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputInvalid(
            f"{name} 不是日志的证明文件。", advice="请用 docgen log prove 写出的文件。"
        ) from None
