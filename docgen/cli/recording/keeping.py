"""record export、record fsck、record retain：导出、逐个核对与满期删去。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from docgen.cli.shared.footage_shown import footage_json, footage_line
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_json, show_notices, show_verdict, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS
from docgen.errors import InputInvalid, UsageWrong
from docgen.exporting import discard, expired, export_footage
from docgen.filed import files_of_case
from docgen.media.vault import fault_in_store
from docgen.model.footage import Footage
from docgen.model.verdict import Finding, Level, Verdict
from docgen.model.words import fold_space
from docgen.retain import Expired


@command("export")
@click.argument("case_number", metavar="案号")
@click.option(
    "-o",
    "--output",
    metavar="文件夹",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="写到这个文件夹，没有就新建；已经有东西的不写。",
)
def export(case_number: str, output: Path) -> int:
    """导出一个案件的全部录像，连同清单（manifest.json）和校验文件（SHA256SUMS）。

    例：docgen record export （鲁）应急案〔2026〕12号 -o 移送
    """
    tools = Tools()
    found, _ = files_of_case(case_number, tools.existing_register)
    if not found:
        raise InputInvalid(
            f"案件 {case_number} 没有登记的录像。", advice="docgen record list 列出全部。"
        )
    manifest = {
        "case_number": case_number,
        "recordings": [footage_json(tools, footage) for footage in found],
    }
    count, lost = export_footage(found, manifest, output, tools.vault)
    click.echo(f"{count} 个文件导出到 {output}，核对用 sha256sum -c SHA256SUMS。")
    if lost:
        show_notices([f"没有导出：{one}；清单里写明了。" for one in lost])
    return 3 if lost else 0


@command("fsck")
@json_option
def fsck(as_json: bool) -> int:
    """逐个核对录像库里的文件与登记的摘要；少了的、变了的、没有登记的都列出。"""
    tools = Tools()
    footages = tools.existing_register.archive.footages()
    verdict = Verdict(tuple(_findings(tools, footages)))
    if as_json:
        show_json(verdict_json(verdict))
    else:
        show_verdict(verdict, everything=len(footages) < 20)
        show_notices(["这里只核对文件；登记簿里写的有没有改过，用 docgen log verify 核对。"])
    return 0 if verdict.bottom_line is Level.PASS else 1


@command("retain")
@click.option(
    "--at", metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="截至哪一天；不写即今天。"
)
@click.option("--delete", is_flag=True, help="删去满期的；摘要、依据和日期永久保留。")
@click.option("--by", metavar="姓名", type=WORDS, help="谁决定删去，永久保留。")
@json_option
def retain(at: datetime | None, delete: bool, by: str | None, as_json: bool) -> None:
    """列出保存期满的录像；--delete 删去它们。

    期限是 config.yaml 的 retention；没有规则的一直保存，归到几份文书的每一份都满期才算。

    例：docgen record retain --at 2031-12-31
    """
    if delete and not (by or "").strip():
        raise UsageWrong("--delete 要写 --by。", advice="写明谁决定删去。")
    tools = Tools()
    if delete and at is not None and at.date() > tools.today:
        raise UsageWrong("--delete 只能截至今天。", advice="去掉 --at，或者写今天以前的日期。")
    day = at.date() if at else tools.today
    found = expired(tools.existing_register, tools.settings.retention, day)
    if as_json:
        show_json(
            {"at": day.isoformat(), "deleted": delete, "expired": [_expired_json(e) for e in found]}
        )
    for item in found if not as_json else ():
        click.echo(f"{footage_line(item.footage)}　{item.on} 满期（{item.rule.source}）")
    if not as_json:
        click.echo(f"截至 {day}：满期 {len(found)} 个" + ("，都已删去。" if delete else "。"))
    for item in found if delete else ():
        discard(item, fold_space(by or ""), tools.register, tools.vault, tools.now)


def _expired_json(item: Expired) -> dict[str, object]:
    return {
        "sha256": item.footage.sha256,
        "name": item.footage.name,
        "on": item.on.isoformat(),
        "rule": item.rule.source,
    }


def _findings(tools: Tools, footages: tuple[Footage, ...]) -> Iterator[Finding]:
    if not footages:
        yield Finding("FSK001", Level.UNKNOWN, "还没有登记过录像。")
    for footage in footages:
        yield _judge(tools, footage)
    gone = {f.location for f in footages if f.deleted is not None}
    known = {f.location for f in footages if f.deleted is None}
    receipts = tools.register.archive.receipts()
    for location in tools.vault.locations():
        if location in gone:
            said = f"{location} 登记为满期删去，文件还在；请再 record retain --delete 一次。"
            yield Finding("FSK003", Level.FAIL, said, location)
        elif location not in known and Path(location).stem not in receipts:
            said = f"录像库里的 {location} 没有登记：登记中途断了的，再 record add 一次即可。"
            yield Finding("FSK002", Level.UNKNOWN, said, location)


def _judge(tools: Tools, footage: Footage) -> Finding:
    where = footage.location
    if footage.deleted is not None:
        day, rule = footage.deleted.at.date(), footage.deleted.rule
        said = f"{footage.label} 保存期满，已于 {day} 删去（{rule}）。"
        return Finding("FSK001", Level.NOT_APPLICABLE, said, where)
    if fault := fault_in_store(footage, tools.vault):
        return Finding("FSK001", Level.FAIL, f"{footage.label} {fault}。", where)
    return Finding("FSK001", Level.PASS, f"{footage.label} 与登记的摘要相同。", where)
