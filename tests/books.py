"""登记簿在两种数据库里的样子：在哪里，抄一份，绕过程序去改。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, NullPool, create_engine, func, select

from docgen.settings import load_settings
from docgen.store import tables

on_both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""在 SQLite 和 PostgreSQL 上各测一遍。"""


def location_of(home: Path) -> str:
    """这个状态文件夹的登记簿在哪里。"""
    return load_settings({"DOCGEN_HOME": str(home)}).register


def configure(home: Path, url: str) -> None:
    """让这个状态文件夹用 PostgreSQL 的登记簿。"""
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yaml").write_text(f"register: {url}\n", "utf-8")


@contextmanager
def behind(location: str) -> Iterator[Connection]:
    """绕过程序的一个事务。"""
    engine = _plain(location)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def unguard(connection: Connection) -> None:
    """拆去只增不改的触发器，如数据库的管理员做得到的那样。"""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in found.fetchall():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def copy_register(source: str, target: str) -> None:
    """把一个登记簿的每一行抄进另一个空的数据库。"""
    with behind(source) as read, behind(target) as write:
        tables.metadata.create_all(write)
        for table in tables.metadata.sorted_tables:
            rows = [row._asdict() for row in read.execute(select(table))]
            if rows:
                write.execute(table.insert(), rows)
            counter = table.autoincrement_column
            if write.dialect.name == "postgresql" and counter is not None and rows:
                name = func.pg_get_serial_sequence(table.name, counter.name)
                write.execute(select(func.setval(name, max(row[counter.name] for row in rows))))


def _plain(location: str) -> Engine:
    url = location.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(url if "://" in url else f"sqlite:///{url}", poolclass=NullPool)
