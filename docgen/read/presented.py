"""读交来的东西：token、网址、PDF、DOCX 或图片 → Presented。"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypedDict

import pypdfium2
from PIL import Image

from docgen.errors import InputInvalid
from docgen.model.document import CONTENT_NAME, PDF, Document, PageText, Presented
from docgen.office import read_office
from docgen.read.docx import docx_pictures, read_docx_words
from docgen.read.pdf import (
    MAX_PAGES,
    head_image,
    open_pdf,
    page_image,
    page_text,
    pages_of,
    read_envelope,
    read_file_seal,
    scanned_page,
)
from docgen.read.picture import (
    Reading,
    codes_at_sight,
    codes_in_picture,
    open_pictures,
    read_code,
)

SCAN_DPI = 150
RESCAN_DPI = 300
MAX_RESCANS = 20
_PagesRead = Callable[[pypdfium2.PdfDocument], tuple[list[PageText], list[tuple[Reading, ...]]]]


def read_text_input(text: str) -> Presented | None:
    """签封或场记板的网址，或 token 文字；都不是则 None。"""
    found = read_code(text)
    return None if found is None else Presented("token", **_seals([found]))


def read_presented(data: bytes, name: str, max_pages: int = MAX_PAGES) -> Presented:
    """按内容辨认种类并读出。name: for messages. Raises InputInvalid.

    One file is one thing: a picture that carries a PDF inside would show one page to this
    program and another to its reader.
    """
    if not data:
        raise InputInvalid(f"{name} 是空文件。", advice="请重新取得该文件。")
    if data.startswith(b"%PDF-"):
        return _pdf(data, name, max_pages, _pages_read)
    if b"%PDF-" in data:
        raise InputInvalid(f"{name} 里夹带着 PDF，不予读取。", advice="请重新取得原来的文件。")
    if data.startswith(b"PK"):
        return _docx(data, name, codes_in_picture)
    if len(data) < 2000 and (text := _as_text(data)) and (found := read_text_input(text)):
        return found
    readings = [one for page in open_pictures(data, name) for one in codes_in_picture(page)]
    return Presented("picture", **_seals(readings), sha256=_sha256(data))


def read_printed(document: Document, name: str) -> Presented:
    """读刚印出的一个文件：码在天头，一眼可见；没有码的页不必细找。"""
    if document.media_type == PDF:
        return _pdf(document.data, name, MAX_PAGES, _pages_at_sight)
    return _docx(document.data, name, codes_at_sight)


def _pdf(data: bytes, name: str, max_pages: int, read_pages: _PagesRead) -> Presented:
    document = open_pdf(data, name, max_pages)
    try:
        texts, readings = read_pages(document)
        seals = _seals(reading for page in readings for reading in page)
        pages = [
            replace(text, **_seals(found)) for text, found in zip(texts, readings, strict=True)
        ]
        if not any(page.body or page.margin for page in pages):  # a scan
            return Presented("picture", **seals, sha256=_sha256(data))
        envelope = read_envelope(data, name, CONTENT_NAME)
        return Presented(
            "pdf",
            **seals,
            sha256=_sha256(data),
            pages=tuple(pages),
            content=envelope.content,
            file_oddities=envelope.oddities,
            file_seal=read_file_seal(data),
        )
    finally:
        document.close()


def _pages_read(
    document: pypdfium2.PdfDocument,
) -> tuple[list[PageText], list[tuple[Reading, ...]]]:
    """各页的文字与码；印着图片却没有码的页（扫描件）细看，至多 MAX_RESCANS 页。"""
    texts, readings = [], []
    for page in pages_of(document):
        readings.append(codes_in_picture(page_image(page, SCAN_DPI), closely=False))
        texts.append(page_text(page))
    left = MAX_RESCANS
    for index, found in enumerate(readings):
        if found or left == 0:
            continue
        image = scanned_page(document, index, RESCAN_DPI)
        if image is not None:
            left -= 1
            readings[index] = codes_in_picture(image)
    return texts, readings


def _pages_at_sight(
    document: pypdfium2.PdfDocument,
) -> tuple[list[PageText], list[tuple[Reading, ...]]]:
    """各页的文字与天头里一眼可见的码；别处有图，page_text 会说。"""
    pages = [
        (page_text(page), codes_at_sight(head_image(page, SCAN_DPI))) for page in pages_of(document)
    ]
    return [text for text, _ in pages], [found for _, found in pages]


def _docx(
    data: bytes, name: str, codes_in: Callable[[Image.Image], tuple[Reading, ...]]
) -> Presented:
    parts = read_office(data, name)
    readings: list[Reading] = []
    for picture in docx_pictures(parts):
        with contextlib.suppress(InputInvalid):  # a picture of another kind holds no seal
            for page in open_pictures(picture, name):
                readings += codes_in(page)
    words = read_docx_words(parts, name)
    return Presented("docx", **_seals(readings), sha256=_sha256(data), words=words)


class _Seals(TypedDict):
    tokens: tuple[str, ...]
    hosts: tuple[str, ...]
    slots: tuple[str, ...]


def _seals(readings: Iterable[Reading]) -> _Seals:
    found = list(readings)
    return {
        "tokens": tuple(dict.fromkeys(r.token for r in found if r.token)),
        "hosts": tuple(dict.fromkeys(r.host for r in found if r.host and not r.slot)),
        "slots": tuple(dict.fromkeys(r.slot for r in found if r.slot)),
    }


def _as_text(data: bytes) -> str | None:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        return None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
