"""check：核查案件的音像记录与时限。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import click

import docgen
from docgen import pipeline
from docgen.check import strict as strictly
from docgen.cli.shared.findings import (
    explanations_json,
    show_explanations,
    show_grouped,
    verdict_sarif,
)
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_error, show_json, show_notices, verdict_json
from docgen.cli.shared.sweeping import show_sweep
from docgen.cli.shared.tools import Tools
from docgen.errors import DocgenError, InputInvalid, UsageWrong
from docgen.explain import explain as explained
from docgen.filed import Filed, contradictions, filed_of, with_filed
from docgen.fill import fill_case
from docgen.model.case import Case
from docgen.model.rule import Explanation, Phase, Situation
from docgen.model.verdict import Level, Verdict
from docgen.report import report_of
from docgen.store.files import prepare_folder, stage_files
from docgen.workshop import print_report

_SUFFIXES = (".yaml", ".yml", ".json")
PDF = click.Path(dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Checked:
    """查过的一个案件。"""

    path: Path
    situation: Situation
    verdict: Verdict
    explanations: tuple[Explanation, ...]


@command("check")
@click.argument("paths", metavar="案件文件…", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--phase",
    type=click.Choice([p.value for p in Phase]),
    default=Phase.PLAN.value,
    show_default=True,
    help="plan 为出发前的安排，evidence 为之后的证据。",
)
@click.option(
    "--at",
    metavar="日期",
    type=click.DateTime(["%Y-%m-%d"]),
    help="核查以哪一天为准；不写则 plan 以最早的文书日期、evidence 以今天为准。",
)
@click.option("--strict", is_flag=True, help="提示也计入结论。")
@click.option("--explain", is_flag=True, help="清单每一行为什么适用或者不适用。")
@click.option("--all", "everything", is_flag=True, help="不适用的也列出。")
@click.option("--report", metavar="文件", type=PDF, help="印一份核查报告（PDF）附卷。")
@click.option("--sarif", "as_sarif", is_flag=True, help="以 SARIF 2.1.0 输出到标准输出。")
@click.option("--register", "whole", is_flag=True, help="巡查登记簿里签发过的全部案件。")
@json_option
def check(
    paths: tuple[Path, ...],
    phase: str,
    at: datetime | None,
    strict: bool,
    explain: bool,
    everything: bool,
    report: Path | None,
    as_sarif: bool,
    whole: bool,
    as_json: bool,
) -> int:
    """核查案件：该录的步骤是否安排、录下，法定时限是否守住。

    可以给几个案件文件，也可以给文件夹；--register 查登记簿里签发过的，列出截至 --at 逾期的。
    缺数据一律算“不能判定”，从不放行；
    不通过和不能判定的退出码都是 1。

    例：docgen check samples/complete/penalty.yaml --phase evidence
    """
    tools, day = Tools(), at.date() if at else None
    if whole:
        _refuse_with_register(paths, report, as_sarif=as_sarif, explain=explain)
        return show_sweep(tools, day or tools.today, strict=strict, as_json=as_json)
    _refuse_mixed(paths, report, as_sarif, as_json)
    files = _files(paths)
    if len(files) == 1:
        done = [_check(tools, files[0], Phase(phase), day, strict=strict)]
        faults: list[DocgenError] = []
    else:
        done, faults = _check_all(tools, files, Phase(phase), day, strict=strict)
    for item in done:
        show_notices(item.situation.case.notices)
    if as_sarif:
        show_json(verdict_sarif([(d.situation, d.verdict) for d in done], docgen.__version__))
    elif as_json:
        show_json(_json(done, len(files), explain=explain))
    else:
        for item in done:
            _show(item, len(files), everything=everything, explain=explain)
    if report is not None:
        _print_report(tools, done[0], report)
    for fault in faults:
        show_error(fault)
    passed = all(item.verdict.bottom_line is Level.PASS for item in done)
    return max((f.exit_code for f in faults), default=0 if passed else 1)


def _refuse_with_register(
    paths: Sequence[Path], report: Path | None, *, as_sarif: bool, explain: bool
) -> None:
    if paths or report is not None or as_sarif or explain:
        raise UsageWrong(
            "--register 巡查登记簿，不与案件文件、--report、--sarif、--explain 同用。",
            advice="查一个案件请给案件文件，不写 --register。",
        )


def _refuse_mixed(
    paths: Sequence[Path], report: Path | None, as_sarif: bool, as_json: bool
) -> None:
    if not paths:
        raise UsageWrong("没有给案件文件。", advice="例：docgen check 案件.yaml --phase plan")
    if as_sarif and as_json:
        raise UsageWrong("--sarif 与 --json 只能用一个。", advice="请去掉一个。")
    if report is not None and (len(paths) != 1 or paths[0].is_dir()):
        raise UsageWrong("--report 一次印一个案件。", advice="请只给一个案件文件。")
    if report is not None and report.suffix.lower() != ".pdf":
        raise UsageWrong(f"--report {report}：报告是 PDF。", advice="文件名请以 .pdf 结尾。")


def _files(paths: Sequence[Path]) -> list[Path]:
    """案件文件；文件夹即其中的案件文件。Raises InputInvalid for an empty folder."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES)
        if not inside:
            advice = f"案件文件的扩展名是 {'、'.join(_SUFFIXES)}。"
            raise InputInvalid(f"{path} 里没有案件文件。", advice=advice)
        found += inside
    return found


