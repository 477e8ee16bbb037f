"""规则的例子：tests/rules/<代码>.yaml，每条是完整案件的一处改动和应有的认定。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from situations import catalogue

from docgen.bring import bring
from docgen.fill import fill_case
from docgen.model.rule import Phase, Situation
from docgen.read.case import read_case
from docgen.source import parse_yaml

HERE = Path(__file__).resolve().parent
COMPLETE = HERE.parent / "samples" / "complete"
RULES = HERE / "rules"
AT = "2026-11-27"


class _TextLoader(yaml.SafeLoader):
    """日期与数都留作文字，与案件文件的读法相同。"""


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rows if tag.endswith((":null", ":bool"))]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class RuleCase:
    """一个例子。edits: (path, value) with None to delete; expect: a Level's value.

    message: a part of the finding's words; advice: whether it is advice only.
    """

    code: str
    name: str
    sample: str
    phase: str
    at: str
    edits: tuple[tuple[str, Any], ...]
    expect: str
    where: str | None
    message: str
    advice: bool

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


@cache
def rule_cases() -> tuple[RuleCase, ...]:
    """全部例子，按代码。"""
    return tuple(case for path in sorted(RULES.glob("*.yaml")) for case in _read(path))


@cache
def impossible() -> dict[str, dict[str, str]]:
    """规则不会给出的结果与为什么：代码 → 结果 → 理由。"""
    found = {}
    for path in sorted(RULES.glob("*.yaml")):
        data = yaml.load(path.read_text("utf-8"), _TextLoader)
        found[path.stem] = data.get("impossible") or {}
    return found


def _read(path: Path) -> Iterator[RuleCase]:
    data = yaml.load(path.read_text("utf-8"), _TextLoader)
    for row in data["cases"]:
        unknown = set(row) - {
            *("name", "case", "phase", "at", "set", "delete", "append"),
            *("expect", "where", "message", "advice"),
        }
        assert not unknown, (path, row["name"], unknown)
        edits = [(place, value) for place, value in (row.get("set") or {}).items()]
        edits += [(f"{place}[+]", value) for place, value in (row.get("append") or {}).items()]
        edits += [(place, None) for place in row.get("delete") or ()]
        yield RuleCase(
            path.stem,
            row["name"],
            row["case"],
            row.get("phase", "evidence"),
            row.get("at", AT),
            tuple(edits),
            row["expect"],
            row.get("where"),
            row.get("message", ""),
            row.get("advice", False),
        )


def situation(case: RuleCase) -> Situation:
    """改过的案件的情况。"""
    data = edited(sample_data(case.sample), case.edits)
    return situation_of_data(data, case.phase, case.at)


def situation_of_data(data: dict[str, Any], phase: str, at: str) -> Situation:
    known = catalogue()
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    case = bring(read_case(parse_yaml(text, "案件.yaml"), known.instruments), known.instruments)
    drafts = fill_case(case, known.instruments, known.law)
    day = date.fromisoformat(at)
    return Situation(case, drafts, known.checklist, known.law, Phase(phase), day)


@cache
def _sample(name: str) -> dict[str, Any]:
    text = (COMPLETE / f"{name}.yaml").read_text("utf-8")
    data: dict[str, Any] = yaml.load(text, _TextLoader)
    return data


def sample_data(name: str) -> dict[str, Any]:
    return deepcopy(_sample(name))


def edited(data: dict[str, Any], edits: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
    """照 edits 改；路径如 deliveries[0].at，末尾 [+] 为添一项，值为 None 即删去。

    A list's item may be named by what it holds: recordings[row=9],
    recordings[row=13;instrument=evidence_preservation_list].
    """
    for path, value in edits:
        steps = [step for part in path.split(".") for step in _steps(part)]
        spot: Any = data
        for step in steps[:-1]:
            spot = spot[_index(spot, step)]
        last = steps[-1]
        if last == "+":
            spot.append(value)
        elif value is None:
            del spot[_index(spot, last)]
        elif isinstance(spot, list):
            spot[_index(spot, last)] = value
        else:
            spot[last] = value
    return data


def _steps(part: str) -> list[str]:
    return [step for step in re.split(r"[\[\]]", part) if step]


def _index(spot: Any, step: str) -> Any:
    if isinstance(spot, dict):
        if step not in spot:
            spot[step] = [] if step in ("suppressions", "proceedings", "recordings") else {}
        return step
    if "=" not in step:
        return int(step)
    wanted = [pair.split("=", 1) for pair in step.split(";")]
    found = [i for i, row in enumerate(spot) if all(str(row.get(k)) == v for k, v in wanted)]
    assert len(found) == 1, f"{step} names {len(found)} items"
    return found[0]
