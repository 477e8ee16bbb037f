"""比对：没有改动的总相符，改动一个字的总被找到，无论文字怎样分到各页。"""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from docgen.compare import (
    Mismatch,
    compare_margins,
    compare_pages,
    compare_words,
    prove,
    prove_printed,
)
from docgen.errors import Defect
from docgen.model.document import PageText, Presented
from docgen.model.words import Block, Row, Words, squeeze

HEADER = Row(("序号", "名称"), repeated=True)
LETTERS = st.text("甲乙丙0-", min_size=1, max_size=6)
CELLS = st.text("甲乙丙0-", max_size=5)
BLOCKS = st.lists(
    LETTERS | st.builds(Row, st.tuples(CELLS, CELLS, CELLS).filter(any)), min_size=1, max_size=6
)


def pages_of(*bodies: str) -> tuple[PageText, ...]:
    return tuple(PageText(body, "") for body in bodies)


@dataclass(frozen=True)
class Layout:
    """文字与它分成的各页。"""

    words: Words
    bodies: tuple[str, ...]


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """任意的文字，任意地分页：段落从中断开，表格行逐格断开，表头在新页重印。"""
    blocks: list[Block] = []
    for block in draw(BLOCKS):
        if isinstance(block, Row) and draw(st.booleans()):
            blocks.append(HEADER)
        blocks.append(block)
    bodies = [""]
    header = ""
    for block in blocks:
        cells = block.cells if isinstance(block, Row) else (block,)
        if block is HEADER:
            header = "".join(cells)
        elif isinstance(block, str):
            header = ""
        for _ in range(0 if block is HEADER else draw(st.integers(0, 2))):
            cuts = [draw(st.integers(0, len(cell))) for cell in cells]
            bodies[-1] += "".join(c[:n] for c, n in zip(cells, cuts, strict=True))
            cells = tuple(c[n:] for c, n in zip(cells, cuts, strict=True))
            bodies.append(header if draw(st.booleans()) and any(cells) else "")
        bodies[-1] += "".join(cells)
    return Layout(Words(tuple(blocks)), tuple(bodies))


# --- pages


@given(layouts())
def test_what_was_not_edited_always_matches_however_it_is_split_over_pages(layout: Layout) -> None:
    assert compare_pages(layout.words, pages_of(*layout.bodies)) is None


@settings(max_examples=1000)
@given(layouts(), st.data())
def test_any_single_edit_is_found_however_the_words_are_split_over_pages(
    layout: Layout, data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(layout.bodies) - 1))
    body = layout.bodies[number]
    at = data.draw(st.integers(0, len(body)))
    put = data.draw(st.sampled_from(["", *"甲乙丙0-序丁"]))
    cut = data.draw(st.integers(0, 1))
    edited = body[:at] + put + body[at + cut :]
    assume(edited != body)
    bodies = (*layout.bodies[:number], edited, *layout.bodies[number + 1 :])
    assert compare_pages(layout.words, pages_of(*bodies)) is not None


@given(st.lists(LETTERS, min_size=2, max_size=6), st.data())
def test_a_moved_character_in_running_text_is_found(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(texts)
    source = data.draw(st.integers(0, len(whole) - 1))
    rest = whole[:source] + whole[source + 1 :]
    target = data.draw(st.integers(0, len(rest)))
    moved = rest[:target] + whole[source] + rest[target:]
    cut = data.draw(st.integers(0, len(moved)))
    mismatch = compare_pages(Words(tuple(texts)), pages_of(moved[:cut], moved[cut:]))
    assert (mismatch is None) is (moved == whole)


@given(layouts(), st.data())
def test_a_page_taken_away_doubled_or_swapped_is_found(layout: Layout, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(layout.bodies) - 1))
    assume(squeeze(layout.bodies[number]).replace("序号名称", ""))
    without = (*layout.bodies[:number], *layout.bodies[number + 1 :])
    doubled = (*layout.bodies[: number + 1], *layout.bodies[number:])
    assert compare_pages(layout.words, pages_of(*without)) is not None
    assert compare_pages(layout.words, pages_of(*doubled)) is not None


TABLE = Words(
    (
        "查封扣押清单",
        HEADER,
        Row(("1", "反应釜")),
        Row(("2", "五金库房的甲醇十八桶")),
        "尾注",
    )
)


