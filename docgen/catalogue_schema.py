"""templates/ 里各种 YAML 文件的模式。"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic import Field as Item


def _one_or_many(value: object) -> object:
    return value if isinstance(value, list) else [value]


Texts = Annotated[list[str], BeforeValidator(_one_or_many)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldFile(Strict):
    name: Annotated[str, Item(pattern=r"^[a-z][a-z0-9_]*$")]
    label: str
    type: Literal[
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
    ]
    sources: Annotated[Texts, Item(alias="from")] = []
    required: bool = True
    by_hand: bool = False
    fixed: bool = False
    public: bool = False
    when: dict[str, Texts] | None = None
    choices: list[str] = []
    choice_labels: list[str] = []
    of: list[FieldFile] = []
    min: int | None = None
    max: int | None = None
    help: str = ""
    example: str = ""


class RowUseFile(Strict):
    row: int
    when: dict[str, Texts] | None = None
    unless: dict[str, Texts] | None = None


class InstrumentFile(Strict):
    id: str
    code: Annotated[int, Item(ge=1, le=255)]
    version: Annotated[int, Item(ge=1)]
    title: str
    act: str
    number_code: str
    in_force_from: date
    source: str
    include: list[str] = []
    fields: list[FieldFile]
    copies: Annotated[list[str], Item(min_length=1)]
    signatures: list[str]
    stamp: bool
    remedies: bool
    rows: list[RowUseFile]
    events: list[Literal["reading", "delivery"]]
    numbered: bool = True
    accompanies: str | None = None
    addressee: str = "party_name"
    brought_by: Literal["delivery"] | None = None


class TimeLimitFile(Strict):
    text: str
    parameter: str | None = None


class StepFile(Strict):
    id: Annotated[str, Item(pattern=r"^[a-z][a-z_]*$")]
    label: str
    optional: bool = False
    hands_over: bool = False
    by: str | None = None
    within: str | None = None


class RowFile(Strict):
    number: int
    category: str
    matter: str
    item: str
    place: str
    places: Annotated[list[str], Item(min_length=1)]
    time_limit: TimeLimitFile
    department: str
    recorder: str
    start: str
    process: str
    end: str
    classes: str
    categories: Annotated[list[str], Item(min_length=1)]
    remark: str
    steps: Annotated[list[StepFile], Item(min_length=1)]
    phrase: Annotated[
        str | None,
        Item(pattern=r"^([^{}]|\{agency\}|\{names\}|\{certificates\})+$"),
    ] = None
    without_instrument: str | None = None
    matter_number: Annotated[int, Item(ge=0)] = 0
    applies_with: list[str] = []
    mode: Literal["direct", "left", "post", "entrusted", "electronic", "announcement"] | None = None
    officers: int = 0
    after: list[int] = []
    any_order: bool = False


class ChecklistFile(Strict):
    id: str
    title: str
    source: str
    notes: list[str] = []
    rows: Annotated[list[RowFile], Item(min_length=1)]


class DatedFile(Strict):
    since: date
    until: date | None = None
    value: str
    source: str
    confirmed: bool


class ParameterFile(Strict):
    id: str
    title: str
    unit: Literal["working_days", "calendar_days", "months", "hours", "persons", "percent", "text"]
    values: Annotated[list[DatedFile], Item(min_length=1)]


class StaleWordingFile(Strict):
    words: Annotated[str, Item(min_length=1)]
    advice: Annotated[str, Item(min_length=1)]


class StaleFile(Strict):
    wording: list[StaleWordingFile]


class MatterFile(Strict):
    matter: Annotated[str, Item(min_length=1)]
    source: Annotated[str, Item(min_length=1)]
    rules: list[Annotated[str, Item(pattern=r"^[A-Z]{3}[0-9]{3}$")]] = []
    reason: str | None = None


class MattersFile(Strict):
    matters: Annotated[list[MatterFile], Item(min_length=1)]


class ProfileFile(Strict):
    id: str
    title: str
    source: str
    checklist: str
    law: dict[str, Annotated[list[DatedFile], Item(min_length=1)]] = {}


class HolidayFile(Strict):
    year: int
    source: str
    holidays: list[date]
    workdays: list[date] = []
