"""门卫：主机名、大小、次数与响应头，在任何页面之前；ASGI 中间件。"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Collection
from dataclasses import dataclass

import anyio
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from docgen.web.errors import Trouble, problem

_log = logging.getLogger("docgen.web")
MAX_BODY = 25_000_000
SMALL_BODY = 20_000
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), microphone=(), camera=()",
}


@dataclass(frozen=True)
class Limits:
    """一个来处的次数；names_of_one: 一份文书从所有来处合计。

    seconds: how long the next part of a body may take to come.
    """

    requests: str = "300/minute"
    files: str = "10/minute"
    identities: str = "20/minute"
    names: str = "6/10minute"
    names_of_one: str = "30/day"
    seconds: float = 30.0


class TooLarge(Exception):
    """请求体超过了上限。"""


class TooSlow(Exception):
    """请求体久等不来。"""


class Limiter:
    """每个来处在一段时间里至多几次。"""

    def __init__(self) -> None:
        self._window = MovingWindowRateLimiter(MemoryStorage())

    def admits(self, what: str, limit: str, *who: str) -> bool:
        """还在限度之内，并记下这一次。limit: as "5/10minute"."""
        return self._window.hit(parse(limit), what, *who)


class Guard:
    """挡在应用之前。

    hosts: names under which the site may be asked, without ports, lower case.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], limiter: Limiter, limits: Limits):
        self._app, self._hosts, self._limiter = app, frozenset(hosts), limiter
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        refused = self._refusal(scope)
        if refused is not None:
            await problem(scope, refused)(scope, receive, guarded)
            return
        try:
            body = _counted(receive, _cap(scope), self._limits.seconds)
            await self._app(scope, body, guarded)
        except TooLarge:
            await problem(scope, Trouble.TOO_LARGE)(scope, receive, guarded)
        except TooSlow:
            await problem(scope, Trouble.TOO_SLOW)(scope, receive, guarded)
        except ClientDisconnect:
            return
        except Exception as error:  # answered already; its words may hold what was handed in
            _log.error("defect: %s", type(error).__name__)

    def _refusal(self, scope: Scope) -> Trouble | None:
        headers = Headers(scope=scope)
        if _name(headers.get("host", "")) not in self._hosts:
            return Trouble.WRONG_HOST
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdecimal() or int(length[:20]) > _cap(scope):
            return Trouble.TOO_LARGE
        if not self._limiter.admits("all", self._limits.requests, address_of(scope)):
            return Trouble.TOO_OFTEN
        return None


def address_of(scope: Scope) -> str:
    """来处：IPv4 地址，或者 IPv6 的 /64；只用来计次，不写进任何记录。"""
    client = scope.get("client")
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _cap(scope: Scope) -> int:
    takes_file = scope["path"] in ("/", "/api/v1/verify")
    return MAX_BODY if takes_file else SMALL_BODY


def _counted(receive: Receive, cap: int, seconds: float) -> Receive:
    seen, whole = 0, False

    async def counted() -> Message:
        nonlocal seen, whole
        if whole:  # what comes after the body is the end of the connection
            return await receive()
        try:
            with anyio.fail_after(seconds):
                message = await receive()
        except TimeoutError:
            raise TooSlow from None
        seen += len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if seen > cap:
            raise TooLarge
        return message

    return counted


def _with_headers(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return guarded
