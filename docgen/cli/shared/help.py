"""帮助：click 的帮助页改用中文标题。"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from typing import Any

import click
from rich.cells import cell_len


class _Formatter(click.HelpFormatter):
    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """两列对齐；一个汉字占两格，click 只按一格算。"""
        listed = list(rows)
        widest = min(col_max, max(cell_len(name) for name, _ in listed))
        for name, text in listed:
            gap = " " * max(col_spacing, widest + col_spacing - cell_len(name))
            self.write(f"{'':>{self.current_indent}}{name}{gap}{text}\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    """中文的“用法”“选项”“帮助”；说明按原样分行，不重排。"""

    context_class = _Context

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._write_as_it_is(self.help, formatter)

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self._write_as_it_is(self.epilog, formatter)

    def _write_as_it_is(self, text: str | None, formatter: click.HelpFormatter) -> None:
        if text:
            formatter.write_paragraph()
            for line in inspect.cleandoc(text).splitlines():
                formatter.write(f"  {line}".rstrip() + "\n")

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = " ".join(self.collect_usage_pieces(ctx))
        for english, chinese in (("[OPTIONS]", "[选项]"), ("COMMAND [ARGS]...", "命令 …")):
            pieces = pieces.replace(english, chinese)
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [record for p in options if (record := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl([(names, _note(text)) for names, text in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示本帮助。"
        return option


def _note(text: str) -> str:
    told = _RANGE.sub(r"（\1 至 \2）", text)
    told = _LEAST.sub(r"（\1 以上）", told).replace("[required]", "（必填）")
    return told.replace("[default: ", "（默认 ").replace("]", "）")


_LEAST = re.compile(r"\[x>=(\d+)(?:; required)?\]")
_RANGE = re.compile(r"\[(\d+)<=x<=(\d+)(?:; required)?\]")


def in_chinese(error: click.UsageError) -> str:
    """click 的用法错误，说成中文：哪个参数、什么不对。"""
    match error:
        case click.NoSuchOption():
            near = f"是否应为 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有选项 {error.option_name}。{near}"
        case click.NoSuchCommand():
            near = f"是否应为 {'、'.join(error.possibilities)}？" if error.possibilities else ""
            return f"没有命令 {error.command_name}。{near}"
        case click.MissingParameter():
            return f"缺少 {_name(error.param)}。"
        case click.BadParameter():
            return f"{_name(error.param)} 的写法不对，{_expected(error)}"
    if found := _EXTRA.search(error.format_message()):
        return f"多了 {found[1]}；有空格的写法要用引号括起来。"
    return error.format_message()


_EXTRA = re.compile(r"unexpected extra arguments? \((.+)\)")


def _expected(error: click.BadParameter) -> str:
    match error.param.type if error.param else None:
        case click.IntRange(min=low, max=high):
            return f"应为 {low} {'以上' if high is None else f'至 {high}'} 的整数。"
        case click.Choice(choices=choices):
            return f"只能是 {'、'.join(str(choice) for choice in choices)}。"
        case click.Path(dir_okay=False):
            return "要写的是文件，给的是文件夹；请写上文件名。"
        case click.Path(file_okay=False):
            return "要写的是文件夹，给的是文件；请换一个文件夹名。"
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


SUMMARY = 60


class ChineseCommand(_Chinese):
    """一条命令。"""


class ChineseGroup(_Chinese, click.Group):
    """一组命令。"""

    command_class = ChineseCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section("命令"):
            formatter.write_dl(self.summaries(ctx))

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """各命令的名字和一句话的说明。"""
        return [
            (name, command.get_short_help_str(SUMMARY))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]


def command(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """一条中文帮助的命令。"""
    return click.command(name, cls=ChineseCommand, **attributes)


def group(name: str, **attributes: Any) -> Callable[[Callable[..., Any]], ChineseGroup]:
    """一组中文帮助的命令。"""
    return click.group(name, cls=ChineseGroup, **attributes)


json_option = click.option("--json", "as_json", is_flag=True, help="以 JSON 输出到标准输出。")
