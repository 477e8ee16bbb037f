"""进度：做了多少、多快、还要多久，写到标准错误。"""

from __future__ import annotations

import sys
from collections.abc import Callable

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


class _Bar:
    def __init__(self, total: int | None) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("还要"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._bar.add_task("批量", total=total, rate="")
        self._bar.start()

    def __call__(self, tally: Tally) -> None:
        self._bar.update(self._task, completed=tally.done, rate=_rate(tally))
        if tally.finished:
            self._bar.stop()


class _Lines:
    def __init__(self, total: int | None) -> None:
        self._total = total
        self._told = 0.0

    def __call__(self, tally: Tally) -> None:
        if tally.finished or tally.seconds - self._told < _EVERY:
            return
        self._told = tally.seconds
        of = f"／{self._total}" if self._total else ""
        left = _left(tally, self._total)
        print(f"已做 {tally.done}{of} 条，{_rate(tally)}{left}", file=sys.stderr, flush=True)


def _rate(tally: Tally) -> str:
    bad = tally.of(Status.REFUSED) + tally.of(Status.FAILED)
    rate = tally.done / tally.seconds if tally.seconds > 0 else 0.0
    told = f"每秒 {rate:.1f} 条" if rate >= 1 else f"每分钟 {rate * 60:.0f} 条"
    return told + (f"，{bad} 条没有签发" if bad else "")


def _left(tally: Tally, total: int | None) -> str:
    if not total or not tally.done:
        return ""
    seconds = (total - tally.done) * tally.seconds / tally.done
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"，还要 {hours} 小时 {minutes} 分" if hours else f"，还要 {max(minutes, 1)} 分"
