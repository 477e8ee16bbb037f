"""record：音像记录与送达。"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import click

from docgen.characters import legible
from docgen.cli.recording.contact_sheet import sheet
from docgen.cli.recording.filing import bind, restate, withdraw
from docgen.cli.recording.handing import delivery, withdraw_delivery
from docgen.cli.recording.keeping import export, fsck, retain
from docgen.cli.shared.footage_found import footage_of
from docgen.cli.shared.footage_shown import (
    footage_json,
    footage_line,
    handover_json,
    handover_line,
    link_lines,
    received_json,
)
from docgen.cli.shared.help import group, json_option
from docgen.cli.shared.show import show_error, show_json, show_notices, show_verdict, verdict_json
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS, moment_option, names_in
from docgen.errors import DocgenError, EnvironmentLacking, InputInvalid, UsageWrong, why
from docgen.filed import bound_of, filed_of, files_of_case
from docgen.intake import Received, clocks, receive
from docgen.model.footage import Footage, Said
from docgen.model.verdict import Finding, Level, Verdict

FOOTAGE = (
    *(".mp4", ".m4v", ".mov", ".mkv", ".avi", ".ts", ".mts", ".m2ts", ".mpg", ".3gp", ".webm"),
    *(".wav", ".m4a", ".mp3", ".aac", ".flac", ".ogg"),
    *(".jpg", ".jpeg", ".png", ".heic"),
)


@group("record")
def record() -> None:
    """音像记录与送达：登记录像，归到文书；只增不改，原来的都看得到。"""


for _command in (
    *(bind, withdraw, restate, delivery, withdraw_delivery),
    *(sheet, export, fsck, retain),
):
    record.add_command(_command)


@record.command("add")
@click.argument(
    "paths", metavar="录像文件…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--recorder", metavar="姓名", type=WORDS, required=True, help="记录人。")
@click.option("--officers", metavar="姓名,姓名", type=WORDS, help="画面里的执法人员。")
@click.option("--device", metavar="名称", type=WORDS, help="设备；不写则照文件自己说的。")
@click.option(
    "--started-at",
    metavar="时间",
    callback=moment_option,
    help="文件从何时录起；文件没有写或者写错时。",
)
@click.option("--by", metavar="姓名", type=WORDS, help="登记的人；不写即记录人。")
@click.option("--move", is_flag=True, help="登记好以后删去原来的文件。")
@click.option("--sm3", is_flag=True, help="另算 SM3 摘要。")
@json_option
def add(
    paths: tuple[Path, ...],
    recorder: str,
    officers: str | None,
    device: str | None,
    started_at: datetime | None,
    by: str | None,
    move: bool,
    sm3: bool,
    as_json: bool,
) -> int:
    """登记录像、录音、照片：算摘要，认画面里的场记板和文书二维码，归到文书的各行。

    可以给文件夹（存储卡）：其中的录像、录音、照片全部登记；登记过的不再登记。
    一件事录成几个文件的，一起给，首尾相接的自动连起来。

    例：docgen record add 存储卡 --recorder 示例甲
    """
    tools = Tools()
    tools.demand_register()
    files = list(_files(paths))
    if started_at is not None and len(files) > 1:
        raise UsageWrong("--started-at 一次只对一个文件。", advice="请一个一个登记。")
    if started_at is not None and started_at > tools.now:
        raise UsageWrong(f"--started-at {started_at} 还没有到。", advice="请核对时间。")
    said = Said(recorder, names_in(officers or ""), device, started_at)
    done, faults = [], []
    for number, path in enumerate(files, 1):
        _progress(number, len(files), path)
        try:
            got = receive(path, said, by or recorder, tools.desk, with_sm3=sm3)
            done.append(got)
            if move:
                _remove(path)
        except DocgenError as error:
            faults.append(error)
            continue
        if not as_json:
            _show(tools, got)
    verdict = _verdict(tools, done)
    if as_json:
        rows = [received_json(tools, got) for got in done]
        show_json({**verdict_json(verdict), "recordings": rows})
    elif verdict.findings:
        show_verdict(verdict)
    for fault in faults:
        show_error(fault)
    passed = verdict.bottom_line is Level.PASS
    return max((fault.exit_code for fault in faults), default=0 if passed else 1)


@record.command("list")
@click.option("--case", "case_number", metavar="案号", help="只列一个案件的。")
@json_option
def list_footage(case_number: str | None, as_json: bool) -> None:
    """列出登记的录像、它们归到的文书，与登记的送达。"""
    tools = Tools()
    archive, register = tools.existing_register.archive, tools.existing_register
    found = archive.footages()
    if case_number is not None:
        found, _ = files_of_case(case_number, register)
    handed = [
        (handover, entry)
        for handover in archive.handovers()
        if (entry := register.find(handover.identity)) is not None
        and case_number in (None, entry.slot.case_number)
    ]
    if as_json:
        deliveries = [handover_json(*pair) for pair in handed]
        rows = [footage_json(tools, f) for f in found]
        show_json({"recordings": rows, "deliveries": deliveries})
        return
    for footage in found:
        click.echo(footage_line(footage))
        for line in link_lines(tools, bound_of(footage, register)):
            click.echo(f"    {line}")
    for pair in handed:
        click.echo(handover_line(*pair))


@record.command("show")
@click.argument("which", metavar="摘要或文件名")
@json_option
def show(which: str, as_json: bool) -> int:
    """显示一个录像：它自己说的、画面里认出的、归到哪里，有什么毛病。"""
    tools = Tools()
    footage = footage_of(tools, which)
    bound = bound_of(footage, tools.register)
    cases = {(one.entry.slot.agency, one.entry.slot.case_number) for one in bound}
    mine = {one.link.id for one in bound}
    findings = tuple(
        finding
        for agency, number in sorted(cases)
        for finding in filed_of(agency, number, tools.register).findings
        if finding.where in {f"link {number}" for number in mine}
    )
    if as_json:
        show_json({**footage_json(tools, footage), **verdict_json(Verdict(findings))})
        return 0
    click.echo(footage_line(footage))
    click.echo(f"  SHA-256 {footage.sha256}")
    if footage.sm3:
        click.echo(f"  SM3 {footage.sm3}")
    click.echo(f"  存放：{footage.location}，{footage.size} 字节")
    for sighting in footage.sightings:
        click.echo(f"  机器认出：{sighting.at:.1f}–{sighting.until:.1f} 秒　{sighting.text[:60]}")
    for line in link_lines(tools, bound):
        click.echo(f"  {line}")
    for finding in findings:
        click.echo(f"  ！{finding.message}")
    return 0


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """各文件；文件夹即其中的录像、录音、照片。Raises InputInvalid for a folder without any."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in FOOTAGE and p.is_file())
        if not inside:
            advice = f"认得的扩展名：{'、'.join(FOOTAGE)}。"
            raise InputInvalid(f"{path} 里没有录像、录音、照片。", advice=advice)
        yield from inside


