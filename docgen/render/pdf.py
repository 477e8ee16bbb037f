"""HTML → PDF/A-3u（WeasyPrint）：只用随附的资源，任何告警都算失败。"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import weasyprint
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from docgen.errors import Defect
from docgen.model.document import CONTENT_NAME, PDF, Document
from docgen.render.fonts import FontSet
from docgen.render.justify import justify_cjk

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


def render_pdf(
    html: str, day: date, content: bytes | None, assets: Mapping[str, bytes], fonts: FontSet
) -> Document:
    """排版并写成 PDF/A-3u。day: of the document; title, author and language are in its head.

    content: the canonical content of an instrument to embed, None for a 草稿 and for a sheet.

    Raises Defect for any warning of the renderer: a missing glyph or style must not pass.
    """
    moment = datetime.combine(day, time(), UTC)
    attachments = []
    if content is not None:
        attachments.append(
            weasyprint.Attachment(
                string=content,
                base_url=_BASE,
                name=CONTENT_NAME,
                description="规范内容（签封所签）",
                created=moment,
                modified=moment,
                relationship="Data",
            )
        )
    options = {"pdf_variant": _VARIANT, "pdf_tags": True, "attachments": attachments}
    justify_cjk()
    os.environ["FONTCONFIG_FILE"] = str(fonts.fontconfig)
    with _no_warnings():
        try:
            source = weasyprint.HTML(string=html, base_url=_BASE, url_fetcher=_AssetFetcher(assets))
            laid_out = source.render(font_config=FontConfiguration(), **options)
            data = laid_out.write_pdf(finisher=_tidy, **options)
        except FatalURLFetchingError as error:
            raise Defect(str(error), advice="模板只能使用样式表与二维码图片。") from error
    return Document(PDF, data, len(laid_out.pages))


def _tidy(_document: object, pdf: Any) -> None:
    """改正 WeasyPrint 写出的两处：附件在 AF 里列了两遍；文字里夹着空串。

    PDFium (Chrome, Edge) loses the spacing at the end of a text that holds empty strings.
    """
    listed = pdf.catalog.get("AF", [])
    listed[:] = dict.fromkeys(listed)
    for item in pdf.objects:
        pieces = getattr(item, "stream", [])
        for index, piece in enumerate(pieces):
            if isinstance(piece, bytes) and piece.endswith(b"] TJ"):
                pieces[index] = piece.replace(b"<>", b" ")


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
