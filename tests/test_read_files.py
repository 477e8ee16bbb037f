"""读图片和 PDF：坏的、大得离谱的都不收，收下的读得准。"""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache

import pikepdf
import pytest
from files import (
    TOKEN,
    parts,
    pdf,
    pictured,
    token_text,
    tokens,
    zipped,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from docgen.errors import InputInvalid
from docgen.office import read_office
from docgen.read.pdf import (
    open_pdf,
    page_images,
    read_envelope,
    read_pages,
)
from docgen.read.picture import open_picture
from docgen.seal.qr import draw

# --- pictures


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("PNG", "L"),
        ("PNG", "1"),
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("TIFF", "L"),
        ("BMP", "RGB"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
    ],
)
def test_a_seal_is_found_in_every_common_kind_of_picture(form: str, mode: str) -> None:
    assert tokens(open_picture(pictured(form, mode), "x")) == (TOKEN,)


def test_a_seal_is_found_on_a_transparent_ground() -> None:
    mark = Image.open(io.BytesIO(pictured("PNG")))
    clear = Image.new("RGBA", mark.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=mark.point(lambda level: 255 - level))
    target = io.BytesIO()
    clear.save(target, "PNG")
    assert tokens(open_picture(target.getvalue(), "x")) == (TOKEN,)


def test_a_seal_is_found_in_a_scan_of_sixteen_bits() -> None:
    grey = Image.open(io.BytesIO(pictured("PNG")))
    deep = Image.new("I;16", grey.size)
    deep.putdata([20_000 + level * 150 for level in grey.tobytes()])
    target = io.BytesIO()
    deep.save(target, "PNG")
    assert tokens(open_picture(target.getvalue(), "x")) == (TOKEN,)


def test_two_different_seals_in_one_picture_are_both_found_and_one_twice_is_one() -> None:
    other = TOKEN[1:] + TOKEN[0]
    page = Image.new("L", (900, 900), 255)
    for index, text in enumerate([TOKEN, other, TOKEN]):
        symbol = Image.open(io.BytesIO(draw("v.cn", text).png(4)))
        page.paste(symbol.convert("L"), (450 * (index % 2), 450 * (index // 2)))
    assert set(tokens(page)) == {TOKEN, other}
    assert len(tokens(page)) == 2


def test_a_picture_without_a_seal_holds_none() -> None:
    assert tokens(Image.new("L", (300, 300), 255)) == ()
    assert tokens(Image.new("L", (1, 1), 255)) == ()


def _eps() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (10, 10)).save(target, "EPS")
    return target.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"BM" + b"\x00" * 60,
        "甲".encode() * 99,
        _eps(),
        b"%PDF-1.7",
        b"P6 10 10 255 " + b"\x00" * 300,
        b"II*\x00" + b"\xff" * 100,
    ],
)
def test_what_is_no_common_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InputInvalid, match="不是能读的图片"):
        open_picture(data, "示例.png")


@settings(max_examples=200)
@given(
    st.sampled_from(["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"]),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 255)), max_size=10),
    st.integers(0, 4000),
)
def test_a_damaged_picture_is_read_or_refused_and_never_breaks_the_reader(
    form: str, damages: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(pictured(form)[:length] if length < 2000 else pictured(form))
    for place, value in damages:
        if place < len(data):
            data[place] = value
    with contextlib.suppress(InputInvalid):
        open_picture(bytes(data), "示例.png")


def _huge_png(side: int) -> bytes:
    """只有头的 PNG：声称边长 side。"""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    data = struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + data + struct.pack(">I", 0) + b"IDAT" + b"\0" * 4


@pytest.mark.parametrize("side", [11_000, 13_000, 60_000, 2**31 - 1])
def test_a_picture_that_says_it_is_huge_is_refused_unread(side: int) -> None:
    with pytest.raises(InputInvalid, match="太大"):
        open_picture(_huge_png(side), "示例.png")


def test_a_scan_of_a_page_at_600_dpi_is_not_too_large() -> None:
    target = io.BytesIO()
    Image.new("1", (4960, 7016), 1).save(target, "PNG")
    assert open_picture(target.getvalue(), "示例.png").size == (4960, 7016)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (f"https://v.cn/v/{TOKEN}", TOKEN),
        (f"HTTPS://V.CN/V/{TOKEN.lower()}\n", TOKEN),
        (f"http://127.0.0.1:8000/v/{TOKEN}", TOKEN),
        (f"  {TOKEN.lower()} ", TOKEN),
        (f"https://v.cn/x/{TOKEN}", None),
        (f"https://v.cn/v/{TOKEN}/", None),
        (f"https://v.cn/v/{TOKEN}?a=1", None),
        (f"https://a b/v/{TOKEN}", None),
        (f"ftp://v.cn/v/{TOKEN}", None),
        (f"https://v.cn/v/{TOKEN}ſ", None),
        (f"https://v.cn/v/{TOKEN}\u212a", None),
        (TOKEN + "1", None),
        (TOKEN[:90], None),
        ("A" * 401, None),
        ("", None),
        ("示例", None),
    ],
)
def test_a_token_is_told_from_other_text(text: str, token: str | None) -> None:
    assert token_text(text) == token


