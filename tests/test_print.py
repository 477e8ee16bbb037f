"""印：同样的稿总印出同样的字节；任何文字原样印出；少一个字、改一个字都不放行；草稿认得出。"""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import drafts
from files import token_text
from printed import LONG, MIXED, Sample, glyphs, pictures, unmarked
from support import CASES, Data, Docgen, WriteCase

from docgen.compare import prove
from docgen.errors import Defect
from docgen.model.document import DOCX, PDF, Document
from docgen.model.draft import Draft
from docgen.model.words import squeeze
from docgen.office import read_office
from docgen.read.docx import docx_pictures, read_docx_words
from docgen.read.pdf import open_pdf, read_pages
from docgen.read.picture import codes_in_picture, open_picture
from docgen.read.presented import read_presented, read_printed
from docgen.render.html import render_html
from docgen.render.press import Press, SealMark
from docgen.seal.qr import draw
from docgen.settings import DEFAULT_HOST

A_YEAR_LATER = """
import datetime, sys, time
from docgen.cli import run
import docx.opc.parts.coreprops
shift = 400 * 86400
real_time, real_local, real_utc = time.time, time.localtime, time.gmtime
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls):
        return datetime.datetime.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)
time.time = lambda: real_time() + shift
time.localtime = lambda seconds=None: real_local(time.time() if seconds is None else seconds)
time.gmtime = lambda seconds=None: real_utc(time.time() if seconds is None else seconds)
for name, module in list(sys.modules.items()):
    if name.split(".")[0] in ("docgen", "docx", "docxtpl", "pydyf", "weasyprint"):
        if getattr(module, "datetime", None) is datetime.datetime:
            module.datetime = Later
"""
PRINT = """
import sys
from docgen.cli import run
pairs = zip(sys.argv[1::2], sys.argv[2::2])
sys.exit(sum(run(["generate", case, "-o", out]) for case, out in pairs))
"""
AGAIN = ("rare-characters", "quarry")
ELSEWHERE = {"PYTHONHASHSEED": "271828", "TZ": "Asia/Kathmandu", "LC_ALL": "C"}


