"""工作进程里做的几件怪事，供执行器的测试用。"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

from docgen.model.batch import Rejection


def doubled(items: Sequence[int]) -> tuple[int | Rejection, ...]:
    """每个数加倍；13 使进程死去，14 永远做不完，15 要很多内存。"""
    return tuple(_doubled(item) for item in items)


def _doubled(item: int) -> int:
    if item == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if item == 14:
        time.sleep(3600)
    if item == 15:
        return len(bytearray(2_000_000_000))
    if item == 16:
        raise TimeoutError("its own")
    return item * 2


def own_process() -> int:
    """自己的进程号。"""
    return os.getpid()
