"""测试自己的 PostgreSQL：私有的文件夹，空着的端口，每个测试一个空的数据库，用完按进程号停下。"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

BINARIES = "/usr/lib/postgresql"
PASSWORD = "secret-of-the-test"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "max_wal_senders": "0",
    "wal_level": "minimal",
    "log_min_messages": "fatal",
    "checkpoint_timeout": "1d",  # writing out what is thrown away costs minutes
    "max_wal_size": "8GB",
}


@dataclass
class DatabaseServer:
    """一个服务器；folder 是它私有的。"""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    _names: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        """一个数据库的地址，口令在内。"""
        return f"postgresql://docgen_test:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """一个空的登记簿的位置：自己的 schema，比自己的数据库便宜。"""
        name = f"book{next(self._names)}"
        self.run("postgres", f"CREATE SCHEMA {name}")
        return self.url("postgres") + f"?options=-csearch_path%3D{name}"

    def fresh_database(self, created: str = "") -> str:
        """新建的空数据库的名称。created: how."""
        name = f"base{next(self._names)}"
        self.run("postgres", f"CREATE DATABASE {name} {created}")
        return name

    def run(self, database: str, *statements: str) -> None:
        """以管理员身份执行几句。"""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def start(self, **changed: str) -> None:
        """开始运行，等到可以连接。changed: settings of the server."""
        told = {**_SETTINGS, **changed, "unix_socket_directories": str(self.folder)}
        options = [f"--port={self.port}", *(f"--{name}={value}" for name, value in told.items())]
        self.process = subprocess.Popen(
            [*_as_owner(), _binary("postgres"), "-D", self.folder / "data", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, "the server did not start"
                assert time.monotonic() < until, "the server cannot be reached"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """停下；SIGQUIT 如同断电，SIGINT 先把内存里的写完。"""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None


@contextmanager
def database_server(**changed: str) -> Iterator[DatabaseServer]:
    """一个新建的、运行着的服务器，用完停下、删去。changed: settings of the server."""
    with tempfile.TemporaryDirectory(prefix="docgen-test-") as name:
        server = DatabaseServer(Path(name), _free_port())
        password = server.folder / "password"
        password.write_text(PASSWORD, "utf-8")
        if os.getuid() == 0:
            shutil.chown(name, "postgres", "postgres")
        options = ["-U", "docgen_test", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
        options += [f"--pwfile={password}", "--no-sync"]
        subprocess.run(
            [*_as_owner(), _binary("initdb"), "-D", server.folder / "data", *options],
            check=True,
            capture_output=True,
            cwd="/",
        )
        try:
            server.start(**changed)
            yield server
        finally:
            server.stop()


def _binary(name: str) -> str:
    found = sorted(Path(BINARIES).glob(f"*/bin/{name}"))
    assert found, f"no {name} under {BINARIES}: apt-get install postgresql"
    return str(found[-1])


def _as_owner() -> list[str]:
    """PostgreSQL 不肯由 root 运行。"""
    if os.getuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