@pytest.mark.parametrize(
    ("program", "surroundings"),
    [("", {"PYTHONHASHSEED": "1"}), ("", ELSEWHERE), (A_YEAR_LATER, ELSEWHERE)],
    ids=["another process", "another hash seed, time zone and locale", "and a year later"],
)
def test_a_second_print_gives_the_same_bytes(
    samples: tuple[Sample, ...],
    shared_folder: Path,
    tmp_path: Path,
    program: str,
    surroundings: dict[str, str],
) -> None:
    home = shutil.copytree(shared_folder / "samples" / "home", tmp_path / "home")
    pairs = [[str(CASES / f"{case}.yaml"), str(tmp_path / case)] for case in AGAIN]
    done = subprocess.run(
        [sys.executable, "-c", program + PRINT, *itertools.chain(*pairs)],
        env={**os.environ, **surroundings, "DOCGEN_HOME": str(home), "DOCGEN_CACHE": ""},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    for case in AGAIN:
        again = {path.name: path.read_bytes() for path in (tmp_path / case).iterdir()}
        first = {p.name: p.read_bytes() for p in (shared_folder / "samples" / case).iterdir()}
        assert sorted(again) == sorted(first)
        assert [name for name in first if again[name] != first[name]] == []


def test_what_was_printed_before_in_the_same_process_changes_nothing(press: Press) -> None:
    kinds = list(drafts(CASES / "quarry.yaml").values())
    first = [press.print(one, None, None) for one in kinds]
    again = [press.print(one, None, None) for one in reversed(kinds)]
    assert len(kinds) > 2
    assert first == again[::-1]


def test_no_part_of_a_docx_bears_the_time_it_was_printed(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        with zipfile.ZipFile(sample.docx) as archive:
            assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            core = archive.read("docProps/core.xml").decode("utf-8")
        day = sample.content.date
        assert core.count(f"{day}T00:00:00Z") == 2, "created and modified are the document's date"
        assert squeeze(sample.content.title) in core
        assert sample.content.agency in core


TEXTS = (
    "{{ party }}{% if x %}{# 注 #}{%p if x %}{%tr x %}{{r x }}",
    "{_{ 温度 }_}{_%_{%_}}}{{",
    "<w:p><w:r><w:t>文字</w:t></w:r></w:p><b>粗</b></p>]]><!-- -->",
    "A&B&amp;C&lt;D&#65;&nbsp;",
    "“弯引号”‘单’\"直\"'单'`反`",
    "旻祎璟玥㛃䶮𠅤𤧛𤦪镕喆堃",
    "℃㎡³½①Ⅳ×÷≤±—…·～¥％－＋",
    "a-b c--d --- /path\\n %s ${x} %(n)s",
)


def test_any_text_is_printed_as_it_is_in_both_formats(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    request = hearing["instruments"][0]
    request["hearing_place"] = "，".join(TEXTS)
    hearing["party"]["name"] = "".join(TEXTS[:4])
    request["hearers"] = [{"name": text, "post": text} for text in TEXTS]
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 0, answer.err
    for body in bodies(tmp_path / "out"):
        assert squeeze("，".join(TEXTS)) in body
        assert body.count(squeeze("".join(TEXTS[:4]))) >= 1
        for text in TEXTS:
            assert squeeze(f"{text}（{text}）") in body


def bodies(folder: Path) -> list[str]:
    """一个文件夹里各文件印出的文字，去掉空白。"""
    found = []
    for path in sorted(path for path in folder.glob("*.[dp]*") if "回执" not in path.name):
        data = path.read_bytes()
        if path.suffix == ".pdf":
            document = open_pdf(data, path.name)
            found.append("".join(page.body for page in read_pages(document)))
            document.close()
        else:
            words = read_docx_words(read_office(data, path.name), path.name)
            found.append(squeeze("".join(words.units())))
    assert len(found) == 2
    return found


def test_a_field_of_twenty_thousand_characters_is_printed_whole(long_sample: Sample) -> None:
    whole = squeeze((MIXED * LONG)[:LONG])
    assert all(whole in body for body in bodies(long_sample.pdf.parent))


def test_the_sample_full_of_markup_is_printed_as_it_is(samples: tuple[Sample, ...]) -> None:
    sample = next(s for s in samples if s.name == "markup/sealing_decision")
    source = (CASES / "markup.yaml").read_text("utf-8")
    words = squeeze("".join(sample.content.words.units()))
    for text in ("<b>V-1101</b>储罐", '50m³ & "{{ model }}"', "{# 无 #}", "“{_% 罐区 %_}”"):
        assert text in source
        assert squeeze(text) in words


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("有权进行陈述、申辩和质证", "有权进行陈述和质证"),
        ("本机关将终止听证", "本机关将不终止听证"),
        ("丙示例", "乙示例"),
        ("授权委托书。", "授权委托书"),
        ("8日9时00分", "8日10时00分"),
        ("示例省应急管理厅（印章）", "示例省应急管理厅"),
    ],
    ids=["a right less", "the opposite", "another name", "a full stop less", "an hour", "no stamp"],
)
def test_a_print_that_lost_changed_or_gained_a_word_is_caught(
    press: Press, draft: Draft, old: str, new: str
) -> None:
    words = press.words(draft)
    for document in press.print(draft, None, None):
        prove(words, read_presented(document.data, "文书"), (), None, "")
        for changed in altered(document, press, draft, old, new):
            with pytest.raises(Defect, match="应为"):
                prove(words, read_presented(changed, "文书"), (), None, "")


def test_a_page_that_lost_its_code_or_a_file_that_lost_its_content_is_caught(
    press: Press, draft: Draft, samples: tuple[Sample, ...]
) -> None:
    token, identity = token_text(samples[0].url), "ABCD EFGH IJKL MNOP"
    assert token is not None
    mark = SealMark.of(identity, DEFAULT_HOST, draw(DEFAULT_HOST, token))
    printed = press.print_pdf(draft, mark, b"{}")
    assert printed.pages == 2

    def proved(document: Document) -> None:
        found = read_printed(document, "文书")
        prove(press.words(draft), found, (token,), identity, DEFAULT_HOST, b"{}")

    proved(printed)
    bare = press.print_pdf(draft, mark, None)
    with pytest.raises(Defect, match="没有内嵌规范内容"):
        proved(bare)
    for number in (0, 1):
        target = io.BytesIO()
        with pikepdf.open(io.BytesIO(printed.data)) as pdf:
            page = pdf.pages[number]
            told = pikepdf.parse_content_stream(page)
            kept = [one for one in told if str(one.operator) != "Do"]
            assert len(kept) == len(told) - 1
            page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))
            pdf.save(target)
        with pytest.raises(Defect, match="二维码读不回来"):
            proved(Document(PDF, target.getvalue(), 2))


