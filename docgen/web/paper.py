"""网页的模板：由服务器填好，没有脚本也能用。"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from docgen.settings import packaged_templates

_LABELS = {"pass": "通过", "fail": "不通过", "unknown": "不能判定", "not_applicable": "没有查"}


@cache
def folder() -> Path:
    """网页模板的文件夹。"""
    return packaged_templates() / "web"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(label=lambda level: _LABELS[str(level)], minute=_minute, span=_span)
    made.globals["style"] = f"/style-{style_mark()}.css"
    return made


@cache
def style() -> bytes:
    """样式表。"""
    return (folder() / "style.css").read_bytes()


@cache
def style_mark() -> str:
    """样式表的摘要，放在网址里。"""
    return hashlib.sha256(style()).hexdigest()[:12]


def rendered(name: str, **values: Any) -> str:
    """填好一页。"""
    return _environment().get_template(name).render(**values)


def _minute(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _span(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60} 分 {whole % 60} 秒" if whole >= 60 else f"{whole} 秒"
