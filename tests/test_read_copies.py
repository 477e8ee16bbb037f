"""坏了的副本照样读：拍歪、模糊、盖了章、复印、多页的扫描件；存心做大的文件不读。"""

from __future__ import annotations

import io
import resource
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from files import token_text
from kinds import KINDS, Page
from PIL import Image, ImageDraw, ImageFile, ImageOps
from printed import Sample

from docgen.errors import InputInvalid
from docgen.read import picture
from docgen.read.picture import MAX_FRAMES, codes_in_picture, open_picture, open_pictures
from docgen.read.presented import read_presented

QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
CODE = (171.0, 16.5)  # mm from the page's top left corner


def drawn(pdf: Path, dpi: int) -> Image.Image:
    """第一页的灰度图。"""
    with pypdfium2.PdfDocument(pdf) as document:
        page: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    return page


def page_of(sample: Sample) -> Page:
    return Page(lambda dpi: drawn(sample.pdf, dpi), sample.url, CODE)


def told(sample: Sample) -> str:
    token = token_text(sample.url)
    assert token is not None
    return token


def tokens(image: Image.Image) -> set[str]:
    return {reading.token for reading in codes_in_picture(image)}


def saved(images: list[Image.Image], form: str, **more: object) -> bytes:
    target = io.BytesIO()
    if len(images) > 1:
        more |= {"save_all": True, "append_images": images[1:]}
    images[0].save(target, form, **more)
    return target.getvalue()


@pytest.fixture(scope="module")
def papers(samples: tuple[Sample, ...]) -> tuple[Sample, ...]:
    """一个案件的几份文书。"""
    return tuple(sample for sample in samples if sample.case == "chemical-plant")


# --- copies of one page


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("perspective", "50° tilt"),
        ("defocus", "0.16 mm"),
        ("motion blur", "0.5 mm"),
        ("shadow", "85%"),
        ("creases", "1"),
        ("red stamp", "0 mm off"),
        ("JPEG quality", "7"),
        ("scan", "300 dpi"),
        ("low resolution", "80 dpi"),
        ("photocopy", "1st"),
        ("rotation", "any angle"),
        ("several pages", "6 pages"),
    ],
)
def test_a_copy_that_has_suffered_is_still_read(
    papers: tuple[Sample, ...], kind: str, level: str
) -> None:
    harm = next(one for one in KINDS if one.name == kind)
    degree = dict(harm.levels)[level]
    used = papers[: harm.pages(degree)]
    image = harm.spoil([page_of(one) for one in used], degree, np.random.default_rng(8))
    assert tokens(image) == {told(one) for one in used}


def test_a_stamp_that_blinds_a_grey_picture_is_seen_through_in_colour(
    papers: tuple[Sample, ...],
) -> None:
    page = drawn(papers[0].pdf, 200).convert("RGB")
    x, y = (round(place / 25.4 * 200) for place in CODE)
    ink = Image.new("RGB", page.size, "white")
    pen = ImageDraw.Draw(ink)
    pen.ellipse((x - 60, y - 60, x + 60, y + 60), fill=(150, 0, 20))
    stamped = Image.fromarray(np.minimum(np.asarray(page), np.asarray(ink)))
    assert zxingcpp.read_barcodes(stamped.convert("L"), formats=QR) == []
    assert tokens(stamped) == {told(papers[0])}
    assert tokens(open_picture(saved([stamped], "PNG"), "x")) == {told(papers[0])}