def altered(document: Document, press: Press, draft: Draft, old: str, new: str) -> list[bytes]:
    """同一文件，印错一处。"""
    if document.media_type == PDF:
        html = render_html(draft, press.environment)
        assert html.count(old) >= 1
        return [press.print_html(html.replace(old, new, 1), unmarked(draft)).data]
    assert document.media_type == DOCX
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document.data)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            if name == "word/document.xml":
                assert old.encode() in part
                part = part.replace(old.encode(), new.encode(), 1)
            copy.writestr(name, part)
    return [target.getvalue()]


def test_a_draft_says_so_across_every_page_and_has_neither_code_nor_number(
    docgen: Docgen, samples: tuple[Sample, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", CASES / "quarry.yaml", "-o", out, "--draft").code == 0
    mine = [s for s in samples if s.case == "quarry" and s.instrument != "delivery_receipt"]
    twins = {sample.content.title: sample for sample in mine}
    drafts = sorted(path for path in out.glob("草稿_*.pdf") if "回执" not in path.name)
    assert len(drafts) == len(twins) == 2
    for path in drafts:
        assert read_presented(path.read_bytes(), path.name).tokens == ()
        twin = pypdfium2.PdfDocument(twins[path.stem.rpartition("_")[2]].pdf)
        document = pypdfium2.PdfDocument(path)
        assert len(document) == len(twin)
        for page, sealed in zip(document, twin, strict=True):
            assert "verify" not in "".join(glyph.char for glyph in glyphs(page))
            (mark,) = pictures(page)
            assert mark.right - mark.left == pytest.approx(140, abs=1), "most of the width"
            dark, grey = shades(page), shades(sealed)
            assert dark[0] == pytest.approx(grey[0], rel=0.1), "the mark covers no text"
            assert dark[1] > grey[1] + 40_000, "the mark shows"
        first = "".join(glyph.char for glyph in glyphs(document[0]))
        assert "〔2026〕号" in first, "room for a number"


def shades(page: pypdfium2.PdfPage) -> tuple[int, int]:
    """版心里深色与浅灰的点数。"""
    counts = page.render(scale=2, grayscale=True).to_pil().crop((150, 215, 1050, 1480)).histogram()
    return sum(counts[:100]), sum(counts[200:230])


def test_a_draft_docx_has_the_mark_in_its_header_and_no_code(
    docgen: Docgen, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", CASES / "quarry.yaml", "-o", out, "--draft").code == 0
    for path in out.glob("草稿_*.docx"):
        parts = read_office(path.read_bytes(), path.name)
        header = parts["word/header1.xml"].decode("utf-8")
        assert header.count("<w:drawing>") == 1
        assert 'descr="草稿"' in header
        for picture in docx_pictures(parts):
            assert codes_in_picture(open_picture(picture, path.name)) == ()


def test_the_manifest_tells_the_digest_of_each_file(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        manifest = json.loads((sample.pdf.parent / "manifest.json").read_text("utf-8"))
        told = {row["path"]: row["sha256"] for row in manifest["documents"]}
        for path in (sample.pdf, sample.docx):
            assert told[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