# --- PDF


def test_the_body_of_a_page_is_told_from_its_margin_and_white_space_is_left_out() -> None:
    pages = read_pages(open_pdf(pdf("Hello World", "two"), "x"))
    assert [(page.body, page.margin) for page in pages] == [("HelloWorld", "foot"), ("two", "foot")]


def test_a_hyphen_at_the_end_of_a_line_is_a_hyphen() -> None:
    text = "well-) Tj 0 -14 Td (known"
    assert read_pages(open_pdf(pdf(text), "x"))[0].body == "well-known"


def odd(data: bytes) -> set[str]:
    return set(read_pages(open_pdf(data, "x"))[0].oddities)


def test_a_page_of_plain_black_text_has_nothing_odd() -> None:
    assert odd(pdf("Hello")) == set()


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        ("6) Tj 3 Tr (0) Tj 0 Tr (days", "有不显示的文字"),
        ("6) Tj 7 Tr (0) Tj 0 Tr (days", "有不显示的文字"),
        ("6) Tj 1 g (0) Tj 0 g (days", "有颜色很浅的文字"),
        ("6) Tj /F 1 Tf (0) Tj /F 12 Tf (days", "有大小或方向异常的文字"),
        ("6) Tj 1 0 0 -1 100 300 Tm (0) Tj 1 0 0 1 100 200 Tm (days", "有大小或方向异常的文字"),
        ("6) Tj 0 1 -1 0 100 300 Tm (0) Tj 1 0 0 1 100 200 Tm (days", "有大小或方向异常的文字"),
        ("6) Tj ET 1 g 100 400 80 20 re f 0 g BT (days", "有遮盖文字的色块"),
        ("6) Tj ET 1 G 20 w 100 400 m 180 400 l 180 440 l S BT (days", "有遮盖文字的浅色线条"),
        ("6) Tj ET 0 g 100 400 400 1 re f BT (days", None),
    ],
)
def test_what_hides_or_covers_text_is_seen(drawn: str, told: str | None) -> None:
    assert odd(pdf(drawn)) == ({told} if told else set())


def changed(change: Callable[[pikepdf.Pdf], object]) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("60days"))) as made:
        change(made)
        made.save(target)
    return target.getvalue()


def annotate(made: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[100, 490, 200, 520]
    )
    made.pages[0].Annots = pikepdf.Array([made.make_indirect(note)])


def test_an_annotation_that_may_cover_text_is_seen() -> None:
    assert odd(changed(annotate)) == {"贴有批注或表单"}


@pytest.mark.parametrize(
    "change",
    [
        lambda made: made.pages[0].rotate(180, relative=False),
        lambda made: setattr(made.pages[0], "cropbox", [0, 200, 595, 842]),
    ],
)
def test_a_page_turned_or_cropped_is_seen(change: Callable[[pikepdf.Pdf], object]) -> None:
    assert odd(changed(change)) == {"不是原来的纸张大小和方向"}


def test_layers_scripts_and_more_attachments_are_seen() -> None:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OCProperties = pikepdf.Dictionary()
        made.Root.OpenAction = pikepdf.Dictionary()
        made.attachments["instrument.json"] = b"{}"
        made.attachments["other.json"] = b"{}"

    assert set(read_envelope(changed(change), "x", "instrument.json").oddities) == {
        "文件带有 OCProperties",
        "文件带有 OpenAction",
        "文件带有别的附件",
    }
    assert read_envelope(pdf("x"), "x", "instrument.json").oddities == ()


@pytest.mark.parametrize(
    ("right", "down", "inside"),
    [
        (79.4, 300, True),  # 28 mm from the left edge
        (76.0, 300, False),
        (521.5, 300, True),  # 156 mm further
        (524.5, 300, False),
        (300, 105.0, True),  # 37 mm from the top
        (300, 102.0, False),
        (300, 742.6, True),  # 225 mm further
        (300, 745.5, False),
    ],
)
def test_the_type_area_is_that_of_the_standard_page(
    right: float, down: float, inside: bool
) -> None:
    elsewhere = f") Tj ET BT /F1 12 Tf {right} {842 - down} Td (Z"
    (page,) = read_pages(open_pdf(pdf(elsewhere), "x"))
    assert (page.body, page.margin) == (("Z", "foot") if inside else ("", "Zfoot"))


