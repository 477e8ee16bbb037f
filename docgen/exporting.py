"""导出与清理录像：抄出一套文件、清单与校验文件；满期的登记后删去。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from docgen.errors import EnvironmentLacking, InputInvalid
from docgen.media.vault import Tally, Vault
from docgen.model.footage import Deletion, Footage
from docgen.model.retention import RetentionRule
from docgen.retain import Expired, retain
from docgen.store.files import prepare_folder, write_file
from docgen.store.register import Register


def export_footage(
    footages: Sequence[Footage], manifest: Mapping[str, Any], folder: Path, vault: Vault
) -> tuple[int, tuple[str, ...]]:
    """逐个抄出并核对摘要；删去的、丢了的、变了的只在清单里。

    Gives how many were copied, and what is lost. Raises InputInvalid when the folder holds
    something.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputInvalid(f"{folder} 里已经有东西，没有写。", advice="请换一个空的文件夹。")
    prepare_folder(folder)
    sums, lost = [], {}
    for footage in footages:
        if footage.deleted is None:
            name = f"{footage.sha256[:8]}_{Path(footage.name).name}"
            if fault := _copy(footage, folder / name, vault):
                lost[footage.sha256] = f"{footage.label} {fault}"
            else:
                sums.append(f"{footage.sha256}  {name}")
    told = {**manifest, "lost": lost}
    text = json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    write_file(folder / "manifest.json", text.encode("utf-8"))
    write_file(folder / "SHA256SUMS", ("\n".join(sums) + "\n").encode("utf-8"))
    return len(sums), tuple(lost.values())


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


def _copy(footage: Footage, path: Path, vault: Vault) -> str:
    """抄一个；丢了、变了的不留下，给出为什么。"""
    tally = Tally()
    try:
        with path.open("xb") as target:
            for chunk in tally.through(vault.chunks(footage.location)):
                target.write(chunk)
    except EnvironmentLacking:
        path.unlink(missing_ok=True)
        return "不在录像库里了，或者读不了"
    if tally.digest.sha256 != footage.sha256:
        path.unlink()
        return "变了，不是登记时的文件"
    return ""
