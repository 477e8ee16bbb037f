"""serve：查验文书的网站。"""

from __future__ import annotations

import click

from docgen.cli.shared.help import command
from docgen.cli.shared.tools import Tools, moment_now
from docgen.seal.qr import check_host


@command("serve")
@click.option(
    "--port", metavar="端口", type=click.IntRange(0, 65535), default=8080, show_default=True
)
@click.option(
    "--bind",
    metavar="地址",
    default="127.0.0.1",
    show_default=True,
    help="只在本机；对外时放在 HTTPS 的反向代理后面。",
)
@click.option("--proxy", metavar="地址", help="反向代理的地址；只信它说的来访者地址（计次数用）。")
def serve(port: int, bind: str, proxy: str | None) -> None:
    """开网站：扫二维码的人在这里得到回答。不用先写任何配置。

    对外的主机名是 config.yaml 的 verify_host，别的名字一律不答；本机的
    http://127.0.0.1:8080/ 总是可以。网站不记来访者的地址和他们查的文书。

    例：docgen serve --port 8080
    """
    from docgen.web.server import run_server  # noqa: PLC0415

    tools = Tools()
    run_server(tools.window(moment_now), check_host(tools.settings.host), bind, port, proxy)
