"""新机关：名称与代字要与登记簿里的分得清。"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from docgen.errors import InputInvalid
from docgen.model.claim import PublicKey
from docgen.store import tables


def refuse_likely_slip(
    connection: Connection, agency: str, region: str, known: Sequence[PublicKey]
) -> None:
    """新机关的名称若像是写错，就不替它编号：重号会使文书无效。Raises InputInvalid."""
    other = next((key.agency for key in known if key.region == region), None)
    if other is not None:
        raise InputInvalid(
            f"代字“{region}”在登记簿里属于“{other}”，案件写的机关是“{agency}”。",
            advice="请核对案件文件的 agency.name 是否写错；两个机关不能共用一个代字。",
        )
    named = set(connection.execute(select(tables.series.c.agency)).scalars())
    waiting = sorted(named - {key.agency for key in known})
    if waiting and agency not in waiting:
        names = "、".join(f"“{name}”" for name in waiting)
        raise InputInvalid(
            f"接续编号时写的机关是{names}，案件写的是“{agency}”。",
            advice="请核对两处的名称；接续时写错的，用正确的名称再执行一次 docgen register start。",
        )