@pytest.mark.parametrize(
    "bodies",
    [
        ("查封扣押清单序号名称1反应釜2五金库房的甲醇十八桶尾注",),
        ("查封扣押清单序号名称1反应釜", "2五金库房的甲醇十八桶尾注"),
        ("查封扣押清单序号名称1反应釜", "序号名称2五金库房的甲醇十八桶尾注"),
        ("查封扣押清单序号名称", "1反应釜2五金库房的甲醇十八桶尾注"),
        ("查封扣押清单序号名称1反应釜2五金库房的", "序号名称甲醇十八桶尾注"),
        ("查封扣押清单序号名称1反应釜五金库房的", "2甲醇十八桶尾注"),
        ("查封扣押清单序号名称1反应釜2五金", "序号名称库房的", "序号名称甲醇十八桶尾注"),
        ("", "查封扣押清单", "", "序号名称1反应釜2五金库房的甲醇十八桶尾注", ""),
        ("查封 扣押\n清单序号　名称1反应釜2五金库房的甲醇十八桶尾注",),
    ],
)
def test_a_table_may_run_over_pages_with_its_header_printed_again(bodies: tuple[str, ...]) -> None:
    assert compare_pages(TABLE, pages_of(*bodies)) is None


@pytest.mark.parametrize(
    "bodies",
    [
        ("查封扣押清单序号名称1反应釜", "序号名称序号名称2五金库房的甲醇十八桶尾注"),
        ("查封扣押清单序号名称1反应釜序号名称2五金库房的甲醇十八桶尾注",),
        ("查封扣押清单序号名称1反应釜2五金库房的甲醇十八桶", "序号名称尾注"),
        ("序号名称查封扣押清单序号名称1反应釜2五金库房的甲醇十八桶尾注",),
        ("查封扣押清单序号名称2反应釜1五金库房的甲醇十八桶尾注",),
        ("查封扣押清单序号名称2五金库房的甲醇十八桶1反应釜尾注",),
        ("查封扣押清单1反应釜2五金库房的甲醇十八桶尾注",),
        ("查封扣押清单序号名称1反应釜2五金库房的甲醇十八桶",),
        ("查封扣押清单序号名称1反应釜2五金库房的甲醇十八桶尾注尾注",),
        ("查封扣押清单序号名称1反应釜2甲醇", "五金库房的十八桶尾注"),
        (),
    ],
)
def test_anything_added_cut_or_moved_in_a_table_is_found(bodies: tuple[str, ...]) -> None:
    assert compare_pages(TABLE, pages_of(*bodies)) is not None


def test_several_header_rows_are_printed_again_together() -> None:
    words = Words((HEADER, Row(("甲", "乙"), repeated=True), Row(("1", "丙")), Row(("2", "丁"))))
    assert compare_pages(words, pages_of("序号名称甲乙1丙", "序号名称甲乙2丁")) is None
    assert compare_pages(words, pages_of("序号名称甲乙1丙", "甲乙2丁")) is not None


def test_the_header_of_one_table_is_not_printed_again_over_another() -> None:
    other = Row(("编号", "品名"), repeated=True)
    words = Words((HEADER, Row(("1", "甲")), "说明", other, Row(("2", "乙")), Row(("3", "丙"))))
    assert compare_pages(words, pages_of("序号名称1甲说明编号品名2乙", "编号品名3丙")) is None
    assert compare_pages(words, pages_of("序号名称1甲说明编号品名2乙", "序号名称3丙")) is not None


def test_the_first_difference_is_told_with_page_expected_and_found() -> None:
    mismatch = compare_pages(Words(("六十日内申请行政复议",)), pages_of("六十日", "内申请行政诉讼"))
    assert mismatch == Mismatch("第 2 页", "复议", "诉讼")
    assert str(mismatch) == "第 2 页：应为“复议”，实为“诉讼”"


def test_missing_text_is_told_as_missing_and_added_text_as_added() -> None:
    assert compare_pages(Words(("甲", "乙")), pages_of("甲")) == Mismatch(
        "第 1 页之后", "乙", "（没有了）"
    )
    assert compare_pages(Words(("甲",)), pages_of("甲", "乙")) == Mismatch(
        "第 2 页", "（没有了）", "乙"
    )


