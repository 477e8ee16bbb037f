"""服务进程：uvicorn，不记访问。"""

from __future__ import annotations

import errno
import socket
import sys

import uvicorn

from docgen.errors import EnvironmentLacking, why
from docgen.web.app import make_app
from docgen.window import Window

_LOCAL = ("127.0.0.1", "localhost", "[::1]")


def run_server(window: Window, host: str, bind: str, port: int, proxy: str | None) -> None:
    """一直服务到被叫停。host: the public name; proxy: whose X-Forwarded-For is believed.

    Raises EnvironmentLacking.
    """
    listener = _listener(bind, port)
    address = f"http://{bind}:{listener.getsockname()[1]}/"
    sys.stderr.write(f"网站开在 {address}（对外的名字是 {host}）；按 Ctrl+C 停下。\n")
    sys.stderr.flush()
    config = uvicorn.Config(
        make_app(window, (host.partition(":")[0], *_LOCAL, bind)),
        access_log=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy,
        log_level="error",
        server_header=False,
        date_header=True,
        timeout_keep_alive=10,
        limit_concurrency=200,
        h11_max_incomplete_event_size=16_384,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listener(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((bind, port))
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        raise EnvironmentLacking(
            f"{bind}:{port} 上开不了：{'端口已经有人用' if taken else why(error)}。",
            advice="请用 --port 换一个端口。",
        ) from error
    return listener
