"""字符：哪些不能接受，哪些折为常用字符（invariant 2、4）。"""

from __future__ import annotations

import unicodedata
from functools import cache

_REASONS = {
    "Cc": "控制字符",
    "Cf": "看不见的格式字符（零宽、软连字符等）",
    "Cs": "残缺的代理码",
    "Co": "自造字区的字符，换一台机器就会变样",
    "Cn": "未定义的字符",
    "Zl": "行分隔符",
    "Zp": "段分隔符",
}
_COMBINING = frozenset({"Mn", "Mc", "Me"})
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF), (0x180B, 0x180D), (0x180F, 0x180F))
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_LOST = frozenset("\ufffc\ufffd")

_DOTS = "\u2022\u2027\u2219\u22c5\u30fb\uff65\u16eb\u0387"
_RADICALS = "⺠⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰"
_IDEOGRAPHS = "民虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙"
_LOOKALIKES = {
    **dict.fromkeys(_DOTS, "·"),
    **dict(zip(_RADICALS, _IDEOGRAPHS, strict=True)),
    "\u22ef": "…",
    "\u2010": "-",
    "\u2011": "-",
    "\u2215": "/",
    "\u2329": "〈",
    "\u232a": "〉",
}
_COMPATIBLE = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


@cache
def refusal(char: str) -> str | None:
    """某字符为何不能接受；能接受则 None。

    Ideographs newer than Python's Unicode tables are left to the glyph check.
    """
    number = ord(char)
    category = unicodedata.category(char)
    beyond_python = category == "Cn" and 0x20000 <= number <= 0x3FFFD and number & 0xFFFE != 0xFFFE
    if char == "\n" or beyond_python:
        return None
    if _within(number, _SELECTORS):
        reason = "异体选择符"
    elif char in _BLANKS:
        reason = "看不见的空白字符"
    elif char in _LOST:
        reason = "乱码留下的替代符，原来的字已经丢失"
    elif category in _COMBINING:
        reason = "附加在别的字上的符号，印出来会叠在一起或者错位"
    elif category in _REASONS:
        reason = _REASONS[category]
    else:
        return None
    return f" U+{number:04X} 是{reason}"


def fold(text: str) -> tuple[str, tuple[str, ...]]:
    """把部首码位、兼容汉字和同形符号折为常用字符；给出结果与说明（每种一条）。

    Radicals and compatibility ideographs by their Unicode mapping, look-alikes by table.
    """
    if text.isascii():
        return text, ()
    plain = {char: _plain(char) for char in text}
    changes = tuple(
        f"“{char}”（U+{ord(char):04X}）已写作“{to}”（U+{ord(to):04X}）"
        for char, to in plain.items()
        if to != char
    )
    return ("".join(plain[char] for char in text), changes) if changes else (text, ())


def shown(text: str) -> str:
    """可以放心显示的样子：不能接受的字符换成码位。"""
    return "".join(f"<U+{ord(c):04X}>" if refusal(c) or c == "\n" else c for c in text)


def legible(text: str) -> str:
    """别处来的名字（文件名、设备名）里不能显示的字符换成“？”；存储卡上什么编码都有。"""
    told = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() and c != "\ufffd" else "？" for c in told)


@cache
def _plain(char: str) -> str:
    if _within(ord(char), _COMPATIBLE) and char not in _LOOKALIKES:
        return unicodedata.normalize("NFKC", char)
    return _LOOKALIKES.get(char, char)


def _within(number: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= number <= high for low, high in ranges)
