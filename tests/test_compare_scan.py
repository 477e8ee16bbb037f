"""verify --compare：真的认字。没有改的通过；改了日期、编号、金额、姓名，涂掉一行，都找得出。"""

from __future__ import annotations

import io
import json
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import printed
import pytest
import repaint
import yaml
from conftest import drafts
from PIL import Image
from support import CASES, PROCEDURES, Answer, Docgen

from docgen.cli import run
from docgen.model.content import ContentReading
from docgen.model.scan import PaperReading
from docgen.model.verdict import Level
from docgen.paper.told import words_finding
from docgen.read.ocr import Reader
from docgen.read.scan import page_pictures
from docgen.render.press import Press
from docgen.scanning import compare_pictures, load_confusions
from docgen.settings import packaged_templates

pytest.importorskip("rapidocr")
NEAR = 14.0


@pytest.fixture(scope="session")
def issued(shared_folder: Path) -> Path:
    """签发过的一份听证会通知书。"""

    def make(folder: Path) -> None:
        data = yaml.load((CASES / "chemical-plant.yaml").read_text("utf-8"), yaml.BaseLoader)
        for part in ("instruments", "deliveries", "recordings", "proceedings"):
            key = "type" if part == "instruments" else "instrument"
            data[part] = [row for row in data[part] if row[key] == "hearing_notice"]
        case = folder / "case.yaml"
        case.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DOCGEN_HOME", str(folder / "home"))
            assert run(["generate", str(case), "-o", str(folder / "out")]) == 0

    return printed.once(shared_folder, "paper", make)


@pytest.fixture
def pages(issued: Path, press: Press, monkeypatch: pytest.MonkeyPatch) -> list[repaint.Paper]:
    """它的各页，可以涂改。"""
    monkeypatch.setenv("DOCGEN_HOME", str(issued / "home"))
    (pdf,) = issued.glob("out/*通知书.pdf")
    return [repaint.paper(pdf, number, press.fonts) for number in range(2)]


