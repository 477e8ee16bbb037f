"""verify：真的说是，假的说否，缺数据说不能判定；有没有登记簿，各说各的。"""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageFilter
from support import CASES, Answer, Docgen, mark_of

from docgen.cli import run
from docgen.seal.qr import verification_url
from docgen.seal.token import token_from_text

HOST = "verify.docgen.example"


@dataclass(frozen=True)
class Issued:
    """签发好的一个案件：状态文件夹、公钥清单与文件。"""

    home: Path
    keys: Path
    pdf: Path
    docx: Path
    url: str

    @property
    def offline(self) -> tuple[object, ...]:
        """离线验证的选项。"""
        return "--keys", self.keys, "--root", mark_of(self.keys)


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    root = tmp_path_factory.mktemp("issued")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(root / "home"))
        assert run(["generate", str(CASES / "individual.yaml"), "-o", str(root / "out")]) == 0
        assert run(["keys", "export", "-o", str(root / "keys.json")]) == 0
    rows = json.loads((root / "out" / "manifest.json").read_text("utf-8"))["documents"]
    pdf, docx = (
        next(root / "out" / row["path"] for row in rows if row["path"].endswith(ending))
        for ending in (".pdf", ".docx")
    )
    return Issued(root / "home", root / "keys.json", pdf, docx, rows[0]["verification_url"])


@pytest.fixture
def known(issued: Issued, docgen: Docgen, home: Path) -> Docgen:
    """docgen 命令，登记簿是签发的那一个。"""
    shutil.copytree(issued.home, home)
    return docgen


def levels(answer: Answer) -> dict[str, str]:
    """各步的结果。"""
    return {row["code"]: row["level"] for row in answer.json["findings"]}


