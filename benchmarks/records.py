"""成批的假案件：从样本里取能单独成案的文书，换上各自的案号、当事人与日期。"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docgen.bring import bring
from docgen.catalogue import load_catalogue
from docgen.check import check
from docgen.errors import InputInvalid
from docgen.fill import fill_case
from docgen.model.rule import Phase, Situation
from docgen.model.verdict import Level
from docgen.read.case import read_case
from docgen.rules import rules_of
from docgen.settings import packaged_templates
from docgen.source import parse_json

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
_PARTS = ("deliveries", "recordings", "proceedings", "suppressions")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"


def records(count: int, seed: str = "batch") -> Iterator[dict[str, Any]]:
    """count 条，种类轮换；同样的 seed 总是同样的记录。"""
    chance = random.Random(seed)
    kinds = standalone()
    for number in range(count):
        case = copy.deepcopy(kinds[number % len(kinds)])
        name = chance.choice(_SURNAMES) + chance.choice(_SURNAMES)
        case["instruments"] = [
            {k: v for k, v in row.items() if k != "number"} for row in case["instruments"]
        ]
        case["case_number"] = f"（鲁）应急批〔2026〕{number + 1}号"
        case["cause"] = f"{case['cause']}（示例第{number + 1}案）"
        case["party"]["name"] = f"示例{name}第{number + 1}号" + (
            "有限公司" if case["party"]["kind"] == "organization" else ""
        )
        yield case


def write_json_lines(path: Path, count: int, seed: str = "batch") -> None:
    """写成 JSON Lines。"""
    with path.open("w", encoding="utf-8") as target:
        for record in records(count, seed):
            target.write(json.dumps(record, ensure_ascii=False) + "\n")


@cache
def standalone() -> tuple[dict[str, Any], ...]:
    """样本里的文书，一份一案仍然通过核查的。"""
    found: dict[str, dict[str, Any]] = {}
    for path in sorted((SAMPLES / "procedures").glob("*.yaml")) + sorted(
        (SAMPLES / "cases").glob("*.yaml")
    ):
        whole = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
        for item in whole["instruments"]:
            key = item.get("key", item["type"])
            own = {**whole, "instruments": [item]}
            for part in _PARTS:
                rows = [row for row in whole.get(part, ()) if row.get("instrument") == key]
                own = {**own, part: rows} if rows else {k: v for k, v in own.items() if k != part}
            if item["type"] not in found and _passes(own):
                found[item["type"]] = own
    return tuple(found[name] for name in sorted(found))


@cache
def _catalogue() -> Any:
    return load_catalogue(packaged_templates())


def _passes(data: dict[str, Any]) -> bool:
    known = _catalogue()
    try:
        source = parse_json(json.dumps(data), "record")
        case = bring(read_case(source, known.instruments), known.instruments)
        drafts = fill_case(case, known.instruments, known.law)
    except InputInvalid:
        return False
    at = min(request.date for request in case.instruments)
    situation = Situation(case, drafts, known.checklist, known.law, Phase.PLAN, at)
    return check(situation, rules_of(known.checklist)).bottom_line is Level.PASS