def test_a_second_code_too_small_at_first_sight_is_found_beside_a_clear_one(
    papers: tuple[Sample, ...],
) -> None:
    clear, small = drawn(papers[0].pdf, 200), drawn(papers[1].pdf, 76)
    both = Image.new("L", (clear.width + small.width, clear.height), 255)
    both.paste(clear, (0, 0))
    both.paste(small, (clear.width, 0))
    assert len(zxingcpp.read_barcodes(both, formats=QR)) == 1
    assert tokens(both) == {told(papers[0]), told(papers[1])}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_way_a_camera_was_held_does_not_matter(
    papers: tuple[Sample, ...], orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved([drawn(papers[0].pdf, 120)], "JPEG", exif=exif)
    assert tokens(open_picture(data, "x")) == {told(papers[0])}
    seen = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    assert tokens(seen) == {told(papers[0])}


def test_a_clear_page_is_read_at_first_sight(
    papers: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    real = zxingcpp.read_barcodes

    def counted(*given: object, **more: object) -> object:
        looks.append(given)
        return real(*given, **more)

    monkeypatch.setattr(zxingcpp, "read_barcodes", counted)
    for dpi in (110, 150, 300):
        looks.clear()
        assert tokens(drawn(papers[0].pdf, dpi)) == {told(papers[0])}
        assert len(looks) == 1


def test_a_hopeless_picture_is_given_up_after_a_bounded_number_of_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = []
    monkeypatch.setattr(zxingcpp, "read_barcodes", lambda *_, **__: looks.append(1) or [])
    noise = np.random.default_rng(1).integers(0, 256, (1500, 1200), np.uint8)
    assert codes_in_picture(Image.fromarray(noise)) == ()
    assert len(looks) < 120


# --- files of several pages


@pytest.mark.parametrize(
    "more", [{"compression": "tiff_lzw"}, {"compression": "group4"}], ids=["LZW", "fax"]
)
def test_every_page_of_a_tiff_is_read(papers: tuple[Sample, ...], more: dict[str, str]) -> None:
    pages = [drawn(one.pdf, 150) for one in papers[:3]]
    if more["compression"] == "group4":
        pages = [page.convert("1", dither=Image.Dither.NONE) for page in pages]
    presented = read_presented(saved(pages, "TIFF", **more), "扫描.tif")
    assert presented.kind == "picture"
    assert presented.tokens == tuple(told(one) for one in papers[:3])


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_every_frame_of_a_moving_picture_is_read(papers: tuple[Sample, ...], form: str) -> None:
    pages = [drawn(one.pdf, 110) for one in papers[:2]]
    presented = read_presented(saved(pages, form, duration=100), f"动图.{form}")
    assert presented.tokens == tuple(told(one) for one in papers[:2])


def test_a_scanned_pdf_is_read_page_by_page(papers: tuple[Sample, ...]) -> None:
    pages = [drawn(one.pdf, 150) for one in papers[:2]]
    presented = read_presented(saved(pages, "PDF", resolution=150), "扫描.pdf")
    assert (presented.kind, presented.tokens) == (
        "picture",
        tuple(told(one) for one in papers[:2]),
    )


def test_a_scanned_pdf_with_a_stamp_over_the_code_is_looked_at_in_colour(
    papers: tuple[Sample, ...],
) -> None:
    page = drawn(papers[0].pdf, 200).convert("RGB")
    x, y = (round(place / 25.4 * 200) for place in CODE)
    ink = Image.new("RGB", page.size, "white")
    ImageDraw.Draw(ink).ellipse((x - 60, y - 60, x + 60, y + 60), fill=(170, 0, 20))
    stamped = Image.fromarray(np.minimum(np.asarray(page), np.asarray(ink)))
    data = saved([drawn(papers[1].pdf, 150), stamped], "PDF", resolution=200)
    assert set(read_presented(data, "扫描.pdf").tokens) == {told(one) for one in papers[:2]}


# --- files made to hurt


def _png(side: int) -> bytes:
    """边长 side 的白图，压得很小。"""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(b"\0" * (side // 8 + 2)) for _ in range(side)) + packer.flush()
    made = [b"\x89PNG\r\n\x1a\n"]
    for name, data in ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b"")):
        made.append(struct.pack(">I", len(data)) + name + data)
        made.append(struct.pack(">I", zlib.crc32(name + data)))
    return b"".join(made)


def _tiff(frames: int, width: int = 8, height: int = 8) -> bytes:
    """frames 页的 TIFF，各页共用一个八字节的像素块。"""
    tags = [
        *((256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 1), (259, 3, 1, 1)),
        *((262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 8)),
    ]
    made = [struct.pack("<2sHI", b"II", 42, 16), b"\xff" * 8]
    length = 2 + 12 * len(tags) + 4
    for number in range(frames):
        after = 16 + length * (number + 1) if number < frames - 1 else 0
        made.append(struct.pack("<H", len(tags)))
        made += [struct.pack("<HHII", *tag) for tag in tags]
        made.append(struct.pack("<I", after))
    return b"".join(made)


def _gif(frames: int) -> bytes:
    dots = [Image.new("L", (2, 2), 255 * (number % 2)) for number in range(frames)]
    return saved(dots, "GIF", duration=10)


def _broken_second_page() -> bytes:
    data = bytearray(_tiff(2))
    data[16 + 2 + 12 * 9 + 4] = 0  # the second directory has no entries
    return bytes(data)


@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "lenient"])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: _png(60_000), "图片太大"),
        (lambda: _tiff(1, 60_000, 60_000), "图片太大"),
        (lambda: _tiff(10_000), f"超过 {MAX_FRAMES} 页"),
        (lambda: _gif(200), f"超过 {MAX_FRAMES} 页"),
        (lambda: _tiff(40, 10_000, 10_000), "不是能读的图片"),
        (_broken_second_page, "第 2 页读不了"),
    ],
    ids=[
        "PNG 60000",
        "TIFF 60000",
        "TIFF 10000 pages",
        "GIF 200 frames",
        "TIFF that lies",
        "broken",
    ],
)
def test_a_picture_made_to_hurt_is_refused_in_words_and_little_memory(
    make: Callable[[], bytes], words: str, lenient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)  # as WeasyPrint leaves it
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputInvalid, match=words) as refused:
        list(open_pictures(data, "坏.tif"))
    assert refused.value.advice
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 100_000, "kilobytes"


def test_pages_that_are_too_large_together_are_refused(
    papers: tuple[Sample, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture, "MAX_TOTAL_PIXELS", 5_000_000)
    pages = [drawn(one.pdf, 150) for one in papers[:3]]
    with pytest.raises(InputInvalid, match="各页加起来太大"):
        list(open_pictures(saved(pages, "TIFF"), "扫描.tif"))


def test_the_second_picture_of_a_phones_jpeg_is_left_alone(papers: tuple[Sample, ...]) -> None:
    page = drawn(papers[0].pdf, 110)
    data = saved([page, drawn(papers[1].pdf, 110)], "MPO")
    assert read_presented(data, "照片.jpg").tokens == (told(papers[0]),)
    assert read_presented(data[: len(data) * 3 // 4], "照片.jpg").tokens == (told(papers[0]),)
