"""字体：找到、核对摘要、只让排版看见这些字体，并查每个字有没有字形（invariant 2）。"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont, TTLibError
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Item

from docgen.errors import EnvironmentLacking, Problem, why
from docgen.source import read_source
from docgen.validate import demand

INSTALL_ADVICE = "请执行 make setup（或按 README 安装字体），再用 docgen doctor 检查。"


@dataclass(frozen=True)
class Face:
    """一个字体文件。family: the name that style sheets use; sha256 of the file.

    bold: it is the family's bold face, though the file itself says regular.
    """

    family: str
    path: Path
    sha256: str
    ascii_only: bool = False
    bold: bool = False

    def has(self, char: str) -> bool:
        """有没有这个字的字形。"""
        return (not self.ascii_only or " " <= char <= "~") and ord(char) in _characters(self.path)


@dataclass(frozen=True)
class FontSet:
    """核对过的字体，及只列出它们的 fontconfig 文件。digest: SHA-256 over all files.

    aliases: other names that a style or a DOCX may use, to the family that stands for it.
    names: all that are configured, those of agencies' own faces that are not installed too.
    """

    faces: tuple[Face, ...]
    digest: str
    fontconfig: Path
    aliases: Mapping[str, str]
    names: frozenset[str]

    def named(self, family: str) -> tuple[Face, ...]:
        """版面写的字体名是哪些字体文件；没有装的为空。"""
        real = self.aliases.get(family, family)
        return tuple(face for face in self.faces if face.family == real)

    def width(self, text: str) -> float:
        """一截文字大约多宽，以字号为单位：ASCII 字符照西文字体，其余各一字。"""
        widths = _ascii_widths(next(face.path for face in self.faces if face.ascii_only))
        return sum(widths.get(ord(char), 1.0) for char in text)

    def missing(self, text: Iterable[str]) -> tuple[str, ...]:
        """哪些字一个字体也画不出，按码位排序。"""
        left = {char for char in text if not char.isspace()}
        for face in self.faces:
            left = {char for char in left if not face.has(char)}
        return tuple(sorted(left))


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _AgencyFace(_Strict):
    family: str
    files: Annotated[list[str], Item(min_length=1)]


class _PinnedFace(_Strict):
    family: str
    file: str
    package: str
    sha256: Annotated[str, Item(pattern=r"^[0-9a-f]{64}$")]
    ascii_only: bool = False
    bold: bool = False


class _Alias(_Strict):
    family: str
    face: str
    bold: bool = False


class _FontsFile(_Strict):
    agency: list[_AgencyFace] = []
    faces: Annotated[list[_PinnedFace], Item(min_length=1)]
    aliases: list[_Alias] = []


def load_fonts(config: Path, folders: Iterable[Path], cache_folder: Path) -> FontSet:
    """按 fonts.yaml 找齐字体。

    Raises EnvironmentLacking: a face is missing, is another file than the pinned one, or
    the cache folder cannot be written.
    """
    source = read_source(config)
    data = demand(_FontsFile, source.data, source)
    found = _index(folders)
    problems: list[Problem] = []
    faces: list[Face] = []
    aliases = {alias.family: alias for alias in data.aliases}
    for own in data.agency:
        path = next((found[name] for name in own.files if name in found), None)
        if path is not None:
            real = _family(path)
            faces.append(Face(real, path, _sha256(path)))
            aliases[own.family] = _Alias(family=own.family, face=real)
    for pinned in data.faces:
        path = found.get(pinned.file)
        if path is None:
            problems.append(Problem(pinned.file, f"没有找到（Debian 软件包 {pinned.package}）"))
            continue
        digest = _sha256(path)
        if digest != pinned.sha256:
            message = f"不是核定的字体文件：SHA-256 为 {digest}，应为 {pinned.sha256}"
            problems.append(Problem(str(path), message))
            continue
        faces.append(Face(pinned.family, path, digest, pinned.ascii_only, pinned.bold))
    if problems:
        raise EnvironmentLacking(
            f"缺少 {len(problems)} 个字体，不能排版。", problems=problems, advice=INSTALL_ADVICE
        )
    own_names = {face.family for face in faces}
    wanted = [alias for name, alias in sorted(aliases.items()) if name not in own_names]
    configured = {*own_names, *aliases, *(own.family for own in data.agency)}
    return _expose(tuple(faces), wanted, frozenset(configured), cache_folder)


def _index(folders: Iterable[Path]) -> Mapping[str, Path]:
    """文件名 → 路径；先列的文件夹优先。"""
    found: dict[str, Path] = {}
    for folder in folders:
        for root, directories, names in os.walk(folder):
            directories.sort()
            for name in sorted(names):
                found.setdefault(name, Path(root) / name)
    return found


def _sha256(path: Path) -> str:
    now = path.stat()
    return _digest(path, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns)


@cache
def _digest(path: Path, *_unchanged: int) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _family(path: Path) -> str:
    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return str(font["name"].getBestFamilyName())
    except (TTLibError, OSError) as error:
        raise EnvironmentLacking(f"字体文件 {path} 读不了。", advice="请重新安装它。") from error


@cache
def _ascii_widths(path: Path) -> Mapping[int, float]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        glyphs, em = font.getBestCmap(), font["head"].unitsPerEm
        return {code: font["hmtx"][glyphs[code]][0] / em for code in range(0x20, 0x7F)}


@cache
def _characters(path: Path) -> frozenset[int]:
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _expose(
    faces: tuple[Face, ...],
    aliases: Sequence[_Alias],
    configured: frozenset[str],
    cache_folder: Path,
) -> FontSet:
    """做一个只含这些字体的文件夹和 fonts.conf；有完好的则沿用，别的样子的换掉。"""
    digest = hashlib.sha256("\n".join(sorted(f.sha256 for f in faces)).encode()).hexdigest()
    files = sorted(f"{face.sha256} {face.path}" for face in faces)
    told = "\n".join([*files, _fontconfig(Path(), faces, aliases)])
    folder = cache_folder / f"fonts-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    config = _fontconfig(folder, faces, aliases)
    intact = partial(_intact, folder, faces, config)
    if not intact():
        try:
            cache_folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=cache_folder) as scratch:
                fresh = Path(scratch) / "fonts"
                (fresh / "faces").mkdir(parents=True)
                (fresh / "room").mkdir()  # empty: what a typesetter may read
                for face in faces:
                    (fresh / "faces" / face.path.name).symlink_to(face.path.resolve())
                (fresh / "fonts.conf").write_text(config, "utf-8")
                _put(fresh, folder, Path(scratch) / "old", intact)
        except OSError as error:
            raise EnvironmentLacking(
                f"写不了缓存文件夹 {cache_folder}：{why(error)}",
                advice="请检查 DOCGEN_HOME 所在磁盘的权限与空间。",
            ) from error
    names = MappingProxyType({alias.family: alias.face for alias in aliases})
    return FontSet(faces, digest, folder / "fonts.conf", names, configured)


def _intact(folder: Path, faces: Sequence[Face], config: str) -> bool:
    """正是这些字体，一个不多一个不少；别的版本的、删坏了的不是。"""
    wanted = {face.path.name: face.path.resolve() for face in faces}
    try:
        there = {path.name: path.resolve() for path in (folder / "faces").iterdir()}
        empty = not any((folder / "room").iterdir())
        return empty and there == wanted and (folder / "fonts.conf").read_text("utf-8") == config
    except OSError:
        return False


def _put(fresh: Path, folder: Path, old: Path, intact: Callable[[], bool]) -> None:
    """换上；别的进程先做好的不动，它可能正在用。"""
    try:
        fresh.rename(folder)
    except OSError:
        if intact():
            return
        with contextlib.suppress(FileNotFoundError):
            folder.rename(old)
        fresh.rename(folder)


def _fontconfig(folder: Path, faces: Iterable[Face], aliases: Iterable[_Alias]) -> str:
    """fonts.conf：只有这些字体；改正文件自己没写明的粗细，限定只用 ASCII 的字体。"""
    rules = []
    for face in faces:
        file = folder / "faces" / face.path.name
        test = f'<test name="file"><string>{escape(str(file))}</string></test>'
        if face.ascii_only:
            only = "<charset><range><int>0x20</int><int>0x7e</int></range></charset>"
            rules.append(f'<match target="scan">{test}{_edit("charset", only)}</match>')
        if face.bold:
            edit = _edit("weight", "<const>bold</const>")
            rules.append(f'<match target="scan">{test}{edit}</match>')
    for alias in aliases:
        test = f'<test name="family"><string>{escape(alias.family)}</string></test>'
        edits = _edit("family", f"<string>{escape(alias.face)}</string>")
        edits += _edit("weight", "<const>bold</const>") * alias.bold
        rules.append(f'<match target="pattern">{test}{edits}</match>')
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        f"<reset-dirs/><dir>{escape(str(folder / 'faces'))}</dir>\n"
        f"<cachedir>{escape(str(folder / 'cache'))}</cachedir>\n"
        + "\n".join(rules)
        + "\n</fontconfig>\n"
    )


def _edit(name: str, value: str) -> str:
    return f'<edit name="{name}" mode="assign" binding="same">{value}</edit>'
