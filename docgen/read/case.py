"""读案件文件：YAML 或 JSON → Case。"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from docgen.errors import InputInvalid, Problem
from docgen.model.case import (
    Agency,
    Case,
    Delivery,
    InstrumentRequest,
    Officer,
    Party,
    Proceeding,
    Receipt,
    Recording,
    Suppression,
    Value,
)
from docgen.model.instrument import Instrument
from docgen.read.schema import COMMON_KEYS, CaseFile, instrument_model
from docgen.source import Place, Source, path_text
from docgen.validate import nearest, validate

_OF_FILE = "docgen schema case 给出全部可用的键；docgen new 给出样本。"
_OF_ROW = "请在表里改正这些格，再执行一次；各列怎样填见工作簿的填写说明。"


def read_case(source: Source, instruments: Mapping[str, Instrument]) -> Case:
    """校验一个案件文件，给出 Case；一次列出全部问题。Raises InputInvalid."""
    data, problems = validate(CaseFile, source.data, source)
    requests: list[InstrumentRequest] = []
    for index, raw in enumerate(_listed(source, "instruments")):
        request, faults = _request(raw, source, ("instruments", index), instruments)
        problems.extend(faults)
        requests.extend([request] if request else [])
    keys = [_key(raw) for raw in _listed(source, "instruments")]
    problems.extend(_repeated_keys(keys, source))
    problems.extend(_dangling({key for key in keys if key}, source))
    if problems or data is None:
        unique = tuple(dict.fromkeys(problems))
        raise InputInvalid(
            f"{source.name} 有 {len(unique)} 处错误，什么也没有生成。",
            problems=unique,
            advice=_OF_ROW if source.labels else _OF_FILE,
        )
    return Case(
        case_number=data.case_number,
        cause=data.cause,
        agency=Agency(**data.agency.model_dump()),
        party=Party(**data.party.model_dump()),
        officers=tuple(Officer(o.name, o.certificate) for o in data.officers),
        instruments=tuple(requests),
        deliveries=tuple(
            Delivery(**d.model_dump(exclude={"receipt"}), receipt=_receipt(d.receipt))
            for d in data.deliveries
        ),
        recordings=tuple(Recording(**_tuples(r)) for r in data.recordings),
        proceedings=tuple(Proceeding(**_tuples(p)) for p in data.proceedings),
        suppressions=tuple(Suppression(**_tuples(s)) for s in data.suppressions),
        notices=(*source.notices, *_tidied(source, data.case_number)),
        file=source.name,
        facts=json.dumps(source.data, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        lines=MappingProxyType({path_text(p): line for p, line in source.lines.items()}),
        labels=source.labels,
    )


def _listed(source: Source, part: str) -> list[object]:
    listed = source.data.get(part) if isinstance(source.data, dict) else None
    return list(listed) if isinstance(listed, list) else []


def _key(raw: object) -> str | None:
    """一份文书在案件里的名字：key，没有则 type。"""
    given = (raw.get("key") or raw.get("type")) if isinstance(raw, dict) else None
    return given.strip() if isinstance(given, str) else None


def _tidied(source: Source, case_number: str) -> Iterator[str]:
    given = source.data.get("case_number") if isinstance(source.data, dict) else None
    if isinstance(given, str) and given.strip() != case_number:
        where = source.where(("case_number",))
        yield f"{where}：案号“{given.strip()}”已规范为“{case_number}”"


def _tuples(data: BaseModel) -> dict[str, Any]:
    """各项照写，列表冻结。"""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in data.model_dump().items()}


def _receipt(data: BaseModel | None) -> Receipt | None:
    return None if data is None else Receipt(**data.model_dump())


def _request(
    raw: object, source: Source, place: Place, instruments: Mapping[str, Instrument]
) -> tuple[InstrumentRequest | None, list[Problem]]:
    if not isinstance(raw, dict):
        return None, []  # CaseFile has told it already
    kind = raw.get("type")
    instrument = instruments.get(str(kind)) if kind is not None else None
    if instrument is None:
        near = nearest(str(kind), list(instruments))
        hint = f"是否应为“{near}”？" if near else "docgen instruments 列出全部种类。"
        said = "缺少 type（文书种类）" if kind is None else f"没有文书种类“{kind}”"
        return None, [Problem(source.where((*place, "type")), f"{said}；{hint}")]
    data, problems = validate(instrument_model(instrument), raw, source, place)
    if data is None:
        return None, problems
    values = {f.name: _frozen(getattr(data, f.name)) for f in instrument.fields if not f.fixed}
    common: dict[str, Any] = {key: getattr(data, key) for key in COMMON_KEYS}
    common["key"] = common["key"] or instrument.id
    delivers = tuple(dict.fromkeys(getattr(data, "delivers", ())))
    frozen = MappingProxyType(values)
    return InstrumentRequest(**common, values=frozen, place=path_text(place), delivers=delivers), []


def _frozen(value: object) -> Value:
    if isinstance(value, list):
        return tuple(
            MappingProxyType(v.model_dump()) if isinstance(v, BaseModel) else v for v in value
        )
    return value  # type: ignore[return-value]


def _repeated_keys(keys: list[str | None], source: Source) -> Iterator[Problem]:
    for index, key in enumerate(keys):
        if key and key in keys[:index]:
            message = f"“{key}”出现了两次；同种文书有两份时，请各写一个不同的 key。"
            yield Problem(source.where(("instruments", index)), message)


def _dangling(keys: set[str], source: Source) -> Iterator[Problem]:
    """deliveries、recordings 等只能指向本案件里的文书。"""
    for part in ("deliveries", "recordings", "proceedings", "suppressions"):
        for index, row in enumerate(_listed(source, part)):
            named = row.get("instrument") if isinstance(row, dict) else None
            if not isinstance(named, str) or named.strip() in keys:
                continue
            near = nearest(named, sorted(keys))
            hint = f"是否应为“{near}”？" if near else f"可用：{'、'.join(sorted(keys))}。"
            message = f"本案件没有“{named}”这份文书；{hint}"
            yield Problem(source.where((part, index, "instrument")), message)
