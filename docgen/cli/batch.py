"""batch：一张表或者一批案件文件 → 签封的 DOCX 与 PDF，可以中断，接着做。"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from docgen.batch.print_job import PrintOrder
from docgen.cli.shared.batching import Answer, Job, issue_batch, rehearse_batch
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.preparing import show_host
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.model.batch import By, Limits, Shard, Status
from docgen.model.volume import Sort

SOME_REFUSED = 3


class _ShardType(click.ParamType[Shard]):
    name = "shard"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Shard:
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", value)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            self.fail("应如 3/8：共 8 份，做第 3 份。", param, ctx)
        return Shard(int(found[1]), int(found[2]))


@command("batch")
@click.argument("data", metavar="数据", type=click.Path(path_type=Path))
@click.option(
    "--mapping",
    metavar="文件",
    type=click.Path(path_type=Path, dir_okay=False),
    help="本单位自己的表怎样对应（YAML）。",
)
@click.option(
    "-o", "--output", metavar="文件夹", required=True, help="写到哪里：文件夹，或者 s3://桶/前缀。"
)
@click.option("--dry-run", is_flag=True, help="只核对，不编号、不签发，只写 report.xlsx。")
@click.option(
    "--by",
    type=click.Choice([by.value for by in By]),
    default=By.DATE.value,
    help="文件按日期（date）还是辖区（district）分文件夹。",
)
@click.option("--workers", type=click.IntRange(1, 512), help="工作进程数，不写则每个处理器一个。")
@click.option(
    "--shard", metavar="第几份/共几份", type=_ShardType(), help="几台机器分着做，如 3/8。"
)
@click.option("--scheduler", metavar="地址", help="交给 Dask 集群做，如 tcp://10.0.0.5:8786。")
@click.option(
    "--limit",
    metavar="秒",
    type=click.IntRange(1, 86_400),
    default=120,
    help="一块至多做多久，超过的拆开再试。",
    show_default=True,
)
@click.option(
    "--memory",
    metavar="MB",
    type=click.IntRange(256, 1_000_000),
    default=2048,
    help="一个工作进程至多用多少内存。",
    show_default=True,
)
@click.option(
    "--print-job",
    metavar="张数",
    type=click.IntRange(1, 10_000),
    help="另外装成打印册（print/），每册至多这么多张纸，有目录和分隔页。",
)
@click.option(
    "--sort",
    type=click.Choice([sort.value for sort in Sort]),
    default=Sort.DISTRICT.value,
    help="打印册按辖区（district）、当事人（party）还是执法人员（officer）排。",
)
@click.option("--simplex", is_flag=True, help="打印册单面打印：不加空白页。")
@json_option
def batch(
    data: Path,
    mapping: Path | None,
    output: str,
    dry_run: bool,
    by: str,
    workers: int | None,
    shard: Shard | None,
    scheduler: str | None,
    limit: int,
    memory: int,
    print_job: int | None,
    sort: str,
    simplex: bool,
    as_json: bool,
) -> int:
    """成批印出：表格的每一行、JSON Lines 的每一行、文件夹里的每个案件文件各为一条。

    每一条先核对再编号；有错的一条写进 report.xlsx（状态、错误、怎样改），不占号，不妨碍别的。
    中断了（断电、磁盘满、关机）就把同一条命令再执行一次：接着做，不重号，不漏号，文件一样。

    例：docgen batch 案件.jsonl -o out
    """
    tools = Tools()
    own = shard or Shard(1, 1)
    volumes = f"print{own.suffix}"
    job = Job(
        data=data,
        mapping=mapping,
        output=output,
        by=By(by),
        workers=workers,
        shard=own,
        limits=Limits(limit, memory),
        scheduler=scheduler,
        print_order=(
            PrintOrder(print_job, Sort(sort), not simplex, volumes) if print_job else None
        ),
    )
    answer = rehearse_batch(tools, job) if dry_run else issue_batch(tools, job)
    if as_json:
        show_json(_json(answer))
    else:
        _say(answer)
    if not dry_run:
        show_host(tools)
    good = answer.tally.done == sum(answer.tally.of(s) for s in Status if s.good)
    return 0 if good else SOME_REFUSED


_HOW = {
    True: "改正后把这份报告再交一次（用了 --mapping 的照样写上），",
    False: "改正原来的数据，再执行同一条命令，",
}


def _say(answer: Answer) -> None:
    tally = answer.tally
    told = [f"{s.label} {tally.of(s)}" for s in Status if tally.of(s)]
    click.echo(f"共 {tally.done} 条：{'，'.join(told)}；文书 {tally.documents} 份")
    for name in answer.files:
        click.echo(f"  {name}")
    if tally.of(Status.REFUSED) or tally.of(Status.FAILED):
        click.echo(
            f"没有签发的各条写明在 {answer.files[-1]} 的“错误”一栏。{_HOW[answer.table]}"
            "已经签发的不会重做。",
            err=True,
        )


def _json(answer: Answer) -> dict[str, Any]:
    tally = answer.tally
    return {
        "records": tally.done,
        **{status.value: tally.of(status) for status in Status},
        "documents": tally.documents,
        "files": list(answer.files),
    }
