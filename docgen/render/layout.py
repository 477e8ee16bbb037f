"""版面：templates/layout/official.yaml 的尺寸与字体。"""

from __future__ import annotations

from pathlib import Path

from docgen.errors import InputInvalid, Problem
from docgen.measures import Measures
from docgen.render.fonts import FontSet
from docgen.source import read_source
from docgen.validate import demand


def load_layout(templates: Path, fonts: FontSet) -> Measures:
    """读版面。Raises InputInvalid naming line and key, and fonts that are not configured."""
    source = read_source(templates / "layout" / "official.yaml")
    measures = demand(Measures, source.data, source)
    unknown = [
        Problem(source.where(("fonts", name)), f"字体“{family}”没有配置。")
        for name, families in measures.fonts.items()
        for family in families
        if family not in fonts.names
    ]
    if unknown:
        raise InputInvalid(
            f"{source.name} 有 {len(unknown)} 个字体没有配置。",
            problems=unknown,
            advice="请写 layout/fonts.yaml 里有的名称，或者在那里配置它。",
        )
    return measures
