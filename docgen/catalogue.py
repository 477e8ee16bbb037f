"""目录：templates/ 下的文书种类、清单与法律参数，读入时即校验。

Adding an instrument is adding a folder; nothing is listed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from docgen.catalogue_law import load_law, stricter
from docgen.catalogue_schema import (
    ChecklistFile,
    FieldFile,
    InstrumentFile,
    ProfileFile,
    Strict,
)
from docgen.errors import InputInvalid
from docgen.model.checklist import Checklist, ChecklistRow, Step, TimeLimit
from docgen.model.instrument import FIELD_TYPES, PUBLIC_TYPES, Field, Instrument, RowUse
from docgen.model.law import Law
from docgen.model.profile import DEFAULT_PROFILE, Profile
from docgen.source import Source, read_source
from docgen.validate import demand, nearest


@dataclass(frozen=True)
class Catalogue:
    """整个 templates/ 文件夹。root is its path; instruments are keyed by id."""

    root: Path
    instruments: Mapping[str, Instrument]
    checklist: Checklist
    law: Law
    profile: Profile

    def instrument(self, identifier: str) -> Instrument:
        """按 id 取文书种类。Raises InputInvalid naming the nearest known id."""
        found = self.instruments.get(identifier)
        if found is None:
            near = nearest(identifier, list(self.instruments))
            raise InputInvalid(
                f"没有文书种类“{identifier}”。",
                advice=f"是否应为“{near}”？" if near else "docgen instruments 列出全部种类。",
            )
        return found

    def instrument_by_code(self, code: int) -> Instrument | None:
        """按永久种类码取文书种类，没有则 None。"""
        return next((i for i in self.instruments.values() if i.code == code), None)


def load_catalogue(root: Path, profile: str = DEFAULT_PROFILE) -> Catalogue:
    """读 templates/ 文件夹。profile: file name in profiles/. Raises InputInvalid."""
    for part in ("instruments", "checklists", "law", "layout", "profiles", "sheets"):
        if not (root / part).is_dir():
            raise InputInvalid(
                f"模板文件夹 {root} 里没有 {part}/。",
                advice="DOCGEN_TEMPLATES 应指向程序的 templates 那样的文件夹。",
            )
    groups = _load_groups(root / "layout" / "fields.yaml")
    instruments = _load_instruments(root / "instruments", groups)
    source, chosen = _read_profile(root, profile)
    checklist = _load_checklist(root / "checklists", chosen, source, instruments)
    law = stricter(load_law(root / "law"), chosen, source)
    kept = Profile(chosen.id, chosen.title, chosen.source, chosen.checklist)
    return Catalogue(root, MappingProxyType(instruments), checklist, law, kept)


def _read_profile(root: Path, name: str) -> tuple[Source, ProfileFile]:
    known = sorted(path.stem for path in (root / "profiles").glob("*.yaml"))
    if name not in known:
        raise InputInvalid(f"没有方案“{name}”。", advice=f"可用的方案：{'、'.join(known)}。")
    source = read_source(root / "profiles" / f"{name}.yaml")
    data = demand(ProfileFile, source.data, source)
    if data.id != name:
        raise InputInvalid(f"{source.name}：id“{data.id}”与文件名不一致。")
    return source, data


def _load_groups(path: Path) -> Mapping[str, list[FieldFile]]:
    source = read_source(path)
    if not isinstance(source.data, dict):
        raise InputInvalid(f"{path} 应当是若干字段组。")

    class Group(Strict):
        fields: list[FieldFile]

    return {
        name: demand(Group, {"fields": rows}, source).fields for name, rows in source.data.items()
    }


def _load_instruments(folder: Path, groups: Mapping[str, list[FieldFile]]) -> dict[str, Instrument]:
    result: dict[str, Instrument] = {}
    codes: dict[int, str] = {}
    for path in sorted(folder.glob("*/instrument.yaml")):
        instrument = _load_instrument(path, groups)
        if instrument.code in codes:
            raise InputInvalid(
                f"{path}：种类码 {instrument.code} 已被 {codes[instrument.code]} 使用。",
                advice="种类码是永久的，请给新文书一个没用过的数。",
            )
        codes[instrument.code] = instrument.id
        result[instrument.id] = instrument
    if not result:
        raise InputInvalid(
            f"{folder} 里没有任何文书。", advice="每种文书是一个含 instrument.yaml 的文件夹。"
        )
    _demand_companions(folder, result)
    return result


def _demand_companions(folder: Path, instruments: Mapping[str, Instrument]) -> None:
    """accompanies 所指的文书须有，且自己不再附于别的文书。"""
    for instrument in instruments.values():
        main = instrument.accompanies
        if main is not None and (main not in instruments or instruments[main].accompanies):
            near = nearest(main, [key for key, i in instruments.items() if not i.accompanies])
            raise InputInvalid(
                f"{folder / instrument.id / 'instrument.yaml'}：accompanies 的“{main}”不是主文书。",
                advice=f"是否应为“{near}”？" if near else "accompanies 写主文书的 id。",
            )


def _load_instrument(path: Path, groups: Mapping[str, list[FieldFile]]) -> Instrument:
    source = read_source(path)
    data = demand(InstrumentFile, source.data, source)
    if data.id != path.parent.name:
        raise InputInvalid(f"{path}：id“{data.id}”与文件夹名“{path.parent.name}”不一致。")
    for name in ("template.docx", "template.html"):
        if not (path.parent / name).is_file():
            raise InputInvalid(f"{path.parent} 缺少 {name}。", advice="每种文书要有两个模板。")
    rows: list[FieldFile] = []
    for group in data.include:
        if group not in groups:
            raise InputInvalid(
                f"{path}：没有字段组“{group}”。", advice=f"可用：{'、'.join(groups)}。"
            )
        rows.extend(groups[group])
    fields = tuple(_field(row, source) for row in [*rows, *data.fields])
    names = [f.name for f in fields]
    if repeated := sorted({n for n in names if names.count(n) > 1}):
        raise InputInvalid(f"{path}：字段重复：{'、'.join(repeated)}。")
    if data.addressee != "party_name" and data.addressee not in names:
        raise InputInvalid(f"{path}：addressee 的“{data.addressee}”不是声明的字段。")
    return Instrument(
        id=data.id,
        code=data.code,
        version=data.version,
        title=data.title,
        act=data.act,
        number_code=data.number_code,
        fields=fields,
        rows=tuple(RowUse(r.row, _when(r.when), _when(r.unless)) for r in data.rows),
        events=tuple(data.events),
        copies=tuple(data.copies),
        signatures=tuple(data.signatures),
        stamp=data.stamp,
        remedies=data.remedies,
        in_force_from=data.in_force_from,
        source=data.source,
        folder=path.parent,
        numbered=data.numbered,
        accompanies=data.accompanies,
        addressee=data.addressee,
        brought_by=data.brought_by,
    )


def _when(when: Mapping[str, list[str]] | None) -> Mapping[str, tuple[str, ...]] | None:
    return None if when is None else MappingProxyType({k: tuple(v) for k, v in when.items()})


def _field(row: FieldFile, source: Source) -> Field:
    assert row.type in FIELD_TYPES
    if row.type == "choice" and not row.choices:
        raise InputInvalid(f"{source.name}：字段 {row.name} 是 choice，必须列出 choices。")
    if row.choice_labels and len(row.choice_labels) != len(row.choices):
        raise InputInvalid(
            f"{source.name}：字段 {row.name} 的 choice_labels 与 choices 不是一样多。"
        )
    return Field(
        name=row.name,
        label=row.label,
        type=row.type,
        source=tuple(row.sources) or (f"instrument.{row.name}",),
        required=row.required,
        by_hand=row.by_hand,
        fixed=row.fixed,
        public=_public(row, source),
        when=_when(row.when),
        choices=tuple(row.choices),
        choice_labels=tuple(row.choice_labels),
        of=tuple(_field(child, source) for child in row.of),
        minimum=row.min,
        maximum=row.max,
        help=row.help,
        example=row.example,
    )


def _public(row: FieldFile, source: Source) -> bool:
    if row.public and row.type not in PUBLIC_TYPES:
        raise InputInvalid(
            f"{source.name}：字段 {row.name} 是 {row.type}，不能是 public。",
            advice=f"可以公开的只有 {'、'.join(PUBLIC_TYPES)}。",
        )
    return row.public


def _load_checklist(
    folder: Path, profile: ProfileFile, at: Source, instruments: Mapping[str, Instrument]
) -> Checklist:
    path = folder / f"{profile.checklist}.yaml"
    if not path.is_file():
        known = "、".join(sorted(p.stem for p in folder.glob("*.yaml")))
        raise InputInvalid(f"{at.name}：没有清单“{profile.checklist}”。", advice=f"可用：{known}。")
    source = read_source(path)
    data = demand(ChecklistFile, source.data, source)
    rows = []
    for row in data.rows:
        named = [*row.applies_with, *(step.by for step in row.steps if step.by)]
        if unknown := [key for key in named if key not in instruments]:
            raise InputInvalid(f"{path}：第 {row.number} 行的“{unknown[0]}”不是文书种类。")
        columns: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in row.model_dump(exclude={"time_limit", "steps"}).items()
        }
        rows.append(
            ChecklistRow(
                **columns,
                time_limit=TimeLimit(row.time_limit.text, row.time_limit.parameter),
                steps=tuple(Step(**step.model_dump()) for step in row.steps),
            )
        )
    _refuse_repeated(path, "行号", [str(row.number) for row in rows])
    _refuse_repeated(path, "规则代码", [row.code for row in rows])
    return Checklist(data.id, data.title, data.source, tuple(rows), tuple(data.notes))


def _refuse_repeated(path: Path, what: str, taken: list[str]) -> None:
    if repeated := sorted({one for one in taken if taken.count(one) > 1}):
        raise InputInvalid(f"{path}：{what}重复：{'、'.join(repeated)}。")
