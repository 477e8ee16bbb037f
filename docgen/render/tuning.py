"""让 WeasyPrint 少做重复的事：同样的样式、同样的长度只算一次，排出的一样。

A batch prints thousands of documents by one style sheet. WeasyPrint works out every style of
every document anew, and each length of each box several times.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from weasyprint.css import StyleFor
from weasyprint.layout import percent
from weasyprint.layout.page import PageType

_MOST_STYLES = 5_000
_UPRIGHT = (
    *("margin_left", "margin_right", "margin_top", "margin_bottom"),
    *("padding_left", "padding_right", "padding_top", "padding_bottom"),
    *("width", "height", "max_width", "max_height"),
)
_LEAST = ("min_width", "min_height")
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))

_compute_styles = StyleFor.set_computed_styles
_resolve_percentages = percent.resolve_percentages
_styles: dict[tuple[object, ...], Any] = {}


@cache
def tune() -> None:
    """换上下面的两个；一个进程一次。"""
    StyleFor.set_computed_styles = _shared_styles
    for name, module in list(sys.modules.items()):
        if name.startswith("weasyprint.layout") and hasattr(module, "resolve_percentages"):
            module.resolve_percentages = _resolve_once  # type: ignore[attr-defined]


@contextmanager
def without_collecting() -> Iterator[None]:
    """排一份文书的时候不清扫内存，排完一并清扫：排到一半时，没有什么可以扔的。"""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _shared_styles(
    styles: Any,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    """一个元素的样式：声明相同、上级的样式相同，就是以前算好的那一份。

    Pages have styles of their own: WeasyPrint writes their counters into them.
    """
    computed = styles.get_computed_styles()
    above = computed.get((parent, None))
    above = getattr(above, "shared", above)
    declared = styles.get_cascaded_styles().get((element, pseudo_type), {})
    if pseudo_type is not None or isinstance(element, PageType):
        _compute_styles(styles, element, parent, root, pseudo_type, base_url, target_collector)
        return
    # The style that is kept holds what the numbers stand for, so that none is given anew.
    key = (
        id(styles.font_config),
        id(above),
        base_url,
        *((name, id(value), weight) for name, (value, weight) in declared.items()),
    )
    known = _styles.get(key)
    if known is None:
        _compute_styles(styles, element, parent, root, pseudo_type, base_url, target_collector)
        if len(_styles) >= _MOST_STYLES:
            _styles.clear()
        known = _styles[key] = computed[element, None]
    elif target_collector and known["anchor"]:
        target_collector.collect_anchor(known["anchor"])
    computed[element, None] = _own_copy(known) if _is_table(known) else known


def _is_table(style: Any) -> bool:
    """表格的样式，WeasyPrint 会改写它，分一部分给外面的框。"""
    return "table" in style["display"] or "inline-table" in style["display"]


def _own_copy(style: Any) -> Any:
    copy = style.copy()
    copy.__dict__["shared"] = style
    return copy


def _resolve_once(box: Any, containing_block: Any) -> None:
    """一个框的各个长度；样式里没有百分数的，对同样样式的框都一样。"""
    style = box.style
    known = style.__dict__.get("lengths")
    if known is None:
        known = style.__dict__["lengths"] = _lengths(style)
    if known:
        box.__dict__.update(known)
    else:
        _resolve_percentages(box, containing_block)


def _lengths(style: Any) -> dict[str, object]:
    """样式的各个长度；要看外面的框才知道的，为空。"""
    values = {name: style[name] for name in (*_UPRIGHT, *_LEAST)}
    plain = all(
        value in (None, "auto") or getattr(value, "unit", None) == "px" for value in values.values()
    )
    if not plain or style["box_sizing"] != "content-box" or style["border_collapse"] == "collapse":
        return {}
    known = {name: getattr(value, "value", value) for name, value in values.items()}
    known |= {name: 0 for name in _LEAST if known[name] == "auto"}
    return known | {name: style[name] for name in _BORDERS}
