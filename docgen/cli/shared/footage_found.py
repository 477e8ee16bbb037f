"""按摘要或者文件名找一个登记过的录像；回执的扫描件入库。"""

from __future__ import annotations

from pathlib import Path

from docgen.characters import legible
from docgen.cli.shared.tools import Tools
from docgen.errors import InputInvalid
from docgen.model.footage import Footage


def footage_of(tools: Tools, which: str) -> Footage:
    """摘要（开头几位即可）或者文件名 → 录像。Raises InputInvalid for none or several."""
    archive = tools.existing_register.archive
    named = tuple(f for f in archive.footages() if f.name == legible(which))
    found = named or (archive.starting(which) if len(which) >= 4 else ())
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputInvalid(
            f"没有登记过“{which}”。",
            advice="请给出文件名或者摘要的前几位；docgen record list 列出全部。",
        )
    told = "、".join(f.label for f in found)
    raise InputInvalid(f"“{which}”有几个：{told}。", advice="请给出摘要的前几位。")


def keep_scan(tools: Tools, path: Path) -> str:
    """回执的扫描件存进录像库，给出摘要。Raises InputInvalid, EnvironmentLacking."""
    with tools.vault.stage(path, path.name, with_sm3=False) as staged:
        staged.keep(staged.location)
        return staged.digest.sha256
