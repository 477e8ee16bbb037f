"""规范内容：稿与文字的每一处都在签封之内，写法只有一种，哪里变了说得出来。"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import Defect, InputInvalid
from docgen.model.draft import Draft
from docgen.model.instrument import Instrument
from docgen.model.number import Number
from docgen.model.words import Row, Words
from docgen.seal.content import canonical_content, changes, content_digest, read_content, reading_of


def draft(**fields: Any) -> Draft:
    instrument = Instrument(
        id="notice",
        code=1,
        version=3,
        title="试验通知书",
        act="通知",
        number_code="应急试",
        fields=(),
        rows=(),
        events=(),
        copies=(),
        signatures=(),
        stamp=True,
        remedies=True,
        in_force_from=date(2020, 1, 1),
        source="虚构",
        folder=Path(),
    )
    return Draft(
        instrument=instrument,
        case_number="（鲁）应急案〔2026〕12号",
        agency="示例省应急管理厅",
        region="鲁",
        key="notice",
        date=date(2026, 11, 24),
        fields=MappingProxyType(fields),
        number=Number("鲁", "应急试", 2026, 7),
        by_hand=("place",),
    )


WORDS = Words(("试验通知书", Row(("序号", "名称"), repeated=True), Row(("1", "示例 & <设备>"))))


def test_the_canonical_content_holds_fields_and_words_and_reads_back() -> None:
    beijing = timezone(timedelta(hours=8))
    content = canonical_content(
        draft(
            text="示例",
            count=7,
            urgent=True,
            fine=Decimal("20000"),
            day=date(2026, 12, 8),
            moment=datetime(2026, 12, 8, 9, tzinfo=beijing),
            rows=(MappingProxyType({"name": "甲", "note": None}),),
            texts=("甲", "乙"),
            place=None,
        ),
        WORDS,
    )
    data = json.loads(content)
    assert data["fields"] == {
        "text": "示例",
        "count": 7,
        "urgent": True,
        "fine": "20000.00",
        "day": "2026-12-08",
        "moment": "2026-12-08T09:00:00+08:00",
        "rows": [{"name": "甲", "note": None}],
        "texts": ["甲", "乙"],
        "place": None,
    }
    assert (data["instrument"], data["version"], data["by_hand"]) == ("notice", 3, ["place"])
    reading = read_content(content)
    assert reading.words == WORDS
    assert reading.digest == content_digest(content)
    assert (reading.number, reading.agency) == ("（鲁）应急试〔2026〕7号", "示例省应急管理厅")
    assert (reading.date, reading.title) == ("2026-11-24", "试验通知书")
    assert reading.by_hand == ("place",)


@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()))
def test_the_canonical_content_is_written_as_rfc_8785_says(fields: dict[str, Any]) -> None:
    content = canonical_content(draft(**{f"f{key}": value for key, value in fields.items()}), WORDS)
    assert content.decode("utf-8") == _by_the_book(json.loads(content))


def _by_the_book(value: Any) -> str:
    """RFC 8785 §3.2 的写法，没有浮点数时。"""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_by_the_book(k)}:{_by_the_book(value[k])}" for k in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_by_the_book, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def test_a_draft_without_a_number_has_no_content_to_sign() -> None:
    with pytest.raises(Defect, match="没有文号"):
        canonical_content(replace(draft(), number=None), WORDS)


def test_every_part_of_a_draft_changes_the_digest() -> None:
    base = draft(text="示例")
    variants = [
        (base, WORDS),
        (draft(text="示例2"), WORDS),
        (draft(text="示例", more=None), WORDS),
        (replace(base, number=Number("鲁", "应急试", 2026, 8)), WORDS),
        (replace(base, date=date(2026, 11, 25)), WORDS),
        (replace(base, agency="示例市应急管理局"), WORDS),
        (replace(base, case_number="（鲁）应急案〔2026〕13号"), WORDS),
        (replace(base, by_hand=()), WORDS),
        (replace(base, instrument=replace(base.instrument, version=4)), WORDS),
        (replace(base, instrument=replace(base.instrument, id="other")), WORDS),
        (base, Words((*WORDS.blocks, "尾"))),
        (base, Words(("试验通知书", Row(("序号", "名称")), WORDS.blocks[2]))),
        (base, Words(("试验通知书", Row(("序号名", "称"), repeated=True), WORDS.blocks[2]))),
    ]
    digests = {content_digest(canonical_content(*variant)) for variant in variants}
    assert len(digests) == len(variants)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: b"",
        lambda raw: b"null",
        lambda raw: b"[]",
        lambda raw: b"[" * 100_000,
        lambda raw: raw + b" ",
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b'"version":3', b'"version": 3'),
        lambda raw: raw.replace(b'"version":3', b'"version":3.0'),
        lambda raw: raw.replace(b'"version":3', b'"version":NaN'),
        lambda raw: raw.replace(b"docgen-content-1", b"docgen-content-2"),
        lambda raw: raw.replace(b'"title"', b'"titel"'),
        lambda raw: raw.replace(b'"cells"', b'"celle"'),
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: raw.replace("试".encode(), b"\\ud800"),
    ],
)
def test_content_we_did_not_write_is_refused_and_fits_no_seal(
    spoil: Callable[[bytes], bytes],
) -> None:
    raw = canonical_content(draft(text="示例"), WORDS)
    spoilt = spoil(raw)
    with pytest.raises(InputInvalid):
        read_content(spoilt)
    reading = reading_of(spoilt)
    assert reading is not None
    assert reading.digest != content_digest(raw)
    assert reading.words == Words(())


@given(st.binary())
def test_random_bytes_are_never_content(raw: bytes) -> None:
    with pytest.raises(InputInvalid):
        read_content(raw)


def content_of(words: Words = WORDS, **fields: Any) -> bytes:
    return canonical_content(draft(**fields), words)


def test_what_changed_is_told_by_its_path_with_old_and_new() -> None:
    rows = (MappingProxyType({"text": "甲", "deadline": "2026-12-10"}),)
    later = (
        MappingProxyType({"text": "甲", "deadline": "2026-12-11"}),
        MappingProxyType({"text": "乙"}),
    )
    before, after = content_of(rows=rows, place=None), content_of(rows=later, place="示例路")
    assert changes(before, after, {"rows": "问题"}) == (
        'place：原为 （无），现为 "示例路"',
        '问题（rows[0].deadline）：原为 "2026-12-10"，现为 "2026-12-11"',
        '问题（rows[1]）：原为 （无），现为 {"text": "乙"}',
    )


def test_nothing_changed_is_told_as_nothing() -> None:
    assert changes(content_of(text="甲"), content_of(text="甲"), {}) == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (Words(("试验通知单", *WORDS.blocks[1:])), "文字：原为“试验通知书”，现为“试验通知单”"),
        (Words((*WORDS.blocks, "尾")), "段落或表格有增减"),
        (Words(WORDS.blocks[:-1]), "段落或表格有增减"),
        (Words(("试验通知书", Row(("序号", "名称")), WORDS.blocks[2])), "段落或表格有增减"),
    ],
)
def test_a_change_of_the_fixed_wording_alone_is_told_too(words: Words, said: str) -> None:
    assert changes(content_of(), content_of(words), {}) == (said,)
