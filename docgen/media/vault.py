"""保管录像文件：边读边算摘要，按摘要存放；先写临时文件、落盘，再改名。"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from docgen.errors import DocgenError, EnvironmentLacking, InputInvalid, why
from docgen.model.footage import Footage

CHUNK = 1 << 20


@dataclass(frozen=True)
class Digest:
    """一个文件的摘要与字节数。sha256, sm3: lower-case hex; sm3 (GB/T 32905) where asked for."""

    sha256: str
    size: int
    sm3: str | None = None


@dataclass(frozen=True)
class Staged:
    """读完并算好摘要、还没有入库的文件。

    path: where its bytes can be read; location: where it belongs in the store; keep: puts it at
    a location for good.
    """

    path: Path
    digest: Digest
    location: str
    keep: Callable[[str], None]


class Vault(Protocol):
    """录像文件放在哪里。locations are texts that only the vault understands."""

    def stage(self, source: Path, name: str, *, with_sm3: bool) -> AbstractContextManager[Staged]:
        """读一遍；离开时没有入库的不留痕迹。

        Raises InputInvalid: cannot be read, empty, changes meanwhile; EnvironmentLacking:
        cannot be written.
        """

    def chunks(self, location: str) -> Iterator[bytes]:
        """一块一块读出来。Raises EnvironmentLacking when it is not there."""

    def local(self, location: str) -> AbstractContextManager[Path]:
        """在本机磁盘上的样子，供解码。"""

    def remove(self, location: str) -> None:
        """删去；本来就没有的不算错。"""

    def locations(self) -> Iterator[str]:
        """库里全部文件。"""


class FolderVault:
    """本机文件夹里的库：ab/<sha256>.mp4。"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def stage(self, source: Path, name: str, *, with_sm3: bool) -> Iterator[Staged]:
        """抄一份到 .incoming，算好摘要；入库即改名。"""
        incoming = self._folder / ".incoming"
        with _written(self._folder):
            incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(incoming)
            part = incoming / f"{secrets.token_hex(8)}.part"
            handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as target:
                fcntl.flock(target, fcntl.LOCK_EX)
                digest = _copied(source, name, target, self._folder, with_sm3=with_sm3)
                yield Staged(
                    part, digest, place_of(digest, source), lambda where: self._keep(part, where)
                )
        finally:
            part.unlink(missing_ok=True)

    def chunks(self, location: str) -> Iterator[bytes]:
        """一块一块读出来。"""
        with _found(location), (self._folder / location).open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    @contextmanager
    def local(self, location: str) -> Iterator[Path]:
        """就是库里的文件。"""
        path = self._folder / location
        if not path.is_file():
            raise _missing(location)
        yield path

    def remove(self, location: str) -> None:
        """删去。"""
        with _written(self._folder):
            (self._folder / location).unlink(missing_ok=True)

    def locations(self) -> Iterator[str]:
        """库里全部文件，临时的除外。"""
        for path in sorted(self._folder.glob("[0-9a-f][0-9a-f]/*")):
            yield str(path.relative_to(self._folder))

    def _keep(self, part: Path, location: str) -> None:
        final = self._folder / location
        with _written(self._folder):
            final.parent.mkdir(mode=0o700, exist_ok=True)
            part.replace(final)
            final.chmod(0o400)
            for folder in (final.parent, self._folder):
                _sync(folder)


class Tally:
    """过手的字节，同时算摘要；内存不随大小增长。"""

    def __init__(self, *, with_sm3: bool = False) -> None:
        self._sha256, self._sm3, self._size = hashlib.sha256(), _sm3() if with_sm3 else None, 0

    def through(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """原样给出。"""
        for chunk in chunks:
            self._size += len(chunk)
            self._sha256.update(chunk)
            if self._sm3 is not None:
                self._sm3.update(chunk)
            yield chunk

    @property
    def digest(self) -> Digest:
        """到现在为止的摘要。"""
        sm3 = self._sm3.hexdigest() if self._sm3 is not None else None
        return Digest(self._sha256.hexdigest(), self._size, sm3)


def place_of(digest: Digest, source: Path) -> str:
    """在库里的位置：按摘要，后缀照旧。"""
    return f"{digest.sha256[:2]}/{digest.sha256}{source.suffix.lower()}"


def digest_of(chunks: Iterator[bytes], *, with_sm3: bool = False) -> Digest:
    """一块一块算摘要。"""
    tally = Tally(with_sm3=with_sm3)
    for _ in tally.through(chunks):
        pass
    return tally.digest


def fault_in_store(footage: Footage, vault: Vault) -> str:
    """录像库里的这个文件丢了、变了没有；好的为空。"""
    try:
        digest = digest_of(vault.chunks(footage.location))
    except (EnvironmentLacking, OSError):
        return "不在录像库里了，或者读不了"
    return "" if digest.sha256 == footage.sha256 else "变了，不是登记时的文件"


def read_steadily(source: Path, name: str) -> Iterator[bytes]:
    """读一个文件；读的时候它变了就说出来。Raises InputInvalid."""
    with _readable(name), source.open("rb") as file:
        before, size = os.fstat(file.fileno()), 0
        while size <= before.st_size and (chunk := file.read(CHUNK)):
            size += len(chunk)
            yield chunk
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        size != before.st_size
    ):
        advice = "请等设备录完、拷完，再登记。"
        raise InputInvalid(f"{name} 在读的时候变了，没有登记。", advice=advice)
    if size == 0:
        raise InputInvalid(f"{name} 是空文件，没有登记。", advice="请从设备重新取得该文件。")


def _copied(source: Path, name: str, target: BinaryIO, folder: Path, *, with_sm3: bool) -> Digest:
    tally = Tally(with_sm3=with_sm3)
    for chunk in tally.through(read_steadily(source, name)):
        with _written(folder):
            target.write(chunk)
    with _written(folder):
        target.flush()
        os.fsync(target.fileno())
    return tally.digest


def _sm3() -> hashlib._Hash:
    try:
        return hashlib.new("sm3")
    except ValueError:
        raise EnvironmentLacking(
            "本机的 OpenSSL 没有 SM3。", advice="请换一个带 SM3 的 OpenSSL，或者不用 --sm3。"
        ) from None


def _sweep(incoming: Path) -> None:
    """清掉中途断了的临时文件；还有人在写的锁着，不动。"""
    for part in incoming.glob("*.part"):
        with suppress(OSError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except DocgenError:
        raise
    except OSError as error:
        advice = "请核对路径，或者重新插好设备。"
        raise InputInvalid(f"读不了 {name}：{why(error)}。", advice=advice) from error


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "请腾出空间" if full else "请检查文件夹的权限"
        raise EnvironmentLacking(
            f"录像库 {folder} 写不了：{why(error)}。什么也没有登记。",
            advice=f"{advice}后重新执行。",
        ) from error


@contextmanager
def _found(location: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise _missing(location) from None


def _missing(location: str) -> EnvironmentLacking:
    return EnvironmentLacking(
        f"录像库里没有 {location}。", advice="请从备份恢复；docgen record fsck 逐个核对。"
    )
