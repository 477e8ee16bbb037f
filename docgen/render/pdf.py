"""HTML → PDF/A-3u（WeasyPrint），记录单、报告、封面用：只用随附的资源，任何告警都算失败。"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from docgen.errors import Defect
from docgen.model.document import PDF, Document
from docgen.render.fonts import FontSet
from docgen.render.justify import justify_cjk
from docgen.render.pdf_objects import write_pdf

_BASE = "https://assets.invalid/"
_VARIANT = "pdf/a-3u"
_TYPES = {"css": "text/css", "png": "image/png", "jpg": "image/jpeg"}


class _AssetFetcher(URLFetcher):  # type: ignore[misc]
    """只给出事先备好的资源；其他网址一律致命（invariant 5）。"""

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=["https"], fail_on_errors=True)
        self._assets = assets

    def fetch(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002
    ) -> URLFetcherResponse:
        name = url.removeprefix(_BASE)
        if name not in self._assets:
            raise FatalURLFetchingError(f"模板要读取不允许的资源：{url[:200]}")
        kind = _TYPES[name.rpartition(".")[2]]
        return URLFetcherResponse(url, self._assets[name], {"Content-Type": kind})


class _Page(weasyprint.HTML):  # type: ignore[misc]
    """已经解析好的一页：WeasyPrint 不必再解析一次。"""

    def __init__(self, root: Element, fetcher: _AssetFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = _BASE, fetcher, "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(root)
        self.etree_element = root


def render_pdf(page: Element, assets: Mapping[str, bytes], fonts: FontSet) -> Document:
    """排版并写成 PDF/A-3u。Title, author, dates and language are in its head.

    page: the whole HTML, taken apart here; assets: style sheets and pictures by name.

    Raises Defect for any warning of the renderer: a missing glyph or style must not pass.
    """
    options = {"pdf_variant": _VARIANT, "pdf_tags": True}
    justify_cjk()
    with _no_warnings():
        try:
            fetcher = _AssetFetcher(assets)
            sheets = [_style_sheet(sheet, fonts.fontconfig) for sheet in _sheets(page, assets)]
            laid_out = _Page(page, fetcher).render(
                font_config=_font_configuration(fonts.fontconfig), stylesheets=sheets, **options
            )
            data = laid_out.write_pdf(finisher=_finish, **options)
        except FatalURLFetchingError as error:
            raise Defect(str(error), advice="模板只能使用样式表与二维码图片。") from error
    return Document(PDF, data, len(laid_out.pages))


@cache
def _font_configuration(fontconfig: Path) -> FontConfiguration:
    """一个进程只备一次字体。"""
    os.environ["FONTCONFIG_FILE"] = str(fontconfig)
    return FontConfiguration()


@cache
def _style_sheet(sheet: bytes, fontconfig: Path) -> weasyprint.CSS:
    """一个进程只解析一次样式表；它自己不能再引用别的。"""
    return weasyprint.CSS(
        string=sheet.decode("utf-8"),
        font_config=_font_configuration(fontconfig),
        base_url=_BASE,
        url_fetcher=_AssetFetcher({}),
    )


def _sheets(page: Element, assets: Mapping[str, bytes]) -> Iterator[bytes]:
    """从页中取走引用随附样式表的 link，给出各样式表；其余的 link 留给排版去拒绝。"""
    for parent in list(page.iter()):
        for link in parent.findall("link"):
            name = link.get("href", "")
            if dict(link.attrib) == {"rel": "stylesheet", "href": name} and name in assets:
                parent.remove(link)
                yield assets[name]


def _finish(_document: object, pdf: Any) -> None:
    """由我们自己写出。"""
    pdf.write = partial(write_pdf, pdf)


@contextmanager
def _no_warnings() -> Iterator[None]:
    messages: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            messages.append(record.getMessage())

    logger = logging.getLogger("weasyprint")
    collector = Collector(logging.WARNING)
    logger.addHandler(collector)
    try:
        yield
    finally:
        logger.removeHandler(collector)
    if messages:
        raise Defect("排版时有告警，未输出：" + "；".join(dict.fromkeys(messages)))
