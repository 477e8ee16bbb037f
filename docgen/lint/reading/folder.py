"""读整个模板文件夹；一个文件坏了，其余的照读。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from jinja2 import Environment
from pydantic import BaseModel

from docgen.catalogue_schema import (
    ChecklistFile,
    FieldFile,
    InstrumentFile,
    ParameterFile,
    StaleFile,
)
from docgen.errors import InputInvalid
from docgen.lint.folder import (
    Declared,
    Fault,
    InstrumentFolder,
    Known,
    Spot,
    TemplateFolder,
    Use,
    YamlFile,
)
from docgen.lint.reading.docx import read_docx
from docgen.lint.reading.text import read_tree, read_yaml, yaml_fault
from docgen.lint.uses import uses_of
from docgen.measures import Measures
from docgen.model.law import StaleWording
from docgen.validate import validate

Model = TypeVar("Model", bound=BaseModel)
CHECKLIST = "checklists/emergency_management.yaml"
STALE = "law/stale/wording.yaml"


def find_root(given: Path) -> tuple[Path, str | None]:
    """给的是模板文件夹还是一种文书的文件夹；后者另给出其 id。Raises InputInvalid."""
    folder = given.absolute()
    if not folder.is_dir():
        raise InputInvalid(
            f"没有这个文件夹：{given}", advice="请给出模板文件夹或者一种文书的文件夹。"
        )
    if (folder / "instruments").is_dir():
        return folder, None
    inside = any((folder / name).exists() for name in ("instrument.yaml", "template.html"))
    if inside and folder.parent.name == "instruments":
        return folder.parent.parent, folder.name
    raise InputInvalid(
        f"{given} 不是模板文件夹。",
        advice="请给出含 instruments/ 的文件夹，或者其中一种文书的文件夹。",
    )


def read_folder(root: Path, jinja: Environment, known: Known) -> TemplateFolder:
    """templates/ → TemplateFolder。Never raises for what is in the files."""
    faults: list[Fault] = []
    layout = {
        f"layout/{path.name}": tree
        for path in sorted((root / "layout").glob("*.html"))
        if (tree := read_tree(root, f"layout/{path.name}", jinja, faults)) is not None
    }
    measures_file = read_yaml(root, "layout/official.yaml", faults)
    group_file = read_yaml(root, "layout/fields.yaml", faults)
    groups = MappingProxyType(_groups(root, group_file, faults))
    checklist_file = read_yaml(root, CHECKLIST, faults)
    bare = TemplateFolder(
        known=known,
        instruments=(),
        layout=MappingProxyType(layout),
        measures=_model(root, measures_file, Measures, faults),
        measures_file=measures_file,
        groups=groups,
        group_file=group_file,
        law=MappingProxyType(dict(_law(root, faults))),
        checklist=_model(root, checklist_file, ChecklistFile, faults),
        checklist_file=checklist_file,
        fonts=_families(read_yaml(root, "layout/fonts.yaml", faults)),
        stale=tuple(_stale(root, faults)),
    )
    names = list(_instrument_names(root, faults))
    read = tuple(_instrument(root, name, bare, jinja, faults) for name in names)
    whole = {**bare.__dict__, "instruments": read, "faults": tuple(faults)}
    return TemplateFolder(**whole)


def _instrument_names(root: Path, faults: list[Fault]) -> Iterator[str]:
    """各文书的文件夹；指到外面的链接记下，不读。"""
    for path in sorted((root / "instruments").iterdir()):
        if not path.is_dir() or path.name.startswith("."):
            continue
        if path.resolve().is_relative_to(root.resolve()):
            yield path.name
        else:
            spot, told = Spot(f"instruments/{path.name}"), "是链接，指到模板文件夹外面，没有读。"
            faults.append(Fault("unreadable", spot, told, "请把文件夹本身放进来。"))


def _instrument(
    root: Path, name: str, folder: TemplateFolder, jinja: Environment, faults: list[Fault]
) -> InstrumentFolder:
    base = f"instruments/{name}"
    yaml = read_yaml(root, f"{base}/instrument.yaml", faults)
    data = _model(root, yaml, InstrumentFile, faults)
    raw: Any = yaml.source.data if yaml.source else None
    raw = raw if isinstance(raw, dict) else {}
    listed = raw.get("include")
    includes = tuple(n for n in listed if isinstance(n, str)) if isinstance(listed, list) else ()
    own = tuple(_declared(yaml, raw.get("fields"), "", "fields"))
    fields = tuple(d for group in includes for d in folder.groups.get(group, ())) + own
    html = read_tree(root, f"{base}/template.html", jinja, faults)
    docx = read_docx(root, f"{base}/template.docx", jinja, faults)
    declared = tuple(d.field for d in fields)
    html_uses = uses_of([html] if html else [], declared, folder.known, folder.layout)
    trees = [part.tree for part in docx.parts] if docx else []
    docx_uses = uses_of(trees, declared, folder.known, None)
    whole = _whole(yaml, own, includes, folder)
    if not whole:
        html_uses, docx_uses = _regardless(html_uses), _regardless(docx_uses)
    return InstrumentFolder(
        name, yaml, data, fields, whole, includes, html, docx, html_uses, docx_uses
    )


def _whole(
    yaml: YamlFile, own: Sequence[Declared], includes: Sequence[str], folder: TemplateFolder
) -> bool:
    """声明的字段是不是全都读成了。"""
    raw: Any = yaml.source.data if yaml.source else None
    shared: Any = folder.group_file.source.data if folder.group_file.source else None
    if not isinstance(raw, dict) or len(own) != len(_rows(raw, "fields")):
        return False
    return not includes or all(
        name in folder.groups and len(folder.groups[name]) == len(_rows(shared, name))
        for name in includes
    )


def _regardless(uses: Sequence[Use]) -> tuple[Use, ...]:
    """不管字段读成没有，都要说的。"""
    return tuple(use for use in uses if use.kind not in ("path", "unknown"))


def _model(root: Path, yaml: YamlFile, model: type[Model], faults: list[Fault]) -> Model | None:
    if yaml.source is None:
        return None
    found, problems = validate(model, yaml.source.data, yaml.source)
    faults += [yaml_fault(root, yaml.file, problem) for problem in problems]
    return found


def _declared(yaml: YamlFile, rows: object, group: str, key: str) -> Iterator[Declared]:
    """能读成的字段；读不成的，整个文件的校验已经说了。"""
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if yaml.source is not None:
            found, _ = validate(FieldFile, row, yaml.source)
            if found is not None:
                yield Declared(found, yaml.spot(key, index), group)


def _groups(root: Path, yaml: YamlFile, faults: list[Fault]) -> dict[str, tuple[Declared, ...]]:
    data = yaml.source.data if yaml.source else None
    groups = {}
    for name, rows in data.items() if isinstance(data, dict) else ():
        source = yaml.source
        if source is None or not isinstance(rows, list):
            told = Fault("schema", yaml.spot(name), f"字段组 {name} 应当是一个列表。")
            faults.append(told)
            continue
        for index, row in enumerate(rows):
            _, problems = validate(FieldFile, row, source, (name, index))
            faults += [yaml_fault(root, yaml.file, problem) for problem in problems]
        groups[name] = tuple(_declared(yaml, rows, name, name))
    return groups


def _law(root: Path, faults: list[Fault]) -> Iterator[tuple[str, tuple[YamlFile, ParameterFile]]]:
    for path in sorted((root / "law").glob("*.yaml")):
        yaml = read_yaml(root, f"law/{path.name}", faults)
        data = _model(root, yaml, ParameterFile, faults)
        if data is not None:
            yield data.id, (yaml, data)


def _families(yaml: YamlFile) -> frozenset[str]:
    data: Any = yaml.source.data if yaml.source else None
    rows = [row for key in ("agency", "faces", "aliases") for row in _rows(data, key)]
    return frozenset(
        str(row["family"]) for row in rows if isinstance(row, Mapping) and "family" in row
    )


def _rows(data: object, key: str) -> list[object]:
    rows = data.get(key) if isinstance(data, dict) else None
    return rows if isinstance(rows, list) else []


def _stale(root: Path, faults: list[Fault]) -> Iterator[StaleWording]:
    if not (root / STALE).exists():
        return
    data = _model(root, read_yaml(root, STALE, faults), StaleFile, faults)
    for row in data.wording if data else ():
        yield StaleWording(row.words, row.advice)
