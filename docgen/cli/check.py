"""check：核查案件的音像记录与时限。"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from docgen import pipeline
from docgen.cli.help import command, json_option
from docgen.cli.show import show_json, show_notices, show_verdict, verdict_json
from docgen.cli.tools import Tools
from docgen.fill import fill_case
from docgen.model.rule import Phase
from docgen.model.verdict import Level


@command("check")
@click.argument("case_file", metavar="案件文件", type=click.Path(path_type=Path))
@click.option(
    "--phase",
    type=click.Choice([p.value for p in Phase]),
    default=Phase.PLAN.value,
    show_default=True,
    help="plan 为出发前的安排，evidence 为之后的证据。",
)
@click.option("--at", metavar="日期", type=click.DateTime(["%Y-%m-%d"]), help="核查以哪一天为准。")
@click.option("--all", "everything", is_flag=True, help="不适用的也列出。")
@json_option
def check(case_file: Path, phase: str, at: datetime | None, everything: bool, as_json: bool) -> int:
    """核查案件：该录的步骤是否安排，法定时限是否守住。

    缺数据一律算“不能判定”，从不放行；不通过和不能判定的退出码都是 1。

    例：docgen check samples/cases/chemical-plant.yaml --phase plan
    """
    tools = Tools()
    case = pipeline.load_case(case_file, tools.catalogue)
    drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
    day: date = at.date() if at else min(request.date for request in case.instruments)
    verdict = pipeline.check_case(case, drafts, tools.catalogue, Phase(phase), day)
    show_notices(case.notices)
    if as_json:
        show_json(verdict_json(verdict))
    else:
        show_verdict(verdict, everything=everything)
    return 0 if verdict.bottom_line is Level.PASS else 1
