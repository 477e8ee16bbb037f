"""批量的执行器：进程死了、太久、内存太多，都只失去那一条。"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_work import doubled, own_process

from docgen.batch.engine import SupervisedPool, WorkerLost
from docgen.batch.spread import chunks, spread
from docgen.model.batch import Limits, Rejection, Status


@pytest.fixture(scope="module")
def pool() -> Iterator[SupervisedPool]:
    made = SupervisedPool(2, Limits(seconds=5, megabytes=1000))
    yield made
    made.shutdown()


def _messages(results: object) -> list[object]:
    assert isinstance(results, list | tuple)
    return [r.message if isinstance(r, Rejection) else r for r in results]


def test_results_come_back_in_the_order_of_the_items(pool: SupervisedPool) -> None:
    pending = [spread(pool, doubled, (), chunk) for chunk in chunks(range(10), 3)]
    assert [r for one in pending for r in one.collect()] == [n * 2 for n in range(10)]


def test_an_item_that_kills_its_process_is_the_only_one_lost(pool: SupervisedPool) -> None:
    found = spread(pool, doubled, (), (1, 13, 2)).collect()
    assert (found[0], found[2]) == (2, 4)
    lost = found[1]
    assert isinstance(lost, Rejection)
    assert lost.status is Status.FAILED
    assert "意外结束" in lost.message


def test_an_item_that_never_ends_is_the_only_one_lost(pool: SupervisedPool) -> None:
    found = spread(pool, doubled, (), (1, 14, 2)).collect()
    assert (found[0], found[2]) == (2, 4)
    assert "超过 5 秒" in str(_messages(found)[1])


def test_an_item_that_wants_more_memory_than_allowed_raises_in_its_own_process(
    pool: SupervisedPool,
) -> None:
    with pytest.raises(MemoryError):
        pool.submit(doubled, (15,)).result()
    assert pool.submit(doubled, (1,)).result() == (2,)


def test_a_worker_killed_from_outside_costs_nothing(pool: SupervisedPool) -> None:
    victim = pool.submit(own_process).result()
    os.kill(victim, signal.SIGKILL)
    pending = [spread(pool, doubled, (), (n,)) for n in range(8)]
    assert [r for one in pending for r in one.collect()] == [n * 2 for n in range(8)]


def test_an_error_of_the_work_itself_comes_back_as_it_is(pool: SupervisedPool) -> None:
    with pytest.raises(TimeoutError, match="its own"):
        pool.submit(doubled, (16,)).result()


def test_what_is_abandoned_stops_at_once() -> None:
    pool = SupervisedPool(1, Limits(seconds=60, megabytes=1000))
    worker = pool.submit(own_process).result()
    stuck, waiting = pool.submit(doubled, (14,)), pool.submit(doubled, (1,))
    time.sleep(0.2)
    pool.abandon()
    assert waiting.cancelled()
    with pytest.raises(WorkerLost):
        stuck.result(10)
    assert not Path(f"/proc/{worker}").exists()


def test_workers_end_when_the_main_process_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from batch_work import own_process\n"
        "from docgen.batch.engine import SupervisedPool\n"
        "from docgen.model.batch import Limits\n"
        "if __name__ == '__main__':\n"
        "    pool = SupervisedPool(1, Limits(60, 1000))\n"
        "    print(pool.submit(own_process).result(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    path = tmp_path / "main.py"
    path.write_text(script, "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as main:
        assert main.stdout is not None
        worker = Path(f"/proc/{int(main.stdout.readline())}")
        main.kill()
    end = time.monotonic() + 20
    while worker.exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert not worker.exists()
