"""归位与认字的差错不算改动：同样的字在好几处，一行只一两个字，字库里的生僻字。"""

from __future__ import annotations

from dataclasses import replace

from papers import CONFUSIONS, CONTENT, MARGINS, WORDS, box_of, compared, laid_out, line, page_of

from docgen.model.scan import PaperReading, Scan, ScannedLine
from docgen.model.verdict import Level
from docgen.model.words import Row, Words
from docgen.paper.compare import Answer, compare_paper, settle
from docgen.paper.overlap import read_once
from docgen.paper.told import words_finding


def test_the_same_words_in_row_after_row_stay_each_in_its_own_row() -> None:
    header = Row(("序号", "名称", "处理决定"), repeated=True)
    again = "解除登记保存，退还你单位，当场交付"
    rows = [Row((str(n), f"登记物品第{n}种", again)) for n in range(1, 6)]
    words = Words(("处理决定书", header, *rows, "2026年11月9日"))
    content = replace(CONTENT, words=words)
    reading = compared(page_of(laid_out(words)), content=content)
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())
    fewer = [one for one in laid_out(words) if "当场" not in one.text]
    assert words_finding(compared(page_of(fewer), content=content)).level is not Level.PASS


def test_a_last_character_on_a_line_of_its_own_stays_in_its_column() -> None:
    header = Row(("名称规格", "存放的地点和状态", "数量和处理决定"), repeated=True)
    rows = [
        Row(("液化石油瓶", "甲类仓库东侧满瓶", "8瓶，扣押")),
        Row(("液化石油瓶", "甲类仓库西侧空瓶", "4瓶，扣押")),
        Row(("搪玻璃反应釜", "聚合车间一层满瓶", "1台，查封")),
    ]
    words = Words(("查封扣押清单", header, *rows, "2026年11月9日"))
    content = replace(CONTENT, words=words)
    lines = laid_out(words)
    assert "瓶" in [one.text for one in lines]
    reading = compared(page_of(lines), content=content)
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())
    changed = [replace(one, text=one.text.replace("8瓶", "6瓶")) for one in lines]
    assert [d.read for d in compared(page_of(changed), content=content).differences] == ["6"]


def test_the_last_word_of_a_page_stays_with_its_paragraph() -> None:
    told = "逾期不整改的，本机关将依法另行处理。" * 3
    words = Words(("指令书", told, "如不服本指令，可以申请行政复议。理由不成立的除外。"))
    lines = laid_out(Words(("指令书", told[:-2])))
    lines.append(line("理。", 100, lines[-1].top + 50, 1))
    reading = compared(page_of(lines, foot="第1页共2页"), content=replace(CONTENT, words=words))
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())
    assert reading.absent == (2,)


def test_a_rare_character_misread_is_for_a_person_to_look_at() -> None:
    words = Words(("通知书", "联系人：示例𠅤，电话见上。"))
    content = replace(CONTENT, words=words)
    lines = laid_out(words)
    known = frozenset("".join(words.units()))
    drafted = compare_paper(content, Scan((page_of(lines),), known), MARGINS, CONFUSIONS)
    assert words_finding(settle(drafted, ())).level is Level.PASS
    misread = [replace(one, text=one.text.replace("𠅤", "惠")) for one in lines]
    drafted = compare_paper(content, Scan((page_of(misread),), known), MARGINS, CONFUSIONS)
    assert drafted.doubts == ()
    assert words_finding(settle(drafted, ())).level is Level.UNKNOWN


def test_what_is_gone_here_and_stands_too_much_beside_it_is_for_a_person_to_look_at() -> None:
    lines = laid_out(WORDS)
    at = next(n for n, one in enumerate(lines) if one.text == "立即整改")
    later = next(n for n, one in enumerate(lines) if n > at and one.text == "立即整改")
    lines[at] = replace(lines[at], text="立即整改整改")
    lines[later] = replace(lines[later], text="立即")
    reading = compared(page_of(lines))
    assert reading.differences == ()
    assert [one.issued + one.read for one in reading.doubtful] == ["整改", "整改"]
    assert words_finding(reading).level is Level.UNKNOWN


