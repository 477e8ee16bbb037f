"""印刷与版面测试共用：全部样本各印一次（几个测试进程合用），量出每个字的位置。"""

from __future__ import annotations

import ctypes
import fcntl
import itertools
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
import yaml
from lxml import etree
from support import CASES, PROCEDURES, Data

from docgen.cli import run
from docgen.model.content import ContentReading
from docgen.model.document import CONTENT_NAME
from docgen.model.draft import Draft
from docgen.model.words import squeeze
from docgen.office import read_office
from docgen.read.pdf import open_pdf, read_envelope, read_pages
from docgen.render.official import Mark
from docgen.seal.content import read_content

POINT = 25.4 / 72  # mm
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LONG = 20_000
OPENING, CLOSING = "（《〈「『【〔“‘", "，。、；：？！）》〉」』】〕”’"
PURE = "安全生产执法文书逐字印出每行廿八字每页廿二行版心不出一字"
MIXED = "2026年11月9日，聚合车间R-101釜温度86.5℃（上限80℃）、压力0.62MPa，未停车；"


@dataclass(frozen=True)
class Sample:
    """一份印好的样本文书。name: case/instrument, or case/instrument-2 for a second of its kind."""

    name: str
    case: str
    instrument: str
    number: str
    url: str
    pages: int
    pdf: Path
    docx: Path

    @property
    def content(self) -> ContentReading:
        """PDF 内嵌的规范内容。"""
        embedded = read_envelope(self.pdf.read_bytes(), self.name, CONTENT_NAME).content
        assert embedded is not None
        return read_content(embedded)


@dataclass(frozen=True)
class Glyph:
    """一个字：左、右、基线（毫米，从页面左上角起），字号（点），字体名。"""

    char: str
    left: float
    right: float
    baseline: float
    size: float
    font: str


@dataclass(frozen=True)
class Rule:
    """一条横线：左、右、正中的高度（毫米，从页面左上角起）。"""

    left: float
    right: float
    height: float


@dataclass(frozen=True)
class Styled:
    """DOCX 的一段：样式，文字（空白除外），是否要与下一段同页。"""

    style: str
    text: str
    kept: bool


@dataclass(frozen=True)
class Picture:
    """一张图的位置（毫米）与点数。"""

    left: float
    top: float
    right: float
    bottom: float
    pixels: tuple[int, int]


Line = list[Glyph]


def text(line: Line) -> str:
    """一行的文字。"""
    return "".join(glyph.char for glyph in line)


def once(root: Path, name: str, make: Callable[[Path], None]) -> Path:
    """做一次，几个测试进程合用；root 为它们共同的临时文件夹。"""
    folder = root / name
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "done").touch()
    return folder


def print_samples(folder: Path) -> None:
    """每个样本案件印到一个文件夹；samples/cases 的共用一个状态文件夹。"""
    print_cases(sorted(CASES.glob("*.yaml")), folder, folder / "home")
    print_procedures(folder)


def print_procedures(folder: Path) -> None:
    """samples/procedures 的每个案件，各用自己的状态文件夹，文号因此不随别的案件变。"""
    for case in sorted(PROCEDURES.glob("*.yaml")):
        print_cases([case], folder, folder / f"home-{case.stem}")


def print_cases(cases: list[Path], folder: Path, home: Path) -> None:
    """这些案件各印到 folder 里的一个文件夹。"""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(home))
        for case in cases:
            assert run(["generate", str(case), "-o", str(folder / case.stem)]) == 0, case


def print_long(folder: Path) -> None:
    """一份很长的文书：一段纯汉字，一段两万字、汉字与西文数字混排的文字。"""
    case = folder / "long.yaml"
    case.write_text(yaml.safe_dump(long_case(), allow_unicode=True), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(folder / "home"))
        assert run(["generate", str(case), "-o", str(folder / "long")]) == 0


def long_case() -> Data:
    """chemical-plant 的查封扣押决定书，事实换成很长的文字。"""
    source = (CASES / "chemical-plant.yaml").read_text("utf-8")
    data: Data = yaml.load(source, Loader=yaml.BaseLoader)
    for part in ("instruments", "deliveries", "recordings", "proceedings"):
        key = "type" if part == "instruments" else "instrument"
        data[part] = [row for row in data[part] if row[key] == "sealing_decision"]
    repeats = LONG // len(MIXED) + 1
    data["instruments"][0]["facts"] = [PURE * 100, (MIXED * repeats)[:LONG]]
    return data


def samples_in(folder: Path) -> tuple[Sample, ...]:
    """print_samples 印出的全部文书，按清单。"""
    found = []
    names: Counter[str] = Counter()
    for manifest in sorted(folder.glob("*/manifest.json")):
        rows = json.loads(manifest.read_text("utf-8"))["documents"]
        paths = {Path(row["path"]).suffix + row["identity"]: row for row in rows}
        for row in rows:
            if row["path"].endswith(".pdf"):
                twin = paths[".docx" + row["identity"]]["path"]
                name = f"{manifest.parent.name}/{row['instrument']}"
                names[name] += 1
                found.append(
                    Sample(
                        name if names[name] == 1 else f"{name}-{names[name]}",
                        manifest.parent.name,
                        row["instrument"],
                        row["number"],
                        row["verification_url"],
                        row["pages"],
                        manifest.parent / row["path"],
                        manifest.parent / twin,
                    )
                )
    return tuple(found)


