"""版面：templates/layout 的 official.typ 与 official.yaml。"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from docgen.errors import Defect, EnvironmentLacking, why
from docgen.measures import Measures
from docgen.source import read_source
from docgen.validate import demand

_ELSEWHERE = re.compile(rb"\b(?:import|include)\b")


@dataclass(frozen=True)
class Layout:
    """版面：排版的源文件、各类段落的尺寸。source: templates/layout/official.typ."""

    source: bytes
    measures: Measures


def load_layout(templates: Path) -> Layout:
    """读版面。Raises InputInvalid naming line and key, EnvironmentLacking, Defect."""
    told = read_source(templates / "layout" / "official.yaml")
    path = templates / "layout" / "official.typ"
    try:
        source = path.read_bytes()
    except OSError as error:
        raise EnvironmentLacking(
            f"读不了 {path}：{why(error)}", advice="请核对模板文件夹。"
        ) from error
    return Layout(_alone(source), demand(Measures, told.data, told))


def _alone(source: bytes) -> bytes:
    """排版的源文件不引用别的源文件和软件包。Raises Defect.

    Files it cannot read: the folder that the typesetter sees is empty.
    """
    found = _ELSEWHERE.search(re.sub(rb"//[^\n]*", b"", source))
    if found:
        raise Defect(
            f"layout/official.typ 用了 {found[0].decode()}，排版只用给它的东西。",
            advice="请把引用的内容写在 official.typ 里。",
        )
    return source
