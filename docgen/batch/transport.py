"""冻结的映射也能送到别的进程：pickle 自己不认得 MappingProxyType。

A module of its own: what the table of copyreg holds lives until the very end of the process.
"""

from __future__ import annotations

import copyreg
from types import MappingProxyType
from typing import Any


def _thawed(proxy: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return _frozen, (dict(proxy),)


def _frozen(items: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(items)


copyreg.pickle(MappingProxyType, _thawed)