@pytest.fixture
def compare(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Any:
    """扫描这几页，比对。"""

    def call(pages: list[repaint.Paper], *options: object) -> Answer:
        path = tmp_path / "scan.pdf"
        scans = [Image.open(io.BytesIO(repaint.scan_of(one.image))) for one in pages]
        scans[0].save(path, save_all=True, append_images=scans[1:], resolution=repaint.DPI)
        capfd.readouterr()
        code = run(["verify", str(path), "--compare", *map(str, options)])
        return Answer(code, *capfd.readouterr())

    return call


def test_a_clean_scan_passes_without_the_network(
    pages: list[repaint.Paper], compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    told = compare(pages, "--json")
    answer = json.loads(told.out)
    words = next(one for one in answer["findings"] if one["code"] == "VER005")
    assert words["level"] == "pass", words
    assert told.code == 0
    assert answer["paper"]["compared"] == answer["paper"]["total"]


def test_alterations_are_found_and_marked(
    pages: list[repaint.Paper], compare: Any, tmp_path: Path
) -> None:
    first, second = pages
    places = {
        "2026年12月3日9时00分": first.change("2026年12月8日", 8, "3"),
        "辛示例": first.change("丙示例", 0, "辛"),
        "模拟路7号": first.change("模拟路1号", 3, "7"),
    }
    gone = second.rub_out("本文书一式两份")
    report = tmp_path / "report.html"
    told = compare(pages, "--json", "--report", report)
    answer = json.loads(told.out)
    assert told.code == 1
    found = answer["paper"]["differences"]
    assert len(found) == 4, found
    for words, place in places.items():
        (one,) = (one for one in found if words in one["read"])
        assert one["page"] == 1
        assert near(one["box"], place), (one, place)
    (missing,) = (one for one in found if one["kind"] == "missing")
    assert missing["page"] == 2
    assert missing["issued"].startswith("本文书一式两份")
    assert gone
    words = next(one for one in answer["findings"] if one["code"] == "VER005")
    assert "签发的是“2026年12月8日9时00分”，纸面上是“2026年12月3日9时00分”" in words["message"]
    html = report.read_text("utf-8")
    assert html.count("data:image/jpeg;base64,") == 2
    assert "http" not in html.replace("http-equiv", "")
    assert "有 4 处与签发的不同" in html


def test_an_altered_amount_is_found(press: Press) -> None:
    draft = drafts(PROCEDURES / "evidence-and-penalty.yaml")["penalty_prenotice"]
    pdf, _ = press.print(draft, None, None)
    path = io.BytesIO(pdf.data)
    number, line = next(
        (n, printed.text(line))
        for n in range(pdf.pages or 0)
        for line in repaint.paper(path, n, press.fonts).lines
        if "000元" in printed.text(line)
    )
    at = line.index("000元") - 1
    altered = repaint.paper(path, number, press.fonts)
    place = altered.change(line, at, "7" if line[at] != "7" else "2")
    content = ContentReading(b"", press.words(draft), "", "", "", "", draft.by_hand)
    reading = read_back(content, repaint.scan_of(altered.image))
    (found,) = reading.differences
    assert found.issued == line[at]
    assert found.box is not None
    assert near(found.box, place)


def test_a_table_with_the_same_words_in_row_after_row_raises_nothing(press: Press) -> None:
    draft = drafts(PROCEDURES / "evidence-and-penalty.yaml")["evidence_preservation_list"]
    pdf, _ = press.print(draft, None, None)
    content = ContentReading(b"", press.words(draft), "", "", "", "", draft.by_hand)
    page = repaint.paper(io.BytesIO(pdf.data), 0, press.fonts)
    reading = read_back(content, repaint.scan_of(page.image))
    assert (reading.differences, reading.doubtful, reading.unread) == ((), (), ())


def test_a_page_upside_down_is_read_and_the_other_is_missed(
    pages: list[repaint.Paper], compare: Any
) -> None:
    first = replace(pages[0], image=pages[0].image.transpose(Image.Transpose.ROTATE_180))
    told = compare([first], "--json")
    answer = json.loads(told.out)
    assert told.code == 1
    assert answer["paper"]["differences"] == []
    words = next(one for one in answer["findings"] if one["code"] == "VER005")
    assert words["level"] == "unknown"
    assert "缺第 2 页" in words["message"]


def test_a_scan_of_another_document_is_not_the_one_issued(
    pages: list[repaint.Paper], press: Press
) -> None:
    draft = drafts(PROCEDURES / "evidence-and-penalty.yaml")["evidence_preservation_list"]
    content = ContentReading(b"", press.words(draft), "", "", "", "", draft.by_hand)
    reading = read_back(content, repaint.scan_of(pages[0].image))
    assert words_finding(reading).level is not Level.PASS
    assert reading.coverage < 0.9


def read_back(content: ContentReading, scan: bytes) -> PaperReading:
    """比对一页。"""
    confusions = load_confusions(packaged_templates())
    return compare_pictures(content, page_pictures(scan, "页"), (), confusions, Reader()).reading


def near(box: Any, place: repaint.Place) -> bool:
    """框的正中离涂改处不到一个半字。"""
    across, down = [x for x, _ in box], [y for _, y in box]
    x, y = (min(across) + max(across)) / 2, (min(down) + max(down)) / 2
    left, top, right, bottom = place
    return left - NEAR < x < right + NEAR and top - NEAR < y < bottom + NEAR


def test_without_the_library_it_says_how_to_install(
    pages: list[repaint.Paper], compare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    told = compare(pages[:1])
    assert told.code == 5
    assert "没有安装认字的程序库" in told.err
    assert 'pip install "docgen[ocr]"' in told.err


def test_a_report_needs_compare(docgen: Docgen) -> None:
    told = docgen("verify", "x.png", "--report", "r.html")
    assert told.code == 2
    assert "--compare" in told.err


def test_a_report_is_html_or_pdf(docgen: Docgen) -> None:
    told = docgen("verify", "x.png", "--compare", "--report", "r.docx")
    assert told.code == 2
    assert ".html" in told.err


def test_a_pdf_with_text_needs_no_reading(
    issued: Path, docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_HOME", str(issued / "home"))
    (pdf,) = issued.glob("out/*通知书.pdf")
    told = docgen("verify", pdf, "--compare")
    assert told.code == 2
    assert "逐字比对" in told.err
