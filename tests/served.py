"""网站各测试共用：一个真的服务进程，在本机的空闲端口上。"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

CHROMIUM = "/usr/bin/chromium"
BROWSER = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def serving(home: Path, log: Path | None = None) -> Iterator[str]:
    """开一个网站，给出它的网址；离开时按进程号停下。"""
    log = log or home.parent / f"serve-{os.getpid()}.log"
    environment = {**os.environ, "DOCGEN_HOME": str(home)}
    command = [sys.executable, "-m", "docgen", "serve", "--port", "0"]
    with log.open("wb") as target:
        server = subprocess.Popen(command, env=environment, stderr=target, stdout=target)
    try:
        yield _address(server, log)
    finally:
        server.terminate()
        server.wait(20)


def _address(server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text("utf-8"))
        if found:
            try:
                httpx.get(found[0], timeout=5)
            except httpx.TransportError:
                continue
            return found[0]
        assert server.poll() is None, log.read_text("utf-8")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def verdict_of(page: str) -> str:
    """网页标记里的结论。"""
    found = re.search(r'<main data-verdict="(\w+)">', page)
    assert found is not None, page[:500]
    return found[1]
