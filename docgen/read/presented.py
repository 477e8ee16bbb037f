"""读交来的东西：token、网址、PDF、DOCX 或图片 → Presented。"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from PIL import Image

from docgen.errors import InputInvalid
from docgen.model.document import CONTENT_NAME, Presented
from docgen.read.docx import docx_pictures, read_docx_words
from docgen.read.office import read_office
from docgen.read.pdf import (
    catalog_oddities,
    embedded_content,
    open_pdf,
    page_images,
    read_oddities,
    read_pages,
)
from docgen.read.picture import open_picture, token_text, tokens_in_picture

SCAN_DPI = 150


def read_text_input(text: str) -> Presented | None:
    """网址或 token 文字；都不是则 None。"""
    token = token_text(text)
    return None if token is None else Presented("token", (token,))


def read_presented(data: bytes, name: str) -> Presented:
    """按内容辨认种类并读出。name: for messages. Raises InputInvalid."""
    if data.startswith(b"%PDF-") or b"%PDF-" in data[:1024]:
        return _pdf(data, name)
    if data.startswith(b"PK"):
        return _docx(data, name)
    if len(data) < 2000 and (text := _as_text(data)) and (found := read_text_input(text)):
        return found
    if not data:
        raise InputInvalid(f"{name} 是空文件。", advice="请重新取得该文件。")
    return Presented("picture", tokens_in_picture(open_picture(data, name)), _sha256(data))


def _pdf(data: bytes, name: str) -> Presented:
    document = open_pdf(data, name)
    try:
        return Presented(
            "pdf",
            _tokens(page_images(document, SCAN_DPI)),
            _sha256(data),
            pages=read_pages(document),
            content=embedded_content(data, name, CONTENT_NAME),
            oddities=(*read_oddities(document), *catalog_oddities(data, name)),
        )
    finally:
        document.close()


def _docx(data: bytes, name: str) -> Presented:
    parts = read_office(data, name)
    pictures = (open_picture(picture, name) for picture in docx_pictures(parts))
    return Presented("docx", _tokens(pictures), _sha256(data), words=read_docx_words(parts, name))


def _tokens(images: Iterable[Image.Image]) -> tuple[str, ...]:
    found = (token for image in images for token in tokens_in_picture(image))
    return tuple(dict.fromkeys(found))


def _as_text(data: bytes) -> str | None:
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        return None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
