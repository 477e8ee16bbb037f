"""文书种类：一个文件夹的 instrument.yaml 读成的冻结数据。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

FIELD_TYPES = (
    "text",
    "paragraphs",
    "date",
    "datetime",
    "integer",
    "money",
    "quantity",
    "boolean",
    "choice",
    "list",
)
PUBLIC_TYPES = ("date", "datetime", "money", "list")


@dataclass(frozen=True)
class Field:
    """一个字段。

    source: paths tried in order ("party.name", "officers", "law.<id>", "wording.<id>",
    "instrument.<name>", "beside.<instrument>.<field>", "delivery.<name>", "delivered.<name>":
    see docgen/facts.py); an own value of the request always wins.
    when: other fields and the values under which this one is required; otherwise absent.
    by_hand: may be left blank on paper (ruled space), null in the content.
    public: who scans the paper is shown it (of a list the count), so as to compare.
    fixed: the case's own value stands, an instrument cannot override it.
    choice_labels: the Chinese names of the choices, in their order; none, they name themselves.
    example: for the example row of a table.
    of: the columns of a list; an empty tuple with type "list" is a list of plain texts.
    """

    name: str
    label: str
    type: str
    source: tuple[str, ...]
    required: bool = True
    by_hand: bool = False
    fixed: bool = False
    public: bool = False
    when: Mapping[str, tuple[str, ...]] | None = None
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    of: tuple[Field, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    help: str = ""
    example: str = ""

    @property
    def own(self) -> bool:
        """是否由案件文件中该文书自己给出。"""
        return f"instrument.{self.name}" in self.source

    @property
    def of_delivery(self) -> bool:
        """是否取自送达的情况，送达后会变。"""
        return any(source.startswith("delivery.") for source in self.source)


def applies(when: Mapping[str, tuple[str, ...]] | None, fields: Mapping[str, object]) -> bool:
    """条件是否成立：所列字段各取所列值之一；没有条件即成立。"""
    return when is None or all(fields.get(name) in values for name, values in when.items())


@dataclass(frozen=True)
class RowUse:
    """该文书对应的清单行；when 与 Field.when 同义。

    unless: fields of another document of the case ("penalty_decision.defence") and the values
    under which the row falls away.
    """

    row: int
    when: Mapping[str, tuple[str, ...]] | None = None
    unless: Mapping[str, tuple[str, ...]] | None = None

    @cached_property
    def code(self) -> str:
        """该行的规则代码；各地的清单行号不同，代码相同。"""
        return f"REC{self.row:03d}"


@dataclass(frozen=True)
class Instrument:
    """一种文书。code is its permanent numeric type code (in the token); never reused.

    numbered: whether its number is printed; it has one in the register in any case.
    accompanies: the instrument beside which it is made, whose recordings serve it too.
    addressee: the field that names who is served. brought_by: "delivery" when each delivery of
    another instrument brings one of these by itself (the receipt).
    """

    id: str
    code: int
    version: int
    title: str
    act: str
    number_code: str
    fields: tuple[Field, ...]
    rows: tuple[RowUse, ...]
    events: tuple[str, ...]
    copies: tuple[str, ...]
    signatures: tuple[str, ...]
    stamp: bool
    remedies: bool
    in_force_from: date
    source: str
    folder: Path
    numbered: bool = True
    accompanies: str | None = None
    addressee: str = "party_name"
    brought_by: str | None = None

    def called(self, kind: str) -> bool:
        """kind 说的是不是这种文书：写的是 id，或者名称（书名号可有可无）。"""
        return kind == self.id or kind.removeprefix("《").removesuffix("》") == self.title

    def field(self, name: str) -> Field | None:
        """按名称找字段，没有则 None。"""
        return next((f for f in self.fields if f.name == name), None)
