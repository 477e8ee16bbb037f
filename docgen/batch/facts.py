"""表格的一行只说了案件的一部分：与登记簿里记过的合成整个案件的事实。纯函数。"""

from __future__ import annotations

import json
from collections.abc import Mapping

_OF_DOCUMENTS = ("deliveries", "recordings", "proceedings", "suppressions")


def joined(before: str | None, part: str) -> str:
    """说到的那几份文书换上新的，其余照旧。before, part: a case's facts as canonical JSON."""
    if before is None:
        return part
    old, new = json.loads(before), json.loads(part)
    own = {row.get("key") or row.get("type") for row in new["instruments"]}
    whole = {**old, **new}
    for name in ("instruments", *_OF_DOCUMENTS):
        kept = [row for row in old.get(name, ()) if _document_of(row) not in own]
        if listed := [*kept, *new.get(name, ())]:
            whole[name] = listed
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _document_of(row: Mapping[str, str]) -> str | None:
    return row.get("instrument") or row.get("key") or row.get("type")
