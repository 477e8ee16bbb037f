"""校验：把 pydantic 的错误说成人话——哪里、什么不对、应当怎样。"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from docgen.errors import InputInvalid, Problem
from docgen.source import Place, Source

Model = TypeVar("Model", bound=BaseModel)

_MESSAGES = {
    "missing": "缺少这一项，必须填写。",
    "string_type": "应当是一段文字。",
    "list_type": "应当是一个列表（每项以 - 开头）。",
    "tuple_type": "应当是一个列表（每项以 - 开头）。",
    "dict_type": "应当是若干“键: 值”。",
    "model_type": "应当是若干“键: 值”。",
    "model_attributes_type": "应当是若干“键: 值”。",
    "int_parsing": "应当是整数。",
    "int_parsing_size": "这个数太大。",
    "int_type": "应当是整数。",
    "float_parsing": "应当是数。",
    "float_type": "应当是数。",
    "finite_number": "应当是数。",
    "date_type": "应当是日期，如 2026-11-24。",
    "date_parsing": "应当是日期，如 2026-11-24。",
    "date_from_datetime_parsing": "应当是日期，如 2026-11-24。",
    "string_too_short": "不能是空的。",
    "bool_parsing": "应当是 true 或 false。",
    "bool_type": "应当是 true 或 false。",
    "too_short": "至少要有 {min_length} 项，现有 {actual_length} 项。",
    "too_long": "至多只能有 {max_length} 项，现有 {actual_length} 项。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "string_pattern_mismatch": "写法不符合要求：{pattern}。",
}


def validate(
    model: type[Model], data: object, source: Source, place: Place = ()
) -> tuple[Model | None, list[Problem]]:
    """按模型校验一段数据；给出结果，或者全部问题（带文件、路径与行号）。"""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_problem(model, e, source, place) for e in error.errors()]


def demand(model: type[Model], data: object, source: Source) -> Model:
    """按模型校验，有问题就报错。Raises InputInvalid."""
    result, problems = validate(model, data, source)
    if result is None:
        raise InputInvalid(f"{source.name} 有 {len(problems)} 处错误。", problems=problems)
    return result


def _problem(model: type[BaseModel], error: ErrorDetails, source: Source, place: Place) -> Problem:
    spot = (*place, *error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown_key(model, error["loc"], source, place)
    message = _message(error)
    value = error["input"]
    if isinstance(value, str) and error["type"] != "missing":
        message += f"现在写的是“{_shortened(value)}”。"
    elif value is None and error["type"] not in ("missing", "docgen"):
        message = "是空的；请填写，或者删去这一行。"
    return Problem(source.where(spot), message)


def _message(error: ErrorDetails) -> str:
    context: Mapping[str, Any] = error.get("ctx") or {}
    if error["type"] == "literal_error":
        choices = str(context["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"只能是下列之一：{'、'.join(choices)}。"
    if error["type"] == "docgen":
        return str(error["msg"])
    template = _MESSAGES.get(error["type"])
    return template.format(**context) if template else f"写法不对（{error['msg']}）。"


def _unknown_key(
    model: type[BaseModel], loc: tuple[str | int, ...], source: Source, place: Place
) -> Problem:
    key = str(loc[-1])
    known = _fields_at(model, loc[:-1])
    near = nearest(key, known)
    hint = f"是否应为“{near}”？" if near else f"可用的键：{'、'.join(known)}。"
    if "：" in key:
        hint = "键后面用了全角冒号，应为半角冒号加空格。"
    elif ":" in key:
        hint = "冒号后面少了空格。"
    return Problem(source.where((*place, *loc)), f"不认识键“{key}”；{hint}")


def nearest(word: str, known: Sequence[str]) -> str | None:
    """最接近的已知词，没有相近的则 None。"""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else None


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    current: type[BaseModel] = model
    keyed = False  # the next step is a key of a dict, not a field
    for step in loc:
        if isinstance(step, int) or keyed:
            keyed = False
            continue
        field = _by_key(current, str(step))
        keyed = get_origin(field) in (dict, Mapping)
        inner = _model_inside(field) if field is not None else None
        if inner is None:
            return []
        current = inner
    return [f.alias or n for n, f in current.model_fields.items()]


def _by_key(model: type[BaseModel], key: str) -> object | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field.annotation
    return None


def _model_inside(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_inside(inner)
        if found is not None:
            return found
    return None


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
