"""核查各测试共用：拼一个案件的情况，取一条规则的认定。"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docgen.catalogue import Catalogue, load_catalogue
from docgen.model.case import (
    Agency,
    Case,
    Delivery,
    InstrumentRequest,
    Officer,
    Party,
    Value,
)
from docgen.model.draft import Draft
from docgen.model.law import Law
from docgen.model.rule import Phase, Situation
from docgen.model.verdict import Finding, Level
from docgen.rules import all_rules

ROOT = Path(__file__).resolve().parents[1]
BEIJING = timezone(timedelta(hours=8))
PASS, FAIL, UNKNOWN, NONE = Level.PASS, Level.FAIL, Level.UNKNOWN, Level.NOT_APPLICABLE
OFFICERS = (Officer("甲示例", "示例-0001"), Officer("乙示例", "示例-0002"))
PARTY = Party("organization", "示例化工有限公司", "示例路2号")


@cache
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "templates")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def draft_of(kind: str, day: str = "2026-11-24", key: str = "", **fields: Value) -> Draft:
    """一份稿：没有给的字段都空着。"""
    instrument = catalogue().instruments[kind]
    values: dict[str, Value] = {field.name: None for field in instrument.fields}
    return Draft(
        instrument=instrument,
        case_number="（鲁）应急案〔2026〕12号",
        agency="示例省应急管理厅",
        region="鲁",
        key=key or kind,
        date=date.fromisoformat(day),
        fields=MappingProxyType(values | fields),
    )


def situation_of(*drafts: Draft, law: Law | None = None, **parts: Any) -> Situation:
    """一个案件的情况。parts: officers, party, deliveries, recordings, phase."""
    phase = parts.pop("phase", Phase.PLAN)
    requests = tuple(
        InstrumentRequest(
            d.instrument.id, d.key, d.date, None, MappingProxyType({}), f"instruments[{index}]"
        )
        for index, d in enumerate(drafts)
    )
    case = Case(
        case_number="（鲁）应急案〔2026〕12号",
        cause="示例案由",
        agency=Agency(
            "示例省应急管理厅", "鲁", "示例路1号", "1", "2", "示例省人民政府", "示例法院"
        ),
        party=parts.pop("party", PARTY),
        officers=parts.pop("officers", OFFICERS),
        instruments=requests,
        **parts,
    )
    known = catalogue()
    by_key = {draft.key: draft for draft in drafts}
    return Situation(case, by_key, known.checklist, law or known.law, phase, date(2026, 11, 24))


def findings(code: str, situation: Situation) -> list[Finding]:
    """某条规则对某个情况的全部认定；规则不得自己出错。REC 即各行中适用的。"""
    if code == "REC":
        rows = [rule for rule in all_rules() if rule.code.startswith("REC")]
        told = (found for rule in rows for found in rule.evaluate(situation))
        return [found for found in told if found.level is not NONE]
    rule = next(rule for rule in all_rules() if rule.code == code)
    return list(rule.evaluate(situation))


def only(code: str, situation: Situation) -> Finding:
    found = findings(code, situation)
    assert len(found) == 1, found
    return found[0]


def levels(code: str, situation: Situation) -> list[Level]:
    return [finding.level for finding in findings(code, situation)]


def delivery(kind: str, planned: str | None, mode: str = "direct") -> Delivery:
    return Delivery(kind, mode, at(planned) if planned else None)
