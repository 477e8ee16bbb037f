"""record bind、record withdraw：人写明的归属、更正与撤回。"""

from __future__ import annotations

import re
from datetime import datetime

import click

from docgen.cli.shared.footage_found import footage_of
from docgen.cli.shared.footage_shown import footage_line, link_lines
from docgen.cli.shared.help import command
from docgen.cli.shared.numbers import entry_of
from docgen.cli.shared.show import show_verdict
from docgen.cli.shared.tools import Tools
from docgen.cli.shared.words import WORDS, moment_option, names_in
from docgen.errors import InputInvalid, UsageWrong
from docgen.filed import bound_of
from docgen.intake import bind as bind_piece
from docgen.model.checklist import ChecklistRow
from docgen.model.footage import Footage, Medium, Origin, Piece, Restatement, Said
from docgen.model.register import Entry
from docgen.model.verdict import Level, Verdict

by_option = click.option(
    "--by", metavar="姓名", type=WORDS, required=True, help="谁认定的，永久保留。"
)


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
@click.option("--reason", metavar="理由", type=WORDS, help="更正的理由，永久保留。")
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
    if (supersedes is None) is not (reason is None):
        raise UsageWrong("--supersedes 与 --reason 要一起用。", advice="更正要写明理由。")
    tools = Tools()
    footage = footage_of(tools, which)
    entry = entry_of(tools.existing_register, number, agency)
    known = tools.catalogue.checklist.row(row)
    if known is None:
        last = len(tools.catalogue.checklist.rows)
        raise InputInvalid(f"清单没有第 {row} 行。", advice=f"行号是 1 至 {last}。")
    _demand_own_row(tools, entry, known)
    span = _span(footage, start, until)
    named = _steps(steps, {step.id: step.label for step in known.steps})
    piece = Piece(footage.sha256, entry.identity, row, *span, True, True, Origin.PERSON, named)
    link, findings = bind_piece(piece, by, tools.desk, supersedes, reason or "")
    mine = [b for b in bound_of(footage, tools.register) if b.link.id == link.id]
    for line in link_lines(tools, mine):
        click.echo(line)
    if findings:
        show_verdict(Verdict(findings))
    return 1 if any(f.level in (Level.FAIL, Level.UNKNOWN) for f in findings) else 0


@command("withdraw")
@click.argument("link", metavar="条号", type=click.IntRange(1))
@click.option("--reason", metavar="理由", type=WORDS, required=True, help="永久保留。")
@by_option
def withdraw(link: int, reason: str, by: str) -> None:
    """撤回一条归属；它和理由仍然看得到。例：docgen record withdraw 3 --reason 归错 --by 示例甲"""
    tools = Tools()
    archive = tools.existing_register.archive
    archive.withdraw(link, reason, by, tools.now)
    click.echo(f"第 {link} 条归属已撤回：{reason}。")


@command("restate")
@click.argument("which", metavar="摘要或文件名")
@click.option("--recorder", metavar="姓名", type=WORDS, help="记录人。")
@click.option("--officers", metavar="姓名,姓名", type=WORDS, help="画面里的执法人员。")
@click.option("--device", metavar="名称", type=WORDS, help="设备。")
@click.option("--started-at", metavar="时间", callback=moment_option, help="文件从何时录起。")
@click.option("--reason", metavar="理由", type=WORDS, required=True, help="为什么改，永久保留。")
@by_option
def restate(
    which: str,
    recorder: str | None,
    officers: str | None,
    device: str | None,
    started_at: datetime | None,
    reason: str,
    by: str,
) -> None:
    """改正登记时人说的：记录人、画面里的人、设备、时间；没有写的照旧，原来的仍在流水里。

    例：docgen record restate 1.mp4 --recorder 示例乙 --reason 登记时写错 --by 示例甲
    """
    tools = Tools()
    footage = footage_of(tools, which)
    before = footage.said
    said = Said(
        recorder=recorder or before.recorder,
        officers=names_in(officers) if officers else before.officers,
        device=device or before.device,
        started_at=started_at or before.started_at,
    )
    if said == before:
        raise UsageWrong(
            "没有要改的：没有写，或者与登记的相同。",
            advice="写 --recorder、--started-at 等至少一项。",
        )
    if started_at is not None and started_at > tools.now:
        raise UsageWrong(f"--started-at {started_at} 还没有到。", advice="请核对时间。")
    told = Restatement(said, reason, by, tools.now)
    tools.register.archive.restate(footage.sha256, told)
    click.echo(footage_line(footage_of(tools, footage.sha256)))


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
    if len(set(found)) < len(found):
        raise UsageWrong("--steps 里有写了两次的步骤。", advice="每一步写一次，照发生的先后。")
    return tuple(found)


def _demand_own_row(tools: Tools, entry: Entry, row: ChecklistRow) -> None:
    """这一行要是这份文书的、随它做的文书的，或者哪份都可以有的。Raises InputInvalid."""
    kinds = {kind.id: kind for kind in tools.catalogue.instruments.values()}
    beside = [k for k in kinds.values() if entry.type in (k.id, k.accompanies)]
    own = {use.code for kind in beside for use in kind.rows}
    owned = {use.code for kind in kinds.values() for use in kind.rows}
    if row.code in own or row.code not in owned or row.mode or row.without_instrument:
        return
    listed = [r for r in tools.catalogue.checklist.rows if r.code in own]
    told = "、".join(f"{r.number}（{r.item}）" for r in listed)
    raise InputInvalid(
        f"清单第 {row.number} 行“{row.item}”不是《{kinds[entry.type].title}》要录的，没有登记。",
        advice=f"它自己的行：{told or '没有'}；请核对 --to 和 --row。",
    )
