"""doctor：本机缺什么。"""

from __future__ import annotations

import ctypes.util
import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.text import Text

from docgen.cli.shared.help import command, json_option
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.errors import DocgenError, EnvironmentLacking
from docgen.seal.qr import check_host
from docgen.store.database import is_postgresql
from docgen.store.sqlite import mounts, refuse_remote_disk

_PANGO = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True)
class Condition:
    """检查的一项：name 是什么，ok 为 None 是提醒而非缺失。"""

    name: str
    ok: bool | None
    message: str


@command("doctor")
@json_option
def doctor(as_json: bool) -> int:
    """检查本机：程序库、字体、模板、登记簿、密钥与设置。缺什么就说怎样补。"""
    found = [_examine(name, examine) for name, examine in _examinations(Tools())]
    if as_json:
        rows = [{"name": c.name, "ok": c.ok, "message": c.message} for c in found]
        show_json({"conditions": rows})
    else:
        for condition in found:
            mark = {True: "正常", False: "缺失", None: "提醒"}[condition.ok]
            click.echo(f"{mark}　{Text(condition.name)}：{condition.message}")
    lacking = any(condition.ok is False for condition in found)
    return EnvironmentLacking.exit_code if lacking else 0


Examination = Callable[[], str | tuple[bool | None, str]]


def _examine(name: str, examine: Examination) -> Condition:
    try:
        result = examine()
    except DocgenError as error:
        return Condition(name, False, f"{error} {error.advice}".strip())
    ok, message = (True, result) if isinstance(result, str) else result
    return Condition(name, ok, message)


def _examinations(tools: Tools) -> Iterator[tuple[str, Examination]]:
    yield "Python", lambda: sys.version.split()[0]
    yield "排版程序库", _libraries
    yield "模板", lambda: _templates(tools)
    yield "字体", lambda: _fonts(tools)
    yield "状态文件夹", lambda: _home(tools)
    yield "登记簿", lambda: _register(tools)
    yield "密钥", lambda: _keys(tools)
    yield "验证网站", lambda: _host(tools)


def _libraries() -> tuple[bool, str]:
    names = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
    missing = [name for name in names if ctypes.util.find_library(name) is None]
    if missing:
        return False, f"没有 {'、'.join(missing)}。请执行：{_PANGO}"
    return True, "Pango 与 harfbuzz-subset 都在"


def _templates(tools: Tools) -> str:
    count = len(tools.catalogue.instruments)
    return (
        f"{tools.settings.templates}，{count} 种文书，清单 {len(tools.catalogue.checklist.rows)} 行"
    )


def _fonts(tools: Tools) -> str:
    families = dict.fromkeys(face.family for face in tools.fonts.faces)
    return f"{'、'.join(families)}；摘要 {tools.fonts.digest[:16]}"


def _home(tools: Tools) -> str:
    home = tools.settings.home
    there = next(path for path in (home, *home.parents) if path.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise EnvironmentLacking(f"{home} 不能写。", advice="请修改权限，或者设 DOCGEN_HOME。")
    return str(home)


def _register(tools: Tools) -> tuple[bool | None, str]:
    if not is_postgresql(tools.settings.register):
        refuse_remote_disk(Path(tools.settings.register), mounts())
    tools.refuse_lost_register()
    place = tools.register_place
    if not tools.has_register:
        return None, f"{place} 还没有，第一次签发时建立"
    count = len(tools.register.entries())
    return True, f"{place}，{count} 个文号，{tools.register.server}"


def _keys(tools: Tools) -> tuple[bool | None, str]:
    tools.refuse_lost_register()
    if not tools.has_register:
        return None, "还没有，第一次签发时自动生成"
    found = tools.register.keybook.keys().keys
    usable = [key for key in found if key.revoked_from is None]
    for key in usable:
        tools.keyring.signer_of(key)
    folder = tools.settings.keys
    if folder.exists() and stat.S_IMODE(folder.stat().st_mode) & 0o077:
        raise EnvironmentLacking(f"密钥文件夹 {folder} 别人也能进。", advice=f"chmod 700 {folder}")
    return True, f"{len(usable)} 把密钥完好"


def _host(tools: Tools) -> tuple[bool | None, str]:
    host = check_host(tools.settings.host)
    if tools.settings.host_is_default:
        config = tools.settings.home / "config.yaml"
        return None, f"还是示例 {host}；正式使用前请在 {config} 写 verify_host: 主机名"
    return True, host
