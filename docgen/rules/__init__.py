"""规则：一条一个文件，遍历文件夹即得，没有手写的名单。

A rule's module defines RULE; its docstring is the rule's manual page.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import ModuleType

from docgen.judge.filming import row_rule
from docgen.model.checklist import Checklist
from docgen.model.rule import Phase, Rule


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


@cache
def all_rules() -> tuple[Rule, ...]:
    """全部规则，按代码排序。"""
    for module in _modules():
        if not isinstance(module.RULE, Rule):
            raise TypeError(f"{module.__name__}.RULE is not a Rule")
    return tuple(sorted((module.RULE for module in _modules()), key=lambda rule: rule.code))


def manuals() -> Mapping[str, str]:
    """每条规则的手册页，按代码。"""
    return {module.RULE.code: inspect.getdoc(module) or "" for module in _modules()}


def rules_of(checklist: Checklist) -> tuple[Rule, ...]:
    """用这份清单核查的规则：它自己的、没有规则文件的行，也各有一条。"""
    known = {rule.code for rule in all_rules()}
    own = [row_rule(row.code, row.item) for row in checklist.rows if row.code not in known]
    return (*all_rules(), *own)


def facts_asked(kind: str) -> frozenset[str]:
    """出发前的规则要一种文书的哪些程序事实（proceedings）。"""
    asking = (rule for rule in all_rules() if Phase.PLAN in rule.phases and kind in rule.kinds)
    return frozenset(fact for rule in asking for fact in rule.facts)
