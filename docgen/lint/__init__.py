"""检查模板：一项检查一个文件，遍历 checks/ 即得，没有手写的名单。

A check's module defines CHECK; its docstring is the check's manual page. Static analysis only:
no template is rendered.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator

import docgen.lint.checks
from docgen.lint.finding import Check, Finding, Level
from docgen.lint.folder import Spot, TemplateFolder

_CAUSES = ("TPL000", "TPL001", "TPL002", "TPL003")  # what they say explains the others
_LAST = "TPL009"  # where two formats differ, mostly for a reason that another check names


def all_checks() -> tuple[Check, ...]:
    """全部检查，按代码排序。"""
    found: list[Check] = []
    for module in pkgutil.iter_modules(docgen.lint.checks.__path__):
        check = importlib.import_module(f"docgen.lint.checks.{module.name}").CHECK
        if not isinstance(check, Check):
            raise TypeError(f"{module.name}.CHECK is not a Check")
        found.append(check)
    return tuple(sorted(found, key=lambda check: check.code))


def lint(
    folder: TemplateFolder, checks: Iterable[Check], only: str | None = None
) -> tuple[Finding, ...]:
    """逐项检查；同一处同一句话只说一次。only: an instrument's id, to leave out the others."""
    found = [finding for check in checks for finding in _examined(check, folder)]
    if only is not None:
        found = [f for f in found if f.spot.file.startswith(f"instruments/{only}/")]
    return tuple(sorted(dict.fromkeys(found), key=_order))


def _examined(check: Check, folder: TemplateFolder) -> Iterator[Finding]:
    """一项检查的发现；检查自身出错也是一处发现，从不放行。"""
    try:
        for found in check.examine(folder):
            level = found.level or check.level
            advice = found.advice or check.advice
            yield Finding(check.code, level, found.spot, found.message, advice)
    except Exception as error:
        told = f"检查“{check.title}”自身出错（{type(error).__name__}: {error}），没有查完。"
        yield Finding("TPL000", Level.ERROR, Spot(""), told, "请把这段文字报给维护者。")


def _order(finding: Finding) -> tuple[object, ...]:
    """共用的文件在各文书前面，每个文件夹里读不成的在前面：原因先说。"""
    file, line = finding.spot.file, finding.spot.line or 0
    own = file.startswith("instruments/")
    effect = 0 if finding.code in _CAUSES else 2 if finding.code == _LAST else 1
    folder = file.rpartition("/")[0]
    return own, folder, effect, file, line, finding.code, finding.spot.place