def test_nothing_at_all_matches_nothing_and_only_that() -> None:
    assert compare_pages(Words(()), ()) is None
    assert compare_pages(Words(()), pages_of("", " ")) is None
    assert compare_pages(Words(()), pages_of("甲")) is not None
    assert compare_pages(Words(("甲",)), ()) is not None


def test_a_block_of_white_space_alone_is_no_block() -> None:
    words = Words((" ", "甲", "　", Row(("", " ")), "乙", " "))
    assert compare_pages(words, pages_of("甲", "乙")) is None
    assert compare_pages(words, pages_of("甲乙")) is None
    assert compare_words(words, Words(("甲", "乙"))) is None


def test_a_long_document_is_compared_in_a_moment() -> None:
    rows = [Row((str(i), f"设备{i}", "台", "1", "／")) for i in range(3000)]
    words = Words(("清单", HEADER, *rows, "尾"))
    texts = ["".join(row.cells) for row in rows]
    bodies = [
        "序号名称" * (n > 0) + "".join(texts[i : i + 30]) for n, i in enumerate(range(0, 3000, 30))
    ]
    bodies = ["清单序号名称" + bodies[0], *bodies[1:-1], bodies[-1] + "尾"]
    started = time.perf_counter()
    assert compare_pages(words, pages_of(*bodies)) is None
    assert compare_pages(words, pages_of(*bodies[:-1], bodies[-1] + "。")) is not None
    assert time.perf_counter() - started < 10


def test_a_row_of_like_characters_cut_by_a_page_end_is_compared_in_a_moment() -> None:
    words = Words((Row(("11111111111111",) * 4), "尾"))
    started = time.perf_counter()
    assert compare_pages(words, pages_of("1" * 28, "1" * 28 + "尾")) is None
    assert compare_pages(words, pages_of("1" * 28, "1" * 27 + "尾")) is not None
    assert time.perf_counter() - started < 10


# --- words


@given(st.lists(LETTERS | st.builds(Row, st.tuples(CELLS, CELLS)), max_size=6))
def test_words_match_themselves_whatever_the_white_space(blocks: list[Block]) -> None:
    spaced = [
        Row(tuple(" ".join(c) for c in b.cells)) if isinstance(b, Row) else "　".join(b)
        for b in blocks
    ]
    assert compare_words(Words(tuple(blocks)), Words(tuple(spaced))) is None


@given(st.lists(LETTERS, min_size=1, max_size=6), st.data())
def test_any_single_edit_of_a_unit_is_found(texts: list[str], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(texts) - 1))
    at = data.draw(st.integers(0, len(texts[index])))
    put = data.draw(st.sampled_from(["", *"甲乙丁"]))
    edited = texts[index][:at] + put + texts[index][at + data.draw(st.integers(0, 1)) :]
    assume(edited != texts[index])
    changed = [*texts[:index], edited, *texts[index + 1 :]]
    mismatch = compare_words(Words(tuple(texts)), Words(tuple(changed)))
    same = [t for t in texts if t] == [t for t in changed if t]
    assert (mismatch is None) is same


def test_text_moved_from_one_cell_to_the_next_is_found() -> None:
    left, right = Words((Row(("甲乙", "丙")),)), Words((Row(("甲", "乙丙")),))
    assert compare_words(left, right) == Mismatch("第 1 段", "甲乙", "甲")


@pytest.mark.parametrize(
    ("found", "where"),
    [(("甲",), "第 2 段"), (("甲", "乙", "丙"), "第 3 段"), (("乙", "甲"), "第 1 段")],
)
def test_a_paragraph_missing_added_or_moved_is_found(found: tuple[str, ...], where: str) -> None:
    mismatch = compare_words(Words(("甲", "乙")), Words(found))
    assert mismatch is not None
    assert mismatch.where == where


def test_a_difference_late_in_a_long_paragraph_is_shown_with_its_surroundings() -> None:
    mismatch = compare_words(
        Words(("甲" * 500 + "六十日" + "乙" * 500,)), Words(("甲" * 500 + "六日",))
    )
    assert mismatch is not None
    assert "六十日" in mismatch.expected
    assert "六日" in mismatch.found
    assert len(mismatch.expected) < 40


# --- margins

IDENTITY, HOST = "ABCD EFGH IJKL MNOP", "verify.docgen.example"


