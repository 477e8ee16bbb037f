"""登记簿的数据库：在哪里，有没有，开始一个事务（contract 5.4）。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from docgen.errors import EnvironmentLacking
from docgen.store import postgresql, sqlite, tables

_BACKENDS = {"sqlite": sqlite, "postgresql": postgresql}

Location = Path | str
"""登记簿在哪里：SQLite 文件的路径，或者 postgresql://…。"""


def open_database(location: Location, secret: bytes, made_at: str) -> Engine:
    """打开或新建登记簿。secret: 32 random bytes, kept only when the register is new.

    Raises EnvironmentLacking: cannot be reached, opened or written, is damaged, would not keep
    what it is told (a network disk, a server without fsync), or is of another version.
    """
    engine = _connect(location)
    try:
        with reading(engine) as connection:
            ready = _is_register(connection)
        if not ready:
            with transaction(engine) as connection:
                _create(connection, secret, made_at)
    except BaseException:
        engine.dispose()
        raise
    return engine


def register_exists(location: Location) -> bool:
    """那里有没有登记簿；什么也不建。Raises EnvironmentLacking when it cannot be told."""
    if not is_postgresql(location):
        path = Path(location)
        return path.exists() and path.stat().st_size > 0
    engine = _connect(location)
    try:
        with reading(engine) as connection:
            return inspect(connection).has_table(tables.register.name)
    finally:
        engine.dispose()


def is_postgresql(location: Location) -> bool:
    """是不是 PostgreSQL 的地址。"""
    return isinstance(location, str) and location.startswith(postgresql.SCHEME)


def describe(location: Location) -> str:
    """给人看的位置，没有口令。Raises InputInvalid."""
    if is_postgresql(location):
        return postgresql.label_of(postgresql.url_of(str(location)))
    return str(location)


def server_of(engine: Engine) -> str:
    """数据库的名称与版本。"""
    with reading(engine) as connection:
        version = connection.dialect.server_version_info or ()
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[engine.dialect.name]
    return f"{name} {'.'.join(map(str, version))}"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """一个读事务，看到的是同一时刻，不挡别人写。Raises EnvironmentLacking."""
    with (
        _explained(engine),
        engine.connect() as connection,
        connection.execution_options(**{sqlite.ONLY_READS: True}).begin(),
    ):
        yield connection


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """一个写事务，一开始就取得写锁。Raises EnvironmentLacking for faults of the database."""
    queued = _BACKENDS[engine.dialect.name].queued
    with _explained(engine), queued(engine), engine.begin() as connection:
        yield connection


@contextmanager
def _explained(engine: Engine) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        lacking = _BACKENDS[engine.dialect.name].explain(_label(engine), error.orig)
        if lacking is None:
            raise
        raise lacking from error


def _connect(location: Location) -> Engine:
    if is_postgresql(location):
        return postgresql.connect(str(location))
    return sqlite.connect(Path(location))


def _label(engine: Engine) -> str:
    if engine.dialect.name == "postgresql":
        return postgresql.label_of(engine.url)
    return str(engine.url.database)


def _create(connection: Connection, secret: bytes, made_at: str) -> None:
    """建立登记簿，除非别的进程刚刚建了。"""
    if not _is_register(connection):
        tables.metadata.create_all(connection)
        values = {"id": 1, "version": tables.VERSION, "secret": secret, "made_at": made_at}
        connection.execute(insert(tables.register).values(values))


def _is_register(connection: Connection) -> bool:
    """数据库里是这一版的登记簿（空的则 False）。Raises EnvironmentLacking for another version."""
    if not inspect(connection).has_table(tables.register.name):
        return False
    version = connection.execute(select(tables.register.c.version)).scalar_one_or_none()
    if version != tables.VERSION:
        newer = version is None or version > tables.VERSION
        raise EnvironmentLacking(
            f"登记簿 {_label(connection.engine)} 的版本是 {version}，"
            f"本程序只认得版本 {tables.VERSION}。",
            advice="它由更新的版本写成，请升级本程序；不要用旧程序写它。"
            if newer
            else "它由试用期的旧版本写成，不再支持；请另设 DOCGEN_HOME。",
        )
    return True
