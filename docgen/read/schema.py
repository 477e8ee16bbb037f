"""案件文件的模式：基本结构在此，各文书自己的字段由 instrument.yaml 生成。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Item

from docgen.model.instrument import Field, Instrument
from docgen.read.scalars import (
    CaseNumber,
    Day,
    Identifier,
    Key,
    Minute,
    Moment,
    Money,
    NumberText,
    Paragraphs,
    Quantity,
    Region,
    RuleCode,
    Text,
    one_of,
)

_MAX_INTEGER = 2**53 - 1  # RFC 8785 can write no larger one
COMMON_KEYS = ("type", "key", "date", "number")


class Strict(BaseModel):
    """不认识的键一律是错误。"""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AgencyFile(Strict):
    """执法机关。"""

    name: Text
    region: Region
    address: Text
    phone: Text
    postcode: Text
    review_body: Text
    court: Text
    contact: Text | None = None


class PartyFile(Strict):
    """当事人。"""

    kind: Literal["organization", "individual"]
    name: Text
    address: Text
    phone: Text | None = None
    uscc: Identifier | None = None
    representative: Text | None = None
    position: Text | None = None
    id_number: Identifier | None = None
    gender: Text | None = None


class OfficerFile(Strict):
    """执法人员。"""

    name: Text
    certificate: Identifier


class ReceiptFile(Strict):
    """送达回执的签收情况。"""

    signed: bool | None = None
    sealed: bool | None = None


class DeliveryFile(Strict):
    """送达的计划与事实。"""

    instrument: Text
    mode: Annotated[
        Literal["direct", "left", "post", "entrusted", "electronic", "announcement"],
        Item(title="直接、留置、邮寄、委托、电子、公告"),
    ]
    planned_at: Annotated[Moment | None, Item(title="计划送达的时间")] = None
    at: Annotated[Moment | None, Item(title="实际送达的时间")] = None
    place: Annotated[Text | None, Item(title="送达的地点")] = None
    recipient: Annotated[Text | None, Item(title="受送达人")] = None
    receipt: ReceiptFile | None = None
    agent: Annotated[Text | None, Item(title="代收人")] = None
    agent_relation: Annotated[Text | None, Item(title="代收人与受送达人的关系")] = None
    refusal_reason: Annotated[Text | None, Item(title="拒收的理由")] = None
    refused_on: Annotated[Day | None, Item(title="拒收的日期")] = None
    witness: Annotated[Text | None, Item(title="见证人")] = None
    witness_unit: Annotated[Text | None, Item(title="见证人的单位")] = None
    tracking: Annotated[Identifier | None, Item(title="邮件号码")] = None
    entrusted_to: Annotated[Text | None, Item(title="受委托送达的机关")] = None
    consent_on: Annotated[Day | None, Item(title="同意电子送达的日期")] = None
    electronic_address: Annotated[Text | None, Item(title="电子送达的地址")] = None
    arrived_at: Annotated[Moment | None, Item(title="到达对方系统的时间")] = None


class RecordingFile(Strict):
    """音像记录的计划与事实。"""

    instrument: Text
    row: Annotated[int, Item(ge=1)]
    recorder: Text | None = None
    place: Text | None = None
    categories: list[Text] = []
    steps: list[Text] = []
    officers: list[Text] = []
    started_at: Moment | None = None
    ended_at: Moment | None = None
    file: Text | None = None


class ProceedingFile(Strict):
    """程序上的事实，属于某一份文书。"""

    instrument: Text
    filed_on: Annotated[Day | None, Item(title="立案日期")] = None
    approved_by: Annotated[Text | None, Item(title="批准的负责人")] = None
    approved_on: Annotated[Day | None, Item(title="批准日期")] = None
    urgent_reason: Annotated[Text | None, Item(title="情况紧急、先行实施的理由")] = None
    started_at: Annotated[Moment | None, Item(title="实施开始的时间")] = None
    ended_at: Annotated[Moment | None, Item(title="实施结束的时间")] = None
    reported_at: Annotated[Moment | None, Item(title="情况紧急的，报告并补办批准的时间")] = None
    party_notified: Annotated[bool | None, Item(title="是否通知当事人到场")] = None
    party_present: Annotated[bool | None, Item(title="当事人是否到场")] = None
    witness: Annotated[Text | None, Item(title="当事人不到场时的见证人")] = None
    reasons_told: Annotated[bool | None, Item(title="是否当场告知理由、依据和权利、救济途径")] = (
        None
    )
    party_heard: Annotated[bool | None, Item(title="是否听取当事人的陈述和申辩")] = None
    testing_days: Annotated[int | None, Item(title="检测、检验、检疫、鉴定的天数", ge=0)] = None
    extension_approved_on: Annotated[Day | None, Item(title="批准延长查封扣押的日期")] = None
    extended_to: Annotated[Day | None, Item(title="延长到的日期")] = None
    released_on: Annotated[Day | None, Item(title="解除查封扣押或者作出处理决定的日期")] = None
    agents: Annotated[list[Text], Item(title="听证中当事人的委托代理人")] = []
    signed: Annotated[bool | None, Item(title="当事人是否在笔录上签字或者盖章")] = None
    refusal: Annotated[Text | None, Item(title="拒绝签字的，笔录中注明的情况")] = None
    announced_to_party: Annotated[bool | None, Item(title="宣告处罚决定时当事人是否在场")] = None
    residents_affected: Annotated[bool | None, Item(title="停止供电是否影响居民生活")] = None
    hazard_removed_on: Annotated[Day | None, Item(title="消除事故隐患的日期")] = None
    lifted_on: Annotated[Day | None, Item(title="恢复供电、供应的日期")] = None


class SuppressionFile(Strict):
    """不计入结论的一条认定，须有理由和决定的人。"""

    code: Annotated[RuleCode, Item(title="认定的代码")]
    reason: Annotated[Text, Item(title="理由")]
    name: Annotated[Text, Item(title="决定的人")]
    instrument: Annotated[Text | None, Item(title="只对这一份文书")] = None


class CaseFile(Strict):
    """案件文件的顶层；instruments 的每一项再按自己的种类校验。"""

    case_number: CaseNumber
    cause: Text
    agency: AgencyFile
    party: PartyFile
    officers: Annotated[list[OfficerFile], Item(min_length=1)]
    instruments: Annotated[list[dict[str, Any]], Item(min_length=1)]
    deliveries: list[DeliveryFile] = []
    recordings: list[RecordingFile] = []
    proceedings: list[ProceedingFile] = []
    suppressions: list[SuppressionFile] = []


def _annotation(field: Field, title: str) -> Any:
    match field.type:
        case "text":
            return Text
        case "paragraphs":
            return Paragraphs
        case "date":
            return Day
        case "datetime":
            return Minute
        case "integer":
            low = -_MAX_INTEGER if field.minimum is None else field.minimum
            high = _MAX_INTEGER if field.maximum is None else field.maximum
            return Annotated[int, Item(ge=low, le=high)]
        case "money":
            return Money
        case "quantity":
            return Quantity
        case "boolean":
            return bool
        case "choice":
            return one_of(field.choices)
    element = _record(field.of, f"{title}_{field.name}") if field.of else Text
    return Annotated[
        list[element],  # type: ignore[valid-type]
        Item(min_length=field.minimum, max_length=field.maximum),
    ]


def _record(fields: tuple[Field, ...], title: str) -> type[BaseModel]:
    members: dict[str, Any] = {}
    for field in fields:
        kind = _annotation(field, title)
        demanded = field.required and not field.by_hand and field.when is None
        demanded = demanded and field.source == (f"instrument.{field.name}",)
        note: dict[str, Any] = {"title": field.label, "description": field.help or None}
        members[field.name] = (
            (kind, Item(**note)) if demanded else (kind | None, Item(default=None, **note))
        )
    return create_model(title, __base__=Strict, **members)


_models: dict[int, tuple[Instrument, type[BaseModel]]] = {}


def instrument_model(instrument: Instrument) -> type[BaseModel]:
    """一种文书在案件文件里的模式，每个 Instrument 只造一次。

    Any declared field may be overridden there, unless it is fixed.
    """
    known = _models.get(id(instrument))
    if known is None or known[0] is not instrument:
        known = _models[id(instrument)] = instrument, _make_model(instrument)
    return known[1]


def _make_model(instrument: Instrument) -> type[BaseModel]:
    own = tuple(field for field in instrument.fields if not field.fixed)
    body = _record(own, instrument.id)
    common: dict[str, Any] = {
        "type": (Literal[instrument.id], Item(title="文书种类")),
        "key": (Key | None, Item(default=None, title="案件内的名字，同种两份时才需要")),
        "date": (Day, Item(title="文书日期")),
        "number": (NumberText | None, Item(default=None, title="已经给定的文号")),
    }
    if instrument.brought_by is not None:
        title = "证明哪几份文书的送达（各写 key），不写则自己列出"
        common["delivers"] = (list[Text], Item(default=[], title=title))
    return create_model(instrument.id, __base__=body, **common)


def case_schema(instruments: Mapping[str, Instrument]) -> dict[str, Any]:
    """整个案件文件的 JSON Schema（draft 2020-12）。"""
    schema = CaseFile.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    choices = []
    for instrument in instruments.values():
        own = instrument_model(instrument).model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(own.pop("$defs", {}))
        definitions[f"instrument_{instrument.id}"] = own | {"title": instrument.title}
        choices.append({"$ref": f"#/$defs/instrument_{instrument.id}"})
    schema["properties"]["instruments"]["items"] = {"oneOf": choices}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema


def instrument_schema(instrument: Instrument) -> dict[str, Any]:
    """案件文件里一种文书的 JSON Schema（draft 2020-12）。"""
    schema = instrument_model(instrument).model_json_schema()
    schema["title"] = instrument.title
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
