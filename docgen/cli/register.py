"""register：登记簿。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from docgen import pipeline
from docgen.cli.shared.help import group, json_option
from docgen.cli.shared.numbers import agency_name, entry_of
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS
from docgen.errors import InputInvalid, UsageWrong
from docgen.fill import fill_case
from docgen.model.claim import identity_text
from docgen.model.register import Entry, Series, State
from docgen.model.words import fold_space
from docgen.store.receipts import lists
from docgen.store.register import Register
from docgen.workshop import keep_case

CASE = click.Path(path_type=Path)
agency_option = click.option("--agency", metavar="机关", help="执法机关全称；只有一个机关时可省。")


@group("register")
def register() -> None:
    """登记簿：查文号，作废，接续已有的编号。"""


@register.command("list")
@json_option
def list_entries(as_json: bool) -> None:
    """列出全部文号与状态。"""
    tools = Tools()
    entries = tools.existing_register.entries()
    if as_json:
        show_json({"instruments": [_row(entry) for entry in entries]})
        return
    titles = {item.id: item.title for item in tools.catalogue.instruments.values()}
    for entry in entries:
        click.echo(_line(entry, titles))


@register.command("show")
@click.argument("number", metavar="文号")
@agency_option
@json_option
def show(number: str, agency: str | None, as_json: bool) -> None:
    """显示一个文号的全部登记内容。例：docgen register show （鲁）应急责改〔2026〕1号"""
    tools = Tools()
    entry = entry_of(tools.existing_register, number, agency)
    if as_json:
        show_json(_row(entry))
        return
    titles = {item.id: item.title for item in tools.catalogue.instruments.values()}
    click.echo(_line(entry, titles))
    click.echo(f"  机关：{entry.slot.agency}\n  案件：{entry.slot.case_number}（{entry.slot.key}）")
    click.echo(f"  标识：{identity_text(entry.identity)}，第 {entry.edition} 版")
    for label, moment in (
        ("留号", entry.reserved_at),
        ("签发", entry.issued_at),
        ("作废", entry.voided_at),
    ):
        if moment:
            click.echo(f"  {label}：{moment:%Y-%m-%d %H:%M:%S}")
    for file in entry.files:
        click.echo(f"  文件：{file.sha256}（{file.media_type}）")
    for accepted in entry.acceptances:
        click.echo(f"  未通过 {accepted.code} 仍签发，理由：{accepted.reason}")


@register.command("void")
@click.argument("number", metavar="文号")
@click.option(
    "--reason", metavar="理由", type=WORDS, required=True, help="永久保留；扫码只看得到作废的日期。"
)
@agency_option
def void(number: str, reason: str, agency: str | None) -> None:
    """作废一个文号。文号不再使用，也不能恢复。

    例：docgen register void （鲁）应急责改〔2026〕1号 --reason 期限写错，另行制作
    """
    if not reason.strip():
        raise UsageWrong("--reason 不能是空的。", advice="作废要写明理由。")
    tools = Tools()
    entry = entry_of(tools.existing_register, number, agency)
    kinds = [kind.id for kind in tools.catalogue.instruments.values() if kind.brought_by]
    receipts = tools.register.void(entry.identity, fold_space(reason), tools.now, kinds)
    told = f"，它的送达回执 {'、'.join(r.number.text for r in receipts)} 一并作废" * bool(receipts)
    click.echo(f"{entry.number.text} 已作废{told}。请收回已印出、已送达的各份。")
    if standing := [e.number.text for e in tools.register.entries() if _cites(e, entry)]:
        click.echo(f"还写着它、没有作废的：{'、'.join(standing)}；请逐份作废，再重新生成。")


@register.command("keep")
@click.argument("paths", metavar="案件文件…", nargs=-1, required=True, type=CASE)
@click.option(
    "--reason", metavar="理由", type=WORDS, help="改正或者减少记过的事实时写明，永久保留。"
)
def keep(paths: tuple[Path, ...], reason: str | None) -> None:
    """记下案件后来的事实：送达、音像记录、程序；已签发的文书须没有变。

    docgen check --register 照最新的核查。签发时的事实自动记下。记过的事实在案件文件里没有了
    或者不同，不记，并列出；确要改正的写明 --reason，原来的仍然留着。

    例：docgen register keep samples/complete/penalty.yaml
    """
    if reason is not None and not reason.strip():
        raise UsageWrong("--reason 不能是空的。", advice="改正要写明理由。")
    tools = Tools()
    tools.demand_register()
    for path in paths:
        case = pipeline.load_case(path, tools.catalogue)
        drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
        fresh = keep_case(case, drafts, tools.workshop, reason)
        click.echo(f"{case.case_number}：{'记下了' if fresh else '与登记簿里的相同，没有再记'}。")


@register.command("start")
@click.argument("code", metavar="文书代字")
@click.argument("year", metavar="年份", type=click.IntRange(1949, 2999))
@click.argument("following", metavar="下一个号", type=click.IntRange(1, 999_999_999))
@agency_option
@click.option("--new-agency", is_flag=True, help="登记簿里还没有这个机关，确是新的。")
def start(code: str, year: int, following: int, agency: str | None, new_agency: bool) -> None:
    """接续已有的编号：从“下一个号”编起。例：docgen register start 应急责改 2026 58"""
    tools = Tools()
    known = {item.number_code: item.title for item in tools.catalogue.instruments.values()}
    if code not in known:
        raise InputInvalid(f"没有文书代字“{code}”。", advice=f"可用：{'、'.join(known)}。")
    name = agency_name(agency) if agency else _only_agency(tools.register)
    series = Series(name, code, year, following)
    tools.register.start_series(series, tools.now, new_agency=new_agency)
    click.echo(f"{name} {code}〔{year}〕将从 {following} 号编起。")


@register.command("series")
@json_option
def series(as_json: bool) -> None:
    """列出各编号序列的下一个号。"""
    found = Tools().existing_register.series()
    if as_json:
        show_json({"series": [vars(item) for item in found]})
        return
    for item in found:
        click.echo(f"{item.agency}  {item.code}〔{item.year}〕  下一个号 {item.next_sequence}")


def _cites(other: Entry, entry: Entry) -> bool:
    """同案另一份没有作废的文书，印着 entry 的文号，或者列着它。"""
    mine, theirs = entry.slot, other.slot
    same = (theirs.agency, theirs.case_number) == (mine.agency, mine.case_number)
    live = other.state is not State.VOIDED and other.identity != entry.identity
    printed = entry.number.text.encode() in (other.content or b"")
    return same and live and (printed or lists(other, entry))


def _only_agency(book: Register) -> str:
    names = sorted({*book.keybook.regions(), *(s.agency for s in book.series())})
    if len(names) != 1:
        known = f"登记簿里有 {'、'.join(names)}。" if names else "登记簿里还没有机关。"
        raise UsageWrong("要用 --agency 说明是哪个机关。", advice=known)
    return names[0]


def _line(entry: Entry, titles: Mapping[str, str]) -> str:
    reason = f"（{entry.void_reason}）" if entry.void_reason else ""
    state = entry.state.label + reason
    title = titles.get(entry.type, entry.type)
    return f"{entry.number.text}  {entry.date}  《{title}》  {entry.slot.case_number}  {state}"


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "number": entry.number.text,
        "agency": entry.slot.agency,
        "case_number": entry.slot.case_number,
        "key": entry.slot.key,
        "instrument": entry.type,
        "edition": entry.edition,
        "identity": identity_text(entry.identity),
        "date": entry.date.isoformat(),
        "state": entry.state.value,
        "reserved_at": entry.reserved_at.isoformat(),
        "issued_at": entry.issued_at.isoformat() if entry.issued_at else None,
        "voided_at": entry.voided_at.isoformat() if entry.voided_at else None,
        "void_reason": entry.void_reason,
        "files": [vars(file) for file in entry.files],
        "acceptances": [vars(accepted) for accepted in entry.acceptances],
    }