def _progress(number: int, total: int, path: Path) -> None:
    """在终端上说读到第几个；长的录像要读好几分钟。"""
    if sys.stderr.isatty():
        click.echo(f"［{number}/{total}］{legible(path.name)} …", err=True)


def _remove(path: Path) -> None:
    """登记好以后删去原来的文件；删不掉的说出来。"""
    try:
        path.unlink()
    except OSError as error:
        raise EnvironmentLacking(
            f"{legible(path.name)} 登记好了，原来的文件删不掉：{why(error)}。",
            advice="存储卡可能写保护；请自己删去。",
        ) from error


def _show(tools: Tools, got: Received) -> None:
    click.echo(footage_line(got.footage))
    if not got.fresh:
        show_notices([f"{got.footage.label} 早已登记，没有再登记。"])
    for line in link_lines(tools, got.bound):
        click.echo(f"    {line}")


def _verdict(tools: Tools, done: Sequence[Received]) -> Verdict:
    """每个文件的毛病，各案件里有头无尾的，与几台设备的时钟。"""
    found = {f for got in done for f in got.findings}
    cases = {(b.entry.slot.agency, b.entry.slot.case_number) for got in done for b in got.bound}
    mine = {f"link {b.link.id}" for got in done for b in got.bound}
    for agency, number in sorted(cases):
        told = filed_of(agency, number, tools.register).findings
        found |= {f for f in told if f.where in mine}
    footages: list[Footage] = [got.footage for got in done]
    found |= set(clocks(footages, tools.register, tools.register.keybook.keys()))
    if done and not found:
        message = f"{len(done)} 个文件都登记了，归属没有发现毛病。"
        found = {Finding("LNK000", Level.PASS, message)}
    elif done and all(f.advice or f.level is Level.PASS for f in found):
        found |= {Finding("LNK000", Level.PASS, f"{len(done)} 个文件都登记了。")}
    return Verdict(tuple(sorted(found, key=lambda f: (f.code, f.where, f.message))))
