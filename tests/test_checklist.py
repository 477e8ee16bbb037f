"""清单：数据与原清单逐行逐列一致，步骤完整，原文的错漏照录不改。"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "checklist"
CHECKLIST = ROOT / "templates" / "checklists" / "emergency_management.yaml"
TITLE = "行政执法音像记录事项清单"
NOTES_TITLE = "填表说明："
NUMBERS = tuple(range(1, 31))

Row = dict[str, Any]
SourceTable = tuple[list[str], list[list[str]], list[str]]

COLUMNS: dict[str, Callable[[Row], str]] = {
    "序号": lambda row: str(row["number"]),
    "执法类别": lambda row: str(row["category"]),
    "执法事项": lambda row: str(row["matter"]),
    "记录事项": lambda row: str(row["item"]),
    "记录场合": lambda row: str(row["place"]),
    "执法时限": lambda row: str(row["time_limit"]["text"]),
    "执法部门": lambda row: str(row["department"]),
    "记录人": lambda row: str(row["recorder"]),
    "开始记录时间": lambda row: str(row["start"]),
    "记录过程": lambda row: str(row["process"]),
    "结束记录时间": lambda row: str(row["end"]),
    "执法记录类别": lambda row: str(row["classes"]),
    "备注": lambda row: str(row["remark"]),
}

needs_source = pytest.mark.skipif(
    not SHARED.is_dir(), reason="没有 shared/checklist 文件夹，无从与原清单比对"
)


def squeeze(text: str) -> str:
    """去除一切空白。"""
    return "".join(text.split())


def parse_source(text: str) -> SourceTable:
    """原清单文本 → 表头、各行的单元格、填表说明，均去除空白。

    A cell begins with a line break and a tab; a row ends with an empty line.
    """
    table, _, notes = re.sub(r"\[bookmark: \w+\]", "", text).partition(NOTES_TITLE)
    blocks = [f"\n{block}".split("\n\t") for block in table.split("\n\n") if block.strip()]
    header, *rows = [[squeeze(cell) for cell in block[1:]] for block in blocks]
    return header, rows, [squeeze(note) for note in notes.splitlines() if note.strip()]


@cache
def source() -> SourceTable:
    """shared/checklist 里的原清单。"""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHARED.glob("*.txt"))]
    found = [text for text in texts if text.startswith(TITLE)]
    assert len(found) == 1, f"{SHARED} 里应当恰有一份《{TITLE}》，实有 {len(found)} 份"
    return parse_source(found[0])


@cache
def checklist() -> dict[str, Any]:
    """templates/ 里的清单数据。"""
    data: dict[str, Any] = yaml.safe_load(CHECKLIST.read_text(encoding="utf-8"))
    return data


def rows() -> list[Row]:
    """清单数据的全部行。"""
    found: list[Row] = checklist()["rows"]
    return found


def row(number: int) -> Row:
    """序号为 number 的那一行。"""
    return next(r for r in rows() if r["number"] == number)


def differences(number: int, cells: list[str], data: Row) -> Iterator[str]:
    """一行里与原清单不同的各列，去除空白后比较。"""
    for (column, read), expected in zip(COLUMNS.items(), cells, strict=True):
        actual = squeeze(read(data))
        if actual != expected:
            spot = next(
                (i for i, (a, b) in enumerate(zip(actual, expected, strict=False)) if a != b),
                min(len(actual), len(expected)),
            )
            yield (
                f"第{number}行“{column}”第{spot + 1}个字起不同：\n"
                f"  原清单：{expected[spot : spot + 20]!r}\n"
                f"  数据为：{actual[spot : spot + 20]!r}"
            )


def is_within(label: str, text: str) -> bool:
    """短语的各字是否依次见于正文。"""
    characters = iter(text)
    return all(character in characters for character in label)


HEADER_TEXT = "\n".join(f"\t{title[:-1]}\n{title[-1]}" for title in COLUMNS)
ROW_TEXT = "\n".join(f"\t 第{index} 格" for index in range(12))
SAMPLE = f"{TITLE}\n{HEADER_TEXT}\n\n{ROW_TEXT}\n\t\n\n{ROW_TEXT}\n\t视情\n\n"
SAMPLE_NOTES = f"\n[bookmark: _GoBack]{NOTES_TITLE}1.甲；\n     2.乙。\n"


def test_the_parser_joins_broken_titles_and_keeps_an_empty_last_column() -> None:
    header, parsed, notes = parse_source(SAMPLE + SAMPLE_NOTES)
    assert header == list(COLUMNS)
    assert [len(cells) for cells in parsed] == [13, 13]
    assert parsed[0] == [*(f"第{index}格" for index in range(12)), ""]
    assert parsed[1][-1] == "视情"
    assert notes == ["1.甲；", "2.乙。"]


def test_the_parser_shows_a_missing_cell_in_the_row_that_lacks_it() -> None:
    _, parsed, _ = parse_source(SAMPLE.replace("\n\t 第5 格", "", 1) + SAMPLE_NOTES)
    assert [len(cells) for cells in parsed] == [12, 13]


def test_a_changed_character_is_reported_with_its_row_and_column() -> None:
    cells = [squeeze(read(row(9))) for read in COLUMNS.values()]
    changed = {**row(9), "process": "依" + row(9)["process"][1:]}
    (message,) = differences(9, cells, changed)
    assert message.startswith("第9行“记录过程”第1个字起不同")
    assert "'根据违法" in message
    assert "'依据违法" in message


@needs_source
def test_the_source_has_thirty_rows_of_thirteen_columns_and_three_notes() -> None:
    header, parsed, notes = source()
    assert header == list(COLUMNS)
    assert {cells[0]: len(cells) for cells in parsed} == {str(n): 13 for n in NUMBERS}
    assert [cells[0] for cells in parsed] == [str(n) for n in NUMBERS]
    assert [note[:2] for note in notes] == ["1.", "2.", "3."]


@needs_source
def test_only_the_remark_may_be_empty_in_the_source() -> None:
    _, parsed, _ = source()
    empty = {
        (cells[0], column)
        for cells in parsed
        for column, cell in zip(COLUMNS, cells, strict=True)
        if not cell and column != "备注"
    }
    assert not empty


@needs_source
@pytest.mark.parametrize("number", NUMBERS)
def test_every_column_of_the_row_says_what_the_source_says(number: int) -> None:
    _, parsed, _ = source()
    found = list(differences(number, parsed[number - 1], row(number)))
    assert not found, "\n".join(found)


@needs_source
def test_the_notes_say_what_the_source_says() -> None:
    _, _, notes = source()
    assert [squeeze(note) for note in checklist()["notes"]] == notes


def test_the_checklist_has_rows_one_to_thirty_in_order() -> None:
    assert checklist()["id"] == CHECKLIST.stem
    assert checklist()["title"] == TITLE
    assert [r["number"] for r in rows()] == list(NUMBERS)


def test_no_text_carries_white_space() -> None:
    spaced = [
        f"第{r['number']}行“{column}”"
        for r in rows()
        for column, read in COLUMNS.items()
        if read(r) != squeeze(read(r))
    ]
    assert not spaced


@pytest.mark.parametrize("number", NUMBERS)
def test_every_row_has_one_to_eight_steps_with_unique_plain_ids(number: int) -> None:
    ids = [step["id"] for step in row(number)["steps"]]
    assert 1 <= len(ids) <= 8
    assert len(set(ids)) == len(ids), f"第{number}行的步骤重复：{ids}"
    assert all(re.fullmatch(r"[a-z][a-z_]*", identifier) for identifier in ids)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_step_is_named_in_the_words_of_its_row(number: int) -> None:
    data = row(number)
    texts = [data[key] for key in ("process", "item", "start", "end")]
    foreign = [
        step["label"]
        for step in data["steps"]
        if not step["label"] or not any(is_within(step["label"], text) for text in texts)
    ]
    assert not foreign, f"第{number}行没有这些话：{foreign}"


def test_the_rows_that_deliver_an_instrument_have_a_delivery_step() -> None:
    found = {r["number"] for r in rows() if "delivered" in {s["id"] for s in r["steps"]}}
    assert found == {9, 10, 13, 17, 28, 29, 30}


def test_an_on_site_order_is_prepared_read_aloud_and_delivered() -> None:
    steps = [(step["id"], step["label"]) for step in row(9)["steps"]]
    assert steps == [("prepared", "制作"), ("read_aloud", "宣读"), ("delivered", "送达")]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_split_places_and_categories_recompose_the_verbatim_text(number: int) -> None:
    data = row(number)
    assert "".join(data["places"]) == data["place"]
    assert "、".join(data["categories"]) == data["classes"]
    assert set(data["categories"]) <= {"场景类", "确认类", "入户类", "约谈类"}


def test_only_row_fifteen_names_two_places() -> None:
    assert {r["number"]: r["places"] for r in rows() if len(r["places"]) > 1} == {
        15: ["办公场所", "检查场所"]
    }


def test_only_rows_fifteen_and_seventeen_have_a_time_limit_set_by_law() -> None:
    limits = {r["number"]: r["time_limit"] for r in rows() if r["time_limit"] != {"text": "适时"}}
    assert limits == {
        15: {"text": "告知后3日内", "parameter": "defence_days"},
        17: {"text": "听证7日前", "parameter": "hearing_notice_days"},
    }


def test_recording_is_discretionary_only_in_rows_one_to_ten_and_twenty_seven() -> None:
    remarks = {r["number"]: r["remark"] for r in rows() if r["remark"]}
    assert remarks == dict.fromkeys((*range(1, 11), 27), "视情进行音像记录")


def test_the_oddities_of_the_source_are_kept() -> None:
    assert "并在７日内依法作出" in row(13)["process"]
    assert row(13)["start"] == "先行登记保存证据"
    assert row(14)["start"] == "现场勘验取证"
    assert row(24)["end"] == "宣布听证结束结束"
    assert "运输" not in row(28)["matter"]
    assert "经营、运输的危险物品" in row(28)["process"]
    assert "决定;2.对拟" in row(28)["item"]
    assert "过程；2.对有根据" in row(28)["process"]
    assert (row(28)["start"], row(29)["start"]) == ("查封扣押开始", "查封、扣押开始")


def test_a_phrase_says_what_its_row_quotes_with_the_blanks_named() -> None:
    phrases = {r["number"]: r["phrase"] for r in rows() if "phrase" in r}
    assert list(phrases) == [3]
    quoted = re.search("“(.+)”", row(3)["process"])
    assert quoted is not None
    blanks = {"agency": "××", "names": "×××、×××", "certificates": "××××、××××"}
    assert phrases[3].format(**blanks) == quoted[1]