def test_a_clause_with_a_character_unknown_to_the_reader_is_gone_as_a_whole() -> None:
    words = Words(("指令书", "三级教育记录由班组长示例𤦪代填，未如实记录培训情况，立即整改。"))
    lines = [
        replace(one, text=one.text.replace("由班组长示例𤦪代填，", "")) for one in laid_out(words)
    ]
    (found,) = compared(page_of(lines), content=replace(CONTENT, words=words)).differences
    assert found.issued.strip("，") == "由班组长示例𤦪代填"


def test_a_name_misread_in_one_of_several_like_lines_stays_on_its_line() -> None:
    people = ("送达人：示例祎 证号：示例-0501 签名：", "送达人：示例㛃 证号：示例-0502 签名：")
    words = Words(("送达回执", *people, "见证人签名："))
    parts = ("送达回执", "送达人：示例祎", "证号：示例-0501", "签名：", "送达人：示例契")
    parts += ("证号：示例-0502", "签名：", "见证人签名：")
    lines = [line(text, 100, 200 + 50 * n, 1) for n, text in enumerate(parts)]
    reading = compared(page_of(lines), content=replace(CONTENT, words=words))
    assert (reading.differences, reading.doubtful, reading.by_hand) == ((), (), ())
    assert reading.unknown == "㛃"


def test_a_page_that_begins_with_a_line_that_comes_twice_raises_nothing() -> None:
    agent = ("委托代理人：", "代理权限：")
    words = Words(("听证笔录", *agent, *agent, "第三人：", "一、宣布听证开始"))
    lines = laid_out(Words(words.blocks[4:]))
    content = replace(CONTENT, words=words)
    reading = compared(page_of(lines, foot="第2页共2页"), content=content)
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())
    assert reading.absent == (1,)


def test_a_character_in_two_boxes_is_read_once() -> None:
    whole = line("证号：示例-0302签名：", 100, 200, 1)
    left, right = _cut_at(whole, 0, 10), _cut_at(whole, 9, 13)
    assert (left.text, right.text) == ("证号：示例-0302", "2签名：")
    assert [one.text for one in read_once((right, left))] == ["签名：", left.text]
    words = Words(("回证", "证号：示例-0302签名："))
    content = replace(CONTENT, words=words)
    reading = compared(page_of([line("回证", 100, 100, 1), right, left]), content=content)
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())


def test_a_digit_written_twice_is_read_twice() -> None:
    whole = line("证号：示例-03022签名：", 100, 200, 1)
    parts = (_cut_at(whole, 0, 10), _cut_at(whole, 10, 14))
    assert read_once(parts) == parts
    words = Words(("回证", "证号：示例-0302签名："))
    content = replace(CONTENT, words=words)
    reading = compared(page_of([line("回证", 100, 100, 1), *parts]), content=content)
    assert [d.read for d in reading.differences] == ["2"]


def _cut_at(whole: ScannedLine, start: int, end: int) -> ScannedLine:
    box = box_of(whole.left + 40 * start, whole.top, end - start)
    count = end - start
    marks = tuple((n + 0.5) / count for n in range(count))
    return ScannedLine(whole.text[start:end], box, 0.99, 1, marks, (0.99,) * count)


def test_a_sign_that_the_reader_does_not_know_may_be_read_spelled_out() -> None:
    words = Words(("通知书", "储罐区面积120㎡，防火堤高0.5m，𠮷示例。"))
    content = replace(CONTENT, words=words)
    known = frozenset("".join(words.units())) - {"㎡", "𠮷"} | frozenset("²2口土")

    def reading(said: str) -> PaperReading:
        lines = [
            line(one.text.replace("120㎡", said).replace("𠮷", "土口"), 100, one.top, 1)
            for one in laid_out(words)
        ]
        drafted = compare_paper(content, Scan((page_of(lines),), known), MARGINS, CONFUSIONS)
        return settle(drafted, [Answer(9.0) for _ in drafted.doubts])

    for said in ("120m²", "120m2"):
        assert (reading(said).differences, reading(said).unknown) == ((), "𠮷"), said
    for altered in ("1200m²", "1202m2", "150m²", "12m²"):
        assert reading(altered).differences, altered
