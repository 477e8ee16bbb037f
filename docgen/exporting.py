"""导出与清理录像：抄出一套文件、清单与校验文件；满期的登记后删去。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from docgen.errors import InputInvalid, Refused
from docgen.media.vault import Vault
from docgen.model.footage import Deletion, Footage
from docgen.model.retention import RetentionRule
from docgen.retain import Expired, retain
from docgen.store.files import prepare_folder, write_file
from docgen.store.register import Register


def export_footage(
    footages: Sequence[Footage], manifest: Mapping[str, Any], folder: Path, vault: Vault
) -> int:
    """逐个抄出并核对摘要；删去的只在清单里。给出抄了几个。

    Raises InputInvalid when the folder holds something, Refused when a file is not what was
    registered.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputInvalid(f"{folder} 里已经有东西，没有写。", advice="请换一个空的文件夹。")
    prepare_folder(folder)
    sums = []
    for footage in footages:
        if footage.deleted is None:
            name = f"{footage.sha256[:8]}_{Path(footage.name).name}"
            _copy(footage, folder / name, vault)
            sums.append(f"{footage.sha256}  {name}")
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    write_file(folder / "manifest.json", text.encode("utf-8"))
    write_file(folder / "SHA256SUMS", ("\n".join(sums) + "\n").encode("utf-8"))
    return len(sums)


def expired(register: Register, rules: Sequence[RetentionRule], at: date) -> list[Expired]:
    """到 at 这一天保存期满的录像；撤回、更正过的归属也算。"""
    kinds: dict[str, list[str]] = {}
    for link in register.archive.links():
        entry = register.find(link.piece.identity)
        if entry is not None:
            kinds.setdefault(link.piece.sha256, []).append(entry.type)
    return list(retain(register.archive.footages(), kinds, rules, at))


def discard(item: Expired, by: str, register: Register, vault: Vault, at: datetime) -> None:
    """先登记，再删去文件；中间断了，record fsck 看得出。"""
    register.archive.delete(item.footage.sha256, Deletion(item.rule.source, at, by))
    vault.remove(item.footage.location)


def _copy(footage: Footage, path: Path, vault: Vault) -> None:
    digest = hashlib.sha256()
    with path.open("xb") as target:
        for chunk in vault.chunks(footage.location):
            digest.update(chunk)
            target.write(chunk)
    if digest.hexdigest() != footage.sha256:
        path.unlink()
        raise Refused(
            f"{footage.label} 变了，不是登记时的文件，没有导出。",
            advice="docgen record fsck 逐个核对；请从备份恢复。",
        )
