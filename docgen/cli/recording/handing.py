"""record delivery：送达的事实。"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from docgen.cli.shared.footage_found import keep_scan
from docgen.cli.shared.help import command
from docgen.cli.shared.numbers import entry_of
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS
from docgen.errors import InputInvalid, Refused, UsageWrong
from docgen.model.case import Delivery, Receipt
from docgen.model.footage import Ending, Handover, LinkEnd
from docgen.model.register import Entry, State
from docgen.read.schema import DeliveryFile
from docgen.source import Source
from docgen.validate import validate

_MODES = ("direct", "left", "post", "entrusted", "electronic", "announcement")
_OWN = ("instrument", "planned_at", "receipt")
_WORDED = ("refusal_reason", "agent_relation")


def _fact_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """案件文件里送达的各项，一项一个选项。"""
    for name, field in reversed(DeliveryFile.model_fields.items()):
        if name not in _OWN:
            option = f"--{name.replace('_', '-')}"
            ends = ("时间", "_at") if name == "at" or name.endswith("_at") else ("日期", "_on")
            metavar = ends[0] if name == "at" or name.endswith(ends[1]) else "文字"
            metavar = "文字" if name in _WORDED else metavar
            kind = click.Choice(_MODES) if name == "mode" else None
            own: dict[str, Any] = {"type": kind} if kind else {"metavar": metavar}
            demanded = name in ("mode", "at")
            made = click.option(
                option, name, help=field.description or field.title, required=demanded, **own
            )
            function = made(function)
    return function


@command("delivery")
@click.argument("number", metavar="文号")
@_fact_options
@click.option("--signed/--unsigned", default=None, help="回执有没有签名。")
@click.option("--sealed/--unsealed", default=None, help="回执有没有盖章。")
@click.option("--scan", metavar="文件", type=click.Path(path_type=Path), help="回执的扫描件。")
@click.option("--supersedes", metavar="次号", type=click.IntRange(1), help="更正这一次送达。")
@click.option("--reason", metavar="理由", type=WORDS, help="更正的理由，永久保留。")
@click.option("--agency", metavar="机关", help="执法机关全称；只有一个机关时可省。")
@click.option("--by", metavar="姓名", type=WORDS, required=True, help="登记的人，永久保留。")
def delivery(
    number: str,
    signed: bool | None,
    sealed: bool | None,
    scan: Path | None,
    supersedes: int | None,
    reason: str | None,
    agency: str | None,
    by: str,
    **facts: str | None,
) -> None:
    """登记一次送达：方式、时间、地点、收件人、签收；之后的核查照它判断。

    例：docgen record delivery （鲁）应急责改〔2026〕1号 --mode direct
        --at 2026-11-24T15:10 --signed --by 示例甲
    """
    if (supersedes is None) is not (reason is None):
        raise UsageWrong("--supersedes 与 --reason 要一起用。", advice="更正要写明理由。")
    told = _read({name: value for name, value in facts.items() if value is not None})
    if signed is not None or sealed is not None:
        told = Delivery(**{**vars(told), "receipt": Receipt(signed, sealed)})
    tools = Tools()
    entry = entry_of(tools.existing_register, number, agency)
    if entry.state is not State.ISSUED:
        raise Refused(
            f"{entry.number.text} {entry.state.label}，没有登记送达。", advice="请核对文号。"
        )
    _demand_deliverable(tools, entry, told)
    if told.at is not None and told.at > tools.now:
        raise InputInvalid(f"--at {told.at:%Y-%m-%d %H:%M} 还没有到。", advice="请核对时间。")
    receipt = keep_scan(tools, scan) if scan else None
    done = _register(tools, entry.identity, told, receipt, by, supersedes, reason)
    click.echo(f"{entry.number.text} 的送达已登记（第 {done.id} 次）：{told.at:%Y-%m-%d %H:%M}。")


@command("withdraw-delivery")
@click.argument("number", metavar="次号", type=click.IntRange(1))
@click.option("--reason", metavar="理由", type=WORDS, required=True, help="永久保留。")
@click.option("--by", metavar="姓名", type=WORDS, required=True, help="谁撤回的，永久保留。")
def withdraw_delivery(number: int, reason: str, by: str) -> None:
    """撤回一次登记错的送达；它和理由仍然看得到。次号见 docgen record list。

    例：docgen record withdraw-delivery 2 --reason 登记到另一份文书上了 --by 示例甲
    """
    tools = Tools()
    end = LinkEnd(Ending.WITHDRAWN, reason, by, tools.now)
    tools.existing_register.archive.withdraw_delivery(number, end)
    click.echo(f"第 {number} 次送达已撤回：{reason}。")


def _demand_deliverable(tools: Tools, entry: Entry, told: Delivery) -> None:
    """送达的是文书，不是回执，也不早于文书的日期。Raises InputInvalid."""
    kind = tools.catalogue.instruments.get(entry.type)
    if kind is not None and kind.brought_by is not None:
        raise InputInvalid(
            f"{entry.number.text} 是《{kind.title}》，它随文书送达，不另登记。",
            advice="请写所送达的文书的文号。",
        )
    if told.at is not None and told.at.date() < entry.date:
        raise InputInvalid(
            f"--at {told.at:%Y-%m-%d} 早于文书日期 {entry.date}，没有登记。",
            advice="请核对时间与文号。",
        )


def _register(
    tools: Tools,
    identity: bytes,
    told: Delivery,
    receipt: str | None,
    by: str,
    supersedes: int | None,
    reason: str | None,
) -> Handover:
    archive = tools.register.archive
    if supersedes is None:
        return archive.deliver(identity, told, receipt, by, tools.now)
    end = LinkEnd(Ending.SUPERSEDED, reason or "", by, tools.now)
    return archive.correct(supersedes, told, receipt, end)


def _read(facts: dict[str, str]) -> Delivery:
    """选项 → 送达，与案件文件里的写法同样要求。Raises UsageWrong."""
    data, problems = validate(DeliveryFile, {"instrument": "-", **facts}, Source("", None))
    if data is None:
        told = "；".join(f"--{p.where.strip().replace('_', '-')}：{p.message}" for p in problems)
        raise UsageWrong(f"送达写得不对：{told}", advice="docgen record delivery --help 列出各项。")
    return Delivery(**{**data.model_dump(exclude={"receipt"}), "instrument": ""})
