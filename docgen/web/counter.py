"""柜台：请求与窗口之间；限次数、限同时几件，不知道的都等一样久。"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from docgen.model.disclosure import Answer
from docgen.model.verdict import Finding
from docgen.web.guard import Limiter, Limits, address_of
from docgen.web.reading import read_apart
from docgen.window import Window

UNKNOWN_SECONDS = 0.5
_WAITING = 8

Told = TypeVar("Told")


class TooOften(Exception):
    """超过了次数。"""


class Busy(Exception):
    """同时查验的太多。"""


@dataclass
class Counter:
    """一个网站的柜台。"""

    window: Window
    limits: Limits = field(default_factory=Limits)
    limiter: Limiter = field(default_factory=Limiter)
    _readers: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(2))

    async def text(self, text: str) -> Answer | None:
        """网址，它的末段，或者签封文字。"""
        return await to_thread.run_sync(self.window.of_text, text)

    async def slate(self, request: Request, slot: str) -> Finding | None:
        """场记板是什么。Raises TooOften."""
        self._demand(request, "identities", self.limits.identities)
        return await self._patient(lambda: self.window.slate(slot))

    async def file(self, request: Request, data: bytes) -> Answer:
        """交来的文件。Raises TooOften, Busy, InputInvalid."""
        self._demand(request, "files", self.limits.files)
        if self._readers.statistics().tasks_waiting >= _WAITING:
            raise Busy
        presented = await to_thread.run_sync(read_apart, data, limiter=self._readers)
        return await to_thread.run_sync(self.window.of_presented, presented)

    async def identity(self, request: Request, typed: str) -> Answer | None:
        """手写的标识；没有的，等一样久。Raises TooOften."""
        self._demand(request, "identities", self.limits.identities)
        return await self._patient(lambda: self.window.of_identity(typed))

    async def reveal(self, request: Request, text: str, name: str) -> Answer | None:
        """写出全名，看原文；写错了、没有这份文书，等一样久。Raises TooOften."""
        self._demand(request, "names", self.limits.names)

        def look() -> Answer | None:
            answer = self.window.of_text(text) or self.window.of_identity(text)
            if answer is None:
                return None
            if not self.limiter.admits("names of one", self.limits.names_of_one, answer.identity):
                raise TooOften
            return self.window.revealed(answer, name)

        return await self._patient(look)

    def _demand(self, request: Request, what: str, limit: str) -> None:
        if not self.limiter.admits(what, limit, address_of(request.scope)):
            raise TooOften

    async def _patient(self, look: Callable[[], Told | None]) -> Told | None:
        begun = time.monotonic()
        told = await to_thread.run_sync(look)
        if told is None:
            await anyio.sleep(max(0.0, UNKNOWN_SECONDS - (time.monotonic() - begun)))
        return told
