"""规则：一条一个文件，遍历文件夹即得，没有手写的名单。

A rule's module defines RULE; its docstring is the rule's manual page.
"""

from __future__ import annotations

import importlib
import pkgutil

from docgen.model.rule import Rule


def all_rules() -> tuple[Rule, ...]:
    """全部规则，按代码排序。"""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    rules: list[Rule] = []
    for name in names:
        rule = importlib.import_module(f"{__name__}.{name}").RULE
        if not isinstance(rule, Rule):
            raise TypeError(f"{name}.RULE is not a Rule")
        rules.append(rule)
    return tuple(sorted(rules, key=lambda rule: rule.code))
