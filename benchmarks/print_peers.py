"""同一份文书，由别的工具照各自文档的写法印：WeasyPrint、docxtpl、LibreOffice、Chromium、Typst。"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import jinja2
import qrcode
import qrcode.image.svg
import weasyprint
from docxtpl import DocxTemplate
from lxml import etree

from docgen.model.document import CONTENT_NAME, Sealed
from docgen.render.filters import FILTERS
from docgen.render.html import render_html
from docgen.render.press import Press, SealMark
from docgen.render.template import context

Make = Callable[[Sealed], bytes]
STYLE = Path(__file__).with_name("printing.css")
CHROMIUM = "/usr/bin/chromium"
PDF_A_3 = json.dumps(
    {
        "SelectPdfVersion": {"type": "long", "value": "3"},
        "UseTaggedPDF": {"type": "boolean", "value": "true"},
    }
)


@dataclass(frozen=True)
class Desk:
    """各家所用的同一套东西。small: PNG of the code; folder: for their files."""

    press: Press
    mark: SealMark
    small: bytes
    folder: Path

    def html(self, sealed: Sealed) -> str:
        """填好的 HTML，二维码叫 seal.png，样式表叫 printing.css。"""
        told = self.mark.text
        seal = (
            f'<div class="seal"><img src="seal.png"/><p>{told.identity}</p><p>{told.host}</p></div>'
        )
        html = render_html(sealed.draft, self.press.environment)
        html = html.replace("</head>", '<link rel="stylesheet" href="printing.css"/></head>')
        return html.replace("<main>", f"{seal}<main>")


def weasyprint_as_documented(desk: Desk) -> Make:
    """每份一个新的 HTML，二维码是 SVG 路径。"""
    shutil.copy(STYLE, desk.folder / STYLE.name)
    os.environ["FONTCONFIG_FILE"] = str(desk.press.fonts.fontconfig)

    def make(sealed: Sealed) -> bytes:
        code = qrcode.make(
            sealed.url,
            image_factory=qrcode.image.svg.SvgPathImage,
            error_correction=qrcode.constants.ERROR_CORRECT_M,
        )
        code.save(desk.folder / "seal.svg")
        html = desk.html(sealed).replace("seal.png", "seal.svg")
        attachment = weasyprint.Attachment(
            string=sealed.content, name=CONTENT_NAME, relationship="Data"
        )
        page = weasyprint.HTML(string=html, base_url=f"{desk.folder}/")
        data = page.write_pdf(pdf_variant="pdf/a-3u", pdf_tags=True, attachments=[attachment])
        return bytes(data)

    return make


def docxtpl_as_documented(desk: Desk) -> Make:
    """每份一个新的 DocxTemplate。"""
    jinja = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    jinja.filters.update(FILTERS)

    def make(sealed: Sealed) -> bytes:
        template = DocxTemplate(sealed.draft.instrument.folder / "template.docx")
        template.replace_pic("seal.png", io.BytesIO(desk.mark.large))
        template.render(context(sealed.draft, desk.mark.text), jinja, autoescape=True)
        target = io.BytesIO()
        template.save(target)
        return target.getvalue()

    return make


def typst_in_process(desk: Desk) -> Make:
    """一个编译器，每份换数据；二维码图片已经有了。"""
    import typst  # noqa: PLC0415  # may not be installed

    shutil.copy(Path(__file__).with_name("printing.typ"), desk.folder / "printing.typ")
    (desk.folder / "seal.png").write_bytes(desk.small)
    faces = str(desk.press.fonts.fontconfig.parent / "faces")
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[faces]
    )
    compiler = typst.Compiler(
        str(desk.folder / "printing.typ"), root=str(desk.folder), font_paths=fonts
    )

    def make(sealed: Sealed) -> bytes:
        record = {
            "title": sealed.draft.instrument.title,
            "author": sealed.draft.agency,
            "identity": desk.mark.text.identity,
            "host": desk.mark.text.host,
            "blocks": _blocks(desk.html(sealed)),
            "content": sealed.content.decode(),
        }
        data = compiler.compile(
            format="pdf",
            sys_inputs={"record": json.dumps(record)},
            pdf_standards=["a-3u"],
            timestamp=datetime(sealed.draft.date.year, 1, 1, tzinfo=UTC),
        )
        assert isinstance(data, bytes)
        return data

    return make


def _blocks(html: str) -> list[dict[str, object]]:
    """正文的段落与表格，照次序。"""
    main = etree.fromstring(html, etree.HTMLParser(encoding="utf-8")).find(".//main")
    found: list[dict[str, object]] = []
    for item in main.iter("p", "h1", "table"):
        if item.tag == "table":
            rows = [["".join(cell.itertext()) for cell in row] for row in item.iter("tr")]
            found.append({"kind": "table", "rows": rows})
        else:
            kind = item.get("class") or ("h1" if item.tag == "h1" else "body")
            found.append({"kind": kind, "text": "".join(item.itertext())})
    return found


@contextlib.contextmanager
def warm_chromium(desk: Desk) -> Iterator[Make]:
    """一个已经开着的 Chromium，每份换内容再印；它没有 PDF/A 与附件。"""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # may not be installed

    style = STYLE.read_text("utf-8")
    picture = "data:image/png;base64," + base64.b64encode(desk.small).decode()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "FONTCONFIG_FILE": str(desk.press.fonts.fontconfig)},
        )
        page = browser.new_page()

        def make(sealed: Sealed) -> bytes:
            html = desk.html(sealed).replace("seal.png", picture)
            html = html.replace("</head>", f"<style>{style}</style></head>")
            page.set_content(html)
            return page.pdf(prefer_css_page_size=True, tagged=True)

        yield make
        browser.close()


def libreoffice_batch(desk: Desk, docxtpl: Make) -> Callable[[list[Sealed]], list[bytes]]:
    """docxtpl 填好一批，LibreOffice 启动一次全部转成带标签的 PDF/A-3。"""
    folder = desk.folder / "office"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"

    def make(batch: list[Sealed]) -> list[bytes]:
        folder.mkdir(exist_ok=True)
        paths = [folder / f"{number}.docx" for number in range(len(batch))]
        for path, sealed in zip(paths, batch, strict=True):
            path.write_bytes(docxtpl(sealed))
        subprocess.run(
            ["soffice", profile, "--headless", "--convert-to"]
            + [f"pdf:writer_pdf_Export:{PDF_A_3}", "--outdir", str(folder)]
            + [str(path) for path in paths],
            env={**os.environ, "FONTCONFIG_FILE": str(desk.press.fonts.fontconfig)},
            check=True,
            capture_output=True,
        )
        return [path.with_suffix(".pdf").read_bytes() for path in paths]

    return make
