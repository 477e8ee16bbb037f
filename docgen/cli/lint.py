"""lint：检查模板。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from jinja2 import Environment

import docgen
from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_json, show_notices
from docgen.cli.shared.tools import Tools
from docgen.errors import DocgenError, InputInvalid, UsageWrong
from docgen.lint import all_checks
from docgen.lint import lint as examine
from docgen.lint.finding import Finding, Level
from docgen.lint.folder import Known
from docgen.lint.reading.folder import find_root, read_folder
from docgen.lint.reading.text import irregular
from docgen.lint.sarif import lint_sarif
from docgen.render.fonts import load_fonts
from docgen.render.sandbox import MAX_RANGE, METHODS
from docgen.render.template import GIVEN, environment

_LABELS = {Level.ERROR: "错误", Level.WARNING: "提醒"}


@command("lint")
@click.argument("folder", metavar="[文件夹]", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="提醒也算不通过。")
@click.option("--sarif", "as_sarif", is_flag=True, help="以 SARIF 2.1.0 输出到标准输出。")
@json_option
def lint(folder: Path | None, strict: bool, as_sarif: bool, as_json: bool) -> int:
    """检查模板：文件夹是整套模板，或者其中一种文书；不给则查正在用的模板。

    只看不印。每处说明文件、位置、什么不对、怎样改；有错误的退出码是 1。

    例：docgen lint templates/instruments/hearing_notice
    """
    if as_sarif and as_json:
        raise UsageWrong("--sarif 与 --json 只能用一个。", advice="请去掉一个。")
    tools = Tools()
    root, only = find_root(folder or tools.settings.templates)
    jinja = environment(root)
    checks = all_checks()
    found = examine(read_folder(root, jinja, _known(tools, root, jinja)), checks, only)
    if as_sarif:
        show_json(lint_sarif(found, checks, docgen.__version__))
    elif as_json:
        show_json({"folder": str(root), "findings": [_row(finding) for finding in found]})
    else:
        _show(found)
    failing = (Level.ERROR, Level.WARNING) if strict else (Level.ERROR,)
    return 1 if any(finding.level in failing for finding in found) else 0


def _known(tools: Tools, root: Path, jinja: Environment) -> Known:
    """环境所知；字体没有装齐的说明一声，不查字形。"""
    try:
        config = root / "layout" / "fonts.yaml"
        if fault := irregular(root, "layout/fonts.yaml"):
            raise InputInvalid(fault.message, advice=fault.advice)
        fonts = load_fonts(config, tools.settings.font_folders, tools.settings.cache)
    except DocgenError as error:
        show_notices([f"没有查字形：{error.message.rstrip('。')}。{error.advice}"])
        return known_of(jinja, None)
    return known_of(jinja, fonts.missing)


def known_of(
    jinja: Environment, missing: Callable[[Iterable[str]], tuple[str, ...]] | None
) -> Known:
    """模板环境里有什么。missing: which characters no font can draw."""
    filters = frozenset(name for name in jinja.filters if name.isidentifier())
    functions, tests = frozenset(jinja.globals), frozenset(jinja.tests)
    return Known(filters, tests, functions, GIVEN, METHODS, MAX_RANGE, missing)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level.value,
        "file": finding.spot.file,
        "place": finding.spot.place,
        "line": finding.spot.line,
        "message": finding.message,
        "advice": finding.advice,
    }


def _show(found: tuple[Finding, ...]) -> None:
    for folder, group in groupby(found, key=lambda f: f.spot.file.rpartition("/")[0]):
        click.echo(f"{folder or '模板文件夹'}：")
        for finding in group:
            spot = finding.spot
            line = f"第 {spot.line} 行" if spot.line else ""
            where = " ".join(p for p in (Path(spot.file).name, line, spot.place) if p)
            click.echo(f"  {_LABELS[finding.level]} {finding.code} {where}：{finding.message}")
            if finding.advice:
                click.echo(f"    处置：{finding.advice}")
    errors = sum(finding.level is Level.ERROR for finding in found)
    told = f"{errors} 处错误，{len(found) - errors} 处提醒。" if found else "没有发现问题。"
    click.echo(told)
