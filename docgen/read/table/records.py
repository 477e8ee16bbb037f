"""成批输入的统一门面：打开什么都得到 Records，逐条 Raw，再由 source_of 变成 Source。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from docgen.errors import InputInvalid
from docgen.model.table import JsonText, Layout, Raw, Row, Unread, YamlText
from docgen.read.table.case_files import CASE_SUFFIXES, case_files, json_lines, read_case_files
from docgen.source import Source, parse_json, parse_yaml

_LINES = (".jsonl", ".ndjson")


@dataclass(frozen=True)
class Records:
    """打开了的输入。Iterate as often as wanted; each time from the start.

    headers: of the table, empty for case files; total: how many records, None where unknown
    before the end; layout: what source_of needs, None for case files.
    """

    headers: tuple[str, ...]
    layout: Layout | None
    total: int | None
    notices: tuple[str, ...]
    start: Callable[[], Iterator[Raw]]

    def __iter__(self) -> Iterator[Raw]:
        return self.start()


def open_records(path: Path) -> Records:
    """打开成批的输入：JSON Lines、一个案件文件，或者案件文件的文件夹。

    Raises InputInvalid, EnvironmentLacking; what is wrong with one record only is told by
    source_of.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        files, notices = case_files(path)
        if not files:
            raise InputInvalid(
                f"{path} 里没有案件文件。", advice=f"案件文件以 {'、'.join(CASE_SUFFIXES)} 结尾。"
            )
        return Records((), None, len(files), notices, partial(read_case_files, files))
    if not path.exists():
        raise InputInvalid(f"没有这个文件：{path}", advice="请核对路径。")
    if suffix in CASE_SUFFIXES:
        return Records((), None, 1, (), partial(read_case_files, (path,)))
    if suffix in _LINES:
        return Records((), None, None, (), partial(json_lines, path))
    raise InputInvalid(f"不认识 {path.name} 是什么文件。", advice="可以用 .jsonl 或者案件文件。")


def source_of(raw: Raw, layout: Layout | None) -> Source:
    """一条记录 → Source，供 read_case 使用。纯函数。Raises InputInvalid naming row and column."""
    match raw.content:
        case JsonText(text):
            return parse_json(text, raw.where)
        case YamlText(text):
            return parse_yaml(text, raw.where)
        case Unread(said, advice):
            raise InputInvalid(f"{raw.where} {said}。", advice=advice)
        case Row():
            assert layout is not None
    raise NotImplementedError
