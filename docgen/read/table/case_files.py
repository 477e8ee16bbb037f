"""逐条读 JSON Lines 与案件文件的文件夹；一条读不出来，不妨碍其余。"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from docgen.errors import EnvironmentLacking, why
from docgen.model.table import JsonText, Raw, Unread, YamlText
from docgen.source import MAX_BYTES

CASE_SUFFIXES = (".yaml", ".yml", ".json")
_SHORTER = Unread("太大", "一个案件不应超过 50 MB。")
_RECODE = Unread("不是 UTF-8 编码", "请在编辑器中另存为 UTF-8。")


def json_lines(path: Path) -> Iterator[Raw]:
    """JSON Lines 的每一行是一个案件；空行跳过。Raises EnvironmentLacking."""
    index = 0
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(_lines(lines.readline), 1):
                content = _json_line(line, first=number == 1)
                if content is not None:
                    yield Raw(index, f"{path.name} 第 {number} 行", content)
                    index += 1
    except OSError as error:
        raise unreadable(path, error) from error


def case_files(folder: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """文件夹里的案件文件，按名称排；另外说明有哪些文件没有读。"""
    try:
        there = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as error:
        raise unreadable(folder, error) from error
    used = tuple(p for p in there if p.suffix.lower() in CASE_SUFFIXES and p.is_file())
    others = [p.name for p in there if p not in used]
    if not others:
        return used, ()
    named = "、".join(others[:5]) + ("等" if len(others) > 5 else "")
    return used, (f"{folder} 里有 {len(others)} 项不是案件文件，没有读：{named}",)


def read_case_files(paths: tuple[Path, ...]) -> Iterator[Raw]:
    """逐个读案件文件。"""
    for index, path in enumerate(paths):
        yield Raw(index, path.name, _case_file(path))


def _lines(readline: object) -> Iterator[bytes]:
    """按 \\n 分行；过长的一行只留开头，其余读过即弃。"""
    assert callable(readline)
    while line := readline(MAX_BYTES + 1):
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) > MAX_BYTES:
            rest = readline(MAX_BYTES + 1)
        yield line


def _json_line(line: bytes, *, first: bool) -> JsonText | Unread | None:
    if len(line) > MAX_BYTES:
        return _SHORTER
    try:
        text = line.decode("utf-8-sig" if first else "utf-8").strip()
    except UnicodeDecodeError:
        return _RECODE
    return JsonText(text) if text else None


def _case_file(path: Path) -> JsonText | YamlText | Unread:
    try:
        if path.stat().st_size > MAX_BYTES:
            return _SHORTER
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return _RECODE
    except OSError as error:
        return Unread(f"读不了：{why(error)}", "请检查该文件的权限。")
    return JsonText(text) if path.suffix.lower() == ".json" else YamlText(text)


def unreadable(path: Path, error: OSError) -> EnvironmentLacking:
    """操作系统不让读这个文件。"""
    return EnvironmentLacking(f"读不了 {path}：{why(error)}", advice="请检查该文件的权限。")
