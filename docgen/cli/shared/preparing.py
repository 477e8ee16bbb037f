"""备好一个案件：读、填、核对字形、核查；generate 与 pack 共用。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from docgen import pipeline
from docgen.cli.shared.show import show_notices, show_verdict
from docgen.cli.shared.tools import Tools
from docgen.errors import Refused, UsageWrong
from docgen.fill import fill_case
from docgen.model.case import Case
from docgen.model.draft import Draft
from docgen.model.register import Acceptance
from docgen.model.rule import Phase, Situation
from docgen.model.verdict import Level, Verdict
from docgen.model.words import fold_space
from docgen.workshop import settle

REFUSED = Refused(
    "音像记录计划或时限未通过核查，什么也没有生成。",
    advice="请按上面各条补正；只看样子用 docgen generate --draft；"
    "确有理由用 --accept 代码 --reason 理由。",
)


@dataclass(frozen=True)
class Prepared:
    """备好的案件：填好的各份稿、核查的结论、带着理由接受的认定。"""

    case: Case
    drafts: Mapping[str, Draft]
    verdict: Verdict
    accepted: tuple[Acceptance, ...]


def accept_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--accept 与 --reason。"""
    reason = click.option(
        "--reason", metavar="理由", multiple=True, help="与 --accept 一一对应，入登记簿。"
    )
    accept = click.option(
        "--accept", metavar="代码", multiple=True, help="未通过也签发的认定，如 REC009。"
    )
    return accept(reason(function))


def prepare(tools: Tools, path: Path, codes: Sequence[str], reasons: Sequence[str]) -> Prepared:
    """读案件、填好、核查；要说明的都说明。Raises InputInvalid, UsageWrong."""
    accepted = _acceptances(codes, reasons)
    case = pipeline.load_case(path, tools.catalogue)
    drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
    show_notices([*case.notices, *(note for d in drafts.values() for note in d.notices)])
    pipeline.proofread(case, drafts, tools.press)
    verdict = _verdict(tools, case, drafts, accepted)
    if verdict.bottom_line is not Level.PASS:
        show_verdict(verdict, stderr=True)
    return Prepared(case, drafts, verdict, accepted)


def settled(tools: Tools, prepared: Prepared) -> Mapping[str, Draft]:
    """可以签发的各份稿；核查没有通过即止。Raises Refused."""
    if prepared.verdict.bottom_line is not Level.PASS:
        raise REFUSED
    drafts, notices = settle(prepared.drafts, tools.workshop)
    show_notices(notices)
    return drafts


def show_host(tools: Tools) -> None:
    """验证网站还没有配置时，说一声。"""
    if tools.settings.host_is_default:
        config = tools.settings.home / "config.yaml"
        show_notices([f"验证网站还是示例；正式使用前请在 {config} 写 verify_host: 主机名。"])


def _verdict(
    tools: Tools, case: Case, drafts: Mapping[str, Draft], accepted: Sequence[Acceptance]
) -> Verdict:
    at = min(request.date for request in case.instruments)
    known = tools.catalogue
    situation = Situation(case, drafts, known.checklist, known.law, Phase.PLAN, at)
    verdict = pipeline.check_case(situation)
    codes = tuple(item.code for item in accepted)
    standing = {f.code for f in verdict.findings if f.level in (Level.FAIL, Level.UNKNOWN)}
    if unneeded := sorted(set(codes) - standing):
        raise UsageWrong(
            f"--accept {'、'.join(unneeded)}：没有这样一条未通过的认定。",
            advice=f"未通过的是：{'、'.join(sorted(standing)) or '无'}。",
        )
    return replace(verdict, accepted=codes)


def _acceptances(codes: Sequence[str], reasons: Sequence[str]) -> tuple[Acceptance, ...]:
    given = tuple(reasons) * len(codes) if len(reasons) == 1 else tuple(reasons)
    if len(given) != len(codes) or any(not reason.strip() for reason in given):
        raise UsageWrong(
            "每个 --accept 都要有一个 --reason。",
            advice="例：--accept REC009 --reason 停电无法录像",
        )
    return tuple(Acceptance(code, fold_space(why)) for code, why in zip(codes, given, strict=True))
