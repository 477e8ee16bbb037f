"""清单：行政执法音像记录事项清单的一行与它的步骤。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

READ_ALOUD = "read_aloud"  # the step of a row in which the document is read out


@dataclass(frozen=True)
class Step:
    """记录过程中的一个步骤。id is English, label is as in the checklist's own words.

    optional: only demanded where it happens (临时查封有关场所, 提交证据材料).
    hands_over: the document is delivered in it, so it is filmed on the day of delivery.
    by, within: the instrument made in it and the law parameter of its time limit, where it may
    come days later (作出有关处理决定); until then it is not missing.
    """

    id: str
    label: str
    optional: bool = False
    hands_over: bool = False
    by: str | None = None
    within: str | None = None


@dataclass(frozen=True)
class TimeLimit:
    """执法时限。text is verbatim; parameter names the law parameter, or None for 适时."""

    text: str
    parameter: str | None = None


@dataclass(frozen=True)
class ChecklistRow:
    """一行。All texts verbatim (white space folded); places and categories split.

    phrase: the words that `process` quotes to be spoken, with {agency}, {names} and
    {certificates} for its ××; None where it quotes none. without_instrument: why no instrument
    of ours belongs to the row, None where one does.
    matter_number: the number of the rule for this matter (REC009), the same in every checklist;
    an instrument asks for matters, a recording names the row. applies_with: instruments in whose
    cases the row applies though they do not ask for it; the first one there carries it.
    mode: the only mode of delivery that the row is about. officers: how many must be seen.
    after: rows that must have begun before this one does. any_order: its steps follow no order.
    """

    number: int
    category: str
    matter: str
    item: str
    place: str
    places: tuple[str, ...]
    time_limit: TimeLimit
    department: str
    recorder: str
    start: str
    process: str
    end: str
    classes: str
    categories: tuple[str, ...]
    remark: str
    steps: tuple[Step, ...]
    phrase: str | None = None
    without_instrument: str | None = None
    matter_number: int = 0
    applies_with: tuple[str, ...] = ()
    mode: str | None = None
    officers: int = 0
    after: tuple[int, ...] = ()
    any_order: bool = False

    @property
    def discretionary(self) -> bool:
        """是否“视情进行音像记录”。"""
        return "视情" in self.remark

    @property
    def code(self) -> str:
        """该行的永久代码。"""
        return f"REC{self.matter_number or self.number:03d}"


@dataclass(frozen=True)
class Checklist:
    """一份清单。another province's list is another file."""

    id: str
    title: str
    source: str
    rows: tuple[ChecklistRow, ...]
    notes: tuple[str, ...] = ()

    def row(self, number: int) -> ChecklistRow | None:
        """按序号找行，没有则 None。"""
        return next((r for r in self.rows if r.number == number), None)

    def of_code(self, code: str) -> ChecklistRow | None:
        """按规则代码找行，没有则 None。"""
        return self._by_code.get(code)

    @cached_property
    def _by_code(self) -> Mapping[str, ChecklistRow]:
        return {row.code: row for row in self.rows}
