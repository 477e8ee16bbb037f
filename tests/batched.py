"""批量的测试共用：小批的记录，两次结果的比较。"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from records import records, standalone

Record = dict[str, Any]

SHORT = ("defence_record", "inquest_record", "interview_notice", "inspection_record")
"""这些文书一两页，印得快。"""


def some(count: int, kinds: Sequence[str] = SHORT) -> list[Record]:
    """count 条记录，种类轮换。"""
    wanted = [n for n, case in enumerate(standalone()) if case["instruments"][0]["type"] in kinds]
    every = list(records(len(standalone()) * count))
    return [every[(n // len(wanted)) * len(standalone()) + wanted[n % len(wanted)]]
            for n in range(count)]  # fmt: skip


def write_lines(path: Path, lines: Iterable[Record | str]) -> Path:
    """写成 JSON Lines；文字照写，空行留着行号。"""
    texts = (
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    )
    path.write_text("".join(f"{text}\n" for text in texts), "utf-8")
    return path


@dataclass(frozen=True)
class Written:
    """一次批量写出的东西。"""

    folder: Path

    @property
    def manifest(self) -> list[dict[str, Any]]:
        lines = (self.folder / "manifest.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def report(self) -> list[dict[str, str]]:
        """报告的各行，以标题为键。"""
        book = openpyxl.load_workbook(self.folder / "report.xlsx", read_only=True)
        rows = [[cell or "" for cell in row] for row in book["数据"].iter_rows(values_only=True)]
        book.close()
        return [dict(zip(map(str, rows[0]), map(str, row), strict=True)) for row in rows[1:]]

    @property
    def files(self) -> dict[str, bytes]:
        """全部文书文件，按位置。"""
        kinds = (".pdf", ".docx")
        found = (p for p in sorted(self.folder.rglob("*")) if p.suffix in kinds)
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in found}

    @property
    def leftovers(self) -> list[Path]:
        """临时文件。"""
        return list(self.folder.rglob(".docgen-*"))


def copy_home(home: Path, to: Path) -> Path:
    """同样的登记簿与密钥，另一份。"""
    shutil.copytree(home, to)
    return to


def start_batch(home: Path, *arguments: object) -> subprocess.Popen[str]:
    """另一个进程里的 docgen batch，自成一组，可以整个杀掉。"""
    program = [sys.executable, "-m", "docgen", "batch", *map(str, arguments)]
    return subprocess.Popen(
        program,
        env={**os.environ, "DOCGEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
