"""读案件各测试共用：两种虚构的文书，一个写对了的案件。"""

from __future__ import annotations

from datetime import date, timedelta, timezone
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from docgen.model.case import Case
from docgen.model.instrument import Field, Instrument, RowUse
from docgen.read.case import read_case
from docgen.source import parse_yaml

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = sorted((ROOT / "samples" / "cases").glob("*.yaml"))
BEIJING = timezone(timedelta(hours=8))
Data = dict[str, Any]


def own(name: str, kind: str, **rest: Any) -> Field:
    """案件文件里该文书自己写的字段。"""
    return Field(name, f"标签{name}", kind, (f"instrument.{name}",), **rest)


@cache
def instruments() -> dict[str, Instrument]:
    """两种虚构的文书，各种类型的字段齐全。"""
    columns = (own("text", "text"), own("deadline", "date"), own("note", "text", required=False))
    fields = (
        Field("party_name", "当事人", "text", ("party.name",)),
        Field("officers", "执法人员", "list", ("officers",), of=(own("name", "text"),)),
        own("problems", "list", of=columns, minimum=1, maximum=3),
        own("facts", "paragraphs"),
        own("meeting_at", "datetime"),
        own("count", "integer", minimum=0, maximum=100),
        own("size", "integer", required=False),
        own("fine", "money", required=False),
        own("amount", "quantity", required=False),
        own("urgent", "boolean", required=False),
        own("openness", "choice", choices=("公开", "不公开")),
        own("closed_reason", "text", when=MappingProxyType({"openness": ("不公开",)})),
        own("names", "list", required=False),
        own("place", "text", by_hand=True),
    )
    common: Data = {
        "version": 1,
        "act": "通知",
        "number_code": "应急试",
        "rows": (RowUse(9),),
        "events": ("delivery",),
        "copies": ("一份存档",),
        "signatures": (),
        "stamp": True,
        "remedies": False,
        "in_force_from": date(2020, 1, 1),
        "source": "虚构",
        "folder": ROOT,
    }
    full = Instrument(id="full_notice", code=1, title="试验通知书", fields=fields, **common)
    brief = Instrument(id="brief_notice", code=2, title="简短通知书", fields=(), **common)
    return {"full_notice": full, "brief_notice": brief}


def valid() -> Data:
    """一个写对了的案件。"""
    return {
        "case_number": "（鲁）应急案〔2026〕12号",
        "cause": "示例案由",
        "agency": {
            "name": "示例省应急管理厅",
            "region": "鲁",
            "address": "示例路1号",
            "phone": "0531-00000000",
            "postcode": "250000",
            "review_body": "示例省人民政府",
            "court": "示例市人民法院",
        },
        "party": {"kind": "organization", "name": "示例化工有限公司", "address": "示例路2号"},
        "officers": [{"name": "甲示例", "certificate": "0123456"}],
        "instruments": [
            {
                "type": "full_notice",
                "date": "2026-11-24",
                "problems": [{"text": "示例问题", "deadline": "2026-12-10"}],
                "facts": ["第一段", "第二段"],
                "meeting_at": "2026-12-08T09:00:00+08:00",
                "count": "7",
                "openness": "公开",
            },
            {"type": "brief_notice", "date": "2026-11-25", "number": "（鲁）应急试〔2026〕7号"},
        ],
        "deliveries": [
            {"instrument": "full_notice", "mode": "direct", "planned_at": "2026-11-24 15:00"}
        ],
        "recordings": [{"instrument": "brief_notice", "row": "9", "steps": ["read_aloud"]}],
    }


def read(data: Data, name: str = "案件.yaml") -> Case:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return read_case(parse_yaml(text, name), instruments())
