"""印音像记录单：印出的字一字不差，每块场记板都拍得清，再印一次还是同样的字节。"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter
from printed import glyphs, pictures
from situations import catalogue, draft_of, situation_of
from support import ROOT

from docgen import pipeline
from docgen.errors import InputInvalid
from docgen.fill import fill_case
from docgen.keyring import Keyring
from docgen.model.document import Document
from docgen.model.register import Slot
from docgen.model.sheet import Sheet, SheetRow, Slate
from docgen.model.words import squeeze
from docgen.render.press import Press
from docgen.seal.slate import make_slot
from docgen.seal.token import make_identity
from docgen.sheet import sheets_of
from docgen.store.register import open_register
from docgen.workshop import Workshop, print_sheets, seal_case

PROCEDURES = ("inspection", "sealing-and-cutoff", "evidence-and-penalty")
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=timezone(timedelta(hours=8)))
BEYOND_THE_FONTS = "\U000323af"  # Extension H
HYPHEN_AT_LINE_END = 0xFFFE


@dataclass(frozen=True)
class Made:
    """一张印好的记录单。"""

    sheet: Sheet
    document: Document

    @property
    def slates(self) -> list[Slate]:
        return [slate for row in self.sheet.rows for slate in slates_of(row)]


def slates_of(row: SheetRow) -> list[Slate]:
    assert row.start_slate is not None
    assert row.end_slate is not None
    return [row.start_slate, row.end_slate]


def identity_of(secret: bytes, slot: Slot, edition: int) -> bytes:
    return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)


def print_twice(name: str, press: Press, folder: Path) -> list[list[Made]]:
    known = catalogue()
    case = pipeline.load_case(ROOT / "samples" / "procedures" / f"{name}.yaml", known)
    drafts = fill_case(case, known.instruments, known.law)
    book = open_register(folder / f"{name}.sqlite", b"s" * 32, NOW, identity_of, make_slot)
    entropy = iter([b"k" * 32])
    keyring = Keyring(book.keybook, folder, None, NOW, lambda: next(entropy), print)
    shop = Workshop(press, book, keyring, "verify.docgen.example", NOW)
    sealed = seal_case(drafts, shop)
    runs = [
        [Made(*pair) for pair in print_sheets(case, drafts, sealed, tuple(drafts), known, shop)]
        for _ in range(2)
    ]
    for one in (slate for made in runs[0] for slate in made.slates):
        assert book.slate(one.slot) is not None
    book.close()
    return runs


@pytest.fixture(scope="module")
def runs(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[list[Made]]]:
    folder = tmp_path_factory.mktemp("sheets")
    found = {}
    for name in PROCEDURES:
        (folder / name).mkdir()
        found[name] = print_twice(name, press, folder / name)
    return MappingProxyType(found)


@pytest.fixture(scope="module")
def made(runs: Mapping[str, list[list[Made]]]) -> list[Made]:
    """三个样本程序的全部记录单。"""
    return [sheet for both in runs.values() for sheet in both[0]]


def text_of(page: pypdfium2.PdfPage) -> str:
    """一页的字，按文件里的顺序，空白除外；行末的连字符读回来是另一个码。"""
    return "".join(g.char for g in glyphs(page)).replace(chr(HYPHEN_AT_LINE_END), "-")


def foot(sheet: Sheet, page: int, pages: int) -> str:
    own = f"音像记录单{sheet.title}文书标识{sheet.identity}"
    return squeeze(f"{own}第{page}页共{pages}页")


def test_a_sheet_printed_again_is_the_same_bytes(runs: Mapping[str, list[list[Made]]]) -> None:
    for first, second in runs.values():
        assert [m.document.sha256 for m in first] == [m.document.sha256 for m in second]


def test_every_word_of_a_sheet_is_on_paper_and_no_other(made: list[Made], press: Press) -> None:
    for item in made:
        pages = [text_of(page) for page in pypdfium2.PdfDocument(item.document.data)]
        feet = "".join(foot(item.sheet, n, len(pages)) for n in range(1, len(pages) + 1))
        units = [squeeze(unit) for unit in press.sheet_words(item.sheet).units()]
        assert Counter("".join(pages)) == Counter("".join([*units, feet])), item.sheet.key
        for unit in units:
            assert any(unit in page for page in pages), (item.sheet.key, unit)


def test_a_sheet_says_everything_that_the_checklist_asks_of_a_row(
    made: list[Made], press: Press
) -> None:
    for item in made:
        text = squeeze("".join(press.sheet_words(item.sheet).units()))
        for row in item.sheet.rows:
            steps = [step.label for step in row.steps]
            wanted = [row.item, row.start, row.end, row.process, row.classes, *steps]
            assert [part for part in wanted if squeeze(part) not in text] == []
            assert text.count("□" + squeeze(steps[0])) >= 1
        for officer in item.sheet.officers:
            assert officer.name in text
            assert officer.certificate in text


@pytest.mark.parametrize("dpi", [100, 150])
def test_every_slate_is_read_from_a_picture_of_its_page_and_no_row_is_torn(
    made: list[Made], dpi: int
) -> None:
    for item in made:
        seen = []
        for page in pypdfium2.PdfDocument(item.document.data):
            found = read_codes(page.render(scale=dpi / 72, grayscale=True).to_pil())
            text = text_of(page)
            own = [row for row in item.sheet.rows if f"{row.number}{squeeze(row.item)}" in text]
            assert found == {slate.url for row in own for slate in slates_of(row)}
            seen += found
        assert sorted(seen) == sorted(slate.url for slate in item.slates)


def test_a_slate_is_wide_and_far_from_its_neighbour(made: list[Made]) -> None:
    for item in made:
        for page in pypdfium2.PdfDocument(item.document.data):
            found = sorted(pictures(page), key=lambda p: (p.top, p.left))
            for start, end in zip(found[::2], found[1::2], strict=True):
                assert min(start.right - start.left, end.right - end.left) >= 65.9
                assert end.left - start.right >= 23.9
                assert start.left >= 26.9
                assert end.right <= 183.1


def test_a_slate_in_a_camera_frame_is_read_and_alone_where_the_other_is_covered(
    made: list[Made],
) -> None:
    for seed, item in enumerate(made[::2]):
        page = pypdfium2.PdfDocument(item.document.data)[0]
        for index, slate in enumerate(slates_of(item.sheet.rows[0])):
            assert slate.url in read_codes(camera_frame(page, index, seed, covered=False))
            assert read_codes(camera_frame(page, index, seed, covered=True)) == {slate.url}


def test_a_character_without_a_glyph_is_refused_by_name(made: list[Made], press: Press) -> None:
    sheet = replace(made[0].sheet, party=f"示例{BEYOND_THE_FONTS}有限公司")
    with pytest.raises(InputInvalid, match=r"U\+323AF"):
        press.print_sheet(sheet)


def test_a_sheet_of_a_draft_has_no_slates_and_says_so(press: Press) -> None:
    case = situation_of(order := draft_of("interview_record")).case
    (sheet,) = sheets_of(case, {order.key: order}, catalogue().checklist)
    (page,) = pypdfium2.PdfDocument(press.print_sheet(sheet).data)
    assert "草稿，没有场记码" in text_of(page)
    assert not read_codes(page.render(scale=150 / 72, grayscale=True).to_pil())
    assert len(list(pictures(page))) == 1


def read_codes(picture: Image.Image) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(picture)}


def camera_frame(page: pypdfium2.PdfPage, index: int, seed: int, *, covered: bool) -> Image.Image:
    """一帧 1080p：场记板占画面高度的四分之一，纸拿得歪，略糊，有噪点，偏暗。

    index: 0 for the slate on the left; covered: a hand over the other half of the sheet.
    """
    slate = sorted(pictures(page), key=lambda p: (round(p.top), p.left))[index]
    scale = 270 / (slate.bottom - slate.top)  # pixels per mm
    paper = page.render(scale=scale * 25.4 / 72, grayscale=True).to_pil()
    if covered:
        half = (paper.width // 2, paper.height)
        paper.paste(90, (half[0] * (1 - index), 0, half[0] * (2 - index), half[1]))
    frame = Image.new("L", (1920, 1080), 70)
    centre = ((slate.left + slate.right) / 2 * scale, (slate.top + slate.bottom) / 2 * scale)
    frame.paste(paper, (int(960 - centre[0]), int(540 - centre[1])))
    chance = random.Random(seed)
    corners = [(0, 0), (0, 1080), (1920, 1080), (1920, 0)]
    bent = [c + chance.uniform(-90, 90) for corner in corners for c in corner]
    warped = frame.transform(frame.size, Image.Transform.QUAD, bent, Image.Resampling.BICUBIC)
    blurred = warped.filter(ImageFilter.GaussianBlur(1.5))
    noise = Image.frombytes("L", frame.size, chance.randbytes(1920 * 1080))
    return Image.blend(blurred, noise, 0.2)
