"""进度：做了多少、多快、还要多久，写到标准错误。"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from docgen.model.batch import Status, Tally

_EVERY = 10.0


def progress_of(total: int | None) -> Callable[[Tally], None]:
    """一个报告进度的函数：终端上是一条，别处每十秒一行。"""
    return _Bar(total) if sys.stderr.isatty() else _Lines(total)


@dataclass
class _Pace:
    """多快，从第一批结果出来算起：在那以前是各工作进程在启动。"""

    since: Tally | None = None

    def of(self, tally: Tally) -> float | None:
        """每秒几条；还说不准则 None。"""
        if self.since is None:
            self.since = tally
        done, seconds = tally.done - self.since.done, tally.seconds - self.since.seconds
        return done / seconds if done > 0 and seconds > 0 else None


class _Bar:
    def __init__(self, total: int | None) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
            TextColumn("还要"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("批量", total=total, told="")
        self._pace = _Pace()
        self._bar.start()

    def __call__(self, tally: Tally) -> None:
        told = "，".join((*_rate(self._pace.of(tally)), *_bad(tally)))
        self._bar.update(self._task, completed=tally.done, told=told)
        if tally.finished:
            self._bar.stop()


class _Lines:
    def __init__(self, total: int | None) -> None:
        self._total = total
        self._told = 0.0
        self._pace = _Pace()

    def __call__(self, tally: Tally) -> None:
        rate = self._pace.of(tally)
        if tally.finished or tally.seconds - self._told < _EVERY:
            return
        self._told = tally.seconds
        of = f"／{self._total}" if self._total else ""
        left = _left(tally, self._total, rate)
        told = "，".join((f"已做 {tally.done}{of} 条", *_rate(rate), *_bad(tally), *left))
        print(told, file=sys.stderr, flush=True)


def _rate(rate: float | None) -> tuple[str, ...]:
    if rate is None:
        return ()
    return (f"每秒 {rate:.1f} 条" if rate >= 1 else f"每分钟 {rate * 60:.0f} 条",)


def _bad(tally: Tally) -> tuple[str, ...]:
    bad = tally.of(Status.REFUSED) + tally.of(Status.FAILED)
    return (f"{bad} 条没有签发",) if bad else ()


def _left(tally: Tally, total: int | None, rate: float | None) -> tuple[str, ...]:
    if not total or rate is None:
        return ()
    hours, minutes = divmod(round((total - tally.done) / rate / 60), 60)
    return (f"还要 {hours} 小时 {minutes} 分" if hours else f"还要 {max(minutes, 1)} 分",)