def _check(tools: Tools, path: Path, phase: Phase, at: date | None, *, strict: bool) -> Checked:
    case = pipeline.load_case(path, tools.catalogue)
    drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
    first = min(request.date for request in case.instruments)
    day = at or (first if phase is Phase.PLAN else tools.today)
    filed = _filed(tools, case, phase)
    facts = with_filed(case, drafts, filed) if filed else case
    situation = Situation(facts, drafts, tools.catalogue.checklist, tools.catalogue.law, phase, day)
    verdict = pipeline.check_case(situation)
    if filed:
        verdict = replace(
            verdict, findings=(*verdict.findings, *filed.findings, *contradictions(case, filed))
        )
    reasons = explained(situation, tools.catalogue.instruments)
    return Checked(path, situation, strictly(verdict) if strict else verdict, reasons)


def _filed(tools: Tools, case: Case, phase: Phase) -> Filed | None:
    """登记簿里在册的录像与送达；出发前的核查、没有登记簿的，只看案件文件。"""
    if phase is Phase.PLAN or not tools.has_register:
        return None
    return filed_of(case.agency.name, case.case_number, tools.register)


def _check_all(
    tools: Tools, files: Sequence[Path], phase: Phase, at: date | None, *, strict: bool
) -> tuple[list[Checked], list[DocgenError]]:
    """逐个核查；读不出的记下，其余照查。"""
    done, faults = [], []
    for path in files:
        try:
            done.append(_check(tools, path, phase, at, strict=strict))
        except DocgenError as error:
            faults.append(error)
    return done, faults


def _json(done: Sequence[Checked], asked: int, *, explain: bool) -> object:
    rows = []
    for item in done:
        row = verdict_json(item.verdict)
        if explain:
            row["explanations"] = explanations_json(item.explanations)
        rows.append(row)
    if asked == 1:
        return rows[0]
    told = [
        {"file": str(item.path), "case_number": item.situation.case.case_number, **row}
        for item, row in zip(done, rows, strict=True)
    ]
    levels = [item.verdict.bottom_line for item in done]
    worst = next((w for w in (Level.FAIL, Level.UNKNOWN) if w in levels), Level.PASS)
    complete = len(done) == asked
    bottom = worst if complete or worst is Level.FAIL else Level.UNKNOWN
    return {"bottom_line": bottom.value, "cases": told}


def _show(item: Checked, asked: int, *, everything: bool, explain: bool) -> None:
    if asked > 1:
        click.echo(f"== {item.path}　{item.situation.case.case_number}")
    if explain:
        show_explanations(item.explanations)
    show_grouped(item.situation, item.verdict, everything=everything)


def _print_report(tools: Tools, item: Checked, path: Path) -> None:
    profile = tools.catalogue.profile
    made = report_of(item.situation, item.verdict, item.explanations, profile)
    document = print_report(made, tools.press)
    prepare_folder(path.parent)
    with stage_files(path.parent, {path.name: document.data}) as put:
        put()
    show_notices([f"核查报告写到 {path}（{document.pages} 页）。"])
