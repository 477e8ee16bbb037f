"""稿 → DOCX：docxtpl 把模板备好一次，以后每份只填字、换上二维码图片，写成可复现的包。"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache

from docxtpl import DocxTemplate
from jinja2 import Template
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from docgen.errors import Defect
from docgen.model.document import DOCX, Document
from docgen.model.draft import Draft
from docgen.render.template import SealText, context, template_fault

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
PROPERTY_LIMIT = 255  # ECMA-376 part 2: no core property is longer
_MOST_TEMPLATES = 200
_WRITTEN = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_PROPERTIES = "docProps/core.xml"
_SAID = {
    "{http://purl.org/dc/elements/1.1/}title": "{{ title }}",
    "{http://purl.org/dc/elements/1.1/}creator": "{{ document_author }}",
    "{http://purl.org/dc/elements/1.1/}subject": "{{ document_subject }}",
    "{http://purl.org/dc/terms/}created": "{{ document_time }}",
    "{http://purl.org/dc/terms/}modified": "{{ document_time }}",
}
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class _Prepared:
    """备好的 template.docx：要填字的部件，照抄的部件，与包内的次序。"""

    order: tuple[str, ...]
    written: Mapping[str, Template]
    kept: Mapping[str, bytes]


def render_docx(
    draft: Draft,
    seal: SealText | None,
    pictures: Mapping[str, bytes],
    environment: ImmutableSandboxedEnvironment,
) -> Document:
    """填好 template.docx。pictures: bytes by part name (word/media/seal.png).

    The zip is written by us with fixed dates and order, so that the same content gives the
    same bytes. Raises InputInvalid (the template), Defect (a part is missing).
    """
    said = {
        "document_author": draft.agency[:PROPERTY_LIMIT],
        "document_subject": draft.case_number[:PROPERTY_LIMIT],
        "document_time": f"{datetime.combine(draft.date, time()).isoformat()}Z",
    }
    try:
        source = (draft.instrument.folder / "template.docx").read_bytes()
        prepared = _prepared(source, environment)
        known = context(draft, seal)
        parts = {
            name: template.render({**known, **said} if name == _PROPERTIES else known)
            for name, template in prepared.written.items()
        }
    except Exception as error:  # an expression of the template may raise any
        raise template_fault(draft, "template.docx", error) from error
    if left := set(pictures) - set(prepared.kept):
        raise Defect(f"template.docx 里没有图片部件 {'、'.join(sorted(left))}。")
    contents = {**prepared.kept, **pictures}
    contents |= {name: (_DECLARED + text).encode("utf-8") for name, text in parts.items()}
    return Document(DOCX, _package(prepared.order, contents), None)


@lru_cache(_MOST_TEMPLATES)
def _prepared(source: bytes, environment: ImmutableSandboxedEnvironment) -> _Prepared:
    """一个进程里每个模板只备一次。"""
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    patch = DocxTemplate(io.BytesIO(source)).patch_xml
    written = {
        name: environment.from_string(patch(_text(_root(part))))
        for name, part in parts.items()
        if _WRITTEN.fullmatch(name)
    }
    properties = _root(parts[_PROPERTIES])
    for tag, said in _SAID.items():
        found = properties.find(tag)
        (etree.SubElement(properties, tag) if found is None else found).text = said
    written[_PROPERTIES] = environment.from_string(_text(properties))
    kept = {name: part for name, part in parts.items() if name not in written}
    return _Prepared(tuple(sorted(parts, key=_part_order)), written, kept)


def _root(part: bytes) -> etree._Element:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _text(root: etree._Element) -> str:
    return str(etree.tostring(root, encoding="unicode"))


def _package(order: tuple[str, ...], contents: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in order:
            item = zipfile.ZipInfo(name, _ZIP_DATE)
            packed = name.endswith(".png")
            item.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            item.external_attr = 0o644 << 16
            archive.writestr(item, contents[name])
    return target.getvalue()


def _part_order(name: str) -> tuple[int, str]:
    return (0 if name == "[Content_Types].xml" else 1 if name == "_rels/.rels" else 2, name)
