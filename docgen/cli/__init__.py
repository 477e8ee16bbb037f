"""命令行：一条命令一个文件，遍历文件夹即得；错误只在这里变成退出码。"""

from __future__ import annotations

import ast
import importlib
import io
import os
import pkgutil
import sys
import traceback
from pathlib import Path

import click

import docgen
from docgen.cli.shared.help import SUMMARY, ChineseGroup, in_chinese
from docgen.cli.shared.show import show_error
from docgen.errors import Defect, DocgenError, EnvironmentLacking, UsageWrong, why

EPILOG = (
    "退出码：0 成功或“是”；1 “否”（检查未通过、文书不真）；2 用法不对；\n"
    "3 批量中有的记录被拒；4 输入无效；5 环境缺少某物；70 程序自身的缺陷。"
)


class _Commands(ChineseGroup):
    """一条命令一个模块，用到才读入：读入全部要几秒。"""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        found: click.Command = getattr(importlib.import_module(f"{__name__}.{name}"), name)
        return found

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """各命令的一句话，从源文件里看来，一个模块也不读入。"""
        return [(name, _summary(name)) for name in self.list_commands(ctx)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = self.list_commands(ctx)
        if not args[0].startswith("-") and args[0] not in known:
            raise click.NoSuchCommand(args[0], possibilities=known, ctx=ctx)
        return super().resolve_command(ctx, args)


def _summary(name: str) -> str:
    """一条命令的一句话：它的函数的说明。"""
    source = Path(__file__).with_name(f"{name}.py").read_text("utf-8")
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    told = next((ast.get_docstring(one) for one in functions if one.name == name), None)
    return click.Command(name, help=told).get_short_help_str(SUMMARY)


@click.group(cls=_Commands, epilog=EPILOG)
@click.version_option(docgen.__version__, message="docgen %(version)s", help="显示版本。")
def cli() -> None:
    """安全生产行政执法文书：生成、签封、核查与验证。

    从这里开始：
      docgen new -o 案件.yaml               写出待填的案件文件
      docgen check 案件.yaml                核查音像记录的安排与时限
      docgen generate 案件.yaml -o 文件夹   编号、签封、印出 DOCX 与 PDF
      docgen pack 案件.yaml -o 出发.pdf     合成一个打印文件：文书、回执、音像记录单
      docgen verify 文件                    验证真伪
      docgen doctor                         检查本机缺什么
    """


def main() -> None:
    """程序入口。What a terminal cannot show is written as an escape, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """执行一条命令，给出退出码。"""
    try:
        code = cli.main(arguments, prog_name="docgen", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except DocgenError as error:
        show_error(error)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return UsageWrong.exit_code
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "docgen"
        show_error(UsageWrong(f"用法不对：{in_chinese(error)}", advice=f"见 {path} --help。"))
        return UsageWrong.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except click.ClickException as error:
        show_error(EnvironmentLacking(error.format_message()))
        return EnvironmentLacking.exit_code
    except OSError as error:
        reason = f"读写不成：{why(error)}"
        advice = "请检查磁盘、权限与输出的去处。"
        show_error(
            EnvironmentLacking(f"{reason}（{error.filename or '标准输出'}）。", advice=advice)
        )
        return EnvironmentLacking.exit_code
    except Exception as error:
        return _defect(error)


def _defect(error: Exception) -> int:
    if os.environ.get("DOCGEN_DEBUG"):
        traceback.print_exc()
    advice = "这是本程序的缺陷，请把命令与这段文字报给维护者；加 DOCGEN_DEBUG=1 再试可得详情。"
    show_error(Defect(f"程序出错（{type(error).__name__}）：{error}", advice=advice))
    return Defect.exit_code
