"""帮助：click 的帮助页改用中文标题。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


class _Chinese(click.Command):
    """中文的“用法”“选项”“帮助”。"""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        for english, chinese in (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 …")):
            pieces = pieces.replace(english, chinese)
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [r for p in self.get_params(ctx) if (r := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本帮助。"
        return option


def in_chinese(error: click.UsageError) -> str:
    """click 的用法错误，说成中文：哪个参数、什么不对。"""
    match error:
        case click.NoSuchOption():
            near = f"是否应为 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项 {error.option_name}。{near}"
        case click.NoSuchCommand():
            return f"没有命令 {error.command_name}。"
        case click.MissingParameter():
            return f"缺少 {_name(error.param)}。"
        case click.BadParameter():
            return f"{_name(error.param)} 的写法不对，{_expected(error)}"
    return error.format_message()


def _expected(error: click.BadParameter) -> str:
    match error.param.type if error.param else None:
        case click.IntRange(min=low, max=high):
            return f"应为 {low} 至 {high} 的整数。"
        case click.Choice(choices=choices):
            return f"只能是 {'、'.join(str(choice) for choice in choices)}。"
        case click.DateTime():
            return "应为存在的日期，如 2026-11-24。"
    return error.message


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return " / ".join(parameter.opts)
    return parameter.make_metavar(click.get_current_context(silent=True) or _NOWHERE)


_NOWHERE = click.Context(click.Command("docgen"))


class ChineseCommand(_Chinese):
    """一条命令。"""


class ChineseGroup(_Chinese, click.Group):
    """一组命令。"""

    command_class = ChineseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [
            (name, command.get_short_help_str(60))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("命令"):
            formatter.write_dl(rows)


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """一条中文帮助的命令。"""
    return click.command(name, cls=ChineseCommand, **attributes)


def group(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], ChineseGroup]:
    """一组中文帮助的命令。"""
    return click.group(name, cls=ChineseGroup, **attributes)


json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出到标准输出。")
