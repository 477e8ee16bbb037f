"""读出的样子：把签发的文字排成一页的各行，像 OCR 读出的那样；比对。"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from docgen.model.content import ContentReading
from docgen.model.scan import Box, PaperReading, Scan, ScannedLine, ScannedPage
from docgen.model.words import Row, Words, squeeze
from docgen.paper.compare import Answer, compare_paper, settle
from docgen.scanning import load_confusions
from docgen.settings import packaged_templates

CONFUSIONS = load_confusions(packaged_templates())
MARGINS = ("ABCD EFGH IJKL MNOP", "verify.docgen.example")
WORDS = Words(
    (
        "示例省应急管理厅",
        "责令限期整改指令书",
        "（鲁）应急责改〔2026〕1号",
        "示例化工有限公司：",
        "经查，你单位存在下列3项问题：",
        Row(("序号", "存在的问题", "整改期限"), repeated=True),
        Row(
            (
                "1",
                "聚合车间未设置可燃气体检测报警装置，违反《安全生产法》第三十六条。",
                "2026年11月30日",
            )
        ),
        Row(("2", "反应釜安全阀前的截断阀处于关闭状态，未加铅封，共18处。", "立即整改")),
        Row(("3", "五金库房内存放甲醇18桶，罚款50000元（伍万元整）。", "立即整改")),
        "依据《中华人民共和国安全生产法》第六十五条第一款第二项的规定，现责令你单位按照上表所列期限整改完毕。",
        "执法人员：甲示例 证号：示例-0001 签名：",
        "现场负责人签名： 日期：",
        "示例省应急管理厅（印章）",
        "2026年11月9日",
    )
)
CONTENT = ContentReading(b"", WORDS, "责令限期整改指令书", "", "", "", ())
COLUMNS = ((100.0, 180.0, 2), (220.0, 780.0, 14), (820.0, 1060.0, 12))
STEP, HEIGHT = 50.0, 36.0


def box_of(left: float, top: float, chars: int) -> Box:
    right = left + 40 * max(chars, 1)
    return (left, top), (right, top), (right, top + HEIGHT), (left, top + HEIGHT)


def line(text: str, left: float, top: float, page: int) -> ScannedLine:
    marks = tuple((n + 0.5) / len(text) for n in range(len(text)))
    return ScannedLine(text, box_of(left, top, len(text)), 0.99, page, marks, (0.99,) * len(text))


def laid_out(words: Words, page: int = 1, start: float = 200) -> list[ScannedLine]:
    """把文字排成一页的各行，像 OCR 读出的那样。"""
    found, top = [], start
    for block in words.blocks:
        if isinstance(block, Row):
            cells = zip(block.cells, COLUMNS, strict=True)
            parts = [(left, chunks(squeeze(text), most)) for text, (left, _, most) in cells]
            tall = max(len(rows) for _, rows in parts)
            for left, rows in parts:
                down = top + (tall - len(rows)) * STEP / 2
                found += [line(t, left, down + n * STEP, page) for n, t in enumerate(rows)]
            top += tall * STEP + 8
        else:
            for text in chunks(squeeze(block), 26):
                found.append(line(text, 100, top, page))
                top += STEP
    return found


def ruled(words: Words, start: float = 200) -> tuple[Box, ...]:
    """laid_out() 的表格画上线：各格。"""
    found: list[Box] = []
    top = start
    for block in words.blocks:
        if isinstance(block, Row):
            cells = zip(block.cells, COLUMNS, strict=True)
            tall = max(len(chunks(squeeze(text), most)) for text, (_, _, most) in cells)
            low, high = top - 10, top + tall * STEP - 4
            edges = [COLUMNS[0][0] - 20, *(left - 20 for left, _, _ in COLUMNS[1:]), 1300.0]
            found += [
                ((a + 2, low), (b - 2, low), (b - 2, high), (a + 2, high))
                for a, b in pairwise(edges)
            ]
            top += tall * STEP + 8
        else:
            top += STEP * len(chunks(squeeze(block), 26))
    return tuple(found)


def chunks(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def page_of(
    lines: Iterable[ScannedLine],
    number: int = 1,
    foot: str = "第1页共1页",
    cells: tuple[Box, ...] = (),
) -> ScannedPage:
    told = [line("ABCD EFGH IJKL MNOP", 800, 90, number), *lines]
    if foot:
        told.append(line(foot, 500, 2100, number))
    return ScannedPage(number, 1300, 2200, tuple(told), cells=cells)


def compared(
    *pages: ScannedPage, content: ContentReading = CONTENT, sure: float = 9
) -> PaperReading:
    """比对；再看时与第一眼一样。"""
    drafted = compare_paper(content, Scan(pages), MARGINS, CONFUSIONS)
    answers = [Answer(None if doubt.line is None else sure) for doubt in drafted.doubts]
    return settle(drafted, answers)
