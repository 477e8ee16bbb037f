"""版面的尺寸：templates/layout/official.yaml 读成的冻结数据。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic import Field as Item
from pydantic_core import PydanticCustomError

_BODY = "body"
_FONTS = ("small", "folio")
SHAPE_OF = {"p": _BODY, "h1": "title", "td": "cell", "th": "head"}
"""没有写类的元素用哪一类。"""
Points = Annotated[float, Item(ge=0, le=300)]


class Shape(BaseModel):
    """一类段落的样子。Lengths in points; no size that cannot be read, no colour at all."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    font: str
    size: Annotated[float, Item(ge=9, le=22)]
    line: Annotated[float, Item(ge=10, le=60)]
    tracking: Annotated[float, Item(ge=-1, le=10)]
    indent: Points
    align: Literal["justify", "left", "center"]
    bold: bool = False
    left: Points = 0
    above: Points = 0
    below: Points = 0
    ruled: bool = False
    keep: bool = False
    whole: bool = False


class Measures(BaseModel):
    """各类段落，和字体的先后。The layout itself uses those of _FONTS and SHAPE_OF."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fonts: Mapping[str, Annotated[tuple[str, ...], Item(min_length=1)]]
    shapes: Mapping[str, Shape]

    @model_validator(mode="before")
    @classmethod
    def _like_the_body(cls, data: Any) -> Any:
        """没有写的各项照 body。"""
        shapes = data.get("shapes") if isinstance(data, dict) else None
        body = shapes.get(_BODY) if isinstance(shapes, dict) else None
        if not isinstance(shapes, dict) or not isinstance(body, dict):
            return data
        try:
            Shape.model_validate(body)
        except ValidationError:  # told once, not for every class that is like it
            return {**data, "shapes": {_BODY: body}}
        whole = {
            name: {**body, **own} if isinstance(own, dict) else own for name, own in shapes.items()
        }
        return {**data, "shapes": whole}

    @model_validator(mode="after")
    def _whole(self) -> Measures:
        """排版要用的字体与类都在。"""
        if lacking := [name for name in SHAPE_OF.values() if name not in self.shapes]:
            raise PydanticCustomError("docgen", f"shapes 缺少{'、'.join(lacking)}。")
        used = {shape.font: f"（{name} 用它）" for name, shape in self.shapes.items()}
        wanted = dict.fromkeys(_FONTS, "") | used
        if lacking := [f"{name}{told}" for name, told in wanted.items() if name not in self.fonts]:
            raise PydanticCustomError(
                "docgen", f"fonts 缺少{'、'.join(lacking)}；现有：{'、'.join(self.fonts)}。"
            )
        return self
