"""整理一格：导出的表里常见的写法归一并说明，丢了精度的拒绝。纯函数。"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from docgen.model.table import Broken, Cell, Column, Figure, Kind

EPOCH = datetime(1899, 12, 30)
_EXACT_DIGITS = 15  # a spreadsheet keeps no more of a number
_SERIALS = (32874, 73051)  # 1990-01-01 to 2099-12-31
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?[eE]\+[0-9]{2,3}")
_WHOLE = re.compile(r"([0-9]+)\.0+")
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?")
_RUN_TOGETHER = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_DAY = r"[0-9]{4}\s*[-/.年]\s*[0-9]{1,2}\s*[-/.月]\s*[0-9]{1,2}\s*日?"
_WITH_TIME = re.compile(rf"({_DAY})[\sTt]*[0-9]{{1,2}}\s*[:：时点].*")
_HOUR_ONLY = re.compile(rf"({_DAY}\s*[0-9]{{1,2}})\s*[时点](整)?")
_MONEY_WORDS = re.compile(r"^[¥￥]?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*元?整?$")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_FOLDED = frozenset(
    {Kind.IDENTIFIER, Kind.DATE, Kind.DATETIME, Kind.MONEY, Kind.INTEGER, Kind.CHOICE}
)
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|公式没有值|#+)")
_LOST = "末几位已经丢失；请按原件重新输入，先把该列设为文本格式。"


@dataclass(frozen=True)
class Tidied:
    """整理好的一格。value: None when the cell is empty; fault: why it cannot be used."""

    value: str | None
    notices: tuple[str, ...] = ()
    fault: str = ""


def tidied(cell: Cell, column: Column, epoch: datetime) -> Tidied:
    """一格的值，照它所在列的种类整理。"""
    match cell:
        case None:
            return Tidied(None)
        case Broken(said):
            return Tidied(None, fault=said)
        case bool():
            if column.choices and column.choices[0][1] == "true":
                return Tidied("true" if cell else "false")
            return Tidied(None, fault="是逻辑值（TRUE 或 FALSE），应当是文字。")
        case datetime():
            return _moment(cell, column.kind)
        case Figure(text):
            return _figure(text, column, epoch)
    return _text(cell, column, epoch)


def shown_cell(cell: Cell) -> str:
    """一格给人看的样子；丢了精度的长号码写成指数，免得看着像是完整的。"""
    match cell:
        case None:
            return ""
        case Broken():
            return cell.text
        case bool():
            return "TRUE" if cell else "FALSE"
        case datetime():
            return cell.strftime("%Y-%m-%d" if _midnight(cell) else "%Y-%m-%d %H:%M")
        case Figure(text):
            digits = _digits(text) or text
            return f"{Decimal(digits):.14E}" if _inexact(digits) else digits
    return cell


def kept_cell(cell: Cell) -> str | int | float | bool | datetime | None:
    """一格照原来的种类写回工作簿：读不准的改之前再读，仍然读不准。"""
    match cell:
        case Broken():
            return cell.text
        case Figure(text):
            digits = _digits(text) or text
            return float(text) if "." in digits else int(digits)
    return cell


def _midnight(moment: datetime) -> bool:
    return not (moment.hour or moment.minute or moment.second)


def _moment(moment: datetime, kind: Kind) -> Tidied:
    if kind is Kind.DATE:
        day = moment.strftime("%Y-%m-%d")
        told = () if _midnight(moment) else (f"带有时间，只取日期 {day}",)
        return Tidied(day, told)
    if kind is not Kind.DATETIME:
        return Tidied(
            None, fault="被表格软件变成了日期，原来的写法已经丢失；请设为文本后重新输入。"
        )
    if _midnight(moment):
        fault = "只有日期没有时间；应当写到分。确是零时的，请设为文本后写 2026-11-24 00:00 这样。"
        return Tidied(None, fault=fault)
    return Tidied(moment.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00"))


def _figure(text: str, column: Column, epoch: datetime) -> Tidied:
    kind = column.kind
    digits = _digits(text)
    if digits is None:
        return Tidied(None, fault=f"不是数：{text}。")
    if kind in (Kind.DATE, Kind.DATETIME):
        return _serial(digits, kind, epoch)
    if _inexact(digits):
        return Tidied(None, fault=f"是表格软件存成数字的长号码，{_LOST}")
    if kind in (Kind.MONEY, Kind.INTEGER):
        return Tidied(digits)
    if kind is Kind.CHOICE:
        return _choice(digits, column)
    if kind is Kind.IDENTIFIER and "." in digits:
        return Tidied(None, fault=f"是带小数的数 {digits}，不是号码；请设为文本后重新输入。")
    told = f"是数字，已按文字“{digits}”读取"
    if kind is Kind.IDENTIFIER:
        told += "；原来有前导零的请设为文本后重新输入"
    return Tidied(digits, (told,))


def _inexact(digits: str) -> bool:
    """位数比表格软件保得住的多。"""
    return len(digits.replace(".", "").lstrip("-0")) > _EXACT_DIGITS


def _digits(text: str) -> str | None:
    """数的十进制写法，不用指数，整数不带小数点。"""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 400:
        return None
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _serial(digits: str, kind: Kind, epoch: datetime) -> Tidied:
    if together := _RUN_TOGETHER.fullmatch(digits):
        return _told_day("-".join(together.groups()), digits, kind)
    number = Decimal(digits)
    if not _SERIALS[0] <= number < _SERIALS[1]:
        return Tidied(None, fault=f"是数 {digits}，不是日期；应当如 2026-11-24。")
    seconds = round(float(number % 1) * 86400)
    moment = epoch + timedelta(days=int(number), seconds=seconds)
    found = _moment(moment, kind)
    told = f"是表格软件的日期序号 {digits}，已读作 {found.value}"
    return found if found.fault else Tidied(found.value, (*found.notices, told))


def _told_day(day: str, written: str, kind: Kind) -> Tidied:
    if kind is Kind.DATETIME:
        return Tidied(None, fault=f"只有日期没有时间（{written}）；应当写到分。")
    return Tidied(day, (f"“{written}”已读作 {day}",))


def _text(text: str, column: Column, epoch: datetime) -> Tidied:
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    bare = plain.strip()
    if not bare:
        return Tidied(None)
    if _ERRORS.fullmatch(bare):
        return Tidied(None, fault=f"是表格软件的错误值 {bare}；请改正或者直接填写内容。")
    notices = [] if bare == plain else ["首尾的空白已去掉"]
    if column.kind in _FOLDED and (folded := bare.translate(_FULL_WIDTH)) != bare:
        bare = folded
        notices.append(f"全角字符已改为半角：{bare}")
    if _SCIENTIFIC.fullmatch(bare.translate(_FULL_WIDTH)):
        return Tidied(None, fault=f"“{bare}”是表格软件写成指数的长号码，{_LOST}")
    found = _read(bare, column, epoch)
    return Tidied(found.value, (*notices, *found.notices), found.fault)


def _read(text: str, column: Column, epoch: datetime) -> Tidied:
    match column.kind:
        case Kind.DATE:
            return _date(text, epoch)
        case Kind.DATETIME:
            return _datetime(text, epoch)
        case Kind.MONEY:
            return _money(text)
        case Kind.CHOICE:
            return _choice(text, column)
        case Kind.IDENTIFIER | Kind.INTEGER:
            return _whole(text)
    return Tidied(text)


def _whole(text: str) -> Tidied:
    """“12.0”是导出时被当作小数的 12；更长的已经丢了末几位。"""
    found = _WHOLE.fullmatch(text)
    if found is None:
        return Tidied(text)
    if len(found[1]) > _EXACT_DIGITS:
        return Tidied(None, fault=f"“{text}”是导出时存成小数的长号码，{_LOST}")
    return Tidied(found[1], (f"“{text}”已读作 {found[1]}",))


def _date(text: str, epoch: datetime) -> Tidied:
    if _PLAIN.fullmatch(text):
        return _serial(text, Kind.DATE, epoch)
    if with_time := _WITH_TIME.fullmatch(text):
        day = with_time[1].strip()
        return Tidied(day, (f"带有时间，只取日期 {day}",))
    return Tidied(text)


def _datetime(text: str, epoch: datetime) -> Tidied:
    if _PLAIN.fullmatch(text):
        return _serial(text, Kind.DATETIME, epoch)
    if hour := _HOUR_ONLY.fullmatch(text):
        told = f"{hour[1]}时00分"
        return Tidied(told, (f"“{text}”已读作 {told}",))
    return Tidied(text)


def _money(text: str) -> Tidied:
    found = _MONEY_WORDS.fullmatch(text)
    if found is None or found[1] == text:
        return Tidied(text)
    return Tidied(found[1], (f"“{text}”已读作 {found[1]}",))


def _choice(text: str, column: Column) -> Tidied:
    values = dict(column.choices)
    if text in values.values():
        return Tidied(text)
    if text in values:
        return Tidied(values[text])
    return Tidied(None, fault=f"只能是下列之一：{'、'.join(values)}。现在写的是“{text}”。")
