"""集群：把同样的两件事交给 Dask 的工作进程；丢了的一块与本机进程死了一样对待。"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any

from docgen.batch.engine import WorkerLost
from docgen.errors import EnvironmentLacking

_SECONDS = 20
_ADVICE = (
    "请检查 --scheduler 的地址、调度器与工作进程是否在运行；安装用 pip install docgen[cluster]。"
)


class ClusterExecutor(Executor):
    """一个 Dask 调度器后面的工作进程。

    The scheduler gives the work of a dead worker to another one; what kills several is lost.
    Raises EnvironmentLacking when there is no scheduler, or no worker.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client  # noqa: PLC0415  # an extra
            from distributed.scheduler import KilledWorker  # noqa: PLC0415
        except ImportError as error:
            raise EnvironmentLacking("没有安装 Dask（distributed）。", advice=_ADVICE) from error
        try:
            self._client = Client(address, timeout=_SECONDS, set_as_default=False)
            self._client.wait_for_workers(1, timeout=_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            raise EnvironmentLacking(
                f"连不上 Dask 调度器 {address}，或者它没有工作进程。", advice=_ADVICE
            ) from error
        self._inner = self._client.get_executor(pure=False)
        self._lost = KilledWorker

    @property
    def workers(self) -> int:
        """现有的工作进程数。"""
        return max(len(self._client.nthreads()), 1)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """交一件事。"""
        outer: Future[Any] = Future()
        outer.set_running_or_notify_cancel()
        self._inner.submit(fn, *args, **kwargs).add_done_callback(partial(self._pass_on, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """不再收，离开调度器。"""
        self._inner.shutdown(wait and not cancel_futures)
        self._client.close()

    def abandon(self) -> None:
        """不做了。"""
        self.shutdown(wait=False, cancel_futures=True)

    def _pass_on(self, outer: Future[Any], inner: Future[Any]) -> None:
        if inner.cancelled():
            outer.set_exception(WorkerLost("集群取消了这一块"))
            return
        error = inner.exception()
        if error is None:
            outer.set_result(inner.result())
        elif isinstance(error, self._lost):
            outer.set_exception(WorkerLost("几个工作进程都在做它时意外结束"))
        else:
            outer.set_exception(error)
