"""verify 打印文件与合在一起的文件：逐份验证，缺了、多了、换了的说得出，没有一样蒙混过关。"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from files import pdf
from support import CASES, Answer, Docgen, mark_of

from docgen.cli import run

CASE = CASES / "individual.yaml"
Change = Callable[[pikepdf.Pdf], object]


@dataclass(frozen=True)
class Job:
    """一个打印文件，签发它的登记簿，公钥清单，同样的文书单独印出的 PDF。"""

    home: Path
    keys: Path
    path: Path
    issued: tuple[Path, ...]
    first_pages: tuple[int, ...]

    def changed(self, target: Path, change: Change) -> Path:
        """改过另存的打印文件。"""
        with pikepdf.open(self.path) as document:
            change(document)
            document.save(target)
        return target


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    root = tmp_path_factory.mktemp("job")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(root / "home"))
        assert run(["pack", str(CASE), "-o", str(root / "visit.pdf")]) == 0
        assert run(["generate", str(CASE), "-o", str(root / "out")]) == 0
        assert run(["keys", "export", "-o", str(root / "keys.json")]) == 0
    rows = json.loads((root / "out" / "manifest.json").read_text("utf-8"))["documents"]
    pdfs = tuple(root / "out" / row["path"] for row in rows if row["pages"])
    with pikepdf.open(root / "visit.pdf") as document, document.open_outline() as outline:
        marks = [item.destination for item in outline.root]
        order = {page.obj.objgen: n for n, page in enumerate(document.pages, 1)}
        firsts = tuple(order[mark[0].objgen] for mark in marks if mark)
    return Job(root / "home", root / "keys.json", root / "visit.pdf", pdfs, firsts)


@pytest.fixture
def known(job: Job, docgen: Docgen, home: Path) -> Docgen:
    """docgen 命令，登记簿是签发的那一个。"""
    shutil.copytree(job.home, home)
    return docgen


def found(answer: Answer, code: str) -> set[str]:
    """某一步各条的结果。"""
    return {row["level"] for row in answer.json["findings"] if row["code"] == code}


def test_a_pack_is_verified_document_by_document_and_copy_by_copy(job: Job, known: Docgen) -> None:
    answer = known("verify", job.path, "--json")
    assert (answer.code, answer.json["bottom_line"]) == (0, "pass")
    documents = answer.json["documents"]
    assert len(documents) == len(job.issued)
    assert {row["bottom_line"] for row in documents} == {"pass"}
    numbers = {path.stem.split("_")[0] for path in job.issued}
    assert {row["number"] for row in documents} == numbers
    assert [len(row["copies"]) for row in documents] == [2, 2, 1, 1]
    told = known("verify", job.path).out
    assert "里面的各份都是真的文书" in told
    assert "第 1 面是打印文件的封面，不是文书" in told
    assert "音像记录单，不是文书" in told
    assert all(number in told for number in numbers)


def test_a_pack_of_one_receipt_in_simplex_is_verified(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    listed = known("register", "list", "--json").json["instruments"]
    key = next(row["key"] for row in listed if row["key"].endswith(".receipt"))
    path = tmp_path / "one.pdf"
    assert known("pack", CASE, "-o", path, "--only", key, "--simplex").code == 0
    answer = known("verify", path, "--json")
    assert (answer.code, len(answer.json["documents"])) == (0, 1)


def test_offline_a_pack_has_no_words_to_compare_and_says_where_they_are(
    job: Job, docgen: Docgen
) -> None:
    answer = docgen("verify", job.path, "--keys", job.keys, "--root", mark_of(job.keys), "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert (found(answer, "VER002"), found(answer, "VER006")) == ({"pass"}, {"pass"})
    assert found(answer, "VER005") == {"unknown"}
    assert "签发时的单份 PDF" in answer.out


def test_a_pack_saved_again_has_its_words_and_is_not_the_file_that_was_made(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    answer = known("verify", job.changed(tmp_path / "a.pdf", lambda _: None), "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert (found(answer, "VER005"), found(answer, "VER006")) == ({"pass"}, {"unknown"})
    told = known("verify", tmp_path / "a.pdf").out
    assert "各份文书的文字都没有变，但不是原来的文件" in told


def keep(*numbers: int) -> Change:
    """只留这几页。"""

    def change(document: pikepdf.Pdf) -> None:
        for index in reversed(range(len(document.pages))):
            if index + 1 not in numbers:
                del document.pages[index]

    return change


@pytest.mark.parametrize("offset", [0, 1, 2])
def test_a_page_cut_out_of_a_pack_is_incomplete_not_forged(
    job: Job, known: Docgen, tmp_path: Path, offset: int
) -> None:
    path = job.changed(tmp_path / "a.pdf", keep(job.first_pages[1] + offset))
    answer = known("verify", path, "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert found(answer, "VER005") == {"unknown"}
    missing = "、".join(str(n) for n in (1, 2, 3) if n != offset + 1)
    assert f"缺第 {missing} 页" in answer.out
    offline = known("verify", path, "--keys", job.keys, "--json")
    assert (offline.code, offline.json["bottom_line"]) == (1, "unknown")


def test_a_copy_that_lacks_a_page_is_told_with_its_place(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    def change(document: pikepdf.Pdf) -> None:
        del document.pages[job.first_pages[1]]

    answer = known("verify", job.changed(tmp_path / "a.pdf", change), "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    (lacking,) = [row for row in answer.json["findings"] if "缺第 2 页" in row["message"]]
    assert f"第 {job.first_pages[1]}—{job.first_pages[1] + 1} 面" in lacking["where"]


def test_several_issued_files_in_one_are_verified_each(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    with pikepdf.open(job.issued[0]) as one, pikepdf.open(job.issued[1]) as other:
        one.pages.extend(other.pages)
        one.save(tmp_path / "a.pdf")
    answer = known("verify", tmp_path / "a.pdf", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert [row["bottom_line"] for row in answer.json["documents"]] == ["unknown", "unknown"]


def replaced(job: Job) -> Change:
    """一份文书的一页换成另一份的。"""

    def change(document: pikepdf.Pdf) -> None:
        document.pages[job.first_pages[1] - 1] = document.pages[job.first_pages[2] - 1]

    return change


def added(job: Job, text: str = "fine of 100000") -> Change:
    """加进一页别的文字。"""

    def change(document: pikepdf.Pdf) -> None:
        with pikepdf.open(io.BytesIO(pdf(text))) as foreign:
            document.pages.insert(job.first_pages[1], foreign.pages[0])

    return change


def erased(job: Job) -> Change:
    """抹去一页的一处文字。"""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[job.first_pages[1]]
        drawn = list(pikepdf.parse_content_stream(page))
        del drawn[next(n for n, (_, op) in enumerate(drawn) if str(op) in ("TJ", "Tj"))]
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(drawn))

    return change


def other_cover(job: Job) -> Change:
    """封面换成别的打印文件的。"""

    def change(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.contents_add(b"BT /F1 10 Tf 100 100 Td () Tj ET")

    return change


@pytest.mark.parametrize(
    ("attack", "level"),
    [(replaced, "unknown"), (added, "fail"), (erased, "fail"), (other_cover, "unknown")],
)
def test_no_pack_that_was_tampered_with_is_called_genuine(
    job: Job, known: Docgen, tmp_path: Path, attack: Callable[[Job], Change], level: str
) -> None:
    path = job.changed(tmp_path / "a.pdf", attack(job))
    for arguments in ((), ("--keys", job.keys)):
        answer = known("verify", path, *arguments, "--json")
        assert answer.code == 1
        assert answer.json["bottom_line"] != "pass"
        if not arguments:
            assert answer.json["bottom_line"] == level


def test_the_cover_of_another_pack_does_not_pass_for_its_own(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    assert known("pack", CASES / "rare-characters.yaml", "-o", tmp_path / "b.pdf").code == 0

    def change(document: pikepdf.Pdf) -> None:
        with pikepdf.open(tmp_path / "b.pdf") as other:
            document.pages[0] = other.pages[0]

    answer = known("verify", job.changed(tmp_path / "a.pdf", change), "--json")
    assert (answer.code, found(answer, "VER006")) == (1, {"unknown"})


def test_the_file_seal_of_a_pack_does_not_carry_over_to_a_changed_one(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    data = job.path.read_bytes()
    line = next(row for row in data.splitlines(True) if row.startswith(b"%docgen-file-seal"))
    changed = job.changed(tmp_path / "a.pdf", lambda _: None).read_bytes()
    end = changed.rindex(b"startxref")
    (tmp_path / "b.pdf").write_bytes(changed[:end] + line + changed[end:])
    answer = known("verify", tmp_path / "b.pdf", "--json")
    assert (answer.code, found(answer, "VER006")) == (1, {"unknown"})


def test_a_pack_of_another_register_s_key_is_not_genuine(job: Job, docgen: Docgen) -> None:
    docgen("generate", CASES / "rare-characters.yaml", "-o", job.keys.parent / "else")
    answer = docgen("verify", job.path, "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "fail")
    assert found(answer, "VER002") == {"fail"}


def test_a_pack_that_holds_a_voided_document_says_which(job: Job, known: Docgen) -> None:
    number = job.issued[0].stem.split("_")[0]
    assert known("register", "void", number, "--reason", "适用依据有误").code == 0
    answer = known("verify", job.path, "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "fail")
    (voided,) = [r for r in answer.json["findings"] if r["message"][-7:] == "适用依据有误。"][:1]
    assert number in voided["where"]


def sheet_page(job: Job) -> int:
    """第一张音像记录单的页码。"""
    return job.first_pages[-2]


def test_a_recording_sheet_cut_out_of_a_pack_is_no_instrument(
    job: Job, known: Docgen, tmp_path: Path
) -> None:
    path = job.changed(tmp_path / "a.pdf", keep(sheet_page(job)))
    answer = known("verify", path, "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    number = job.issued[0].stem.split("_")[0]
    assert f"{number}，清单第 " in answer.out


@pytest.mark.parametrize("half", ["left", "both"])
def test_a_picture_of_a_slate_says_what_it_marks_and_that_it_is_no_seal(
    job: Job, known: Docgen, tmp_path: Path, half: str
) -> None:
    document = pypdfium2.PdfDocument(job.path)
    image = document[sheet_page(job) - 1].render(scale=150 / 72).to_pil()
    document.close()
    if half == "left":
        image = image.crop((0, 0, image.width // 2, image.height))
    image.save(tmp_path / "slate.png")
    answer = known("verify", tmp_path / "slate.png")
    assert answer.code == 1
    assert "不是文书的签封" in answer.out
    assert "《责令限期整改指令书》" in answer.out
    assert "开始（始）" in answer.out
    assert ("结束（终）" in answer.out) == (half == "both")
    assert "这是场记板，不是文书" in answer.out
    offline = known("verify", tmp_path / "slate.png", "--keys", job.keys, "--json")
    assert (offline.code, offline.json["bottom_line"]) == (1, "unknown")


def test_a_slate_of_no_register_is_told(known: Docgen) -> None:
    answer = known("verify", "https://verify.docgen.example/r/ABCDEFGHIJKL34", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert "登记簿里没有" in answer.out
