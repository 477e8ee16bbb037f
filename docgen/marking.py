"""比对报告的做与印：交来的各页圈出不同，连同表格印成 PDF，或者写成一个自足的 HTML。"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from PIL import Image, ImageDraw, ImageFont

from docgen.compare import prove_printed
from docgen.model.claim import identity_text
from docgen.model.document import Document
from docgen.model.paper import PaperMark, PaperReport, PaperSheet
from docgen.model.scan import Box, Difference, PaperReading
from docgen.model.verdict import Level
from docgen.paper.told import by_hand_told, words_finding
from docgen.read.presented import read_printed
from docgen.read.scan import PagePicture
from docgen.render.press import Press
from docgen.verify.evidence import Verification

WIDTH = 1240
_LINES = {
    Level.PASS: "没有发现不同",
    Level.FAIL: "与签发的不同",
    Level.UNKNOWN: "不能判定，请人看",
}
_RED, _ORANGE = (200, 0, 0), (225, 120, 0)


def paper_report(
    found: Verification, reading: PaperReading, pages: int, name: str, sha256: str, day: date
) -> PaperReport:
    """验证与比对的结果 → 报告。found: with a seal that holds and the content that it signs."""
    seal, content = found.seal, found.content
    assert seal is not None
    assert seal.token is not None
    assert content is not None
    told = words_finding(reading)
    return PaperReport(
        case_number=content.number,
        title=content.title,
        agency=content.agency,
        issued_on=content.date,
        identity=identity_text(seal.token.claim.identity),
        file_name=name,
        sha256=sha256,
        date=day,
        bottom_line=_LINES[told.level],
        message=_message(reading, told.message),
        coverage=f"{reading.compared} / {reading.total} 字",
        marks=tuple(_marks(reading)),
        by_hand=by_hand_told(reading),
        sheets=tuple(
            PaperSheet(f"sheet-{number}.jpg", f"交来的第 {number} 面，共 {pages} 面")
            for number in range(1, pages + 1)
        ),
    )


def _message(reading: PaperReading, told: str) -> str:
    """有不同的，各处在表里，不再逐处说。"""
    if not reading.differences:
        return told
    absent = "、".join(str(page) for page in reading.absent)
    also = f"另外缺第 {absent} 页。" if absent else ""
    return f"有 {len(reading.differences)} 处与签发的不同，见下表和图上的红框。{also}"


def _marks(reading: PaperReading) -> Iterator[PaperMark]:
    groups = (
        ("不同", True, reading.differences),
        ("看不真切", False, reading.doubtful),
        ("没有读出", False, reading.unread),
    )
    rows = [(label, sure, one) for label, sure, ones in groups for one in ones]
    rows.sort(key=lambda row: (row[2].sheet, row[2].line))
    for number, (label, sure, one) in enumerate(rows, 1):
        yield PaperMark.of(number, label, sure, one)


def marked_pictures(report: PaperReport, pictures: Sequence[PagePicture]) -> Mapping[str, bytes]:
    """各页的 JPEG，圈出不同。"""
    told = zip(report.sheets, pictures, strict=True)
    return {
        sheet.name: _marked(picture, [m for m in report.marks if m.difference.sheet == number])
        for number, (sheet, picture) in enumerate(told, 1)
    }


def _marked(picture: PagePicture, marks: Sequence[PaperMark]) -> bytes:
    image = Image.fromarray(picture.pixels)
    scale = min(1.0, WIDTH / image.width)
    size = (round(image.width * scale), round(image.height * scale))
    image = image.resize(size, Image.Resampling.LANCZOS)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=26)
    for mark in marks:
        if mark.difference.box is not None:
            colour = _RED if mark.sure else _ORANGE
            _circle(draw, _scaled(mark.difference.box, scale), str(mark.number), colour, font)
    target = io.BytesIO()
    image.save(target, "JPEG", quality=82)
    return target.getvalue()


def _scaled(box: Box, scale: float) -> tuple[float, float, float, float]:
    across, down = [x * scale for x, _ in box], [y * scale for _, y in box]
    middle, half = (min(across) + max(across)) / 2, max(7.0, (max(across) - min(across)) / 2)
    return middle - half - 3, min(down) - 3, middle + half + 3, max(down) + 3


def _circle(
    draw: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    number: str,
    colour: tuple[int, int, int],
    font: ImageFont.ImageFont | ImageFont.FreeTypeFont,
) -> None:
    _, top, right, _ = box
    draw.rectangle(box, outline=colour, width=3)
    wide = 10 + 16 * len(number)
    place = (right - 2, top - 26, right - 2 + wide, top + 4)
    if place[1] < 0:
        place = (place[0], top, place[2], top + 30)
    draw.rectangle(place, fill=colour)
    draw.text(
        ((place[0] + place[2]) / 2, (place[1] + place[3]) / 2), number, "white", font, anchor="mm"
    )


def print_paper(report: PaperReport, pictures: Mapping[str, bytes], press: Press) -> Document:
    """印成 PDF，并读回来核对文字。Raises Defect."""
    told = _drawable(report, press)
    document = press.print_paper(told, pictures)
    pages = read_printed(document, told.case_number).pages
    prove_printed(press.paper_words(told), pages, "纸面比对报告")
    return document


def write_paper(report: PaperReport, pictures: Mapping[str, bytes], press: Press) -> bytes:
    """写成一个自足的 HTML：样式与图片都在里面。"""
    html = press.paper_html(report)
    for name in ("base.css", "paper.css"):
        style = press.styles[name].decode("utf-8")
        html = html.replace(f'<link rel="stylesheet" href="{name}"/>', f"<style>\n{style}</style>")
    for name, data in pictures.items():
        inside = base64.b64encode(data).decode("ascii")
        html = html.replace(f'src="{name}"', f'src="data:image/jpeg;base64,{inside}"')
    return html.encode("utf-8")


def _drawable(report: PaperReport, press: Press) -> PaperReport:
    """认出来的字、文件名里没有字形的换成“？”：不是我们写的，不能因此印不出来。"""

    def drawn(text: str) -> str:
        missing = set(press.fonts.missing(text))
        return "".join("？" if char in missing else char for char in text)

    def mark(one: PaperMark) -> PaperMark:
        words = drawn(one.difference.read_words)
        told: Difference = replace(one.difference, read_words=words)
        return PaperMark.of(one.number, one.label, one.sure, told)

    return replace(
        report,
        file_name=drawn(report.file_name),
        message=drawn(report.message),
        marks=tuple(mark(one) for one in report.marks),
        by_hand=tuple(drawn(text) for text in report.by_hand),
    )
