"""易混：OCR 常认错的字各有多可疑。纯函数。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

SUSPICIOUS = 0.5
"""到这个分量才算不同。"""


@dataclass(frozen=True)
class Confusions:
    """易混的字。folded: character → the one that stands for its group; pairs: weights."""

    folded: Mapping[str, str]
    pairs: Mapping[tuple[str, str], float]
    punctuation: frozenset[str]
    light: float

    @classmethod
    def of(cls, groups: Iterable[tuple[float, str]], punctuation: str, light: float) -> Confusions:
        """由各组造出。"""
        rows = list(groups)
        folded = {char: chars[0] for weight, chars in rows if weight == 0 for char in chars}
        pairs = {
            (folded.get(a, a), folded.get(b, b)): weight
            for weight, chars in rows
            if weight > 0
            for a in chars
            for b in chars
        }
        return cls(folded, pairs, frozenset(punctuation), light)

    @cached_property
    def _table(self) -> dict[int, str]:
        wide = {0xFF01 + n: chr(0x21 + n) for n in range(94)}
        told = {ord(char): stand for char, stand in self.folded.items()}
        for code, narrow in wide.items():
            told.setdefault(code, self.folded.get(narrow, narrow))
        return told

    def fold(self, text: str) -> str:
        """同一个字的各种写法折成一个；字数不变。"""
        return text.translate(self._table)

    def changed(self, issued: str, read: str) -> float:
        """把 issued 认成 read 有多可疑，两个都是折过的字。"""
        if issued == read:
            return 0.0
        known = self.pairs.get((issued, read))
        if known is not None:
            return known
        both = issued in self.punctuation and read in self.punctuation
        return self.light if both else 1.0

    def alone(self, char: str, before: str, after: str) -> float:
        """丢了或者多了一个字有多可疑；夹在数字之间的标点也是实的。"""
        if char not in self.punctuation:
            return 1.0
        return 1.0 if before.isdigit() and after.isdigit() else self.light
