"""可能空着的，印法要对（TPL014）。

by_hand 的字段印作 {{ 字段 | blank(宽) }} 并在划线里（<span class="rule">），
或者用 {% if 字段 %} 另写留白；
可有可无的、只在某种情形才有的，要有判断或者 or_slash，否则印出“None”。
"""

from __future__ import annotations

from collections.abc import Iterator

from docgen.catalogue_schema import FieldFile
from docgen.lint.finding import Check, Found, Level
from docgen.lint.folder import InstrumentFolder, TemplateFolder, Use


def examine(folder: TemplateFolder) -> Iterator[Found]:
    """逐个看印出的、遍历的字段。"""
    for instrument in folder.instruments:
        named = dict(_fields(instrument))
        for use in instrument.uses:
            field = named.get(use.name)
            if use.kind == "path" and field is not None and (use.printed or use.iterated):
                message = _fault(field, use, named)
                if message:
                    yield Found(use.spot, message)


def _fields(instrument: InstrumentFolder) -> Iterator[tuple[str, FieldFile]]:
    for declared in instrument.fields:
        yield declared.field.name, declared.field
        for column in declared.field.of:
            yield f"{declared.field.name}.{column.name}", column


def _fault(field: FieldFile, use: Use, named: dict[str, FieldFile]) -> str:
    label = f"{use.name}（{field.label}）"
    if "blank" in use.filters:
        outside = field.by_hand and "." not in use.name and not use.ruled
        return f"{label}留待手写，没有印在划线里。" if outside else ""
    if "or_slash" in use.filters or not _may_be_empty(field) or _guarded(field, use, named):
        return ""
    if field.by_hand:
        return f"{label}留待手写，没有用 blank，空着时会印出“None”或者出错。"
    return f"{label}可能没有，没有判断就印出，会印出“None”或者出错。"


def _may_be_empty(field: FieldFile) -> bool:
    return field.by_hand or not field.required or field.when is not None


def _guarded(field: FieldFile, use: Use, named: dict[str, FieldFile]) -> bool:
    """外面的条件问到了它自己、它的条件，或者条件相同的另一字段。"""
    when = field.when or {}
    for guard in use.guards:
        name = guard.rpartition(".")[2]
        other = named.get(guard)
        if name == field.name or name in when or (other and when and other.when):
            return True
    return False


CHECK = Check(
    "TPL014",
    "空白与可有可无的印法",
    Level.ERROR,
    '写作 <span class="rule">{{ 字段 | blank(12) }}</span>，或者包在 {% if 字段 %} 里。',
    examine,
)
