"""模板环境：不可变沙箱、严格未定义、自动转义（invariant 4）。"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError

from docgen.errors import InputInvalid
from docgen.model.draft import Draft
from docgen.model.number import unnumbered_text
from docgen.render.filters import FILTERS
from docgen.render.sandbox import Sandbox

# What every template may read besides the declared fields, and of what kind it is.
GIVEN: Mapping[str, str] = MappingProxyType(
    {
        "title": "text",
        "copies": "paragraphs",
        "agency_name": "text",
        "case_number": "text",
        "date": "date",
        "number": "text",
        "numbered": "boolean",
        "seal": "seal",
    }
)


@dataclass(frozen=True)
class SealText:
    """印在二维码下面供人看的两行：文书标识与验证主机名。"""

    identity: str
    host: str


def environment(templates: Path) -> Sandbox:
    """HTML 与 DOCX 共用的模板环境。"""
    result = Sandbox(
        loader=FileSystemLoader(templates),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    result.filters.update(FILTERS)
    return result


def context(draft: Draft, seal: SealText | None) -> dict[str, Any]:
    """模板能读到的一切：声明的字段，加文书自身的几项。"""
    instrument = draft.instrument
    unnumbered = unnumbered_text(draft.region, instrument.number_code, draft.date.year)
    return {
        **draft.fields,
        "title": instrument.title,
        "copies": instrument.copies,
        "agency_name": draft.agency,
        "case_number": draft.case_number,
        "date": draft.date,
        "number": draft.number.text if draft.number else unnumbered,
        "numbered": instrument.numbered,
        "seal": seal,
    }


def template_fault(draft: Draft, name: str, error: Exception) -> InputInvalid:
    """把模板的错误说清楚：哪个文件、哪一行、什么问题。error: whatever its expressions raised."""
    where = _place(error) or str(draft.instrument.folder / name)
    reason = "使用了沙箱不允许的操作" if isinstance(error, SecurityError) else "模板有误"
    message = error.message if isinstance(error, TemplateError) else None
    return InputInvalid(
        f"{where}：{reason}：{message or error or type(error).__name__}",
        advice="模板只能读 instrument.yaml 声明的字段；可用 docgen lint 检查模板。",
    )


def _place(error: Exception) -> str | None:
    """出错的模板文件与行号，可能是 include 的文件；DOCX 没有行，为 None。"""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return f"{error.filename} 第 {error.lineno} 行"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.endswith(".html")]
    return f"{own[-1].filename} 第 {own[-1].lineno} 行" if own else None
