"""generate：案件文件 → 签封的 DOCX 与 PDF。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from docgen import pipeline
from docgen.cli.help import command, json_option
from docgen.cli.show import show_json, show_notices, show_verdict, verdict_json
from docgen.cli.tools import Tools
from docgen.errors import Refused, UsageWrong
from docgen.fill import fill_case
from docgen.model.case import Case
from docgen.model.document import Printed
from docgen.model.register import Acceptance
from docgen.model.rule import Phase
from docgen.model.verdict import Level, Verdict
from docgen.model.words import fold_space
from docgen.store.issue import document_rows

FOLDER = click.Path(file_okay=False, path_type=Path)


@command("generate")
@click.argument("case_file", metavar="案件文件", type=click.Path(path_type=Path))
@click.option("-o", "--output", metavar="文件夹", type=FOLDER, required=True, help="写到哪里。")
@click.option("--draft", is_flag=True, help="只印草稿：没有文号和二维码，计划不全也印。")
@click.option("--accept", metavar="代码", multiple=True, help="未通过也签发的认定，如 REC009。")
@click.option("--reason", metavar="理由", multiple=True, help="与 --accept 一一对应，入登记簿。")
@json_option
def generate(
    case_file: Path,
    output: Path,
    draft: bool,
    accept: tuple[str, ...],
    reason: tuple[str, ...],
    as_json: bool,
) -> int:
    """印出案件的全部文书，DOCX 与 PDF 各一份。

    先核查音像记录计划与时限，未通过即停；再编号、签封、印制、逐字核对、登记。
    同一案件再执行一次，是以同样的文号重印同样的文件；内容变了则拒绝。

    例：docgen generate samples/cases/chemical-plant.yaml -o out
    """
    tools = Tools()
    accepted = _acceptances(accept, reason)
    case = pipeline.load_case(case_file, tools.catalogue)
    drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
    show_notices([*case.notices, *(note for d in drafts.values() for note in d.notices)])
    pipeline.proofread(case, drafts, tools.press)
    verdict = _verdict(tools, case, drafts, accepted)
    if verdict.bottom_line is not Level.PASS:
        show_verdict(verdict, stderr=True)
        if not draft:
            raise Refused(
                "音像记录计划或时限未通过核查，什么也没有生成。",
                advice="请按上面各条补正；只看样子用 --draft；"
                "确有理由用 --accept 代码 --reason 理由。",
            )
    if draft:
        printed = pipeline.print_drafts(drafts, tools.press)
        pipeline.write_drafts(printed, output, tools.press)
    else:
        drafts, notices = pipeline.settle(drafts, tools.workshop)
        show_notices(notices)
        sealed = pipeline.seal_case(drafts, tools.workshop)
        printed = pipeline.print_case(sealed, tools.workshop)
        pipeline.issue(printed, output, accepted, tools.workshop)
    if as_json:
        show_json({"documents": document_rows(printed), "check": verdict_json(verdict)})
    else:
        _say(printed, output)
    if not draft and tools.settings.host_is_default:
        config = tools.settings.home / "config.yaml"
        show_notices([f"验证网站还是示例；正式使用前请在 {config} 写 verify_host: 主机名。"])
    return 0


def _verdict(tools: Tools, case: Case, drafts: Any, accepted: Sequence[Acceptance]) -> Verdict:
    at = min(request.date for request in case.instruments)
    verdict = pipeline.check_case(case, drafts, tools.catalogue, Phase.PLAN, at)
    codes = tuple(item.code for item in accepted)
    standing = {f.code for f in verdict.findings if f.level in (Level.FAIL, Level.UNKNOWN)}
    if unneeded := sorted(set(codes) - standing):
        raise UsageWrong(
            f"--accept {'、'.join(unneeded)}：没有这样一条未通过的认定。",
            advice=f"未通过的是：{'、'.join(sorted(standing)) or '无'}。",
        )
    return replace(verdict, accepted=codes)


def _acceptances(codes: tuple[str, ...], reasons: tuple[str, ...]) -> tuple[Acceptance, ...]:
    given = reasons * len(codes) if len(reasons) == 1 else reasons
    if len(given) != len(codes) or any(not reason.strip() for reason in given):
        raise UsageWrong(
            "每个 --accept 都要有一个 --reason。",
            advice="例：--accept REC009 --reason 停电无法录像",
        )
    return tuple(Acceptance(code, fold_space(why)) for code, why in zip(codes, given, strict=True))


def _say(printed: Sequence[Printed], output: Path) -> None:
    titles = {item.draft.key: f"《{item.title}》" for item in printed}
    for item in printed:
        number = item.draft.number.text if item.sealed and item.draft.number else "草稿，不得送达"
        pages = next(d.pages for d in item.documents if d.pages is not None)
        mains = [titles[key] for key in item.draft.delivers if key in titles]
        for_what = f"（{'、'.join(mains)}）" if mains else ""
        click.echo(f"《{item.draft.instrument.title}》{for_what}{number}，{pages} 页")
        for document in item.documents:
            click.echo(f"  {output / item.file_name(document)}")
