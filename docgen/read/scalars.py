"""案件文件里的单个值：文字、日期、时刻、金额、文号怎样写才算数。"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from docgen.model.number import parse_number

CHINA = timezone(timedelta(hours=8))
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_MONEY = re.compile(r"([0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3})(\.[0-9]{1,2})?")
_FIGURES = re.compile(r"[-−+]?\s*[0-9]+(\.[0-9]+)?")
_REGION = re.compile(r"[^（）()〔〕\[\]/\\0-9\s]{1,6}")
_KEY = re.compile(r"[\w-]{1,40}")
_TIME = re.compile(r"([0-9]{1,2})\s*[:：时]\s*([0-9]{1,2})\s*分?(?::([0-9]{1,2}))?")


def _fault(message: str) -> PydanticCustomError:
    return PydanticCustomError("docgen", "{message}", {"message": message})


def _text(value: object) -> object:
    if value is None:
        raise _fault("是空的，必须填写。")
    if not isinstance(value, str):
        raise _fault("应当是一段文字。")
    text = value.strip()
    if not text:
        raise _fault("是空的，必须填写。")
    if "\n" in text:
        raise _fault("只能写一行，不能换行。")
    return text


def _paragraphs(value: object) -> object:
    lines = value.splitlines() if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise _fault("应当是一段或几段文字。")
    found = [_text(line) for line in lines if line is None or str(line).strip()]
    if not found:
        raise _fault("是空的，必须填写。")
    return found


def read_date(value: object) -> object:
    """日期：2026-11-24、2026年11月24日、2026/11/24、2026.11.24。"""
    if isinstance(value, date):
        return value
    found = _DATE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise _fault("应当是日期，如 2026-11-24。")
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        raise _fault("不是存在的日期。") from None


def read_moment(value: object) -> object:
    """时刻：2026-12-08T09:00:00+08:00、2026-12-08 09:00、2026年12月8日9时00分。

    Without an offset it is Beijing time (+08:00); the result always carries one.
    """
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise _fault("应当是时刻，如 2026-12-08T09:00:00+08:00。")
    text = value.strip()
    day = _DATE.match(text)
    clock = text[day.end() :].strip(" Tt") if day else ""
    if day and not clock:
        raise _fault("只有日期没有时间；应当写到分，如 2026-12-08T09:00:00+08:00。")
    time_of_day = _TIME.fullmatch(clock)
    try:
        if day and time_of_day:
            parts = [int(part or 0) for part in (*day.groups(), *time_of_day.groups())]
            moment = datetime(*parts)  # type: ignore[arg-type]  # year to second, in order
        else:
            moment = datetime.fromisoformat(text.upper().replace("Z", "+00:00"))
        return moment.replace(tzinfo=moment.tzinfo or CHINA).astimezone(CHINA)
    except (ValueError, OverflowError):
        raise _fault("不是存在的时刻；应当如 2026-12-08T09:00:00+08:00。") from None


def _minute(value: datetime) -> datetime:
    if value.second or value.microsecond:
        raise _fault("只能写到分，秒应当为 00。")
    return value


def _money(value: object) -> object:
    if not isinstance(value, str) or not _MONEY.fullmatch(value.strip()):
        raise _fault("应当是金额，如 20000.00。")
    amount = Decimal(value.strip().replace(",", ""))
    if not amount:
        raise _fault("金额不能是 0。")
    return amount


def _quantity(text: str) -> str:
    figures = _FIGURES.match(unicodedata.normalize("NFKC", text))
    if figures and Decimal(figures[0].replace("−", "-").replace(" ", "")) <= 0:
        raise _fault("数量应当大于 0。")
    return text


def _number(value: object) -> object:
    text = _text(value)
    if parse_number(str(text)) is None:
        raise _fault("不是文号；应当如（鲁）应急责改〔2026〕12号。")
    return text


def _region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise _fault("应当是文号里的机关代字，如 鲁；不能有括号、斜线、数字和空格，至多 6 个字。")
    return text


_BRACKETS = str.maketrans({"(": "（", ")": "）", "[": "〔", "]": "〕", "［": "〔", "］": "〕"})


def tidy_case_number(text: str) -> str:
    """案号统一写法：括号用全角，中间没有空格；写法不同不能成为两个案件。"""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).split())


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise _fault("应当是短的名字，只用字母、汉字、数字、_ 和 -，至多 40 个字。")
    return text


def _rule_code(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}[0-9]{3}", text):
        raise _fault("不是认定的代码；应当如 REC009，docgen rules 列出全部。")
    return text


def _identifier(text: str) -> str:
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", text):
        raise _fault("是表格软件存成小数的长号码，末几位已经丢失；请按证照重新输入。")
    return text


def one_of(choices: tuple[str, ...]) -> object:
    """只能取所列几个值之一的文字，作字段的类型。"""

    def check(value: str) -> str:
        if value not in choices:
            raise _fault(f"只能是下列之一：{'、'.join(choices)}。")
        return value

    schema = {"type": "string", "enum": list(choices)}
    return Annotated[Text, AfterValidator(check), WithJsonSchema(schema)]


# Editors read YAML's plain digits as numbers; we keep them as the text they are.
_TEXT_SCHEMA = {"type": ["string", "number"], "minLength": 1}
_TEXTS_SCHEMA = {"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA}]}
_MONEY_SCHEMA = {"type": ["string", "number"], "pattern": f"^{_MONEY.pattern}$"}
Text = Annotated[str, BeforeValidator(_text), WithJsonSchema(_TEXT_SCHEMA)]
Region = Annotated[
    Text,
    AfterValidator(_region),
    WithJsonSchema({"type": "string", "pattern": f"^{_REGION.pattern}$"}),
]
CaseNumber = Annotated[Text, AfterValidator(tidy_case_number), WithJsonSchema(_TEXT_SCHEMA)]
Key = Annotated[
    Text,
    AfterValidator(_key),
    WithJsonSchema({"type": ["string", "number"], "pattern": f"^{_KEY.pattern}$"}),
]
Paragraphs = Annotated[list[str], BeforeValidator(_paragraphs), WithJsonSchema(_TEXTS_SCHEMA)]
RuleCode = Annotated[Text, AfterValidator(_rule_code)]
Identifier = Annotated[Text, AfterValidator(_identifier)]
Day = Annotated[
    date, BeforeValidator(read_date), WithJsonSchema({"type": "string", "format": "date"})
]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Minute = Annotated[Moment, AfterValidator(_minute)]
Money = Annotated[Decimal, BeforeValidator(_money), WithJsonSchema(_MONEY_SCHEMA)]
Quantity = Annotated[Text, AfterValidator(_quantity), WithJsonSchema(_TEXT_SCHEMA)]
NumberText = Annotated[str, BeforeValidator(_number), WithJsonSchema(_TEXT_SCHEMA)]
