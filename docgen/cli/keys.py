"""keys：签名密钥与公开密钥清单。"""

from __future__ import annotations

from pathlib import Path

import click

from docgen.cli.shared.help import group, json_option
from docgen.cli.shared.show import show_json
from docgen.cli.shared.tools import Tools
from docgen.seal.keys import key_list_json, key_path
from docgen.store.files import write_file


@group("keys")
def keys() -> None:
    """签名密钥：每个机关一把，第一次签发时自动生成。"""


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """列出各机关的密钥。"""
    tools = Tools()
    found = tools.existing_register.keys().keys
    if as_json:
        rows = [
            {"kid": k.kid.hex(), "agency": k.agency, "region": k.region, "since": str(k.since)}
            for k in found
        ]
        show_json({"keys": rows})
        return
    for key in found:
        path = key_path(tools.settings.keys, key)
        state = "私钥在本机" if path.exists() else "私钥不在本机"
        click.echo(f"{key.kid.hex()}  {key.agency}（{key.region}）  {key.since} 起  {state}")


@keys.command("export")
@click.option("-o", "--output", metavar="文件", type=click.Path(path_type=Path), help="写到文件。")
def export(output: Path | None) -> None:
    """导出公开密钥清单，任何人凭它都能离线验证；其中没有私钥。"""
    text = key_list_json(Tools().existing_register.keys())
    if output is None:
        click.echo(text)
    else:
        write_file(output, (text + "\n").encode("utf-8"))
        click.echo(f"已写入 {output}", err=True)