@pytest.mark.parametrize(
    ("char", "right", "inside"),
    [("FF08", 71.4, True), ("FF08", 66.0, False), ("FF0C", 71.4, False), ("4E00", 71.4, False)],
    ids=["half a character out", "further", "a comma", "a character"],
)
def test_only_an_opening_mark_may_stand_half_out_of_the_type_area(
    char: str, right: float, inside: bool
) -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(f") Tj ET BT /F1 16 Tf {right} 500 Td (Z"))) as made:
        head = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <5A> <"
        mapping = head + char.encode() + b"> endbfchar"
        made.pages[0].Resources.Font.F1.ToUnicode = made.make_stream(mapping)
        made.save(target)
    (page,) = read_pages(open_pdf(target.getvalue(), "x"))
    assert (chr(int(char, 16)) in page.body) == inside
    assert (chr(int(char, 16)) in page.margin) != inside


def test_characters_are_told_in_the_order_they_were_printed_in_not_by_their_places() -> None:
    later = ") Tj ET BT /F1 12 Tf 300 500 Td (B) Tj ET BT /F1 12 Tf 200 500 Td (A"
    (page,) = read_pages(open_pdf(pdf(later), "x"))
    assert page.body.endswith("BA")


def test_a_rare_character_beyond_the_basic_plane_is_read_as_one_character() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("A"))) as made:
        mapping = (
            b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <41> <D842DFB7> "
        )
        made.pages[0].Resources.Font.F1.ToUnicode = made.make_stream(mapping + b"endbfchar")
        made.save(target)
    assert read_pages(open_pdf(target.getvalue(), "x"))[0].body == "𠮷"


def test_pages_are_drawn_at_the_resolution_asked_for() -> None:
    (image,) = page_images(open_pdf(pdf("x"), "x"), 144)
    assert image.mode == "L"
    assert image.size == (1190, 1684)


@pytest.mark.parametrize("box", [(10**9, 10**9), (10**9, 1), (1, 10**9), (10_000, 0.001)])
def test_a_page_of_absurd_size_is_drawn_small(box: tuple[float, float]) -> None:
    (image,) = page_images(open_pdf(pdf("x", box=box), "x"), 150)
    assert image.width * image.height <= 61_000_000


def test_an_attachment_is_read_back_and_another_is_not_there() -> None:
    data = pdf("x", attachment=b'{"a":1}')
    assert read_envelope(data, "x", "instrument.json").content == b'{"a":1}'
    assert read_envelope(data, "x", "other.json").content is None
    assert read_envelope(pdf("x"), "x", "instrument.json").content is None


def test_an_attachment_that_swells_is_refused_without_being_unpacked_whole() -> None:
    data = pdf("x", attachment=b"0" * 60_000_000)
    assert len(data) < 200_000
    with pytest.raises(InputInvalid, match="附件太大"):
        read_envelope(data, "示例.pdf", "instrument.json")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\0" * 100, pdf("x")[:200], "甲".encode()])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(InputInvalid, match=r"^示例\.pdf 不是完整的 PDF"):
        open_pdf(data, "示例.pdf")
    with pytest.raises(InputInvalid, match=r"^示例\.pdf 的附件或者目录读不了"):
        read_envelope(data, "示例.pdf", "instrument.json")


def test_a_locked_pdf_is_refused() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf("x"))) as made:
        made.save(target, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(InputInvalid, match="加了密"):
        open_pdf(target.getvalue(), "示例.pdf")


def test_a_pdf_without_a_page_is_refused() -> None:
    with pytest.raises(InputInvalid):
        open_pdf(pdf(), "示例.pdf")


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    made = pikepdf.new()
    made.add_blank_page(page_size=(100, 100))
    for _ in range(2000):
        made.pages.append(made.pages[0])
    target = io.BytesIO()
    made.save(target)
    with pytest.raises(InputInvalid, match="2001 页"):
        open_pdf(target.getvalue(), "示例.pdf")


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_damaged_pdf_is_read_or_refused_and_never_breaks_the_reader(
    chance: random.Random,
) -> None:
    data = bytearray(_whole_pdf())
    for _ in range(chance.choice([1, 2, 4, 8, 40])):
        data[chance.randrange(len(data))] = chance.choice(b"0123456789/<>[]()R endobj\n\x00\xff")
    _read_all(bytes(data))


@cache
def _whole_pdf() -> bytes:
    return pdf("one", "two", attachment=b'{"a":1}')


def _read_all(data: bytes) -> None:
    """读尽一个 PDF；读不得就说读不得，别的错都是错。"""
    with contextlib.suppress(InputInvalid), contextlib.closing(open_pdf(data, "x")) as opened:
        read_pages(opened)
        list(page_images(opened, 20))
        read_envelope(data, "x", "instrument.json")


def test_every_cut_of_a_pdf_is_read_or_refused() -> None:
    whole = _whole_pdf()
    for length in range(0, len(whole), 11):
        _read_all(whole[:length])


def test_a_real_file_is_never_taken_for_another_kind() -> None:
    for data in (pdf("x"), pictured("PNG")):
        with pytest.raises(InputInvalid):
            read_office(data, "x")
    for data in (zipped(parts()), pictured("PNG")):
        with pytest.raises(InputInvalid):
            open_pdf(data, "x")
    for data in (zipped(parts()), pdf("x")):
        with pytest.raises(InputInvalid):
            open_picture(data, "x")
