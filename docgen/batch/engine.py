"""有人看着的进程池：一件事太久、用的内存太多、进程死了，都只失去那一件事。

Each worker is a pool of one process, so that its death breaks nothing but its own pipe.
"""

from __future__ import annotations

import multiprocessing
import os
import queue
import resource
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from docgen.model.batch import Limits

_WATCH_SECONDS = 1.0
_TASKS = 50  # a worker is then replaced, so that what leaks cannot pile up


class WorkerLost(Exception):
    """做这件事的进程没有了；message 说明怎样没有的。"""


@dataclass(frozen=True)
class _Task:
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class SupervisedPool(Executor):
    """几个工作进程，各由一个线程看着。

    A task that outlives its time, or whose process dies, raises WorkerLost; the next task gets
    a fresh process.
    """

    def __init__(self, workers: int, limits: Limits) -> None:
        self._limits = limits
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._closed = False
        self._workers: set[_Worker] = set()
        self._keepers = [threading.Thread(target=self._keep, daemon=True) for _ in range(workers)]
        for keeper in self._keepers:
            keeper.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """交一件事。"""
        if self._closed or kwargs:
            raise RuntimeError("the pool is closed" if self._closed else "no keywords here")
        future: Future[Any] = Future()
        self._tasks.put(_Task(future, fn, args))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """不再收；cancel_futures: what waits is given up."""
        self._closed = True
        while cancel_futures:
            try:
                task = self._tasks.get_nowait()
            except queue.Empty:
                break
            if task is not None:
                task.future.cancel()
        for _ in self._keepers:
            self._tasks.put(None)
        for keeper in self._keepers if wait else ():
            keeper.join()

    def abandon(self) -> None:
        """不做了：等着的退回，正在做的结束进程。"""
        self.shutdown(wait=False, cancel_futures=True)
        for worker in tuple(self._workers):
            worker.kill()
        for keeper in self._keepers:
            keeper.join()

    def _keep(self) -> None:
        worker: _Worker | None = None
        while (task := self._tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._hired()
                result = worker.do(task.function, task.arguments)
            except BaseException as error:
                if isinstance(error, WorkerLost) and worker is not None:
                    self._dismiss(worker)
                    worker = None
                task.future.set_exception(error)
            else:
                task.future.set_result(result)
            del task
        if worker is not None:
            self._dismiss(worker)

    def _hired(self) -> _Worker:
        worker = _Worker(self._limits)
        self._workers.add(worker)
        return worker

    def _dismiss(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        worker.dismiss()


class _Worker:
    """一个工作进程。"""

    def __init__(self, limits: Limits) -> None:
        self._seconds = limits.seconds
        self._pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_settle_in,
            initargs=(limits.megabytes, os.getpid()),
            max_tasks_per_child=_TASKS,
        )

    def do(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """做一件事。Raises WorkerLost."""
        try:
            running = self._pool.submit(function, *arguments)
            return running.result(self._seconds)
        except BrokenProcessPool as error:
            raise WorkerLost("进程意外结束（可能是内存用尽）") from error
        except TimeoutError as error:
            if running.done():  # its own error, not ours
                raise
            raise WorkerLost(f"超过 {self._seconds:.0f} 秒没有做完") from error

    def kill(self) -> None:
        """结束进程；还在做的不等它。"""
        # kill_workers is public from Python 3.14 on
        for process in list((self._pool._processes or {}).values()):
            process.kill()

    def dismiss(self) -> None:
        """结束进程，收回它的一切。"""
        self.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _settle_in(megabytes: int, master: int) -> None:
    """工作进程开始时：限内存，不理会 Ctrl-C，主进程没有了就跟着结束。"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    most = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    threading.Thread(target=_leave_with, args=(master,), daemon=True).start()


def _leave_with(master: int) -> None:
    while os.getppid() == master:
        time.sleep(_WATCH_SECONDS)
    os._exit(1)
