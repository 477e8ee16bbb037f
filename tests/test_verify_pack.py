"""验证打印文件：认得是什么，各份逐份验；拆开、合并、添页、改字的都不会当作真的。"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from support import CASES, Answer, Docgen

from docgen.cli import run

CASE = CASES / "individual.yaml"


@dataclass(frozen=True)
class Packed:
    """一个打印文件：状态文件夹、公钥清单、文件与它的各部分。"""

    home: Path
    keys: Path
    pdf: Path
    issued: Path
    parts: list[dict[str, object]]


def packed_in(root: Path, case: Path, name: str = "visit") -> Packed:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(root / "home"))
        assert run(["pack", str(case), "-o", str(root / f"{name}.pdf")]) == 0
        assert run(["generate", str(case), "-o", str(root / "issued")]) == 0
        assert run(["keys", "export", "-o", str(root / "keys.json")]) == 0
    rows = json.loads((root / "issued" / "manifest.json").read_text("utf-8"))["documents"]
    return Packed(root / "home", root / "keys.json", root / f"{name}.pdf", root / "issued", rows)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Packed:
    return packed_in(tmp_path_factory.mktemp("packed"), CASE)


@pytest.fixture
def known(packed: Packed, docgen: Docgen, home: Path) -> Docgen:
    """docgen 命令，登记簿是签发的那一个。"""
    shutil.copytree(packed.home, home)
    return docgen


def bottom(answer: Answer) -> str:
    assert answer.code == (0 if answer.json["bottom_line"] == "pass" else 1)
    return str(answer.json["bottom_line"])


def edited(packed: Packed, target: Path, edit: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(packed.pdf) as pdf:
        edit(pdf)
        pdf.save(target)
    return target


def test_a_pack_is_known_and_each_of_its_documents_is_judged(packed: Packed, known: Docgen) -> None:
    answer = known("verify", packed.pdf, "--json")
    assert bottom(answer) == "pass"
    assert answer.json["kind"] == "bundle"
    issued = {row["identity"] for row in packed.parts}
    told = {row["document"]["identity"] for row in answer.json["documents"]}
    assert told == issued
    assert all(row["bottom_line"] == "pass" for row in answer.json["documents"])
    said = known("verify", packed.pdf)
    assert "这是真的打印文件" in said.out
    assert "音像记录单，不是文书" in said.out
    assert "封面，不是文书" in said.out


def test_offline_a_pack_is_not_called_false_and_not_called_genuine_without_its_words(
    packed: Packed, docgen: Docgen
) -> None:
    answer = docgen("verify", packed.pdf, "--keys", packed.keys, "--json")
    assert bottom(answer) == "unknown"
    assert "离线时没有可比的原文" in answer.out


def test_a_page_cut_out_of_a_pack_says_which_pages_are_missing(
    packed: Packed, known: Docgen, tmp_path: Path
) -> None:
    with pikepdf.open(packed.pdf) as pdf:
        one = pikepdf.new()
        one.pages.append(pdf.pages[2])
        one.save(tmp_path / "页.pdf")
    answer = known("verify", tmp_path / "页.pdf", "--json")
    assert bottom(answer) == "unknown"
    assert "缺第" in answer.out


def test_a_document_taken_out_of_a_pack_is_told_to_be_another_file(
    packed: Packed, known: Docgen, tmp_path: Path
) -> None:
    first = next(row for row in packed.parts if row["pages"])
    with pikepdf.open(packed.pdf) as pdf:
        one = pikepdf.new()
        one.pages.extend(list(pdf.pages)[2 : 2 + int(str(first["pages"]))])
        one.save(tmp_path / "一份.pdf")
    answer = known("verify", tmp_path / "一份.pdf", "--json")
    assert bottom(answer) == "unknown"
    levels = {row["code"]: row["level"] for row in answer.json["findings"]}
    assert (levels["VER005"], levels["VER006"]) == ("pass", "unknown")


def swap(pdf: pikepdf.Pdf) -> None:
    """第一份的第一面换成后面一份的一面。"""
    pdf.pages[2] = pdf.pages[8]


def add_foreign(pdf: pikepdf.Pdf) -> None:
    """添一面自己画的字。"""
    pdf.add_blank_page(page_size=(595, 842))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    page = pdf.pages[-1]
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.contents_add(b"BT /F1 12 Tf 100 700 Td (Also pay 9000 in cash.) Tj ET")


def cover_up(pdf: pikepdf.Pdf) -> None:
    """把第一份的几行盖住。"""
    pdf.pages[2].contents_add(b"1 g 100 400 300 60 re f")


def drop(pdf: pikepdf.Pdf) -> None:
    """第一份少一面。"""
    del pdf.pages[2]


@pytest.mark.parametrize("edit", [swap, add_foreign, cover_up, drop], ids=lambda e: e.__name__)
def test_a_pack_that_was_changed_never_passes(
    packed: Packed, known: Docgen, tmp_path: Path, edit: Callable[[pikepdf.Pdf], None]
) -> None:
    path = edited(packed, tmp_path / "改.pdf", edit)
    for arguments in ((), ("--keys", packed.keys)):
        assert bottom(known("verify", path, *arguments, "--json")) != "pass"


@pytest.mark.parametrize("edit", [add_foreign, cover_up], ids=lambda e: e.__name__)
def test_what_was_added_to_a_pack_is_a_failure_that_says_where(
    packed: Packed, known: Docgen, tmp_path: Path, edit: Callable[[pikepdf.Pdf], None]
) -> None:
    answer = known("verify", edited(packed, tmp_path / "改.pdf", edit), "--json")
    assert bottom(answer) == "fail"


def test_a_pack_saved_again_is_unknown_since_its_cover_may_say_anything(
    packed: Packed, known: Docgen, tmp_path: Path
) -> None:
    answer = known("verify", edited(packed, tmp_path / "存.pdf", lambda _: None), "--json")
    assert bottom(answer) == "unknown"
    assert "不是做成时的那个打印文件" in answer.out


def test_a_pack_of_another_register_does_not_pass(
    packed: Packed, known: Docgen, tmp_path: Path
) -> None:
    other = packed_in(tmp_path / "other", CASE)
    assert bottom(known("verify", other.pdf, "--json")) == "fail"


def test_a_pack_with_a_voided_document_fails_and_names_it(packed: Packed, known: Docgen) -> None:
    number = next(row["number"] for row in packed.parts if row["number"])
    assert known("register", "void", number, "--reason", "写错了当事人").code == 0
    answer = known("verify", packed.pdf, "--json")
    assert bottom(answer) == "fail"
    assert "写错了当事人" in answer.out


def test_a_slate_is_told_with_its_document_row_and_edge(
    packed: Packed, known: Docgen, tmp_path: Path
) -> None:
    document = pypdfium2.PdfDocument(packed.pdf)
    pages = [page for page in document if "始" in page.get_textpage().get_text_range()]
    pages[-1].render(scale=150 / 72).to_pil().save(tmp_path / "场记板.png")
    answer = known("verify", tmp_path / "场记板.png")
    document.close()
    assert answer.code == 1
    assert "这是场记板，不是文书。" in answer.out
    assert "清单第" in answer.out
    assert "不是真的" not in answer.out
