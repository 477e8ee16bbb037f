"""把工作分块交给执行器，按先后收回；失落的一块拆成单条再试，再失落的那一条才算失败。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Generic, TypeVar

from docgen.batch.engine import WorkerLost
from docgen.errors import EnvironmentLacking
from docgen.model.batch import Rejection, Status

Item = TypeVar("Item")
Result = TypeVar("Result")
Work = Callable[[Sequence[Item]], Sequence[Result]]


@dataclass(frozen=True)
class Pending(Generic[Item, Result]):
    """交出去的一块。last: what is lost now is given up."""

    function: Callable[..., Sequence[Result | Rejection]]
    fixed: tuple[Any, ...]
    items: Sequence[Item]
    future: Future[Sequence[Result | Rejection]]
    executor: Executor
    last: bool = False

    def collect(self) -> Sequence[Result | Rejection]:
        """等它做完。Raises what the work itself raises; EnvironmentLacking when no worker works."""
        try:
            return self.future.result()
        except WorkerLost as error:
            if self.last:
                self._demand_worker()
                return [_gone(error)]
        parts = (spread(self.executor, self.function, self.fixed, [item]) for item in self.items)
        again = [replace(part, last=True) for part in parts]
        return [one for pending in again for one in pending.collect()]

    def _demand_worker(self) -> None:
        """没有东西要做的也失落，就不是这一条的缘故。Raises EnvironmentLacking."""
        try:
            self.executor.submit(self.function, *self.fixed, ()).result()
        except WorkerLost as error:
            raise EnvironmentLacking(
                f"工作进程做不成事：{error}。",
                advice="请检查内存、磁盘与 --memory；做完的都在，同一条命令会接着做。",
            ) from error


def spread(
    executor: Executor,
    function: Callable[..., Sequence[Result | Rejection]],
    fixed: tuple[Any, ...],
    items: Sequence[Item],
) -> Pending[Item, Result]:
    """交一块出去。function: takes the fixed arguments and the items."""
    future = executor.submit(function, *fixed, tuple(items))
    return Pending(function, fixed, items, future, executor)


def chunks(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """几条一块。"""
    source = iter(items)
    while chunk := tuple(islice(source, size)):
        yield chunk


def _gone(error: WorkerLost) -> Rejection:
    return Rejection(
        Status.FAILED,
        f"这一条做不下去：{error}。",
        advice="请看它是不是特别长（例如清单有几千项），拆开再做；或者加大 --limit、--memory。",
    )
