"""远处的存储：连不上、写不了，说成人话。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError

from docgen.errors import EnvironmentLacking


@contextmanager
def reached(what: str, advice: str) -> Iterator[None]:
    """对象存储的错误换成 EnvironmentLacking。what: its name for people; advice: how to mend it."""
    try:
        yield
    except (BaseError, OSError) as error:
        told = str(error).splitlines()[0][:200]
        raise EnvironmentLacking(f"{what} 连不上或者写不了：{told}", advice=advice) from error