def margins(*texts: str) -> tuple[PageText, ...]:
    return tuple(PageText("", text) for text in texts)


@pytest.mark.parametrize(
    "texts",
    [
        (f"{IDENTITY}{HOST}第1页 共1页",),
        (f"第 1 页 共 2 页 {IDENTITY} {HOST}", f"{IDENTITY} {HOST} 第 2 页 共 2 页"),
    ],
)
def test_a_margin_holds_identity_host_and_page_number(texts: tuple[str, ...]) -> None:
    assert compare_margins(margins(*texts), IDENTITY, HOST) is None
    assert compare_margins(margins(*texts), IDENTITY, None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{IDENTITY}{HOST}",
        f"{IDENTITY}{HOST}第2页共1页",
        f"{IDENTITY}{HOST}第1页共2页",
        f"{IDENTITY}{HOST}第1页共1页本文书作废",
        f"本文书作废{IDENTITY}{HOST}第1页共1页",
        f"ABCD EFGH IJKL MNOQ{HOST}第1页共1页",
        f"{IDENTITY}verify.other.example第1页共1页",
        f"{IDENTITY}verifyxdocgen.example第1页共1页",
        "第1页共1页",
    ],
)
def test_anything_else_in_a_margin_is_found(text: str) -> None:
    mismatch = compare_margins(margins(text), IDENTITY, HOST)
    assert mismatch is not None
    assert mismatch.where == "第 1 页的页眉页脚"


def test_a_draft_has_a_page_number_alone_in_its_margin() -> None:
    assert compare_margins(margins("第 1 页 共 1 页"), None, HOST) is None
    assert compare_margins(margins(f"{IDENTITY}{HOST}第1页共1页"), None, HOST) is not None


# --- proof after printing


def test_a_printed_file_that_says_the_same_is_let_through() -> None:
    words = Words(("甲", Row(("乙", "丙"))))
    page = PageText("甲乙丙", f"{IDENTITY}{HOST}第1页共1页", ("T",))
    pdf = Presented("pdf", ("T",), pages=(page,))
    prove(words, pdf, ("T",), IDENTITY, HOST)
    prove(words, Presented("docx", ("T",), words=words), ("T",), IDENTITY, HOST)


@pytest.mark.parametrize(
    ("presented", "said"),
    [
        (Presented("docx", ("T",), words=Words(("乙",))), "文字不同"),
        (Presented("docx", (), words=Words(("甲",))), "二维码"),
        (Presented("docx", ("T", "U"), words=Words(("甲",))), "二维码"),
        (Presented("docx", ("U",), words=Words(("甲",))), "二维码"),
        (Presented("pdf", ("T",), pages=pages_of("甲")), "文字不同"),
        (Presented("pdf", ("T",), pages=()), "文字不同"),
    ],
)
def test_a_printed_file_that_says_anything_else_is_a_defect(
    presented: Presented, said: str
) -> None:
    with pytest.raises(Defect, match=said):
        prove(Words(("甲",)), presented, ("T",), IDENTITY, HOST)


def test_a_row_of_one_repeated_character_cut_by_a_page_end_is_read_without_trying_all_ways() -> (
    None
):
    cells = ("1", "甲" * 300, "甲" * 170, "甲" * 170, "乙")
    whole = "1" + "甲" * 640 + "乙"
    pages = [PageText("1" + "甲" * 240, ""), PageText("甲" * 400 + "乙", "")]
    assert "".join(page.body for page in pages) == whole
    compare_pages(Words((Row(cells),)), pages)
    assert compare_pages(Words((Row(cells),)), [PageText(whole, "")]) is None
    longer = [pages[0], PageText("甲" * 430 + "乙", "")]
    assert compare_pages(Words((Row(cells),)), longer) is not None


def test_a_sheet_that_lacks_a_character_of_its_words_is_not_let_out() -> None:
    words = Words(("音像记录单", Row(("案号", "示例"))))
    prove_printed(words, (PageText("示例案号", "音像记录单第1页"),), "记录单")
    with pytest.raises(Defect, match="少了字，没有输出：单"):
        prove_printed(words, (PageText("示例案号", "音像记录"),), "记录单")
    with pytest.raises(Defect, match="案、示"):
        prove_printed(words, (PageText("例号", "音像记录单"),), "记录单")
