"""登记簿在本机的 SQLite 文件里：怎样打开、开始事务、落盘，出错怎样说。"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event

from docgen.errors import EnvironmentLacking, why

BUSY_SECONDS = 120
_REASONS = {
    "malformed": "文件已经损坏",
    "not a database": "文件不是登记簿，或者已经损坏",
    "is full": "磁盘满了",
    "readonly": "文件或者磁盘是只读的，只能查，不能写",
    "unable to open": "打不开文件",
    "locked": "正被别的程序占用",
    "disk I/O": "磁盘读写出错",
}
ONLY_READS = "docgen_only_reads"
_WAL_SAFE_SINCE = (3, 51, 3)  # earlier versions may corrupt a WAL database on a checkpoint race
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}


def connect(path: Path) -> Engine:
    """打开数据库，没有文件则新建一个空的；写不了的文件打开来查。Raises EnvironmentLacking."""
    refuse_remote_disk(path, mounts())
    if path.exists() and not os.access(path, os.W_OK):
        return _only_reading(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise EnvironmentLacking(
            f"登记簿 {path} 打不开：{why(error)}",
            advice="请检查 DOCGEN_HOME 所在文件夹的权限与空间。",
        ) from error
    engine = create_engine(
        URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _settle)
    event.listen(engine, "begin", _begin)
    return engine


def _only_reading(path: Path) -> Engine:
    """只读的磁盘上的：查得了，写的时候说写不了。"""
    address = f"file:{quote(str(path.absolute()))}?mode=ro"

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False)

    engine = create_engine(URL.create("sqlite", database=str(path)), creator=opened)
    event.listen(engine, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
    event.listen(engine, "begin", _begin)
    return engine


def explain(label: str, error: BaseException | None) -> EnvironmentLacking | None:
    """驱动的错误 → 缺什么、怎样补；不是环境的错则 None。"""
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.IntegrityError):
        return None
    reason = str(error)
    advice = "请检查该文件与所在文件夹的权限、磁盘空间；必要时从备份恢复。"
    if "locked" in reason:
        advice = "另有程序长时间占用登记簿；请等它结束后重新执行，文号不会重复。"
    said = next((told for part, told in _REASONS.items() if part in reason), reason)
    return EnvironmentLacking(f"登记簿 {label} 不能用：{said}。", advice=advice)


@contextmanager
def queued(engine: Engine) -> Iterator[None]:
    """排队等着写。SQLite itself lets a writer starve when others come again at once."""
    path = Path(f"{engine.url.database}-queue")
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        advice = "请检查所在文件夹的权限与空间。"
        raise EnvironmentLacking(f"登记簿的 {path} 打不开：{why(error)}", advice=advice) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def mounts() -> str:
    """本机挂载的磁盘（/proc/mounts 的写法）；看不到则为空。"""
    try:
        return Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""


def refuse_remote_disk(path: Path, mounted: str) -> None:
    """SQLite 只能放在本机磁盘上。mounted: as /proc/mounts. Raises EnvironmentLacking."""
    kind = _disk_kind(path, mounted)
    if kind in _REMOTE:
        raise EnvironmentLacking(
            f"登记簿 {path} 在网络磁盘（{kind}）上，几台机器同时写会损坏。",
            advice="请把 DOCGEN_HOME 设在本机磁盘；几台机器共用的，登记簿放 PostgreSQL。",
        )


def _disk_kind(path: Path, mounted: str) -> str:
    best, kind = -1, ""
    full = path.absolute()
    for line in mounted.splitlines():
        _, point, found, *_ = [*line.split(" "), "", "", ""]
        folder = Path(point.replace("\\040", " "))
        if full.is_relative_to(folder) and len(folder.parts) > best:
            best, kind = len(folder.parts), found
    return kind


def _settle(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN IMMEDIATE ourselves
    wal = sqlite3.sqlite_version_info >= _WAL_SAFE_SINCE
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        f"journal_mode = {'WAL' if wal else 'TRUNCATE'}",
        f"synchronous = {'FULL' if wal else 'EXTRA'}",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get(ONLY_READS)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")
