"""机关：名称与代字要与登记簿里的分得清，一个代字只归一个机关。"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from docgen.errors import InputInvalid
from docgen.store import tables


def regions(connection: Connection) -> dict[str, str]:
    """登记簿里的机关：名称 → 代字，按名称。"""
    table = tables.agencies
    return {row.name: row.region for row in connection.execute(select(table).order_by("name"))}


def admit(connection: Connection, agency: str, region: str) -> bool:
    """记下新机关（给出 True）；已有的，代字要相符。

    A name that looks like a slip gets no numbers: a number given twice voids an act. Raises
    InputInvalid.
    """
    known = regions(connection)
    if agency in known:
        _refuse_other_region(agency, region, known[agency])
        return False
    other = next((name for name, taken in known.items() if taken == region), None)
    if other is not None:
        raise InputInvalid(
            f"代字“{region}”在登记簿里属于“{other}”，案件写的机关是“{agency}”。",
            advice="请核对案件文件的 agency.name 是否写错；两个机关不能共用一个代字。",
        )
    named = set(connection.execute(select(tables.series.c.agency)).scalars())
    waiting = sorted(named - known.keys())
    if waiting and agency not in waiting:
        names = "、".join(f"“{name}”" for name in waiting)
        raise InputInvalid(
            f"接续编号时写的机关是{names}，案件写的是“{agency}”。",
            advice="请核对两处的名称；接续时写错的，用正确的名称再执行一次 docgen register start。",
        )
    connection.execute(insert(tables.agencies).values(name=agency, region=region))
    return True


def _refuse_other_region(agency: str, region: str, known: str) -> None:
    if region != known:
        raise InputInvalid(
            f"机关“{agency}”在登记簿里的代字是“{known}”，案件写的是“{region}”。",
            advice="请改正案件文件的 agency.region；机关的代字一经使用不再改变。",
        )
