"""源文件：写了什么就读到什么；读不得的都说清在哪里。"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from docgen.characters import fold, refusal, shown
from docgen.errors import EnvironmentLacking, InputInvalid
from docgen.source import MAX_DEPTH, Source, parse_json, parse_yaml, read_source

Parse = Callable[[str, str], Source]
PARSERS: dict[str, Parse] = {"a.yaml": parse_yaml, "a.json": parse_json}

# Text anyone may write: no control, no invisible character, nothing that is folded.
PLAIN = st.text(
    st.characters(exclude_categories=["C", "Z", "M"]).filter(
        lambda char: refusal(char) is None and fold(char)[0] == char
    )
)


def refused(parse: Parse, text: str) -> str:
    """读不得的原因；读得了就是错。"""
    with pytest.raises(InputInvalid) as caught:
        parse(text, "案件.yaml")
    return str(caught.value)


# --- scalars stay text


@pytest.mark.parametrize(
    "scalar",
    [
        "0123456",
        "yes",
        "no",
        "on",
        "1e3",
        "1_000",
        "0x1F",
        "0o17",
        ".5",
        ".inf",
        "2026-11-24",
        "2026-11-24T09:00:00+08:00",
        "12:30:45",
        "TRUE",
        "37010119900101001X",
        "<<",
        "=",
        "1.10",
    ],
)
def test_a_plain_yaml_scalar_stays_the_text_it_was_written_as(scalar: str) -> None:
    assert parse_yaml(f"值: {scalar}", "a.yaml").data == {"值": scalar}


@pytest.mark.parametrize("number", ["0", "-0", "1.10", "1e400", "110101199001010014", "9" * 5000])
def test_a_json_number_stays_the_digits_it_was_written_as(number: str) -> None:
    assert parse_json(f'{{"值": {number}}}', "a.json").data == {"值": number}


def test_json_booleans_become_the_words_yaml_would_have() -> None:
    assert parse_json('{"是": true, "否": false}', "a.json").data == {"是": "true", "否": "false"}


@pytest.mark.parametrize("empty", ["", "~", "null", "Null", "NULL"])
def test_an_empty_yaml_value_is_no_value_but_a_quoted_one_is_text(empty: str) -> None:
    assert parse_yaml(f"值: {empty}", "a.yaml").data == {"值": None}
    assert parse_yaml(f"值: '{empty}'", "a.yaml").data == {"值": empty}


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_json_constant_that_stands_for_missing_data_is_refused(constant: str) -> None:
    message = refused(parse_json, f'{{"party": [{{"name": {constant}}}]}}')
    assert "party[0].name" in message
    assert constant in message


@pytest.mark.parametrize(
    "text",
    [
        "{{ 甲 }}",
        "{_{ 甲 }_}",
        "{% raw %}",
        "<w:p>&amp;</w:p>",
        "甲&乙<丙>",
        "a\\b",
        '"“”',
        "甲" * 20000,
        "𠮷䶮㛃旻祎璟玥",
        "𮯰𲎯",
        "A B\u3000C",
        "№①Ⅳ㎡℃",
        "I/O：1:1",
        "# 不是注释",
        "=1+1",
    ],
)
def test_odd_but_printable_text_passes_unchanged(text: str) -> None:
    written = json.dumps({"值": text}, ensure_ascii=False)
    for name, parse in PARSERS.items():
        source = parse(written, name)
        assert source.data == {"值": text}
        assert source.notices == ()


@given(PLAIN)
def test_whatever_plain_text_is_quoted_reads_back_unchanged(text: str) -> None:
    for name, parse in PARSERS.items():
        assert parse(json.dumps([text], ensure_ascii=False), name).data == [text]
    assert parse_yaml(yaml.safe_dump([text], allow_unicode=True), "a.yaml").data == [text]


@given(st.text())
def test_any_text_at_all_is_read_or_refused_and_never_breaks_the_reader(text: str) -> None:
    for name, parse in PARSERS.items():
        try:
            parse(text, name)
        except InputInvalid as error:
            str(error).encode("utf-8")


# --- what is refused


@pytest.mark.parametrize("name", PARSERS)
def test_a_duplicate_key_is_refused_and_named(name: str) -> None:
    text = '{"officers": [{"name": "甲示例", "name": "乙示例"}]}'
    message = refused(PARSERS[name], text)
    assert "officers[0]" in message
    assert "“name” 重复" in message


def test_a_duplicate_key_names_the_line_of_the_second_one() -> None:
    assert "第 3 行" in refused(parse_yaml, "甲: 1\n乙: 2\n甲: 3\n")


def test_an_alias_is_refused() -> None:
    message = refused(parse_yaml, "甲: &x [1]\n乙: *x\n")
    assert "乙" in message
    assert "第 1 行" in message
    assert "别名" in message


def test_a_hundred_million_laughs_are_refused_at_once() -> None:
    rows = ["a0: &a0 [哈, 哈]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 30)]
    assert "别名" in refused(parse_yaml, "\n".join(rows))


@pytest.mark.parametrize(
    "tagged",
    [
        "!!python/object/apply:os.getcwd []",
        "!x 乙",
        "!!int 5",
        "!!binary aGVs",
        "!!float 1",
        "!!set {甲}",
        "!!map 5",
        "!!null ''",
        "!!timestamp 2026-11-24",
        "!<tag:example,2000:x> 1",
    ],
)
def test_a_yaml_tag_is_refused(tagged: str) -> None:
    message = refused(parse_yaml, f"甲: 1\n值: {tagged}\n")
    assert "标签" in message
    assert "值（第 2 行）" in message


def test_a_tag_that_says_what_is_there_anyway_is_no_matter() -> None:
    assert parse_yaml("值: !!str 0123\n", "a.yaml").data == {"值": "0123"}


@pytest.mark.parametrize("key", ["? [甲]\n: 1", "? {甲: 乙}\n: 1"])
def test_a_key_that_is_no_plain_text_is_refused(key: str) -> None:
    assert "键必须是简单的文字" in refused(parse_yaml, key)


def test_a_merge_key_merges_nothing() -> None:
    assert parse_yaml("<<: {甲: 1}", "a.yaml").data == {"<<": {"甲": "1"}}


@pytest.mark.parametrize(
    ("char", "reason"),
    [
        ("\x00", "控制字符"),
        ("\x07", "控制字符"),
        ("\t", "控制字符"),
        ("\x1b", "控制字符"),
        ("\x7f", "控制字符"),
        ("\x85", "控制字符"),
        ("\u200b", "看不见"),
        ("\u200d", "看不见"),
        ("\u202e", "看不见"),
        ("\u00ad", "看不见"),
        ("\ufeff", "看不见"),
        ("\U000e0041", "看不见"),
        ("\u3164", "看不见"),
        ("\u2800", "看不见"),
        ("\u034f", "看不见"),
        ("\ufe0f", "异体选择符"),
        ("\U000e0100", "异体选择符"),
        ("\u180b", "异体选择符"),
        ("\ue000", "自造字"),
        ("\U000f0000", "自造字"),
        ("\ufffd", "已经丢失"),
        ("\ufffe", "未定义"),
        ("\U0002ffff", "未定义"),
        ("\u2028", "行分隔符"),
        ("\u2029", "段分隔符"),
    ],
)
def test_a_character_that_cannot_be_printed_is_refused_with_its_place(
    char: str, reason: str
) -> None:
    escape = "".join(f"\\u{unit:04x}" for unit in _utf16(char))
    in_json = refused(parse_json, f'{{"party": {{"name": "示例{escape}公司"}}}}')
    assert "party.name" in in_json
    assert f"第 3 个字符 U+{ord(char):04X} 是" in in_json
    assert reason in in_json
    in_yaml = refused(parse_yaml, f'甲: 1\nparty: {{name: "示例\\U{ord(char):08x}公司"}}')
    assert "party.name（第 2 行）" in in_yaml
    assert reason in in_yaml


def _utf16(char: str) -> list[int]:
    raw = char.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]


def test_a_lone_surrogate_is_refused_whether_json_or_yaml_escapes_it() -> None:
    assert "值：第 1 个字符 U+D800 是残缺的代理码" in refused(parse_json, '{"值": "\\ud800"}')
    assert "第 2 行" in refused(parse_yaml, '甲: 1\n值: "\\ud800"')
    assert "U+DC00" in refused(parse_yaml, "值: \udc00")


def test_a_surrogate_pair_in_json_is_the_one_character_it_means() -> None:
    assert parse_json('["\\ud842\\udfb7"]', "a.json").data == ["𠮷"]


@pytest.mark.parametrize("char", ["\x07", "\x0b", "\x0c", "\x85", "\u2028", "\u2029", "\x9b"])
def test_a_raw_character_that_yaml_would_take_for_a_line_break_is_refused(char: str) -> None:
    message = refused(parse_yaml, f"甲: 1\n乙: 示例{char}公司\n")
    assert f"（第 2 行）：第 6 个字符 U+{ord(char):04X}" in message


def test_a_file_full_of_raw_control_characters_is_told_by_the_first_twenty() -> None:
    assert refused(parse_yaml, "甲: \x07\n" * 50).count("U+0007") == 20
    assert refused(parse_yaml, "甲: \x07\n" * 19).count("U+0007") == 19


def test_characters_are_refused_in_keys_too_and_never_shown_raw() -> None:
    for name, parse in PARSERS.items():
        message = refused(parse, '{"na\\u200bme": 1}')
        assert "U+200B" in message, name
        assert "\u200b" not in message
    twice = refused(parse_yaml, '"\\e[2J": 1\n"\\e[2J": 2')
    assert "\x1b" not in twice
    assert "<U+001B>[2J" in twice


def test_every_refused_character_is_listed_at_once() -> None:
    text = "\n".join(f'键{i}: "\\u200b"' for i in range(30))
    assert refused(parse_yaml, text).count("U+200B") == 30


def test_a_line_break_inside_a_value_is_kept() -> None:
    assert parse_yaml("值: |\n  甲\n  乙\n", "a.yaml").data == {"值": "甲\n乙\n"}
    assert parse_json('["甲\\n乙"]', "a.json").data == ["甲\n乙"]


def test_windows_line_ends_leave_nothing_behind() -> None:
    assert parse_yaml("甲: 1\r\n乙: |\r\n  丙\r\n  丁\r\n", "a.yaml").data == {
        "甲": "1",
        "乙": "丙\n丁\n",
    }


# --- folding


def test_radicals_compatibility_ideographs_and_look_alike_dots_are_folded_and_reported() -> None:
    source = parse_yaml("甲: 1\nparty: {name: 示例⼀⾦\uf91d·⻓•公司}\n", "案件.yaml")
    assert source.data == {"甲": "1", "party": {"name": "示例一金欄·长·公司"}}
    assert len(source.notices) == 5
    assert all(notice.startswith("案件.yaml party.name（第 2 行）：") for notice in source.notices)
    assert "“⼀”（U+2F00）已写作“一”（U+4E00）" in source.notices[0]


def test_the_same_folding_many_times_in_one_value_is_reported_once() -> None:
    assert len(parse_yaml(f"值: {'⼀' * 1000}", "a.yaml").notices) == 1


def test_every_variation_selector_is_refused_and_its_neighbours_are_not() -> None:
    selectors = [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B, 0x180C, 0x180D, 0x180F]
    for number in selectors:
        assert "异体选择符" in str(refusal(chr(number)))
    for number in (0xFE10, 0x180A, 0x1810):
        assert refusal(chr(number)) is None


def test_ideographs_newer_than_python_are_left_to_the_glyph_check() -> None:
    for number in (0x2EBF0, 0x323B0, 0x33479, 0x3FFFD):
        assert refusal(chr(number)) is None
    for number in (0x1FFFF, 0x2FFFF, 0x3FFFE, 0x40000, 0x10FFFF, 0x378):
        assert refusal(chr(number))


def test_exactly_the_compatibility_ideographs_are_folded_to_what_unicode_says() -> None:
    for number in [*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)]:
        folded, changes = fold(chr(number))
        assert folded == unicodedata.normalize("NFKC", chr(number))
        assert bool(changes) is (folded != chr(number))
    assert fold("\uf900\ufad9\U0002f800\U0002fa1d")[0] == "豈龎丽𪘀"
    for char in "ﬀ㎡Ⅳ①～（ｱ\U0002f7ff":
        assert fold(char) == (char, ())


def test_every_kangxi_radical_is_folded_into_an_ordinary_ideograph() -> None:
    for number in range(0x2F00, 0x2FD6):
        folded, changes = fold(chr(number))
        assert unicodedata.name(folded).startswith("CJK UNIFIED IDEOGRAPH")
        assert changes


@given(st.text())
def test_folding_keeps_the_length_and_folding_twice_changes_nothing(text: str) -> None:
    folded, changes = fold(text)
    assert len(folded) == len(text)
    assert (folded == text) is (changes == ())
    assert fold(folded) == (folded, ())


@given(st.text())
def test_shown_text_holds_no_character_that_is_refused(text: str) -> None:
    assert not any(refusal(char) for char in shown(text))


# --- structure and file


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 500, 5000, 100_000])
def test_nesting_too_deep_is_refused_in_words(name: str, depth: int) -> None:
    assert "嵌套过深" in refused(PARSERS[name], "[" * depth + "]" * depth)


@pytest.mark.parametrize("name", PARSERS)
def test_nesting_as_deep_as_a_case_needs_is_read(name: str) -> None:
    assert PARSERS[name]("[" * 10 + "]" * 10, name).data
    assert PARSERS[name]("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), name).data


def test_block_nesting_too_deep_is_refused_in_words() -> None:
    text = "\n".join(" " * i + "甲:" for i in range(400))
    assert "嵌套过深" in refused(parse_yaml, text)


@pytest.mark.parametrize("text", ["", "   \n", "# 只有注释\n", "---\n...\n", "null", "~"])
def test_an_empty_yaml_file_is_said_to_be_empty(text: str) -> None:
    assert "是空的" in refused(parse_yaml, text)


@pytest.mark.parametrize("text", ["", "  \n", "null"])
def test_an_empty_json_file_is_said_to_be_empty(text: str) -> None:
    assert "是空的" in refused(parse_json, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("甲: 1\n乙: 丙: 丁\n", "第 2 行第 5 列"),
        ("甲: [1\n", "第 2 行"),
        ("甲: 1\n---\n乙: 2\n", "第 2 行"),
        ("甲: '1\n", "第 2 行"),
        ("甲: 1\n  乙: 2\n", "第 2 行"),
        ("\t甲: 1\n", "第 1 行"),
    ],
)
def test_broken_yaml_is_refused_with_the_line(text: str, place: str) -> None:
    assert place in refused(parse_yaml, text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"甲": 1,\n "乙"}', "第 2 行"),
        ("[1, 2", "第 1 行"),
        ('{"甲": 01}', "第 1 行"),
        ("{} {}", "第 1 行"),
    ],
)
def test_broken_json_is_refused_with_line_and_column(text: str, place: str) -> None:
    message = refused(parse_json, text)
    assert place in message
    assert "列" in message


def test_a_place_is_told_by_file_path_and_line() -> None:
    text = "instruments:\n  - type: x\n    problems:\n      - text: 甲\n        deadline: 乙\n"
    source = parse_yaml(text, "案件.yaml")
    deadline = ("instruments", 0, "problems", 0, "deadline")
    assert source.where(deadline) == "案件.yaml instruments[0].problems[0].deadline（第 5 行）"
    missing = ("instruments", 0, "problems", 0, "photo")
    assert source.where(missing) == "案件.yaml instruments[0].problems[0].photo（第 4 行起）"


def test_a_place_nobody_wrote_is_told_by_the_part_it_would_be_in() -> None:
    source = parse_yaml("甲:\n  乙: 1\n  丙:\n    丁: 2\n", "案件.yaml")
    assert source.where(("甲", "丙", "戊")) == "案件.yaml 甲.丙.戊（第 4 行起）"
    assert source.where(("甲", "戊", "己")) == "案件.yaml 甲.戊.己（第 2 行起）"


def test_a_json_place_is_told_by_file_and_path() -> None:
    assert parse_json('{"甲": [1]}', "a.json").where(("甲", 0)) == "a.json 甲[0]"


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.yaml", "甲: 1"), ("a.yml", "甲: 1"), ("a.json", '{"甲": 1}'), ("A.JSON", '{"甲": 1}')],
)
def test_a_file_is_read_by_its_kind(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode())
    assert read_source(path).data == {"甲": "1"}
    path.write_bytes(b"\xef\xbb\xbf" + content.encode())
    assert read_source(path).data == {"甲": "1"}


def test_a_json_file_is_not_read_as_yaml_whatever_its_suffix_is_written_like(
    tmp_path: Path,
) -> None:
    path = tmp_path / "A.JSON"
    path.write_text("甲: 1", "utf-8")
    with pytest.raises(InputInvalid, match="JSON"):
        read_source(path)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_that_is_not_utf8_is_refused_with_advice(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("案由: 示例".encode(encoding))
    with pytest.raises(InputInvalid, match="不是 UTF-8") as caught:
        read_source(path)
    assert str(path) in caught.value.message
    assert "UTF-8" in caught.value.advice


def test_the_byte_that_is_not_utf8_is_counted_from_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"ab: \xff")
    with pytest.raises(InputInvalid, match="第 5 个字节"):
        read_source(path)


def test_a_file_that_is_missing_or_a_folder_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="没有这个文件"):
        read_source(tmp_path / "无.yaml")
    with pytest.raises(InputInvalid, match="是文件夹"):
        read_source(tmp_path)


def test_a_path_through_a_file_lacks_something_of_the_environment(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("甲: 1", "utf-8")
    with pytest.raises(EnvironmentLacking, match="读不了"):
        read_source(tmp_path / "a.yaml" / "b.yaml")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with path.open("wb") as target:
        target.truncate(50_000_001)
    with pytest.raises(InputInvalid, match="太大"):
        read_source(path)
