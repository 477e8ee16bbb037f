"""规则的例子：每条规则通过、不通过、不能判定、不适用各有一例，改一处就得该有的认定。"""

from __future__ import annotations

import ast
import inspect

import pytest
from rule_cases import AT, COMPLETE, RuleCase, impossible, rule_cases, sample_data, situation
from rule_cases import situation_of_data as situation_of

import docgen.rules
from docgen.check import check
from docgen.model.rule import Phase
from docgen.model.verdict import Level
from docgen.rules import all_rules

RULES = {rule.code: rule for rule in all_rules()}
SAMPLES = sorted(path.stem for path in COMPLETE.glob("*.yaml"))


@pytest.mark.parametrize("case", rule_cases(), ids=str)
def test_a_change_of_a_complete_case_gives_the_expected_finding(case: RuleCase) -> None:
    found = list(RULES[case.code].evaluate(situation(case)))
    fitting = [
        f
        for f in found
        if f.level.value == case.expect
        and f.advice is case.advice
        and case.message in f.message
        and case.where in (None, f.where)
    ]
    assert fitting, found


@pytest.mark.parametrize("code", sorted(RULES))
@pytest.mark.parametrize("level", [level.value for level in Level])
def test_every_rule_has_a_case_of_every_result_or_says_why_there_is_none(
    code: str, level: str
) -> None:
    told = impossible().get(code, {}).get(level)
    given = [case for case in rule_cases() if case.code == code and case.expect == level]
    assert bool(given) is not bool(told), (code, level, told)


def test_the_names_of_the_cases_of_a_rule_are_different_sentences() -> None:
    names = [str(case) for case in rule_cases()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("phase", [phase.value for phase in Phase])
@pytest.mark.parametrize("name", SAMPLES)
def test_a_complete_case_passes_before_and_after(name: str, phase: str) -> None:
    verdict = check(situation_of(sample_data(name), phase, AT), all_rules())
    assert verdict.bottom_line is Level.PASS, [
        f for f in verdict.findings if f.level in (Level.FAIL, Level.UNKNOWN) and not f.advice
    ]


def test_a_hundred_and_fifty_single_changes_of_complete_cases_are_told() -> None:
    single = [
        case
        for case in rule_cases()
        if len(case.edits) == 1 and case.expect in ("fail", "unknown") and not case.advice
    ]
    assert len(single) >= 150, len(single)


def asked_by(code: str) -> set[str]:
    """规则的文件里读了程序事实（proceedings）的哪几项。"""
    module = next(module for module in docgen.rules._modules() if module.RULE.code == code)
    tree = ast.parse(inspect.getsource(module))

    def proceedings(node: ast.expr) -> bool:
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        return called and node.func.attr == "proceeding"  # type: ignore[attr-defined]

    names = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for targets, value in [(node.targets[0], node.value)]
        for target, given in zip(
            targets.elts if isinstance(targets, ast.Tuple) else [targets],
            value.elts if isinstance(value, ast.Tuple) else [value],
            strict=False,
        )
        if isinstance(target, ast.Name) and proceedings(given)
    }
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and (
            proceedings(node.value) or (isinstance(node.value, ast.Name) and node.value.id in names)
        )
    }


@pytest.mark.parametrize("code", sorted(RULES))
def test_a_rule_declares_what_it_asks_of_the_proceedings(code: str) -> None:
    assert set(RULES[code].facts) == asked_by(code), "a table has a column for each"
