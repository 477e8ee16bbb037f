"""from 的来源都有（TPL017）。

agency、party 写案件里的项，law、wording 写 templates/law/ 里的参数，instrument 写本文书的字段，
beside 写同案另一种文书和它的字段（或者 number、date），delivery、delivered 写送达的情况。
beside 的文书可以是另一个字段写的名称，如 beside.{earlier_title}.number，只取 number、date。
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterator, Mapping

from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, TemplateFolder
from docgen.model.case import Agency, Delivery, Party
from docgen.validate import nearest

_FACTS: Mapping[str, tuple[str, ...]] = {
    "agency": tuple(f.name for f in dataclasses.fields(Agency)),
    "party": tuple(f.name for f in dataclasses.fields(Party)),
    "delivery": tuple(f.name for f in dataclasses.fields(Delivery)),
    "delivered": ("documents", "addressee"),
}
_WHOLE = ("officers", "cause", "case_number")


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐个字段的逐个来源；{…} 按那个 choice 的每个值展开。"""
    for instrument in folder.instruments:
        for declared in instrument.fields:
            for source in declared.field.sources:
                for one in _expanded(source, instrument):
                    message = _fault(one, instrument, folder)
                    if message:
                        told = f"字段 {declared.field.name} 的来源 {one} {message[0]}。"
                        yield Found(declared.spot, told, message[1])


def _expanded(source: str, instrument: InstrumentFolder) -> Iterator[str]:
    before, _, rest = source.partition("{")
    name, closed, after = rest.partition("}")
    declared = instrument.declared(name)
    if not closed or declared is None or not declared.field.choices:
        yield source
        return
    yield from (f"{before}{choice}{after}" for choice in declared.field.choices)


def _fault(
    source: str, instrument: InstrumentFolder, folder: TemplateFolder
) -> tuple[str, str] | None:
    kind, _, path = source.partition(".")
    known: list[str] = []
    if kind in _FACTS:
        known = list(_FACTS[kind])
    elif kind in ("law", "wording"):
        if not folder.law_read:
            return None
        known = list(folder.law)
    elif kind == "instrument":
        if not instrument.whole:
            return None
        known = [declared.field.name for declared in instrument.fields]
    elif kind == "beside":
        kind, path, known = _beside(path, instrument, folder)
    elif source in _WHOLE:
        return None
    else:
        kinds = (*_FACTS, "law", "wording", "instrument", "beside", *_WHOLE)
        return "不存在", f"来源以 {'、'.join(kinds)} 开头。"
    if path in known:
        return None
    near = nearest(path, known)
    return "不存在", f"是否应为 {kind}.{near}？" if near else f"{kind} 下没有 {path}。"


def _beside(
    path: str, instrument: InstrumentFolder, folder: TemplateFolder
) -> tuple[str, str, list[str]]:
    """beside.<文书>.<字段>：要核对的那一段，和它可以是什么。"""
    name, _, field = path.rpartition(".")
    if name.startswith("{") and name.endswith("}"):
        texts = [f"{{{d.field.name}}}" for d in instrument.fields if d.field.type == "text"]
        return ("beside", field, ["number", "date"]) if name in texts else ("beside", name, texts)
    other = next((item for item in folder.instruments if item.id == name), None)
    if other is None:  # a folder may hold a few instruments only; a slip has a near name
        ids = [item.id for item in folder.instruments]
        close = difflib.get_close_matches(name, ids, cutoff=0.9)
        return "beside", name, close or [name]
    fields = [declared.field.name for declared in other.fields]
    fields += [] if other.whole else [field]
    return f"beside.{name}", field, [*fields, "number", "date"]


CHECK = Check("TPL017", "来源都有", Level.ERROR, "请改来源，或者补充法律参数。", examine)
