"""命令行上人写的话：姓名、理由等，要永久保留，所以不收看不见的字符。"""

from __future__ import annotations

from datetime import datetime

import click

from docgen.characters import fold, refusal
from docgen.errors import UsageWrong
from docgen.model.words import fold_space
from docgen.read.scalars import read_moment


class Words(click.types.StringParamType):
    """一行字：空白折成一个空格；空的、带控制字符的不收。"""

    name = "文字"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """写下的 → 收下的。"""
        text = fold(fold_space(value))[0]
        if not text:
            self.fail("不能是空的。", param, ctx)
        if len(text) > 300:
            self.fail("太长，至多 300 字。", param, ctx)
        wrong = next((char for char in text if refusal(char)), None)
        if wrong is not None or any(c in value for c in "\n\r\t\x0b\x0c"):
            self.fail(f"有{refusal(wrong) if wrong else '换行'}，请重写。", param, ctx)
        return text


WORDS = Words()


def names_in(text: str) -> tuple[str, ...]:
    """用顿号、逗号隔开的姓名。"""
    found = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(name.strip() for name in found if name.strip()))


def moment_option(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    """--started-at：文字 → 时刻。"""
    if value is None:
        return None
    try:
        return read_moment(value)  # type: ignore[return-value]
    except ValueError as error:
        raise UsageWrong(f"--started-at：{error}", advice="如 2026-11-24T15:00:00。") from None
