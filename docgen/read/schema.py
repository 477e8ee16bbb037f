"""案件文件的模式：基本结构在此，各文书自己的字段由 instrument.yaml 生成。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, create_model
from pydantic import Field as Item
from pydantic.fields import FieldInfo

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
_MODES = ("直接送达", "留置送达", "邮寄送达", "委托送达", "电子送达", "公告送达")
COMMON_KEYS = ("type", "key", "date", "number")


class Strict(BaseModel):
    """不认识的键一律是错误。"""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _shown(
    title: str, example: str = "", help: str = "", labels: tuple[str, ...] = ()
) -> FieldInfo:
    """一项怎样给人看：名称、例子、说明；labels: the Chinese names of its choices, in order."""
    named: dict[str, Any] = {"x-labels": list(labels)} if labels else {}
    made: FieldInfo = Item(
        title=title,
        description=help or None,
        examples=[example] if example else None,
        json_schema_extra=named or None,
    )
    return made


class AgencyFile(Strict):
    """执法机关。"""

    name: Annotated[Text, _shown("执法机关", "示例市应急管理局", "全称")]
    region: Annotated[Region, _shown("机关代字", "示市", "文号里的机关代字，如 鲁")]
    address: Annotated[Text, _shown("机关地址", "示例省示例市模拟路1号")]
    phone: Annotated[Text, _shown("机关电话", "0531-00000000")]
    postcode: Annotated[Text, _shown("机关邮编", "250000")]
    review_body: Annotated[Text, _shown("复议机关", "示例市人民政府", "一般是本级人民政府")]
    court: Annotated[Text, _shown("管辖法院", "示例市示例区人民法院", "管辖的人民法院")]
    contact: Annotated[Text | None, _shown("机关联系人", "甲示例")] = None


class PartyFile(Strict):
    """当事人。"""

    kind: Annotated[
        Literal["organization", "individual"],
        _shown("当事人类别", "organization", labels=("单位", "个人")),
    ]
    name: Annotated[Text, _shown("当事人", "示例化工有限公司", "单位的全称，或者个人的姓名")]
    address: Annotated[Text, _shown("当事人地址", "示例省示例市示例路2号")]
    phone: Annotated[Text | None, _shown("当事人电话", "0531-00000001")] = None
    uscc: Annotated[
        Identifier | None, _shown("统一社会信用代码", "91370000DEM000055U", "单位填写")
    ] = None
    representative: Annotated[Text | None, _shown("法定代表人（负责人）", "示例乙", "单位填写")] = (
        None
    )
    position: Annotated[Text | None, _shown("负责人职务", "总经理", "单位填写")] = None
    id_number: Annotated[Identifier | None, _shown("公民身份号码", help="个人填写")] = None
    gender: Annotated[Text | None, _shown("性别", help="个人填写")] = None


class OfficerFile(Strict):
    """执法人员。"""

    name: Annotated[Text, _shown("姓名", "甲示例")]
    certificate: Annotated[Identifier, _shown("执法证号", "示例-0001")]


class ReceiptFile(Strict):
    """送达回执的签收情况。"""

    signed: bool | None = None
    sealed: bool | None = None


class DeliveryFile(Strict):
    """送达的计划与事实。"""

    instrument: Text
    mode: Annotated[
        Literal["direct", "left", "post", "entrusted", "electronic", "announcement"],
        _shown("送达方式", "direct", "直接、留置、邮寄、委托、电子、公告", _MODES),
    ]
    planned_at: Annotated[Moment | None, _shown("计划送达时间", "2026-11-24 15:00", "写到分")] = (
        None
    )
    at: Annotated[Moment | None, Item(title="实际送达时间")] = None
    place: Annotated[Text | None, _shown("送达地点", "示例化工有限公司办公楼")] = None
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
    filed_on: Annotated[Day | None, _shown("立案日期", "2026-10-12")] = None
    approved_by: Annotated[Text | None, _shown("批准的负责人", "丙示例")] = None
    approved_on: Annotated[Day | None, _shown("批准日期", "2026-11-23")] = None
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
    residents_affected: Annotated[bool | None, _shown("停止供电是否影响居民生活", "false")] = None
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

    case_number: Annotated[CaseNumber, _shown("案号", "（示市）应急案〔2026〕1号", "一个案件一个")]
    cause: Annotated[Text, _shown("案由", "未按规定设置可燃气体检测报警装置")]
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
