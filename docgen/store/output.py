"""批量写到哪里：一个文件夹；先写临时文件、落盘，再改名（contract 5.4）。"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from docgen.store.files import (
    TEMPORARY,
    held_alone,
    names_in,
    prepare_folder,
    read_if_there,
    remove_file,
    stage_files,
)


class Output(Protocol):
    """写出的去处。names: relative, with slashes; they are there whole or not at all."""

    def prepare(self) -> None:
        """确保可写。Raises EnvironmentLacking."""

    def sha256(self, name: str) -> str | None:
        """已经在那里的文件的摘要，没有则 None。Raises EnvironmentLacking."""

    def read(self, name: str) -> bytes | None:
        """已经在那里的文件，没有则 None。Raises EnvironmentLacking."""

    def staged(self, files: Mapping[str, bytes]) -> AbstractContextManager[Callable[[], None]]:
        """备好一组文件；调用给出的函数才到位。Raises EnvironmentLacking."""

    def name_of(self, name: str) -> str:
        """给人看的位置。"""

    def held(self) -> AbstractContextManager[None]:
        """独占：同一份批量不能两处同时做。Raises EnvironmentLacking."""

    def keep(self, name: str, path: Path) -> None:
        """把本机的一个文件放过去，换下原来的。Raises EnvironmentLacking."""

    def names(self, folder: str) -> tuple[str, ...]:
        """一个文件夹里的各个文件，按次序。Raises EnvironmentLacking."""

    def remove(self, name: str) -> None:
        """删去一个文件；没有也算。Raises EnvironmentLacking."""


@dataclass(frozen=True)
class FolderOutput:
    """一个文件夹。suffix: of the shard, whose temporary files are its own."""

    root: Path
    suffix: str = ""
    _swept: set[Path] = field(default_factory=set)

    def prepare(self) -> None:
        """确保可写。"""
        prepare_folder(self.root)

    def sha256(self, name: str) -> str | None:
        """已经在那里的文件的摘要。"""
        data = self.read(name)
        return None if data is None else hashlib.sha256(data).hexdigest()

    def read(self, name: str) -> bytes | None:
        """已经在那里的文件。"""
        return read_if_there(self.root / name)

    def staged(self, files: Mapping[str, bytes]) -> AbstractContextManager[Callable[[], None]]:
        """备好一组文件。"""
        for folder in {(self.root / name).parent for name in files}:
            self._sweep(folder)
        return stage_files(self.root, files, self._prefix)

    def name_of(self, name: str) -> str:
        """给人看的位置。"""
        return str(self.root / name)

    @property
    def _prefix(self) -> str:
        return f"{TEMPORARY}batch{self.suffix}~"

    def _sweep(self, folder: Path) -> None:
        """上次被杀死时留下的临时文件，第一次用到这个文件夹时清去。"""
        if folder not in self._swept:
            for left in folder.glob(f"{self._prefix}*"):
                left.unlink(missing_ok=True)
            self._swept.add(folder)

    @contextmanager
    def held(self) -> Iterator[None]:
        """独占。"""
        path = self.root / f"{TEMPORARY}batch{self.suffix}.lock"
        with held_alone(path, f"另一个 docgen batch 正在写 {self.root}。"):
            yield

    def keep(self, name: str, path: Path) -> None:
        """放过去。"""
        with self.staged({name: path.read_bytes()}) as put:
            put()

    def names(self, folder: str) -> tuple[str, ...]:
        """一个文件夹里的各个文件。"""
        return tuple(f"{folder}/{name}" for name in names_in(self.root / folder))

    def remove(self, name: str) -> None:
        """删去。"""
        remove_file(self.root / name)
