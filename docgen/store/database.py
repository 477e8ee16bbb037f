"""打开登记簿的数据库：事务、落盘与版本（contract 5.4）。"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import DBAPIError, OperationalError

from docgen.errors import EnvironmentLacking, why
from docgen.store import tables

BUSY_SECONDS = 120
_READING = {"docgen_only_reads": True}
_WAL_SAFE_SINCE = (3, 51, 3)  # earlier versions may corrupt a WAL database on a checkpoint race
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ceph", "glusterfs"}


def open_database(path: Path, secret: bytes, made_at: str) -> Engine:
    """打开或新建登记簿。secret: 32 random bytes, kept only when the register is new.

    Raises EnvironmentLacking: cannot be opened or written, on a network disk, damaged, or
    made by a newer version of the program.
    """
    refuse_remote_disk(path, mounts())
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
    with transaction(engine) as connection:
        _prepare(connection, path, secret, made_at)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """一个读事务，不挡别人写。Raises EnvironmentLacking for faults of the database."""
    with (
        _explained(engine),
        engine.connect() as connection,
        connection.execution_options(**_READING).begin(),
    ):
        yield connection


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """一个写事务，一开始就取得写锁。Raises EnvironmentLacking for faults of the database."""
    with _explained(engine), engine.begin() as connection:
        yield connection


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise _cannot_use(engine, error) from error
    except DBAPIError as error:
        if isinstance(error.orig, sqlite3.DatabaseError) and not isinstance(
            error.orig, sqlite3.IntegrityError
        ):
            raise _cannot_use(engine, error) from error
        raise


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
            advice="请把 DOCGEN_HOME 设在本机磁盘。",
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
    only_reads = _READING.items() <= connection.get_execution_options().items()
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")


def _prepare(connection: Connection, path: Path, secret: bytes, made_at: str) -> None:
    if not inspect(connection).has_table(tables.register.name):
        tables.metadata.create_all(connection)
        values = {"id": 1, "version": tables.VERSION, "secret": secret, "made_at": made_at}
        connection.execute(insert(tables.register).values(values))
        return
    version = connection.execute(select(tables.register.c.version)).scalar_one_or_none()
    if version != tables.VERSION:
        newer = version is None or version > tables.VERSION
        raise EnvironmentLacking(
            f"登记簿 {path} 的版本是 {version}，本程序只认得版本 {tables.VERSION}。",
            advice="它由更新的版本写成，请升级本程序；不要用旧程序写它。"
            if newer
            else "它由试用期的旧版本写成，不再支持；请另设 DOCGEN_HOME。",
        )


def _cannot_use(engine: Engine, error: DBAPIError) -> EnvironmentLacking:
    reason = str(error.orig)
    advice = "请检查该文件与所在文件夹的权限、磁盘空间；必要时从备份恢复。"
    if "locked" in reason:
        advice = "另有程序长时间占用登记簿；请等它结束后重新执行，文号不会重复。"
    return EnvironmentLacking(f"登记簿 {engine.url.database} 不能用：{reason}", advice=advice)
