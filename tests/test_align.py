"""比对的纯函数：改一个数必报，认错几个像的字不报，删去、添上、缺页、手写处各归各。"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some
from papers import CONFUSIONS, CONTENT, MARGINS, WORDS, compared, laid_out, line, page_of

from docgen.model.scan import DifferenceKind, PaperReading, Scan
from docgen.model.verdict import Level
from docgen.model.words import Words, squeeze
from docgen.paper.align import align
from docgen.paper.compare import Answer, compare_paper, settle
from docgen.paper.confusion import SUSPICIOUS, Confusions
from docgen.paper.order import banded
from docgen.paper.told import by_hand_finding, words_finding


def altered(index: int, at: int, char: str) -> PaperReading:
    """第 index 行的第 at 个字读成 char。"""
    lines = laid_out(WORDS)
    text = lines[index].text
    lines[index] = replace(lines[index], text=text[:at] + char + text[at + 1 :])
    return compared(page_of(lines))


LINES = laid_out(WORDS)
DIGITS = [(n, at) for n, one in enumerate(LINES) for at, c in enumerate(one.text) if c.isdigit()]
LETTERS = [
    (n, at) for n, one in enumerate(LINES) for at, c in enumerate(one.text) if "一" <= c <= "龟"
]


def test_a_clean_reading_passes() -> None:
    reading = compared(page_of(LINES))
    assert reading.differences == ()
    assert reading.compared == reading.total == len("".join(map(squeeze, WORDS.units())))
    finding = words_finding(reading)
    assert finding.level is Level.PASS
    assert "按 OCR 读出的文字没有发现不同" in finding.message


@given(some.sampled_from(DIGITS), some.integers(1, 9))
def test_any_changed_digit_is_found(place: tuple[int, int], step: int) -> None:
    index, at = place
    char = str((int(LINES[index].text[at]) + step) % 10)
    reading = altered(index, at, char)
    assert [(one.issued, one.read) for one in reading.differences] == [
        (LINES[index].text[at], char)
    ]
    (found,) = reading.differences
    assert found.kind is DifferenceKind.CHANGED
    assert found.box is not None
    assert LINES[index].left <= found.box[0][0] <= LINES[index].right
    assert LINES[index].top == found.box[0][1]
    assert words_finding(reading).level is Level.FAIL


@given(some.sampled_from(LETTERS), some.sampled_from("鑫犇淼垚龘"))
def test_any_changed_character_is_found(place: tuple[int, int], char: str) -> None:
    index, at = place
    reading = altered(index, at, char)
    assert any(one.read == char for one in reading.differences)


@given(some.integers(0, 2**32), some.sampled_from([0.02, 0.05, 0.1]))
def test_look_alike_noise_raises_nothing(seed: int, share: float) -> None:
    chance = random.Random(seed)
    alike = {
        a: b for (a, b), weight in CONFUSIONS.pairs.items() if 0 < weight < SUSPICIOUS and a != b
    }
    alike |= {char: stand for char, stand in CONFUSIONS.folded.items() if char != stand}
    alike |= {"（": "(", "）": ")", "，": ",", "：": ":", "〔": "[", "〕": "]"}
    noisy = [
        replace(one, text="".join(_noise(char, alike, chance, share) for char in one.text))
        for one in LINES
    ]
    reading = compared(page_of(noisy))
    assert reading.differences == ()
    assert reading.doubtful == ()


def _noise(char: str, alike: dict[str, str], chance: random.Random, share: float) -> str:
    return alike.get(char, char) if chance.random() < share and not char.isdigit() else char


def test_digits_are_never_alike() -> None:
    for a in "0123456789":
        for b in "0123456789":
            assert a == b or CONFUSIONS.changed(CONFUSIONS.fold(a), CONFUSIONS.fold(b)) == 1.0


def test_a_decimal_point_between_digits_matters() -> None:
    assert CONFUSIONS.alone(".", "1", "5") == 1.0
    assert CONFUSIONS.alone("，", "查", "你") < SUSPICIOUS


def test_the_words_about_the_difference_are_told() -> None:
    index = next(n for n, one in enumerate(LINES) if one.text == "2026年11月30日")
    (found,) = altered(index, 8, "9").differences
    assert found.issued_words == "2026年11月30日"
    assert found.read_words == "2026年11月90日"
    assert found.field == "“整改期限”一栏"
    assert "签发的是“2026年11月30日”，纸面上是“2026年11月90日”" in found.message


@pytest.mark.parametrize("index", range(len(LINES)))
def test_any_line_taken_out_is_found(index: int) -> None:
    reading = compared(page_of([one for n, one in enumerate(LINES) if n != index]))
    gone = "".join(one.issued for one in reading.differences)
    assert len(gone) >= 0.8 * len(LINES[index].text) or LINES[index].text in gone


def test_a_line_put_in_is_found() -> None:
    extra = line("另罚款人民币叁拾万元整，限三日内缴清", 100, 1700, 1)
    reading = compared(page_of([*LINES, extra]))
    assert any("叁拾万元" in one.read for one in reading.differences)


def test_a_digit_put_in_is_found() -> None:
    index = next(n for n, one in enumerate(LINES) if "50000元" in one.text)
    text = LINES[index].text.replace("50000元", "500000元")
    lines = [replace(one, text=text) if n == index else one for n, one in enumerate(LINES)]
    (found,) = compared(page_of(lines)).differences
    assert found.kind is DifferenceKind.ADDED
    assert (found.issued_words, found.read_words) == ("50000元", "500000元")


def test_a_cell_written_anew_is_one_difference() -> None:
    index = next(n for n, one in enumerate(LINES) if one.text == "立即整改")
    changed = replace(LINES[index], text="暂缓执行")
    lines = [changed if n == index else one for n, one in enumerate(LINES)]
    told = compared(page_of(lines)).differences
    assert [one.read for one in told] == ["暂缓执行"]
    assert told[0].issued == "立即整改"


def test_what_is_written_in_blanks_is_told_and_not_counted() -> None:
    index = next(n for n, one in enumerate(LINES) if one.text.startswith("执法人员"))
    signed = replace(LINES[index], text=LINES[index].text + "李四")
    reading = compared(page_of([signed if n == index else one for n, one in enumerate(LINES)]))
    assert reading.differences == ()
    assert [one.read for one in reading.by_hand] == ["李四"]
    finding = by_hand_finding(reading)
    assert finding is not None
    assert "李四" in finding.message


def test_a_red_stamp_is_not_compared() -> None:
    stamp = replace(line("示例省应急管理厅专用章", 300, 1350, 1), red=True)
    assert compared(page_of([*LINES, stamp])).differences == ()


def test_missing_pages_are_named_and_not_held_against_it() -> None:
    first = Words(WORDS.blocks[:9])
    reading = compared(page_of(laid_out(first), foot="第1页共2页"))
    assert reading.differences == ()
    assert reading.absent == (2,)
    finding = words_finding(reading)
    assert finding.level is Level.UNKNOWN
    assert "缺第 2 页" in finding.message


def test_pages_in_another_order_are_put_right() -> None:
    one = page_of(laid_out(Words(WORDS.blocks[:7]), 2), 2, "第1页共2页")
    header, rest = WORDS.blocks[5], WORDS.blocks[7:]
    two = page_of(laid_out(Words((header, *rest)), 1), 1, "第2页共2页")
    reading = compared(two, one)
    assert reading.differences == ()
    assert words_finding(reading).level is Level.PASS


def test_a_page_without_its_number_is_never_a_pass() -> None:
    assert words_finding(compared(page_of(LINES, foot=""))).level is Level.UNKNOWN


def test_what_could_not_be_read_is_undecided() -> None:
    drafted = compare_paper(CONTENT, Scan((page_of(LINES[:-1]),)), MARGINS, CONFUSIONS)
    reading = settle(drafted, [Answer(None, ink=True) for _ in drafted.doubts])
    assert len(reading.unread) == 1
    assert words_finding(reading).level is Level.UNKNOWN


def test_a_doubtful_second_look_is_undecided() -> None:
    index, _ = DIGITS[-1]
    lines = list(LINES)
    lines[index] = replace(lines[index], text=lines[index].text.replace("9", "8"))
    reading = compared(page_of(lines), sure=1.0)
    assert reading.differences == ()
    assert len(reading.doubtful) == 1
    assert words_finding(reading).level is Level.UNKNOWN
    assert compared(page_of(lines), sure=-2.0).doubtful == ()


def test_too_little_read_is_undecided() -> None:
    faint = [replace(one, confidence=0.6) for one in LINES[::3]]
    finding = words_finding(compared(page_of(faint)))
    assert finding.level is Level.UNKNOWN
    assert "只读到" in finding.message


def test_cells_read_as_one_line_are_parted() -> None:
    lines = [one for one in LINES if one.text not in ("序号", "存在的问题", "整改期限")]
    joined = replace(line("序号存在的问题整改期限", 100, LINES[5].top, 1))
    reading = compared(page_of([*lines, joined]))
    assert reading.differences == ()


def test_lines_of_a_turned_page_stand_in_order() -> None:
    turned = [
        replace(one, box=tuple((x - 0.02 * y, y + 0.02 * x) for x, y in one.box))  # type: ignore[arg-type]
        for one in LINES
    ]
    assert [p.line.text for p in banded(turned)] == [p.line.text for p in banded(LINES)]


def test_unknown_characters_are_told() -> None:
    known = frozenset("".join(WORDS.units())) - {"釜"}
    lines = [replace(one, text=one.text.replace("釜", "金")) for one in LINES]
    drafted = compare_paper(CONTENT, Scan((page_of(lines),), known), MARGINS, CONFUSIONS)
    assert drafted.doubts == ()
    assert "釜" in words_finding(settle(drafted, ())).message


def test_groups_fold_to_one() -> None:
    own = Confusions.of([(0, "（(")], "，", 0.1)
    assert own.fold("（(Ａ") == "（（A"


def test_no_lines_at_all() -> None:
    reading = compared(page_of([]))
    assert words_finding(reading).level is Level.UNKNOWN


def test_what_may_stand_on_a_page_not_handed_in_is_not_called_gone() -> None:
    reading = compared(page_of(laid_out(Words(WORDS.blocks[:9])), foot=""))
    assert reading.differences == ()
    finding = words_finding(reading)
    assert finding.level is Level.UNKNOWN
    assert "没有读到页码" in finding.message


def test_another_text_under_the_same_code_is_a_difference() -> None:
    other = [
        replace(one, text="".join("鑫犇淼垚"[n % 4] for n in range(len(one.text)))) for one in LINES
    ]
    reading = compared(page_of(other))
    assert reading.coverage < 0.3
    assert words_finding(reading).level is Level.FAIL


def test_many_lines_not_read_are_undecided() -> None:
    reading = compared(page_of(LINES[::2]))
    assert words_finding(reading).level is Level.UNKNOWN


@given(some.text("甲乙丙丁1234，。", max_size=12), some.text("甲乙丙丁1234，。", max_size=12))
def test_alignment_takes_every_character_once(issued: str, read: str) -> None:
    pairs = list(align(CONFUSIONS.fold(issued), CONFUSIONS.fold(read), CONFUSIONS))
    assert [i for i, _ in pairs if i is not None] == list(range(len(issued)))
    assert [j for _, j in pairs if j is not None] == list(range(len(read)))


def test_a_name_put_for_another_among_names_is_one_difference() -> None:
    issued, read = "甲示例乙示例丙示例", "甲示例丙示例丙示例"
    assert list(align(issued, read, CONFUSIONS)) == [(n, n) for n in range(len(issued))]


def test_a_clause_left_out_is_one_gap() -> None:
    issued = "四、听证主持人：示例旻（法制科科长）；听证员：示例璟"
    pairs = list(align(issued, "四、听证员：示例璟", CONFUSIONS))
    gone = [i for i, j in pairs if j is None and i is not None]
    assert gone == list(range(gone[0], gone[0] + 17))
    assert all(i is not None for i, _ in pairs)
