"""稿：一份文书填好的内容，尚未成形为文件。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from docgen.model.case import Value
from docgen.model.instrument import Instrument
from docgen.model.number import Number


@dataclass(frozen=True)
class Draft:
    """一份填好的文书。

    fields: every declared field by name, typed; None where lawfully absent.
    number is None until one is reserved, and on an unnumbered 草稿.
    by_hand: names of fields left blank to be filled in by hand.
    delivers: the keys of the documents whose delivery it certifies; brought: made by itself.
    """

    instrument: Instrument
    case_number: str
    agency: str
    region: str
    key: str
    date: date
    fields: Mapping[str, Value]
    number: Number | None = None
    by_hand: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    delivers: tuple[str, ...] = ()
    brought: bool = False
