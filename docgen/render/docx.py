"""稿 → DOCX（docxtpl）：填好模板，换上二维码图片，写成可复现的包。"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, time

from docxtpl import DocxTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from docgen.errors import Defect, EnvironmentLacking
from docgen.model.document import DOCX, Document
from docgen.model.draft import Draft
from docgen.render.sandbox import printable
from docgen.render.template import GUARD, SealText, context, template_fault

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
PROPERTY_LIMIT = 255  # ECMA-376 part 2: python-docx refuses longer core properties


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
    template = DocxTemplate(draft.instrument.folder / "template.docx")
    guarded = environment.overlay()
    guarded.finalize = lambda value: _guard(printable(value))
    try:
        template.render(context(draft, seal), guarded, autoescape=True)
    except Exception as error:  # an expression of the template may raise any
        raise template_fault(draft, "template.docx", error) from error
    properties = template.docx.core_properties
    properties.title = draft.instrument.title
    properties.author = draft.agency[:PROPERTY_LIMIT]
    properties.subject = draft.case_number[:PROPERTY_LIMIT]
    properties.created = properties.modified = datetime.combine(draft.date, time())
    raw = io.BytesIO()
    try:
        template.save(raw)
    except ValueError as error:  # zipfile knows no date before 1980
        raise EnvironmentLacking("本机时钟早于 1980 年。", advice="请校正系统时间。") from error
    return Document(DOCX, _repack(raw.getvalue(), pictures), None)


def _guard(value: object) -> object:
    """把数据里 docxtpl 会改写的 {_{ 一类隔开；标记与已转义的文字原样。"""
    if not isinstance(value, str) or not any(mark in value for mark in ("{_", "_}", "%_", "_%")):
        return value
    text = value
    for mark in ("{_{", "}_}", "{_%", "%_}"):
        text = text.replace(mark, mark[0] + GUARD + mark[1:])
    return Markup(text) if isinstance(value, Markup) else text


def _repack(data: bytes, pictures: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    left = set(pictures)
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
    ):
        for name in sorted(source.namelist(), key=_part_order):
            content = source.read(name)
            if name in pictures:
                content = pictures[name]
                left.discard(name)
            elif name.endswith(".xml"):
                content = content.replace(GUARD.encode(), b"")
            item = zipfile.ZipInfo(name, _ZIP_DATE)
            item.compress_type = zipfile.ZIP_DEFLATED
            item.external_attr = 0o644 << 16
            archive.writestr(item, content)
    if left:
        raise Defect(f"template.docx 里没有图片部件 {'、'.join(sorted(left))}。")
    return target.getvalue()


def _part_order(name: str) -> tuple[int, str]:
    return (0 if name == "[Content_Types].xml" else 1 if name == "_rels/.rels" else 2, name)
