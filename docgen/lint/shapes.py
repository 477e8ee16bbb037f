"""值的样子：一个名字是什么类型，下面有哪些属性。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from docgen.catalogue_schema import FieldFile

_PYTHON: Mapping[str, type] = MappingProxyType(
    {
        "text": str,
        "choice": str,
        "date": date,
        "datetime": datetime,
        "integer": int,
        "money": Decimal,
        "quantity": str,
        "boolean": bool,
        "paragraphs": tuple,
        "list": tuple,
    }
)
_LOOP = {
    *("index", "index0", "revindex", "revindex0", "first", "last", "length", "cycle", "depth"),
    *("depth0", "previtem", "nextitem", "changed"),
}


@dataclass(frozen=True)
class Shape:
    """一个值。type: a field type, or row, loop, seal, any; path: the declared field it is."""

    type: str = "any"
    path: str = ""
    of: tuple[FieldFile, ...] = ()

    def attribute(self, name: str) -> Shape | None:
        """它的一个属性；没有则 None。"""
        match self.type:
            case "any":
                return ANY
            case "row":
                found = next((column for column in self.of if column.name == name), None)
                return None if found is None else shape_of(found, f"{self.path}.")
            case "loop":
                return ANY if name in _LOOP else None
            case "seal":
                return Shape("text") if name in ("identity", "host") else None
        return ANY if hasattr(_PYTHON.get(self.type, object), name) else None

    @property
    def attributes(self) -> list[str]:
        """列得出名字的属性，用于提示。"""
        if self.type == "row":
            return [column.name for column in self.of]
        return sorted(_LOOP) if self.type == "loop" else ["identity", "host"]

    @property
    def item(self) -> Shape:
        """列表里的一项。"""
        if self.type == "list" and self.of:
            return Shape("row", self.path, self.of)
        return Shape("text", self.path) if self.type in ("list", "paragraphs") else ANY


ANY = Shape()


def shape_of(field: FieldFile, before: str = "") -> Shape:
    """一个声明的字段的样子。"""
    return Shape(field.type, f"{before}{field.name}", tuple(field.of))


def shapes(fields: Iterable[FieldFile], given: Mapping[str, str]) -> dict[str, Shape]:
    """模板开头能读的全部名字。"""
    declared = {field.name: shape_of(field) for field in fields}
    return declared | {name: Shape(kind, name) for name, kind in given.items()}
