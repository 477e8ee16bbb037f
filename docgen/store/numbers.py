"""编号：一个序列的下一个号，或者案件给定的号（contract 5.4）。在登记簿的事务里执行。"""

from __future__ import annotations

from sqlalchemy import Connection, select

from docgen.errors import Refused
from docgen.model.register import Entry, Reservation, Series
from docgen.store import rows, tables

LARGEST_SEQUENCE = 999_999_999
FARTHEST_LEAP = 100


def fits(entry: Entry, item: Reservation) -> bool:
    """已留的号是否正是要的那个。"""
    number = entry.number
    same = (number.region, number.code, number.year) == (item.region, item.code, item.date.year)
    return same and entry.type == item.type and item.number in (None, number)


def allocate(connection: Connection, item: Reservation) -> int:
    """下一个号，或者案件给定的号；给定的号会把序列推到它之后，以免重号。

    Raises Refused for a number that is taken, or that leaps too far to be meant.
    """
    table = tables.series.c
    mine = (
        (table.agency == item.slot.agency)
        & (table.code == item.code)
        & (table.year == item.date.year)
    )
    query = select(table.next_sequence).where(mine).with_for_update()
    following = connection.execute(query).scalar_one_or_none() or 1
    sequence = following if item.number is None else item.number.sequence
    if sequence > LARGEST_SEQUENCE or (item.number and sequence > following + FARTHEST_LEAP):
        raise Refused(
            f"{item.code}〔{item.date.year}〕的下一个号是 {following}，"
            f"给定的 {sequence} 差得太远，像是写错了。",
            advice=f"确实编到了那里，先执行 docgen register start {item.code}"
            f" {item.date.year} {sequence} --agency {item.slot.agency}。",
        )
    _refuse_taken(connection, item, sequence)
    upcoming = max(following, sequence + 1)
    rows.set_next(connection, Series(item.slot.agency, item.code, item.date.year, upcoming))
    return sequence


def _refuse_taken(connection: Connection, item: Reservation, sequence: int) -> None:
    table = tables.instruments.c
    taken = rows.entries(
        connection,
        (table.agency == item.slot.agency)
        & (table.code == item.code)
        & (table.year == item.date.year)
        & (table.sequence == sequence),
    )
    if taken:
        other = taken[0]
        raise Refused(
            f"文号 {other.number.text} 已经用在案件 {other.slot.case_number} 的"
            f" {other.slot.key}（{other.state.label}）。",
            advice="请改正案件文件的 number，或者删去它由系统编号。",
        )
