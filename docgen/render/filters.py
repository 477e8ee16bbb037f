"""过滤器：模板里的值怎样写成中文公文的样子。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import MappingProxyType

_NUMERALS = "零一二三四五六七八九十"


def day(value: date) -> str:
    """2026年11月24日（GB/T 9704：阿拉伯数字，不编虚位）。"""
    return f"{value.year}年{value.month}月{value.day}日"


def minute(value: datetime) -> str:
    """2026年12月8日9时00分。"""
    return f"{day(value)}{value.hour}时{value.minute:02d}分"


def count(value: int) -> str:
    """份数：两、三、四……。"""
    if value == 2:
        return "两"
    return _NUMERALS[value] if 0 <= value <= 10 else str(value)


def days_until(start: date, end: date) -> int:
    """从 start 到 end 的日数，开始的当日不计入（民事诉讼法第八十五条）。"""
    return (end - start).days


def or_slash(value: str | None) -> str:
    """没有内容的格子划一道斜线，免得被添写。"""
    return "／" if value is None else value


def clause(value: str) -> str:
    """去掉末尾的句号、分号等，标点由模板统一加，免得印出“。。”。"""
    return value.rstrip("。；，、")


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {f.__name__: f for f in (day, minute, count, days_until, or_slash, clause)}
)
