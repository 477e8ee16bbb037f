"""写文件：先写临时文件、落盘，再改名，绝不留下写了一半的文件（contract 5.4）。"""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from docgen.errors import EnvironmentLacking, why

TEMPORARY = ".docgen-"
_WRITERS = 8


def prepare_folder(folder: Path) -> None:
    """确保文件夹存在而且可写。Raises EnvironmentLacking."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=TEMPORARY):
            pass
    except OSError as error:
        raise _cannot_write(folder, error) from error


@contextmanager
def stage_files(
    folder: Path, files: Mapping[str, bytes], prefix: str = TEMPORARY
) -> Iterator[Callable[[], None]]:
    """把一组文件写好临时文件并落盘；调用给出的函数才逐个改名到位。Raises EnvironmentLacking.

    files: by name in the folder; a name with slashes lies in a subfolder, made where lacking;
    prefix: of the temporary files, which a killed process leaves behind.
    """
    staged: list[tuple[Path, Path]] = []

    def place() -> None:
        try:
            for temporary, final in staged:
                temporary.replace(final)
            for parent in {final.parent for _, final in staged}:
                _sync_folder(parent)
        except OSError as error:
            raise _cannot_write(folder, error) from error

    try:
        try:
            for parent in {(folder / name).parent for name in files}:
                _make_folder(parent)
            for name in files:
                final = folder / name
                handle, temporary = tempfile.mkstemp(dir=final.parent, prefix=prefix)
                os.close(handle)
                staged.append((Path(temporary), final))
            with ThreadPoolExecutor(_WRITERS) as pool:  # syncs side by side share one commit
                written = pool.map(_write, (temporary for temporary, _ in staged), files.values())
                deque(written, maxlen=0)
        except OSError as error:
            raise _cannot_write(folder, error) from error
        yield place
    finally:
        for path, _ in staged:
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as target:
        target.write(data)
        target.flush()
        os.fsync(target.fileno())
    path.chmod(0o644)


def _make_folder(folder: Path) -> None:
    """做出文件夹，连同上面各层，逐层落盘。"""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """独占一个文件夹，别的进程等着。Raises EnvironmentLacking."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def held_alone(path: Path, message: str) -> Iterator[None]:
    """占住一个锁文件，用完删去；别人占着就不等。message: then. Raises EnvironmentLacking."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise _cannot_write(path.parent, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise EnvironmentLacking(message, advice="请等它做完，或者换一个文件夹。") from None
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def read_if_there(path: Path) -> bytes | None:
    """一个文件的字节，没有这个文件则 None。Raises EnvironmentLacking."""
    _demand_regular(path)
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot_write(path.parent, error) from error


def names_in(folder: Path) -> tuple[str, ...]:
    """一个文件夹里各文件的名字，按次序；以点开头的不算。Raises EnvironmentLacking."""
    try:
        return tuple(sorted(path.name for path in folder.glob("[!.]*") if path.is_file()))
    except OSError as error:
        raise _cannot_write(folder, error) from error


def remove_file(path: Path) -> None:
    """删去一个文件；没有也算。Raises EnvironmentLacking."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path.parent, error) from error


def write_file(path: Path, data: bytes) -> None:
    """写一个文件，要么是完整的，要么没有。Raises EnvironmentLacking."""
    _demand_regular(path)
    prepare_folder(path.parent)
    with stage_files(path.parent, {path.name: data}) as place:
        place()


def _demand_regular(path: Path) -> None:
    """要写的若已经在，须是普通的文件，不是文件夹或者设备。Raises EnvironmentLacking."""
    try:
        odd = path.exists() and not path.is_file()
    except OSError as error:
        raise _cannot_write(path.parent, error) from error
    if odd:
        raise EnvironmentLacking(f"{path} 不是普通的文件，没有写。", advice="请换一个文件名。")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot_write(folder: Path, error: OSError) -> EnvironmentLacking:
    advice = "请换一个可写的文件夹，或者修改权限。"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "磁盘已满；请腾出空间后重新执行，文号不会重复。"
    return EnvironmentLacking(f"写不了文件夹 {folder}：{why(error)}", advice=advice)
