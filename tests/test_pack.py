"""pack：一次出发要带的都在一个打印文件里，次序、份数、书签都对，一页也没有改。"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from files import pdf
from printed import once
from situations import catalogue
from support import CASES, ROOT, Data, Docgen, WriteCase

from docgen import pipeline
from docgen.cli import run
from docgen.model.pack import Part
from docgen.pack import pack as bind
from docgen.render.press import Press
from docgen.workshop import print_cover

CASE = ROOT / "samples" / "procedures" / "sealing-and-cutoff.yaml"
ORDER = (
    *("onsite_measures_decision", "sealing_decision", "sealing_list", "sealing_site_record"),
    *("power_cutoff_decision", "power_cutoff_notice"),
    *("delivery_receipt", "power_cutoff_decision.receipt", "power_cutoff_notice.receipt"),
    *("onsite_measures_decision", "sealing_decision", "power_cutoff_decision"),
)


@dataclass(frozen=True)
class Made:
    """一个打印文件，命令说的话，和同样的文书单独印出的 PDF。"""

    data: bytes
    told: Any
    issued: dict[str, bytes]

    @property
    def document(self) -> pikepdf.Pdf:
        """打开的打印文件。"""
        return pikepdf.open(io.BytesIO(self.data))


@pytest.fixture(scope="session")
def visit(shared_folder: Path) -> Made:
    """整个查封扣押案件的打印文件，几个测试进程合用。"""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCGEN_HOME", str(folder / "home"))
            told = io.StringIO()
            with contextlib.redirect_stdout(told):
                assert run(["pack", str(CASE), "-o", str(folder / "visit.pdf"), "--json"]) == 0
            (folder / "told.json").write_text(told.getvalue(), "utf-8")
            assert run(["generate", str(CASE), "-o", str(folder / "issued")]) == 0

    folder = once(shared_folder, "visit", make)
    rows = json.loads((folder / "issued" / "manifest.json").read_text("utf-8"))["documents"]
    pdfs = {
        row["key"]: (folder / "issued" / row["path"]).read_bytes() for row in rows if row["pages"]
    }
    told = json.loads((folder / "told.json").read_text("utf-8"))
    return Made((folder / "visit.pdf").read_bytes(), told, pdfs)


def made(docgen: Docgen, folder: Path, *options: str, case: Path = CASE) -> Made:
    answer = docgen("pack", case, "-o", folder / "visit.pdf", "--json", *options)
    assert answer.code == 0, answer.err
    listed = docgen("generate", case, "-o", folder / "issued", "--json").json["documents"]
    pdfs = {
        row["key"]: (folder / "issued" / row["path"]).read_bytes() for row in listed if row["pages"]
    }
    return Made((folder / "visit.pdf").read_bytes(), answer.json, pdfs)


def streams(page: pikepdf.Page) -> tuple[bytes, dict[str, bytes]]:
    """一页的内容流，和它用到的字体、图片等的字节。"""
    contents = page.obj.Contents
    parts = contents if isinstance(contents, pikepdf.Array) else [contents]
    drawn = b"\n".join(part.read_raw_bytes() for part in parts)
    images = {name: image.read_raw_bytes() for name, image in page.get_images().items()}
    fonts = page.obj.Resources.get("/Font", {})
    return drawn, {**images, **{str(name): _font(font) for name, font in fonts.items()}}


def _font(font: pikepdf.Object) -> bytes:
    descriptor = font.DescendantFonts[0].FontDescriptor
    file = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    return bytes(file.read_raw_bytes()) + str(font.DescendantFonts[0].W).encode()


def test_the_parts_come_in_the_order_of_the_visit_each_on_a_right_hand_page(visit: Made) -> None:
    pack = visit
    parts = pack.told["parts"]
    assert tuple(part["key"] for part in parts) == ORDER
    assert [part["sheet"] for part in parts] == [False] * 9 + [True] * 3
    assert all(part["first_page"] % 2 == 1 for part in parts)
    with pack.document as document:
        assert len(document.pages) == pack.told["pages"] == 2 * pack.told["leaves"]
        for part, following in zip(parts, [*parts[1:], None], strict=True):
            end = following["first_page"] if following else len(document.pages) + 1
            padded = part["pages"] + part["pages"] % 2
            assert end - part["first_page"] == padded * len(part["copies"])


def test_each_document_has_as_many_copies_as_its_form_says(visit: Made) -> None:
    parts = visit.told["parts"]
    counts = {part["key"]: len(part["copies"]) for part in parts if not part["sheet"]}
    assert counts["sealing_list"] == 2, "the list is in duplicate (B24)"
    assert counts["power_cutoff_decision"] == 3
    assert counts["sealing_site_record"] == counts["delivery_receipt"] == 1
    assert parts[2]["copies"] == ["一份由执法机关保存", "一份由当事人保存"]


def test_its_pages_are_those_of_the_issued_files_byte_for_byte(visit: Made) -> None:
    assert same_pages(visit, duplex=True) > 20


@pytest.mark.parametrize("options", [("--simplex",), ("--copies", "3")])
def test_its_pages_stay_what_they_are_however_many_and_however_printed(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    options: tuple[str, ...],
) -> None:
    pack = made(docgen, tmp_path, *options, case=write_case(hearing))
    assert same_pages(pack, duplex="--simplex" not in options) > 2
    counts = {len(part["copies"]) for part in pack.told["parts"] if not part["sheet"]}
    assert counts == ({3} if "--copies" in options else {1, 2})


def same_pages(pack: Made, duplex: bool) -> int:
    """与单独签发的逐页相同；给出比过的页数。"""
    checked = 0
    with pack.document as document:
        for part in (part for part in pack.told["parts"] if not part["sheet"]):
            with pikepdf.open(io.BytesIO(pack.issued[part["key"]])) as issued:
                step = part["pages"] + (part["pages"] % 2 if duplex else 0)
                for copy in range(len(part["copies"])):
                    first = part["first_page"] - 1 + copy * step
                    for index, page in enumerate(issued.pages):
                        assert streams(document.pages[first + index]) == streams(page)
                        checked += 1
    return checked


def test_its_bookmarks_lead_to_every_document_and_every_copy(visit: Made) -> None:
    pack = visit
    document = pypdfium2.PdfDocument(pack.data)
    marks = [
        (mark.level, mark.get_title(), mark.get_dest().get_index() + 1)
        for mark in document.get_toc()
    ]
    tops = [(title, page) for level, title, page in marks if level == 0]
    assert tops[0] == ("封面：本文件所含", 1)
    for (title, page), part in zip(tops[1:], pack.told["parts"], strict=True):
        assert (part["title"] in title, page) == (True, part["first_page"])
    copies = [(title, page) for level, title, page in marks if level == 1]
    decision = pack.told["parts"][1]
    assert ("一份由执法机关存档", decision["first_page"]) in copies
    assert ("一份交当事人", decision["first_page"] + 4) in copies


def test_every_code_and_every_slate_reads_at_150_dpi(visit: Made) -> None:
    pack = visit
    document = pypdfium2.PdfDocument(pack.data)
    slates = set()
    for part in pack.told["parts"]:
        for index in range(part["first_page"] - 1, part["first_page"] - 1 + part["pages"]):
            image = document[index].render(scale=150 / 72, grayscale=True).to_pil()
            found = {code.text for code in zxingcpp.read_barcodes(image)}
            if part["sheet"]:
                assert len(found) % 2 == 0
                assert all("/r/" in text for text in found)
                slates |= found
            else:
                (text,) = found
                assert "/v/" in text
    assert len(slates) == 8, "two for each of the four rows"


def test_the_same_case_gives_the_same_bytes_whether_issued_before_or_not(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case = write_case(hearing)
    first = made(docgen, tmp_path, case=case).data
    assert docgen("pack", case, "-o", tmp_path / "again.pdf").code == 0
    assert (tmp_path / "again.pdf").read_bytes() == first
    assert docgen("pack", case, "-o", tmp_path / "visit.pdf").code == 0
    assert (tmp_path / "visit.pdf").read_bytes() == first


def test_simplex_has_no_blank_pages_and_duplex_only_behind_an_odd_copy(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, visit: Made
) -> None:
    simplex = made(docgen, tmp_path / "one", "--simplex", case=write_case(hearing))
    assert blanks(simplex.data) == []
    assert simplex.told["pages"] == simplex.told["leaves"]
    assert blanks(visit.data)
    assert all(page % 2 == 0 for page in blanks(visit.data))


def blanks(data: bytes) -> list[int]:
    """空白页，从 1 数。"""
    with pikepdf.open(io.BytesIO(data)) as document:
        return [n for n, page in enumerate(document.pages, 1) if not page.obj.get("/Contents")]


def test_only_what_is_asked_for_is_in_it_with_its_recording_sheet(
    docgen: Docgen, tmp_path: Path
) -> None:
    pack = made(docgen, tmp_path, "--only", "sealing_decision", "--only", "sealing_list")
    found = [(part["key"], part["sheet"]) for part in pack.told["parts"]]
    assert found == [
        ("sealing_decision", False),
        ("sealing_list", False),
        ("sealing_decision", True),
    ]


def test_a_document_that_was_not_asked_for_is_not_issued(docgen: Docgen, tmp_path: Path) -> None:
    assert docgen("pack", CASE, "-o", tmp_path / "a.pdf", "--only", "sealing_list").code == 0
    listed = docgen("register", "list", "--json").json["instruments"]
    states = {row["key"]: row["state"] for row in listed}
    assert states["sealing_list"] == "issued"
    assert states["sealing_decision"] == "reserved"
    assert set(states) == {"sealing_list", "sealing_decision"}, "the others have no number yet"


def test_a_receipt_is_not_issued_before_its_document(docgen: Docgen, tmp_path: Path) -> None:
    receipt = ("--only", "power_cutoff_decision.receipt")
    answer = docgen("pack", CASE, "-o", tmp_path / "a.pdf", *receipt)
    assert answer.code == 1
    assert "--only power_cutoff_decision " in answer.err
    assert docgen("register", "list", "--json").json["instruments"] == []
    both = (*receipt, "--only", "power_cutoff_decision")
    assert docgen("pack", CASE, "-o", tmp_path / "a.pdf", *both).code == 0
    assert docgen("pack", CASE, "-o", tmp_path / "a.pdf", *receipt).code == 0


def test_its_name_ends_as_what_it_is(docgen: Docgen, tmp_path: Path) -> None:
    answer = docgen("pack", CASE, "-o", tmp_path / "visit.docx")
    assert (answer.code, ".pdf" in answer.err) == (2, True)
    assert list(tmp_path.glob("visit*")) == []


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--only", "sealing_decison"), "是否应为“sealing_decision”"),
        (("--only", "delivery_receipt", "--only", "hearing_notice"), "没有这份文书"),
        (("--copies", "0"), "copies"),
        (("--copies", "一"), "copies"),
    ],
)
def test_what_cannot_be_asked_for_is_told_and_takes_no_number(
    docgen: Docgen, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    answer = docgen("pack", CASE, "-o", tmp_path / "a.pdf", *options)
    assert (answer.code, told in answer.err) == (2, True), answer.err
    assert not (tmp_path / "a.pdf").exists()
    assert docgen("register", "list").code == 5


def test_a_plan_that_lacks_something_is_not_packed(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    del hearing["recordings"]
    answer = docgen("pack", write_case(hearing), "-o", tmp_path / "a.pdf")
    assert answer.code == 1
    assert "REC017" in answer.err
    assert list(tmp_path.glob("*.pdf")) == []
    accepted = docgen(
        *("pack", write_case(hearing), "-o", tmp_path / "a.pdf"),
        *("--accept", "REC017", "--reason", "设备故障"),
    )
    assert accepted.code == 0, accepted.err


def test_a_file_that_is_not_this_case_s_pack_is_not_overwritten(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, visit: Made
) -> None:
    case, path = write_case(hearing), tmp_path / "a.pdf"
    for there in (b"", b"notes", visit.data):
        path.write_bytes(there)
        answer = docgen("pack", case, "-o", path)
        assert answer.code == 4
        assert "不是本案的打印文件" in answer.err
        assert path.read_bytes() == there
    assert docgen("register", "list", "--json").json["instruments"] == []


@pytest.mark.parametrize(
    ("command", "name", "code", "told"),
    [
        ("pack", "folder.pdf", 2, "要写的是文件，给的是文件夹；请写上文件名。"),
        ("pack", "device.pdf", 5, "不是普通的文件"),
        ("pack", "file/a.pdf", 5, "请换一个可写的文件夹"),
        ("generate", "file", 2, "要写的是文件夹，给的是文件；请换一个文件夹名。"),
        ("generate", "file/out", 5, "路径中间有一处不是文件夹"),
    ],
)
def test_what_cannot_be_written_is_told_in_chinese(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, command: str, name: str,
    code: int, told: str,
) -> None:  # fmt: skip
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "folder.pdf").mkdir()
    (tmp_path / "device.pdf").symlink_to("/dev/full")
    answer = docgen(command, write_case(hearing), "-o", tmp_path / name)
    assert (answer.code, told in answer.err) == (code, True), answer.err
    said = answer.err.replace(str(tmp_path), "")
    assert not re.search(r"irectory|[Dd]evice is|[Ff]ile exists|[Nn]o such", said)


def test_a_folder_that_cannot_be_written_is_told(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    answer = docgen("pack", write_case(hearing), "-o", tmp_path / "file" / "a.pdf")
    assert answer.code == 5
    assert "写不了文件夹" in answer.err


def test_the_cover_lists_every_part_with_its_copies_and_where_it_begins(visit: Made) -> None:
    pack = visit
    document = pypdfium2.PdfDocument(pack.data)
    covers = pack.told["parts"][0]["first_page"] - 1
    text = "".join(
        "".join(document[index].get_textpage().get_text_range().split()) for index in range(covers)
    )
    for part in pack.told["parts"]:
        count, pages, first = len(part["copies"]), part["pages"], part["first_page"]
        leaves = count * (pages + pages % 2) // 2
        number = part["number"] or "／"
        assert f"{part['title']}{number}{count}{pages}{leaves}{first}" in text
    assert f"共{pack.told['leaves']}张（{pack.told['pages']}面）" in text


@pytest.mark.parametrize(("count", "covers"), [(1, 1), (30, 2), (90, 4)])
@pytest.mark.parametrize("duplex", [True, False])
def test_a_cover_of_any_length_says_the_right_places(
    press: Press, count: int, covers: int, duplex: bool
) -> None:
    case = pipeline.load_case(CASES / "quarry.yaml", catalogue())
    parts = [
        Part(f"key{n}", f"《示例文书{n}》", f"示例{n}号", ("一份", "又一份"), pdf(f"part {n}"), 1)
        for n in range(count)
    ]
    made = bind(case, parts, lambda cover: print_cover(cover, press), duplex=duplex)
    document = pypdfium2.PdfDocument(made.data)
    first = made.placed[0].first_page
    assert first == 1 + (covers + covers % 2 if duplex else covers)
    assert len(document) == made.pages
    told = "".join(texts(document, range(first - 1)))
    for n, item in enumerate(made.placed):
        assert f"《示例文书{n}》示例{n}号2" in told
        for copy in range(2):
            page = item.first_page - 1 + copy * (2 if duplex else 1)
            assert f"part{n}foot" in "".join(texts(document, [page]))


def texts(document: pypdfium2.PdfDocument, pages: Iterable[int]) -> Iterator[str]:
    for index in pages:
        yield "".join(document[index].get_textpage().get_text_range().split())
