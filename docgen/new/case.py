"""新的案件文件：键都在、值空着的 YAML，空着的一律不能生成，所以不会漏填。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.model.checklist import Checklist, ChecklistRow
from docgen.model.instrument import Field, Instrument

_HEAD = """\
# 案件文件。冒号后面空着的都要填写，用不上的行请删去。
# 填好后：docgen check 本文件，再 docgen generate 本文件 -o 文件夹
case_number:            # 案号，如（鲁）应急案〔2026〕12号
cause:                  # 案由
agency:
  name:                 # 执法机关全称
  region:               # 文号里的机关代字，如 鲁
  address:
  phone:
  postcode:
  contact:              # 联系人
  review_body:          # 行政复议机关，一般是本级人民政府
  court:                # 管辖的人民法院
party:
  kind: organization    # organization 单位，individual 个人
  name:
  uscc:                 # 统一社会信用代码；个人改写 id_number（公民身份号码）
  address:
  representative:       # 法定代表人（负责人）；个人删去这两行
  position:
  phone:
officers:               # 至少两名
  - {name: , certificate: }
  - {name: , certificate: }
instruments:
"""


def new_case(instruments: Sequence[Instrument], checklist: Checklist) -> str:
    """几种文书的案件文件。The text is YAML; every value to be given is empty."""
    lines = [_HEAD.rstrip("\n")]
    listed = {instrument.id for instrument in instruments}
    for instrument in instruments:
        lines += [f"  - type: {instrument.id:<20} # {instrument.title}", "    date:"]
        if instrument.brought_by:
            lines.append("    delivers:  # 证明哪几份文书的送达，各写 key；一份文书一张的不必写")
            lines.append("      -")
            continue
        for field in instrument.fields:
            if field.own and _not_found_elsewhere(field, listed):
                lines += _field(field, "    ")
    lines.append(
        "deliveries:             # 送达的安排：planned_at 写到分；每次送达自动带来送达回执"
    )
    for instrument in instruments:
        if "delivery" in instrument.events:
            lines.append(
                f"  - {{instrument: {instrument.id}, mode: direct, planned_at: , place: }}"
            )
    lines.append("recordings:             # 音像记录的安排")
    for instrument in instruments:
        for use in () if instrument.accompanies in listed else instrument.rows:
            row = checklist.row(use.row)
            if row is not None:
                lines += _recording(instrument, row, _condition(use.when))
    return "\n".join(lines) + "\n"


def _not_found_elsewhere(field: Field, listed: set[str]) -> bool:
    """只能由这份文书自己写：没有别的来源，或者别的来源是这个案件里没有的文书。"""
    others = [source for source in field.source if source != f"instrument.{field.name}"]
    return all(s.startswith("beside.") and s.split(".")[1] not in listed for s in others)


def _field(field: Field, indent: str) -> Iterator[str]:
    note = field.label
    if field.choices:
        note += f"：{' / '.join(field.choices)}"
    if field.type == "date":
        note += "，如 2026-11-24"
    if field.type == "datetime":
        note += "，如 2026-11-24T15:00:00+08:00"
    if field.by_hand:
        note += "（留待手写的删去此行）"
    elif not field.required:
        note += "（没有则删去此行）"
    if field.when:
        note += f"（{_condition(field.when)}才写，否则删去此行）"
    if field.help:
        note += f"。{field.help}"
    if field.type == "list" and field.of:
        columns = ", ".join(f"{child.name}: " for child in field.of)
        labels = "、".join(child.label + _may_be_left_out(child) for child in field.of)
        yield f"{indent}{field.name}:  # {note}：{labels}"
        yield f"{indent}  - {{{columns}}}"
    elif field.type in ("list", "paragraphs"):
        yield f"{indent}{field.name}:  # {note}，可写几段"
        yield f"{indent}  -"
    else:
        yield f"{indent}{field.name}:  # {note}"


def _may_be_left_out(column: Field) -> str:
    return "（留待手写的删去）" if column.by_hand else "" if column.required else "（没有则删去）"


def _condition(when: object) -> str:
    if not isinstance(when, dict) and not hasattr(when, "items"):
        return ""
    return "且".join(f"{name} 为 {'或'.join(values)} 时" for name, values in when.items())


def _recording(instrument: Instrument, row: ChecklistRow, condition: str) -> Iterator[str]:
    note = f"，{condition}才写" if condition else ""
    steps = ", ".join(step.id for step in row.steps if not step.optional)
    yield f"  # 清单第 {row.number} 行“{row.item}”{note}；记录人：{row.recorder}"
    yield f"  - instrument: {instrument.id}"
    yield f"    row: {row.number}"
    yield "    recorder:"
    yield f"    place: {row.places[0]}"
    yield f"    categories: [{', '.join(row.categories)}]"
    yield f"    steps: [{steps}]"
