"""填：案件事实、文书种类与法律参数 → 稿（Draft）。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Formatter
from types import MappingProxyType

from docgen.errors import InputInvalid, Problem
from docgen.facts import Facts
from docgen.model.case import Case, InstrumentRequest, Value
from docgen.model.draft import Draft
from docgen.model.instrument import Field, Instrument, applies
from docgen.model.law import Law
from docgen.model.number import Number, parse_number


def fill_case(case: Case, instruments: Mapping[str, Instrument], law: Law) -> Mapping[str, Draft]:
    """填好案件的每一份文书，键为文书的 key，次序不变。

    Raises InputInvalid with all problems at once, each with file, path and line.
    """
    drafts: dict[str, Draft] = {}
    faults: list[InputInvalid] = []
    for request in case.instruments:
        try:
            drafts[request.key] = fill(Facts(case, instruments, law, request))
        except InputInvalid as error:
            faults.append(error)
    if faults:
        found = tuple(dict.fromkeys(problem for error in faults for problem in error.problems))
        told = "；".join(error.message.rstrip("。") for error in faults)
        whole = InputInvalid(f"{told}。什么也没有生成。", problems=found, advice=faults[0].advice)
        raise located(whole, case)
    return drafts


def located(error: InputInvalid, case: Case) -> InputInvalid:
    """同一个错误，位置带上案件文件与行号（contract 5.1）。"""
    problems = [Problem(case.where(problem.where), problem.message) for problem in error.problems]
    return InputInvalid(error.message, problems=problems, advice=error.advice)


def fill(facts: Facts) -> Draft:
    """填一份文书；每个声明的字段都要有着落，否则列出全部缺处。

    Raises InputInvalid (one problem per field) for a missing value, a date before the
    instrument's form was in force, or a law parameter with no value on that date.
    """
    case, request, instrument = facts.case, facts.request, facts.instrument
    place = request.place
    fields: dict[str, Value] = {}
    problems = list(_too_early(instrument, request, place))
    for field in instrument.fields:
        own = request.values.get(field.name)
        if not applies(field.when, fields):
            fields[field.name] = None
            if own is not None:
                problems.append(Problem(f"{place}.{field.name}", _needless(field, instrument)))
            continue
        value = own if own is not None else _resolve(field, facts, fields)
        fields[field.name] = value
        problems += _faults(field, value, facts, fields)
    by_hand = [name for field in instrument.fields for name in _blanks(field, fields, "")]
    if problems:
        raise InputInvalid(
            f"案件 {case.case_number} 的《{instrument.title}》有 {len(problems)} 处填不完整。",
            problems=problems,
            advice="请在案件文件中补全或者删去；空白会使文书无效，所以不会印出。",
        )
    number, notices = _given_number(request, case, instrument, place)
    return Draft(
        instrument=instrument,
        case_number=case.case_number,
        agency=case.agency.name,
        region=case.agency.region,
        key=request.key,
        date=request.date,
        fields=MappingProxyType(fields),
        number=number,
        by_hand=tuple(by_hand),
        notices=notices,
        delivers=request.delivers,
        brought=request.delivery is not None,
    )


def _resolve(field: Field, facts: Facts, fields: Mapping[str, Value]) -> Value:
    found = (facts.find(source.format(**fields)) for source in field.source)
    value = next((value for value in found if value is not None), None)
    if not field.of or not isinstance(value, tuple):
        return value
    columns = [column.name for column in field.of]  # another document's list may have others
    return tuple(
        MappingProxyType({name: row.get(name) for name in columns})
        for row in value
        if isinstance(row, Mapping)
    )


def _too_early(instrument: Instrument, request: InstrumentRequest, place: str) -> Iterator[Problem]:
    if request.date < instrument.in_force_from:
        yield Problem(
            f"{place}.date",
            f"《{instrument.title}》的式样自 {instrument.in_force_from} 起可用，"
            f"不能用于 {request.date} 的文书。",
        )


def _faults(
    field: Field, value: Value, facts: Facts, fields: Mapping[str, Value]
) -> Iterator[Problem]:
    place = facts.request.place
    if value is None and field.required and not field.by_hand:
        own = f"{place}.{field.name}"
        where = own if field.own or field.source[0].startswith(("law.", "wording.")) else None
        yield Problem(where or field.source[0], _missing(field, facts, fields))
    elif isinstance(value, tuple) and len(value) < (field.minimum or 0):
        where = f"{place}.{field.name}" if field.own else field.source[0]
        message = f"{field.label}至少要有 {field.minimum} 项，现有 {len(value)} 项。"
        yield Problem(where, message)


def _missing(field: Field, facts: Facts, fields: Mapping[str, Value]) -> str:
    request, place = facts.request, facts.request.place
    if told := _undecided(field, facts, fields):
        return told
    sources = [s.format(**fields) for s in field.source if not s.startswith("beside.")]
    if lawful := [s for s in sources if s.startswith(("law.", "wording."))]:
        names = "、".join(s.partition(".")[2] for s in lawful)
        return (
            f"缺少{field.label}：法律参数 {names} 在 {request.date} 没有值；"
            f"请在 templates/law/ 中补充，或者在该文书里写 {field.name}。"
        )
    delivery = place if request.delivery is not None else "deliveries[…]"
    named = [
        s.replace("instrument.", f"{place}.").replace("delivery.", f"{delivery}.")
        for s in sources
        if not s.startswith("delivered.")
    ]
    places = " 或 ".join(dict.fromkeys(named))
    return f"缺少{field.label}；应写在案件文件的 {places}。"


def _undecided(field: Field, facts: Facts, fields: Mapping[str, Value]) -> str | None:
    """为何还取不到：同案的那种文书有几份，或者它所随的另一项还没有；别的缘故则 None。"""
    for source in field.source:
        kind = source.format(**fields).removeprefix("beside.").rpartition(".")[0]
        found = facts.others(kind) if source.startswith("beside.") else ()
        if len(found) > 1:
            title = facts.instruments[found[0].type].title
            return (
                f"缺少{field.label}：本案件有 {len(found)} 份《{title}》"
                f"（{'、'.join(r.key for r in found)}），说不清取自哪一份；"
                f"请在 {facts.request.place}.{field.name} 写明。"
            )
        named = {part[1] for part in Formatter().parse(source)}
        leading = [f for f in facts.instrument.fields if f.name in named and not fields.get(f.name)]
        if leading and source.startswith(("law.", "wording.")):
            labels = "、".join(f"{f.label}（{f.name}）" for f in leading)
            return f"缺少{field.label}：随{labels}而定，请先写明那一项。"
    return None


def _needless(field: Field, instrument: Instrument) -> str:
    labels = {f.name: f.label for f in instrument.fields}
    conditions = "，".join(
        f"{labels.get(name, name)}（{name}）为{'或'.join(values)}"
        for name, values in (field.when or {}).items()
    )
    return f"{field.label}只在{conditions}时填写，现在不适用，请删去。"


def _blanks(field: Field, fields: Mapping[str, object], place: str) -> Iterator[str]:
    """留待手写的空白：字段的路径，列表里的如 documents[0].received_on。"""
    value = fields[field.name]
    if value is None:
        if field.by_hand and applies(field.when, fields):
            yield f"{place}{field.name}"
    elif isinstance(value, tuple):
        for index, row in enumerate(value):
            for child in field.of:
                yield from _blanks(child, row, f"{place}{field.name}[{index}].")


def _given_number(
    request: InstrumentRequest, case: Case, instrument: Instrument, place: str
) -> tuple[Number | None, tuple[str, ...]]:
    """案件文件里已给的文号：核对机关、代字与年份，写法不规范的改正并说明。"""
    if request.number is None:
        return None, ()
    number = parse_number(request.number)
    expected = (case.agency.region, instrument.number_code, request.date.year)
    if number is None or (number.region, number.code, number.year) != expected:
        region, code, year = expected
        raise InputInvalid(
            f"案件 {case.case_number} 的《{instrument.title}》文号不符。",
            problems=[
                Problem(
                    f"{place}.number",
                    f"现为“{request.number}”，应当如（{region}）{code}〔{year}〕1号。",
                )
            ],
            advice="机关代字、文书代字与年份要与案件一致；不写 number 则自动编号。",
        )
    if number.text == request.number:
        return number, ()
    return number, (f"{place}.number：文号“{request.number}”已规范为“{number.text}”。",)
