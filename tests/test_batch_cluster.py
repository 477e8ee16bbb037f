"""批量交给 Dask 集群：真的调度器与两个工作进程，中途杀掉一个，结果与本机的一样。"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from batched import Written, copy_home, some, start_batch, write_lines
from support import Docgen

WAIT = 60


@dataclass(frozen=True)
class Cluster:
    """调度器的地址与各工作进程。"""

    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


def _started(*arguments: str, home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "DOCGEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    file = tmp_path / "scheduler.json"
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    running = [
        _started("distributed.cli.dask_scheduler", *options, "--scheduler-file", str(file),
                 home=tmp_path)
    ]  # fmt: skip
    try:
        end = time.monotonic() + WAIT
        while not (file.exists() and file.read_text("utf-8").strip()):
            assert time.monotonic() < end, "the scheduler did not start"
            time.sleep(0.1)
        address = json.loads(file.read_text("utf-8"))["address"]
        for number in (1, 2):
            folder = str(tmp_path / f"worker{number}")
            running.append(
                _started(
                    "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny",
                    "--no-dashboard", "--host", "127.0.0.1", "--local-directory", folder,
                    home=tmp_path / f"no-home-{number}",
                )
            )  # fmt: skip
        yield Cluster(address, tuple(running[1:]))
    finally:
        for process in reversed(running):
            process.kill()
            process.wait(10)


def test_a_cluster_that_loses_a_worker_gives_the_same_manifest_as_this_machine(
    docgen: Docgen, cluster: Cluster, tmp_path: Path
) -> None:
    data = write_lines(tmp_path / "cases.jsonl", [*some(8), "{broken"])
    home = Path(os.environ["DOCGEN_HOME"])
    agencies = {(r["agency"]["name"], r["agency"]["region"]) for r in some(8)}
    assert all(docgen("keys", "new", *agency).code == 0 for agency in agencies)
    copy_home(home, tmp_path / "copy")
    assert docgen("batch", data, "-o", tmp_path / "local").code == 3

    far = start_batch(
        tmp_path / "copy", data, "-o", tmp_path / "far", "--scheduler", cluster.address
    )
    end = time.monotonic() + 2 * WAIT
    while not _busy(cluster.workers[0]) and time.monotonic() < end:
        time.sleep(0.2)
    os.kill(cluster.workers[0].pid, signal.SIGKILL)
    _, errors = far.communicate(timeout=5 * WAIT)
    assert far.returncode == 3, errors
    assert Written(tmp_path / "far").manifest == Written(tmp_path / "local").manifest
    assert Written(tmp_path / "far").files == Written(tmp_path / "local").files


def test_workers_of_a_cluster_hold_no_key_and_no_register(
    docgen: Docgen, cluster: Cluster, tmp_path: Path
) -> None:
    data = write_lines(tmp_path / "cases.jsonl", some(1))
    answer = docgen("batch", data, "-o", tmp_path / "out", "--scheduler", cluster.address)
    assert answer.code == 0, answer.err
    assert not any((tmp_path / f"no-home-{number}").exists() for number in (1, 2))


def test_a_scheduler_that_is_not_there_is_told(
    docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docgen.batch.cluster._SECONDS", 1)
    data = write_lines(tmp_path / "cases.jsonl", some(1))
    answer = docgen("batch", data, "-o", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert (answer.code, "连不上 Dask 调度器" in answer.err) == (5, True), answer.err


def _busy(worker: subprocess.Popen[bytes]) -> bool:
    """用过几秒处理器的，正在做事了。"""
    fields = Path(f"/proc/{worker.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") > 6
