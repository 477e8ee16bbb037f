"""读案件：写对的照收，写错的一次列全，每处都说清文件、路径、行号和应当怎样。"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from cases import BEIJING, ROOT, SAMPLES, Data, instruments, read, valid
from hypothesis import given
from hypothesis import strategies as st

from docgen.catalogue import load_catalogue
from docgen.errors import InputInvalid
from docgen.read.case import read_case
from docgen.source import parse_json, parse_yaml, read_source


def faults(data: Data) -> dict[str, str]:
    """读不得的每一处：路径 → 说明；读得了就是错。"""
    with pytest.raises(InputInvalid) as caught:
        read(data)
    found = {}
    for problem in caught.value.problems:
        place = re.fullmatch(r"案件\.yaml (\S+?)（第 [0-9]+ 行起?）", problem.where)
        assert place, problem.where
        found[place[1]] = problem.message
    assert len(found) == len(caught.value.problems)
    return found


def changed(change: Callable[[Data], object]) -> Data:
    data = valid()
    change(data)
    return data


def with_own(**values: Any) -> Data:
    """第一份文书的若干字段换成所给的值；None 为删去。"""
    data = valid()
    for name, value in values.items():
        data["instruments"][0].pop(name, None)
        if value is not None:
            data["instruments"][0][name] = value
    return data


# --- what is accepted


def test_a_valid_case_is_read_whole_and_typed() -> None:
    case = read(valid())
    full, brief = case.instruments
    assert case.agency.region == "鲁"
    assert case.officers[0].certificate == "0123456"
    assert (full.key, full.date, full.number) == ("full_notice", date(2026, 11, 24), None)
    assert full.values["count"] == 7
    assert full.values["facts"] == ("第一段", "第二段")
    assert full.values["meeting_at"] == datetime(2026, 12, 8, 9, tzinfo=BEIJING)
    assert full.values["party_name"] is None
    problems = full.values["problems"]
    assert isinstance(problems, tuple)
    assert dict(problems[0]) == {"text": "示例问题", "deadline": date(2026, 12, 10), "note": None}
    assert brief.number == "（鲁）应急试〔2026〕7号"
    assert case.deliveries[0].planned_at == datetime(2026, 11, 24, 15, tzinfo=BEIJING)
    assert case.recordings[0].row == 9
    assert case.notices == ()


def test_what_is_read_cannot_be_changed_afterwards() -> None:
    values = read(valid()).instruments[0].values
    with pytest.raises(TypeError):
        values["count"] = 8  # type: ignore[index]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_case_is_read_without_a_notice(path: Path) -> None:
    case = read_case(read_source(path), load_catalogue(ROOT / "templates").instruments)
    assert case.instruments
    assert case.notices == ()


def test_a_case_reads_the_same_from_json_as_from_yaml() -> None:
    text = json.dumps(valid(), ensure_ascii=False)
    from_json = read_case(parse_json(text, "案件.json"), instruments())
    from_yaml = read(valid())
    assert replace(from_json, file="", lines={}) == replace(from_yaml, file="", lines={})


def test_what_was_folded_while_reading_is_told_with_the_case() -> None:
    data = changed(lambda d: d["party"].update(name="示例⾦属厂"))
    case = read(data)
    assert case.party.name == "示例金属厂"
    assert "party.name" in case.notices[0]


@pytest.mark.parametrize(
    "written",
    ["2026-11-24", "2026年11月24日", "2026/11/24", "2026.11.24", " 2026 年 11 月 24 日 "],
)
def test_a_date_is_accepted_in_the_forms_people_write(written: str) -> None:
    assert read(with_own(date=written)).instruments[0].date == date(2026, 11, 24)


@pytest.mark.parametrize("written", ["2026-1-5", "2026年1月5日", "2026.01.05", "2026/1/05"])
def test_a_date_needs_no_padding_zero(written: str) -> None:
    assert read(with_own(date=written)).instruments[0].date == date(2026, 1, 5)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_date_reads_back_from_its_iso_and_its_chinese_form(day: date) -> None:
    for written in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日"):
        assert read(with_own(date=written)).instruments[0].date == day


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-08T09:00:00+08:00",
        "2026-12-08T09:00+08:00",
        "2026-12-08T01:00:00Z",
        "2026-12-08t01:00:00z",
        "2026-12-07T20:00:00-05:00",
        "2026-12-08T09:00:00",
        "2026-12-08 09:00",
        "2026-12-08 9:00",
        "2026-12-08 09：00",
        "2026年12月8日9时00分",
        "2026年12月8日 9时0分",
        "2026/12/8 09:00:00",
    ],
)
def test_a_moment_without_an_offset_is_beijing_time(written: str) -> None:
    moment = read(with_own(meeting_at=written)).instruments[0].values["meeting_at"]
    assert moment == datetime(2026, 12, 8, 9, tzinfo=BEIJING)
    assert isinstance(moment, datetime)
    assert moment.utcoffset() == timedelta(hours=8)


@given(st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30)))
def test_every_whole_minute_reads_back_from_its_iso_form(moment: datetime) -> None:
    minute = moment.replace(second=0, microsecond=0, tzinfo=BEIJING)
    read_back = read(with_own(meeting_at=minute.isoformat())).instruments[0].values["meeting_at"]
    assert read_back == minute


@pytest.mark.parametrize(
    ("written", "amount"),
    [("20000.00", "20000"), ("20,000", "20000"), ("1,234,567.8", "1234567.8"), ("0.05", "0.05")],
)
def test_an_amount_is_exact_and_may_be_grouped_by_thousands(written: str, amount: str) -> None:
    assert read(with_own(fine=written)).instruments[0].values["fine"] == Decimal(amount)


@pytest.mark.parametrize("written", ["甲\n\n  乙\n", ["甲", "乙"], ["甲", "", "乙"]])
def test_paragraphs_may_be_one_text_or_a_list(written: object) -> None:
    assert read(with_own(facts=written)).instruments[0].values["facts"] == ("甲", "乙")


@pytest.mark.parametrize(
    "number",
    [
        "（鲁）应急试〔2026〕0007号",
        "(鲁)应急试[2026]第7号",
        "（鲁） 应急试 〔2026〕 7 号",
        "（鲁）应急试〔２０２６〕７号",
    ],
)
def test_a_number_with_padding_or_odd_brackets_is_accepted_as_written(number: str) -> None:
    data = changed(lambda d: d["instruments"][1].update(number=number))
    assert read(data).instruments[1].number == number


@pytest.mark.parametrize(("written", "value"), [("true", True), ("yes", True), ("no", False)])
def test_a_yes_or_no_is_read_as_such(written: str, value: bool) -> None:
    assert read(with_own(urgent=written)).instruments[0].values["urgent"] is value


def test_an_instrument_may_override_a_fact_of_the_case() -> None:
    data = with_own(party_name="示例供电公司", officers=[{"name": "丙示例"}])
    values = read(data).instruments[0].values
    assert values["party_name"] == "示例供电公司"
    assert isinstance(values["officers"], tuple)
    assert dict(values["officers"][0]) == {"name": "丙示例"}


def test_two_instruments_of_one_type_are_told_apart_by_their_keys() -> None:
    data = valid()
    data["instruments"].append({**data["instruments"][1], "key": "second"})
    data["recordings"][0]["instrument"] = "second"
    assert [request.key for request in read(data).instruments][1:] == ["brief_notice", "second"]


@pytest.mark.parametrize("key", ["second", "第二份", "a-1_b", "7"])
def test_a_key_is_a_short_name(key: str) -> None:
    data = valid()
    data["instruments"][1]["key"] = key
    data["recordings"][0]["instrument"] = key
    assert read(data).instruments[1].key == key


# --- what is refused


@pytest.mark.parametrize(
    ("change", "path", "near"),
    [
        (lambda d: d.update(case_numbre="甲"), "case_numbre", "case_number"),
        (lambda d: d["agency"].update(adress="甲"), "agency.adress", "address"),
        (
            lambda d: d["officers"][0].update(certificat="甲"),
            "officers[0].certificat",
            "certificate",
        ),
        (
            lambda d: d["instruments"][0].update(opennes="公开"),
            "instruments[0].opennes",
            "openness",
        ),
        (lambda d: d["instruments"][0].update(kee="甲"), "instruments[0].kee", "key"),
        (
            lambda d: d["instruments"][0]["problems"][0].update(deadlin="甲"),
            "instruments[0].problems[0].deadlin",
            "deadline",
        ),
        (
            lambda d: d["deliveries"][0].update(plannd_at="甲"),
            "deliveries[0].plannd_at",
            "planned_at",
        ),
        (
            lambda d: d["deliveries"][0].update(receipt={"sined": "true"}),
            "deliveries[0].receipt.sined",
            "signed",
        ),
        (lambda d: d["recordings"][0].update(stpes=["甲"]), "recordings[0].stpes", "steps"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_known_one(
    change: Callable[[Data], object], path: str, near: str
) -> None:
    assert faults(changed(change)) == {
        path: f"不认识键“{path.rpartition('.')[2]}”；是否应为“{near}”？"
    }


def test_an_unknown_key_like_no_other_is_refused_with_all_the_known_ones() -> None:
    found = faults(changed(lambda d: d["party"].update(zzzzzz="甲")))
    assert "可用的键：kind、name、address" in found["party.zzzzzz"]


def test_an_unknown_type_is_refused_with_the_nearest_known_one() -> None:
    data = with_own(type="ful_notice")
    data["deliveries"] = []
    assert faults(data) == {
        "instruments[0].type": "没有文书种类“ful_notice”；是否应为“full_notice”？"
    }


def test_an_instrument_without_type_is_refused_with_the_line_it_begins_on() -> None:
    data = with_own(type=None)
    data["deliveries"] = []
    assert "缺少 type" in faults(data)["instruments[0].type"]


@pytest.mark.parametrize(
    "written",
    ["2026-02-30", "2026-13-01", "2026-00-10", "2025年2月29日", "0000-01-01", "2026-04-31"],
)
def test_a_date_that_does_not_exist_is_refused(written: str) -> None:
    found = faults(with_own(date=written))
    assert "不是存在的日期" in found["instruments[0].date"]
    assert written in found["instruments[0].date"]


@pytest.mark.parametrize(
    "written",
    ["2026-11", "26-11-24", "20261124", "明天", "2026-11-24 09:00", "2026-11-24T00:00:00", "46350"],
)
def test_what_is_no_date_is_refused_with_an_example(written: str) -> None:
    assert "应当是日期，如 2026-11-24" in faults(with_own(date=written))["instruments[0].date"]


@pytest.mark.parametrize("written", ["2026-12-08", "2026年12月8日"])
def test_a_date_where_a_moment_is_due_is_told_to_lack_the_time(written: str) -> None:
    assert "只有日期没有时间" in faults(with_own(meeting_at=written))["instruments[0].meeting_at"]


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-08T25:00:00+08:00",
        "2026-12-08 09:60",
        "2026-02-30 09:00",
        "后天上午",
        "2026-12-08 9时",
        "9999-12-31T23:00:00-12:00",
        "0001-01-01T00:00:00+14:00",
        "2026-12-08T09:00:00+99:00",
    ],
)
def test_a_moment_that_does_not_exist_is_refused(written: str) -> None:
    assert "不是存在的时刻" in faults(with_own(meeting_at=written))["instruments[0].meeting_at"]


@pytest.mark.parametrize("written", ["2026-12-08T09:00:30+08:00", "2026-12-08 09:00:01"])
def test_seconds_are_refused_on_paper(written: str) -> None:
    assert "秒应当为 00" in faults(with_own(meeting_at=written))["instruments[0].meeting_at"]


@given(st.text())
def test_any_text_is_a_date_and_a_moment_or_is_refused_in_words(text: str) -> None:
    data = json.dumps(with_own(date=text, meeting_at=text), ensure_ascii=True)
    with pytest.raises(InputInvalid):
        read_case(parse_json(data, "案件.json"), instruments())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("count", "七", "应当是整数"),
        ("count", "101", "不能大于 100"),
        ("count", "-1", "不能小于 0"),
        ("count", ["1"], "应当是整数"),
        ("fine", "两万", "应当是金额"),
        ("fine", "1,5", "应当是金额"),
        ("fine", "-5", "应当是金额"),
        ("fine", "1e3", "应当是金额"),
        ("fine", "20000.005", "应当是金额"),
        ("fine", "0.00", "金额不能是 0"),
        ("amount", "-2", "数量应当大于 0"),
        ("amount", "０台", "数量应当大于 0"),
        ("amount", "− 3", "数量应当大于 0"),
        ("urgent", "也许", "应当是 true 或 false"),
        ("openness", "半公开", "只能是下列之一：公开、不公开"),
        ("facts", {"甲": "乙"}, "应当是一段或几段文字"),
        ("facts", ["甲\n乙"], "只能写一行"),
        ("facts", "  ", "是空的"),
        ("facts", [], "是空的"),
        ("closed_reason", "甲\n乙", "只能写一行"),
        ("closed_reason", ["甲"], "应当是一段文字"),
        ("names", "甲", "应当是一个列表"),
        ("problems", [], "至少要有 1 项，现有 0 项"),
        ("problems", "甲", "应当是一个列表"),
        ("number", "第7号", "不是文号"),
        ("number", "（鲁）应急试〔2026〕0号", "不是文号"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_saying_what_would_be_right(
    name: str, value: object, said: str
) -> None:
    found = faults(with_own(**{name: value}))
    assert list(found) == [f"instruments[0].{name}"]
    assert said in found[f"instruments[0].{name}"]


def test_a_choice_of_the_schema_is_refused_with_all_it_may_be() -> None:
    found = faults(changed(lambda d: d["party"].update(kind="公司")))
    assert found == {"party.kind": "只能是下列之一：organization、individual。现在写的是“公司”。"}


def test_a_long_value_is_shown_shortened() -> None:
    found = faults(with_own(openness="甲" * 41))["instruments[0].openness"]
    assert f"现在写的是“{'甲' * 40}…”。" in found
    found = faults(with_own(openness="甲" * 40))["instruments[0].openness"]
    assert f"现在写的是“{'甲' * 40}”。" in found


@pytest.mark.parametrize("row", ["1", "30"])
def test_a_row_is_a_whole_number_from_one_up(row: str) -> None:
    data = changed(lambda d: d["recordings"][0].update(row=row))
    assert read(data).recordings[0].row == int(row)


def test_an_integer_larger_than_can_be_signed_is_refused() -> None:
    for written in (str(2**53), str(-(2**53)), "9" * 40):
        assert faults(with_own(size=written))["instruments[0].size"]
    for number in (2**53 - 1, -(2**53) + 1):
        assert read(with_own(size=str(number))).instruments[0].values["size"] == number


def test_too_many_items_are_refused_with_both_counts() -> None:
    items = [{"text": "甲", "deadline": "2026-12-10"} for _ in range(4)]
    found = faults(with_own(problems=items))
    assert found == {"instruments[0].problems": "至多只能有 3 项，现有 4 项。"}


@pytest.mark.parametrize("missing", ["date", "problems", "facts", "meeting_at", "openness"])
def test_a_required_own_field_that_is_missing_is_named(missing: str) -> None:
    assert faults(with_own(**{missing: None})) == {
        f"instruments[0].{missing}": "缺少这一项，必须填写。"
    }


@pytest.mark.parametrize(
    "part", ["case_number", "cause", "agency", "party", "officers", "instruments"]
)
def test_a_required_part_of_the_case_that_is_missing_is_named(part: str) -> None:
    data = valid()
    del data[part]
    data.update(deliveries=[], recordings=[])
    assert faults(data) == {part: "缺少这一项，必须填写。"}


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_an_empty_value_is_not_a_value(empty: object) -> None:
    data = changed(lambda d: d["party"].update(name=empty))
    assert faults(data)["party.name"].startswith("是空的，必须填写。")


@pytest.mark.parametrize(
    "region", ["鲁/青", "（鲁）", "鲁1", "山东省应急管理厅", "..\\鲁", "鲁 青"]
)
def test_a_region_that_cannot_stand_in_a_number_is_refused(region: str) -> None:
    found = faults(changed(lambda d: d["agency"].update(region=region)))
    assert "机关代字" in found["agency.region"]


@pytest.mark.parametrize("key", ["../second", "a/b", "a\\b", "a b", "a.b", "键" * 41])
def test_a_key_that_could_not_stand_in_a_file_name_is_refused(key: str) -> None:
    data = valid()
    data["instruments"][1]["key"] = key
    data["recordings"][0]["instrument"] = key
    assert "应当是短的名字" in faults(data)["instruments[1].key"]


@pytest.mark.parametrize("part", ["deliveries", "recordings", "officers", "agency"])
def test_a_key_with_nothing_after_it_is_to_be_filled_in_or_taken_out(part: str) -> None:
    data = valid()
    data[part] = None
    assert faults(data) == {part: "是空的；请填写，或者删去这一行。"}


@pytest.mark.parametrize("written", ["3.70101199001E+17", "9.137E17", "1e18"])
def test_a_long_number_that_a_spreadsheet_rounded_is_refused(written: str) -> None:
    for change, path in (
        (lambda d: d["party"].update(uscc=written), "party.uscc"),
        (lambda d: d["party"].update(id_number=written), "party.id_number"),
        (lambda d: d["officers"][0].update(certificate=written), "officers[0].certificate"),
    ):
        assert "末几位已经丢失" in faults(changed(change))[path]


def test_a_delivery_or_recording_of_an_instrument_that_is_not_there_is_refused() -> None:
    data = valid()
    data["deliveries"][0]["instrument"] = "full_notce"
    data["recordings"][0]["instrument"] = "zzzzzz"
    assert faults(data) == {
        "deliveries[0].instrument": "本案件没有“full_notce”这份文书；是否应为“full_notice”？",
        "recordings[0].instrument": "本案件没有“zzzzzz”这份文书；可用：brief_notice、full_notice。",
    }


def test_two_instruments_of_one_type_without_keys_are_refused() -> None:
    data = valid()
    data["instruments"].append(copy.deepcopy(data["instruments"][1]))
    assert "出现了两次" in faults(data)["instruments[2]"]


@pytest.mark.parametrize("text", ["甲", "[甲, 乙]", "3"])
def test_a_file_that_is_no_case_at_all_is_refused(text: str) -> None:
    with pytest.raises(InputInvalid, match="应当是若干“键: 值”"):
        read_case(parse_yaml(text, "案件.yaml"), instruments())


@pytest.mark.parametrize("items", ["甲", ["甲"], [["甲"]], {"甲": "乙"}, [], [None]])
def test_instruments_that_are_no_list_of_instruments_are_refused(items: object) -> None:
    data = valid()
    data.update(instruments=items, deliveries=[], recordings=[])
    assert all(path.startswith("instruments") for path in faults(data))


def test_all_problems_are_listed_at_once_each_with_its_own_place() -> None:
    data = valid()
    del data["cause"]
    data["party"]["kind"] = "公司"
    data["officers"].append({"name": "乙示例"})
    data["instruments"][0].update(date="2026-02-30", count="七", colour="红")
    data["instruments"][1].update(number="7")
    data["deliveries"][0].update(mode="by hand", planned_at="明天")
    data["recordings"][0].update(instrument="zzzzzz", row="0")
    assert set(faults(data)) == {
        "cause",
        "party.kind",
        "officers[1].certificate",
        "deliveries[0].mode",
        "deliveries[0].planned_at",
        "recordings[0].row",
        "recordings[0].instrument",
        "instruments[0].count",
        "instruments[0].date",
        "instruments[0].colour",
        "instruments[1].number",
    }


def test_a_problem_names_the_very_line_it_is_on() -> None:
    text = yaml.safe_dump(with_own(count="七"), allow_unicode=True, sort_keys=False)
    with pytest.raises(InputInvalid) as caught:
        read_case(parse_yaml(text, "案件.yaml"), instruments())
    line = text.splitlines().index("  count: 七") + 1
    assert caught.value.problems[0].where == f"案件.yaml instruments[0].count（第 {line} 行）"


def test_the_message_begins_with_the_file_and_the_number_of_problems() -> None:
    with pytest.raises(InputInvalid, match=r"^案件.yaml 有 2 处错误，什么也没有生成。") as caught:
        read(with_own(count="七", openness=None))
    assert "docgen schema case" in caught.value.advice
    assert caught.value.exit_code == 4
