"""给定的号：输入里办公室已经给了的文号，编号以前先留开，不会被前面没有号的占去。"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from docgen.errors import DocgenError
from docgen.model.number import Number, parse_number
from docgen.model.table import JsonText, Layout, Raw, Row, YamlText
from docgen.read.table.records import source_of
from docgen.source import Plain

_IN_YAML = re.compile(r"(^|[\s{,-])number\s*:")
Given = Mapping[tuple[str, str, int], frozenset[int]]
"""一个编号序列（机关、代字、年份）→ 给定的各号。"""


def given_numbers(records: Iterable[Raw], layout: Layout | None) -> Given:
    """全部记录里给定的号；读不懂的记录以后自会说明。"""
    if layout is not None and not _column_gives(layout):
        return {}
    found: dict[tuple[str, str, int], set[int]] = defaultdict(set)
    for raw in records:
        if not _may_give(raw):
            continue
        try:
            data = source_of(raw, layout).data
        except DocgenError:
            continue
        for agency, number in _numbers(data):
            found[agency, number.code, number.year].add(number.sequence)
    return {series: frozenset(numbers) for series, numbers in found.items()}


def _may_give(raw: Raw) -> bool:
    """看一眼就知道没有给号的，不必细读。"""
    match raw.content:
        case JsonText(text):
            return '"number"' in text
        case YamlText(text):
            return _IN_YAML.search(text) is not None
    return isinstance(raw.content, Row)


def _column_gives(layout: Layout) -> bool:
    paths = (one.path for one in layout.filled if one is not None)
    return layout.number is not None or any(path[-1:] == ("number",) for path in paths)


def _numbers(data: Plain) -> Iterator[tuple[str, Number]]:
    agency = data.get("agency") if isinstance(data, dict) else None
    items = data.get("instruments") if isinstance(data, dict) else None
    if not isinstance(agency, dict) or not isinstance(items, list):
        return
    name = agency.get("name")
    for item in items:
        given = item.get("number") if isinstance(item, dict) else None
        if isinstance(given, str) and isinstance(name, str) and (number := parse_number(given)):
            yield name.strip(), number
