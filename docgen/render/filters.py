"""过滤器：模板里的值怎样写成中文公文的样子。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

_NUMERALS = "零一二三四五六七八九十"
_MAX_BLANK = 1_000
_AMOUNT_NUMERALS = "零壹贰叁肆伍陆柒捌玖"


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
    return value.rstrip("。；，、") or value


def bare(value: str) -> str:
    """去掉文书名称外面的书名号，书名号由模板统一加，免得印出“《《”。"""
    return value.strip("《》") or value


def blank(value: object, width: int) -> object:
    """手写的地方：有值就印值，没有则留 width 个全角空格，下面划线。

    Raises ValueError for a width that no paper has.
    """
    if not 0 <= width <= _MAX_BLANK:
        raise ValueError(f"blank 的宽度应为 0 至 {_MAX_BLANK}")
    return "　" * width if value is None else value


def figures(value: Decimal) -> str:
    """金额的数字：50000、1234.50，整数元不写小数。"""
    return f"{value:.2f}".removesuffix(".00")


def words_of_amount(value: Decimal) -> str:
    """金额的大写：伍万元整、壹仟陆佰捌拾元零叁角贰分。不含“人民币”。

    元后写“整”，角后也写，使后面不能添字；分后不写。中间连续的零只写一个“零”，万位、亿位为零而
    千位不为零时不写（《正确填写票据和结算凭证的基本规定》）。Raises ValueError from 10**12 up,
    below zero, and for parts of a 分.
    """
    cents = int(value * 100)
    if cents != value * 100 or not 0 <= cents < 10**14:
        raise ValueError(f"no amount in words: {value}")
    whole, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    told = _yuan(whole) + "元" if whole or not cents else ""
    if cents % 100 == 0:
        return told + "整"
    gap = whole and (whole % 10 == 0 or jiao == 0)
    told += "零" if gap else ""
    told += _AMOUNT_NUMERALS[jiao] + "角" if jiao else ""
    return told + (_AMOUNT_NUMERALS[fen] + "分" if fen else "整")


def _yuan(whole: int) -> str:
    """整数元的大写，四位一级：亿、万、元。"""
    told, owed = "", False  # owed: zeros passed that have not been told yet
    for power, unit in ((8, "亿"), (4, "万"), (0, "")):
        level = whole // 10**power % 10000
        if not level:
            owed = bool(told)
            continue
        for place, name in ((3, "仟"), (2, "佰"), (1, "拾"), (0, "")):
            digit = level // 10**place % 10
            if digit:
                told += ("零" if owed else "") + _AMOUNT_NUMERALS[digit] + name
            owed = bool(told) and not digit
        told, owed = told + unit, False
    return told or "零"


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        f.__name__: f
        for f in (
            *(day, minute, count, days_until, or_slash, clause, bare),
            *(blank, figures, words_of_amount),
        )
    }
)