def convert(documents: dict[str, Path], folder: Path, fontconfig: Path) -> None:
    """一次启动 LibreOffice，把各 DOCX 转成 folder/<名字>.pdf；只看得见核定的字体。"""
    office = shutil.which("soffice")
    assert office, "没有 LibreOffice：请执行 make test，它会安装 libreoffice-writer-nogui。"
    scratch = folder / "docx"
    scratch.mkdir()
    for name, path in documents.items():
        shutil.copyfile(path, scratch / f"{name}.docx")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    told = subprocess.run(
        [*command, *(str(scratch / f"{name}.docx") for name in documents)],
        env={**os.environ, "FONTCONFIG_FILE": str(fontconfig), "HOME": str(folder)},
        capture_output=True,
        timeout=300,
        check=False,
    )
    missing = [name for name in documents if not (folder / f"{name}.pdf").exists()]
    assert not missing, (missing, told.stderr)


def page_texts(path: Path) -> list[str]:
    """PDF 各页的文字，空白除外。"""
    document = open_pdf(path.read_bytes(), path.name)
    told = [page.body for page in read_pages(document)]
    document.close()
    return told


def unmarked(draft: Draft) -> Mark:
    """没有签封，也没有“草稿”字样。"""
    return Mark(draft.agency, draft.date, None, None, None)


def lines(page: pypdfium2.PdfPage) -> list[Line]:
    """一页的各行，从上到下；每行从左到右，空白除外。"""
    by_place = sorted(glyphs(page), key=lambda glyph: (round(glyph.baseline, 1), glyph.left))
    return [list(line) for _, line in groupby(by_place, lambda glyph: round(glyph.baseline, 1))]


def pictures(page: pypdfium2.PdfPage) -> list[Picture]:
    """一页的各图。"""
    height = page.get_height()
    found = []
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = item.get_bounds()
        place = (left, height - top, right, height - bottom)
        found.append(Picture(*(side * POINT for side in place), item.get_px_size()))
    return found


def rules(page: pypdfium2.PdfPage) -> list[Rule]:
    """一页的横线，从上到下：手写处的下划线、表格的横线。"""
    height = page.get_height()
    found = []
    for item in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,)):
        left, bottom, right, top = item.get_bounds()
        if top - bottom < 3 and right - left > 10:
            middle = (height - (top + bottom) / 2) * POINT
            found.append(Rule(left * POINT, right * POINT, middle))
    return sorted(found, key=lambda rule: (rule.height, rule.left))


def styled(path: Path) -> list[Styled]:
    """DOCX 正文的各段（表格里的在内），按顺序。"""
    body = etree.fromstring(read_office(path.read_bytes(), path.name)["word/document.xml"])
    found = []
    for paragraph in body.iter(f"{W}p"):
        text = squeeze("".join(node.text or "" for node in paragraph.iter(f"{W}t")))
        style = str(paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val"))
        kept = paragraph.find(f"{W}pPr/{W}keepNext") is not None
        found.append(Styled(style, text, kept))
    return found


def ending(path: Path) -> list[Styled]:
    """DOCX 末尾须在同一页的各段：署名，和它前面的一段正文（第一个）。"""
    told = styled(path)
    kept = list(itertools.takewhile(lambda paragraph: paragraph.kept, reversed(told)))
    return [paragraph for paragraph in reversed(kept) if paragraph.text]


def glyphs(page: pypdfium2.PdfPage) -> Iterator[Glyph]:
    """一页的各字，按文件里的顺序，空白除外。"""
    reader = page.get_textpage()
    height = page.get_height()
    x, y = ctypes.c_double(), ctypes.c_double()
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
    for index in range(reader.count_chars()):
        hyphen = pdfium.FPDFText_IsHyphen(reader, index) == 1  # told as another at a line's end
        char = "-" if hyphen else chr(pdfium.FPDFText_GetUnicode(reader, index))
        if pdfium.FPDFText_IsGenerated(reader, index) == 1 or char.isspace():
            continue
        pdfium.FPDFText_GetCharOrigin(reader, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(reader, index, box)
        pdfium.FPDFText_GetMatrix(reader, index, matrix)
        pdfium.FPDFText_GetFontInfo(reader, index, name, len(name), flags)
        size = pdfium.FPDFText_GetFontSize(reader, index) * matrix.a
        half = size / 2  # of a full-width mark the other half is empty, and may hang out
        font = name.value.decode().partition("+")[2] or name.value.decode()
        yield Glyph(
            char,
            (x.value + half * (char in OPENING)) * POINT,
            (box.right - half * (char in CLOSING)) * POINT,
            (height - y.value) * POINT,
            size,
            font.removesuffix("-Regular"),
        )