def page(pdf: Path, dpi: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    image: Image.Image = document[0].render(scale=dpi / 72).to_pil()
    document.close()
    return image


def rewritten(docx: Path, target: Path, old: str, new: str) -> Path:
    """把 DOCX 正文里的一处文字改掉。"""
    with zipfile.ZipFile(docx) as source, zipfile.ZipFile(target, "w") as archive:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            archive.writestr(item, data)
    return target


def test_every_issued_file_is_confirmed_by_the_register(issued: Issued, known: Docgen) -> None:
    for path in issued.pdf.parent.glob("*.*x"), issued.pdf.parent.glob("*.pdf"):
        for document in path:
            answer = known("verify", document, "--json")
            assert answer.code == 0
            assert answer.json["bottom_line"] == "pass"
            passed = {code for code, level in levels(answer).items() if level == "pass"}
            assert passed == {*(f"VER00{n}" for n in range(1, 7)), "VER010"}


def test_the_url_is_read_whatever_its_case_and_the_bare_token_too(
    issued: Issued, known: Docgen
) -> None:
    token = issued.url.rsplit("/", 1)[1]
    for text in (issued.url, issued.url.lower(), issued.url.upper(), token, f" {token}\n"):
        assert known("verify", text).code == 0, text


def test_the_answer_names_the_paper_so_that_a_person_can_compare(
    issued: Issued, known: Docgen
) -> None:
    answer = known("verify", issued.url)
    number = issued.pdf.stem.split("_")[0]
    assert number in answer.out
    assert "责令限期整改指令书" in answer.out
    assert "纸面上的文字没有比对，请逐句核对后再相信" in answer.out


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_of_the_page_tells_the_seal_and_gives_the_words_to_compare(
    issued: Issued, known: Docgen, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"page.{kind.lower()}"
    page(issued.pdf, 150).convert("RGB").save(path, kind)
    answer = known("verify", path, "--json")
    found = levels(answer)
    assert [found[f"VER00{n}"] for n in (1, 2, 3, 4)] == ["pass"] * 4
    assert answer.json["document"]["number"] == issued.pdf.stem.split("_")[0]
    told = known("verify", path).out
    assert "签封是真的，登记在册、没有作废" in told
    assert "整改期限" in told


def test_a_voided_document_is_told_as_issued_and_void_and_not_as_forged(
    docgen: Docgen, tmp_path: Path
) -> None:
    assert docgen("generate", CASES / "chemical-plant.yaml", "-o", tmp_path).code == 0
    pdf = next(tmp_path.glob("*责令限期整改指令书.pdf"))
    number = pdf.stem.split("_")[0]
    assert docgen("register", "void", number, "--reason", "期限写错").code == 0
    answer = docgen("verify", pdf)
    assert answer.code == 1
    assert answer.out.strip().endswith("没有发现改动，但是已经作废，不再有效。")


def test_a_key_list_that_cannot_be_read_is_told_in_words(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    missing = known("verify", issued.pdf, "--keys", tmp_path / "没有.json")
    assert (missing.code, "没有这个文件" in missing.err) == (4, True)
    (tmp_path / "keys.bin").write_bytes(b"\xff\xfe\x00")
    binary = known("verify", issued.pdf, "--keys", tmp_path / "keys.bin")
    assert (binary.code, "不是文字文件" in binary.err) == (4, True)


@pytest.mark.parametrize("spoil", ["whole", "erased", "code alone", "turned"])
def test_a_picture_is_never_called_genuine_since_its_words_were_not_compared(
    issued: Issued, known: Docgen, tmp_path: Path, spoil: str
) -> None:
    image = page(issued.pdf, 150)
    if spoil == "erased":
        image.paste("white", (0, 300, image.width, image.height))
    elif spoil == "code alone":
        image = image.crop((900, 0, image.width, 260))
    elif spoil == "turned":
        image = image.rotate(180)
    image.save(tmp_path / "page.png")
    for arguments in ((), ("--keys", issued.keys)):
        answer = known("verify", tmp_path / "page.png", *arguments, "--json")
        assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
        assert levels(answer)["VER002"] == "pass"
        assert "没有发现改动" not in known("verify", tmp_path / "page.png", *arguments).out


def test_a_photo_slightly_out_of_focus_is_still_read(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    page(issued.pdf, 150).filter(ImageFilter.GaussianBlur(1)).save(tmp_path / "page.png")
    assert levels(known("verify", tmp_path / "page.png", "--json"))["VER002"] == "pass"


def test_a_picture_that_carries_a_pdf_inside_is_not_read(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    page(issued.pdf, 150).save(tmp_path / "page.png")
    both = (tmp_path / "page.png").read_bytes() + issued.pdf.read_bytes()
    (tmp_path / "both.pdf").write_bytes(both)
    answer = known("verify", tmp_path / "both.pdf")
    assert answer.code == 4
    assert "夹带着 PDF" in answer.err


def test_a_genuine_seal_under_a_foreign_address_is_refused(issued: Issued, known: Docgen) -> None:
    token = issued.url.rsplit("/", 1)[1]
    answer = known("verify", f"https://evil.example/v/{token}", "--json")
    assert (answer.code, levels(answer)["VER009"]) == (1, "fail")
    assert "evil.example" in answer.out


@pytest.mark.parametrize(
    "drawn",
    [
        b"0 g 100 500 300 1 re f",
        b"q 0 0 m 0 0 l 10 0 l h W n Q",
        b"q 1 w 100 300 m 110 310 l 120 300 l S Q",
        b"% nothing at all",
    ],
)
def test_offline_any_changed_byte_of_a_pdf_keeps_it_from_being_called_genuine(
    issued: Issued, docgen: Docgen, tmp_path: Path, drawn: bytes
) -> None:
    with pikepdf.open(issued.pdf) as pdf:
        pdf.pages[0].contents_add(drawn)
        pdf.save(tmp_path / "a.pdf")
    grafted = (tmp_path / "a.pdf").read_bytes()
    line = re.search(rb"%docgen-file-seal [0-9a-f]{128}\n", issued.pdf.read_bytes())
    assert line is not None
    end = grafted.rindex(b"startxref")
    (tmp_path / "b.pdf").write_bytes(grafted[:end] + line[0] + grafted[end:])
    for name in ("a.pdf", "b.pdf"):
        answer = docgen("verify", tmp_path / name, *issued.offline, "--json")
        assert answer.code == 1
        assert levels(answer)["VER006"] == "unknown"


def test_offline_flipping_any_byte_of_the_file_keeps_it_from_being_called_genuine(
    issued: Issued, docgen: Docgen, tmp_path: Path
) -> None:
    data = issued.pdf.read_bytes()
    for place in range(11, len(data), len(data) // 12):
        changed = bytearray(data)
        changed[place] ^= 1
        (tmp_path / "a.pdf").write_bytes(changed)
        assert docgen("verify", tmp_path / "a.pdf", *issued.offline).code != 0, place


def test_offline_the_answer_says_what_was_not_asked(issued: Issued, docgen: Docgen) -> None:
    for target in (issued.pdf, issued.url):
        answer = docgen("verify", target, *issued.offline)
        assert answer.code == 0
        assert "离线没有核对是否登记、作废" in answer.out


def test_one_changed_character_in_a_docx_is_found(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    changed = rewritten(issued.docx, tmp_path / "a.docx", "整改期限", "整改时限")
    answer = known("verify", changed, "--json")
    assert answer.code == 1
    assert levels(answer)["VER005"] == "fail"
    assert "整改时限" in answer.out


def test_a_docx_saved_again_with_the_same_words_is_not_taken_for_the_issued_file(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    again = rewritten(issued.docx, tmp_path / "a.docx", "<w:body>", "<w:body >")
    answer = known("verify", again, "--json")
    assert answer.code == 1
    assert (levels(answer)["VER005"], levels(answer)["VER006"]) == ("pass", "unknown")


def test_a_pdf_whose_embedded_content_was_changed_is_found(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    with pikepdf.open(issued.pdf) as pdf:
        content = pdf.attachments["instrument.json"].get_file().read_bytes()
        changed = re.sub(rb"2026-\d\d-\d\d", b"2027-01-01", content, count=1)
        assert changed != content
        del pdf.attachments["instrument.json"]
        pdf.attachments["instrument.json"] = changed
        pdf.save(tmp_path / "a.pdf")
    for arguments in ((), ("--keys", issued.keys)):
        answer = known("verify", tmp_path / "a.pdf", *arguments, "--json")
        assert answer.code == 1
        assert levels(answer)["VER005"] == "fail"


@pytest.mark.parametrize("where", ["first", "last"])
def test_a_pdf_with_a_page_taken_away_is_incomplete_and_never_genuine(
    issued: Issued, known: Docgen, tmp_path: Path, where: str
) -> None:
    with pikepdf.open(issued.pdf) as pdf:
        del pdf.pages[0 if where == "first" else -1]
        missing = "1" if where == "first" else str(len(pdf.pages) + 1)
        pdf.save(tmp_path / "a.pdf")
    for arguments in ((), ("--keys", issued.keys)):
        answer = known("verify", tmp_path / "a.pdf", *arguments, "--json")
        assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
        assert levels(answer)["VER005"] == "unknown"
        assert f"缺第 {missing} 页" in answer.out


def test_a_page_alone_whose_words_were_changed_is_found(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    with pikepdf.open(issued.pdf) as pdf:
        del pdf.pages[1:]
        first, second = pdf.pages[0], pikepdf.parse_content_stream(pdf.pages[0])
        at = next(n for n, (_, op) in enumerate(second) if str(op) in ("TJ", "Tj"))
        del second[at]
        first.Contents = pdf.make_stream(pikepdf.unparse_content_stream(second))
        pdf.save(tmp_path / "a.pdf")
    answer = known("verify", tmp_path / "a.pdf", "--json")
    assert (answer.code, levels(answer)["VER005"]) == (1, "fail")


def test_a_pdf_that_is_nothing_but_a_scan_is_taken_for_a_picture(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    page(issued.pdf, 150).convert("RGB").save(tmp_path / "scan.pdf", "PDF", resolution=150)
    answer = known("verify", tmp_path / "scan.pdf", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert levels(answer)["VER002"] == "pass"


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        (b"1 g 100 500 300 30 re f", "遮盖文字的色块"),
        (b"q 300 0 0 300 100 300 cm /Im0 Do Q", "二维码以外的图片"),
    ],
)
def test_a_page_that_shows_other_than_its_words_is_found_without_a_register_too(
    issued: Issued, known: Docgen, tmp_path: Path, drawn: bytes, told: str
) -> None:
    with pikepdf.open(issued.pdf) as pdf:
        first = pdf.pages[0]
        names = [str(name) for name in first.Resources.XObject]
        drawn = drawn.replace(b"/Im0", names[0].encode())
        first.contents_add(drawn)
        pdf.save(tmp_path / "a.pdf")
    for arguments in ((), ("--keys", issued.keys)):
        answer = known("verify", tmp_path / "a.pdf", *arguments, "--json")
        assert (answer.code, levels(answer)["VER005"]) == (1, "fail")
        assert told in answer.out


def test_offline_a_pdf_is_compared_with_its_own_content_and_a_docx_cannot_be(
    issued: Issued, docgen: Docgen
) -> None:
    pdf = docgen("verify", issued.pdf, *issued.offline, "--json")
    assert (pdf.code, levels(pdf)["VER005"]) == (0, "pass")
    assert levels(pdf)["VER003"] == levels(pdf)["VER004"] == "not_applicable"
    docx = docgen("verify", issued.docx, *issued.offline, "--json")
    assert (docx.code, levels(docx)["VER005"]) == (1, "unknown")
    assert docgen("verify", issued.url, *issued.offline).code == 0


def test_without_register_and_keys_nothing_is_decided(issued: Issued, docgen: Docgen) -> None:
    answer = docgen("verify", issued.pdf)
    assert answer.code == 5
    assert "--keys" in answer.err


def test_a_key_list_of_others_does_not_vouch_for_it(
    issued: Issued, docgen: Docgen, tmp_path: Path
) -> None:
    assert docgen("generate", CASES / "individual.yaml", "-o", tmp_path / "out").code == 0
    docgen("keys", "export", "-o", tmp_path / "other.json")
    answer = docgen("verify", issued.pdf, "--keys", tmp_path / "other.json", "--json")
    assert (answer.code, levels(answer)["VER002"]) == (1, "fail")
    own_register = docgen("verify", issued.pdf, "--json")
    assert (own_register.code, levels(own_register)["VER002"]) == (1, "fail")


def test_flipping_any_one_bit_of_the_token_gives_no(issued: Issued, known: Docgen) -> None:
    raw = token_from_text(issued.url.rsplit("/", 1)[1]).raw
    for bit in range(0, len(raw) * 8, 37):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        text = base64.b32encode(changed).decode().rstrip("=")
        assert known("verify", verification_url(HOST, text)).code == 1, bit


def test_a_voided_instrument_is_told_with_its_reason(issued: Issued, known: Docgen) -> None:
    number = issued.pdf.stem.split("_")[0]
    assert known("register", "void", number, "--reason", "适用依据有误").code == 0
    answer = known("verify", issued.pdf, "--json")
    assert (answer.code, levels(answer)["VER004"]) == (1, "fail")
    assert "适用依据有误" in answer.out


def test_a_picture_with_two_different_seals_decides_nothing(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    other = next(p for p in issued.pdf.parent.glob("*.pdf") if p != issued.pdf)
    left, right = page(issued.pdf, 150), page(other, 150)
    both = Image.new("RGB", (left.width * 2, left.height), "white")
    both.paste(left, (0, 0))
    both.paste(right, (left.width, 0))
    both.save(tmp_path / "both.png")
    answer = known("verify", tmp_path / "both.png", "--json")
    assert (answer.code, levels(answer)) == (1, {"VER001": "unknown"})


def test_a_picture_without_a_seal_is_unknown_and_never_a_pass(
    known: Docgen, tmp_path: Path
) -> None:
    Image.new("L", (800, 600), 255).save(tmp_path / "blank.png")
    answer = known("verify", tmp_path / "blank.png", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("empty.pdf", b"", "空文件"),
        ("broken.pdf", b"%PDF-1.7\nnonsense", "不是完整的 PDF"),
        ("broken.docx", b"PK\x03\x04nonsense", "不是完整的 DOCX"),
        ("text.png", "这不是图片".encode() * 300, "不是能读的图片"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_words(
    known: Docgen, tmp_path: Path, name: str, data: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(data)
    answer = known("verify", tmp_path / name)
    assert answer.code == 4
    assert told in answer.err


@pytest.mark.parametrize(
    "text", ["没有这样的文件", "https://verify.docgen.example/v/", "../..", "x" * 5000]
)
def test_what_is_neither_file_nor_seal_is_told_in_words(known: Docgen, text: str) -> None:
    answer = known("verify", text)
    assert answer.code == 4
    assert "请" in answer.err


def test_a_broken_key_list_is_told_in_words(issued: Issued, known: Docgen, tmp_path: Path) -> None:
    good: dict[str, Any] = json.loads(issued.keys.read_text("utf-8"))
    good["keys"][0]["kid"] = "00" * 8
    for content in ("", "{}", "[]", json.dumps(good), "\x00"):
        (tmp_path / "keys.json").write_text(content, "utf-8")
        answer = known("verify", issued.pdf, "--keys", tmp_path / "keys.json")
        assert answer.code == 4
        assert "不是公开密钥清单" in answer.err


def test_a_docx_that_reaches_outside_is_not_even_read(
    issued: Issued, known: Docgen, tmp_path: Path
) -> None:
    buffer = io.BytesIO(issued.docx.read_bytes())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"x")
    (tmp_path / "a.docx").write_bytes(buffer.getvalue())
    assert known("verify", tmp_path / "a.docx").code == 4
