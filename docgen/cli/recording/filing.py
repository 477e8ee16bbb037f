"""record bind、record withdraw：人写明的归属、更正与撤回。"""

from __future__ import annotations

import re

import click

from docgen.cli.shared.footage_found import footage_of
from docgen.cli.shared.footage_shown import link_lines
from docgen.cli.shared.help import command
from docgen.cli.shared.numbers import entry_of
from docgen.cli.shared.show import show_verdict
from docgen.cli.shared.tools import Tools
from docgen.errors import InputInvalid, UsageWrong
from docgen.filed import bound_of
from docgen.intake import bind as bind_piece
from docgen.model.footage import Footage, Medium, Origin, Piece
from docgen.model.verdict import Level, Verdict
from docgen.model.words import fold_space

by_option = click.option("--by", metavar="姓名", required=True, help="谁认定的，永久保留。")


@command("bind")
@click.argument("which", metavar="摘要或文件名")
@click.option("--to", "number", metavar="文号", required=True, help="归到哪份文书。")
@click.option(
    "--row", metavar="行号", type=click.IntRange(1, 999), required=True, help="清单的行。"
)
@click.option("--from", "start", metavar="时间", help="从文件的何时起，如 1:05；不写即开头。")
@click.option("--until", metavar="时间", help="到何时止；不写即结尾。")
@click.option("--steps", metavar="步骤,步骤", default="", help="录到的步骤；不写照案件的安排。")
@click.option("--supersedes", metavar="条号", type=click.IntRange(1), help="更正这一条归属。")
@click.option("--reason", metavar="理由", help="更正的理由，永久保留。")
@click.option("--agency", metavar="机关", help="执法机关全称；只有一个机关时可省。")
@by_option
def bind(
    which: str,
    number: str,
    row: int,
    start: str | None,
    until: str | None,
    steps: str,
    supersedes: int | None,
    reason: str | None,
    agency: str | None,
    by: str,
) -> int:
    """由人把录像的一段归到文书的一行；机器认出的仍然看得到。

    例：docgen record bind 4f2a91c0 --to （鲁）应急责改〔2026〕1号 --row 9 --by 示例甲
    """
    if (supersedes is None) is not (reason is None or not reason.strip()):
        raise UsageWrong("--supersedes 与 --reason 要一起用。", advice="更正要写明理由。")
    tools = Tools()
    footage = footage_of(tools, which)
    entry = entry_of(tools.existing_register, number, agency)
    known = tools.catalogue.checklist.row(row)
    if known is None:
        last = len(tools.catalogue.checklist.rows)
        raise InputInvalid(f"清单没有第 {row} 行。", advice=f"行号是 1 至 {last}。")
    span = _span(footage, start, until)
    named = _steps(steps, {step.id: step.label for step in known.steps})
    piece = Piece(footage.sha256, entry.identity, row, *span, True, True, Origin.PERSON, named)
    link, findings = bind_piece(
        piece, fold_space(by), tools.desk, supersedes, fold_space(reason or "")
    )
    mine = [b for b in bound_of(footage, tools.register) if b.link.id == link.id]
    for line in link_lines(tools, mine):
        click.echo(line)
    if findings:
        show_verdict(Verdict(findings))
    return 1 if any(f.level in (Level.FAIL, Level.UNKNOWN) for f in findings) else 0


@command("withdraw")
@click.argument("link", metavar="条号", type=click.IntRange(1))
@click.option("--reason", metavar="理由", required=True, help="永久保留。")
@by_option
def withdraw(link: int, reason: str, by: str) -> None:
    """撤回一条归属；它和理由仍然看得到。例：docgen record withdraw 3 --reason 归错 --by 示例甲"""
    if not reason.strip() or not by.strip():
        raise UsageWrong("--reason 和 --by 不能是空的。", advice="撤回要写明谁、为什么。")
    tools = Tools()
    archive = tools.existing_register.archive
    archive.withdraw(link, fold_space(reason), fold_space(by), tools.now)
    click.echo(f"第 {link} 条归属已撤回：{fold_space(reason)}。")


def _span(footage: Footage, start: str | None, until: str | None) -> tuple[float, float]:
    length = footage.container.duration
    if footage.container.medium is Medium.PHOTO:
        if start or until:
            raise UsageWrong("照片没有起止。", advice="请去掉 --from 和 --until。")
        return 0.0, 0.0
    if until is None and length is None:
        raise UsageWrong("不知道这个文件多长。", advice="请写 --until。")
    last = _seconds(until, "--until") if until else length or 0.0
    return (_seconds(start, "--from") if start else 0.0), last


def _seconds(text: str, option: str) -> float:
    """1:02:03、12:03.4、75.5 → 秒。"""
    told = text.strip().replace("：", ":")
    if not re.fullmatch(r"([0-9]{1,3}:){0,2}[0-9]{1,6}(\.[0-9]{1,3})?", told):
        raise UsageWrong(f"{option} “{text}”不是时间。", advice="如 12:03 或者 723.5（秒）。")
    seconds = 0.0
    for part in told.split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _steps(text: str, known: dict[str, str]) -> tuple[str, ...]:
    named = [s.strip() for s in text.replace("，", ",").replace("、", ",").split(",") if s.strip()]
    by_label = {label: key for key, label in known.items()}
    found = [by_label.get(step, step) for step in named]
    if strange := [step for step in found if step not in known]:
        listed = "、".join(f"{key}（{label}）" for key, label in known.items())
        raise UsageWrong(f"没有步骤“{'、'.join(strange)}”。", advice=f"该行的步骤：{listed}。")
    return tuple(found)
