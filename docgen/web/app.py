"""网站：路由、差错与门卫合在一处。"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp

from docgen.errors import DocgenError
from docgen.web.api import ProblemBody, api
from docgen.web.counter import Busy, Counter, TooOften
from docgen.web.errors import Trouble, problem, trouble_of
from docgen.web.guard import Guard, Limits, TooLarge, TooSlow
from docgen.web.pages import pages
from docgen.window import Window

_OF_ERROR: dict[type[Exception], Trouble] = {
    TooOften: Trouble.TOO_OFTEN,
    Busy: Trouble.BUSY,
    TooLarge: Trouble.TOO_LARGE,
    TooSlow: Trouble.TOO_SLOW,
    ClientDisconnect: Trouble.BAD_REQUEST,
    RequestValidationError: Trouble.BAD_REQUEST,
    Exception: Trouble.DEFECT,
}
STANDARD = Limits()
_OF_STATUS = {
    400: Trouble.BAD_REQUEST,
    404: Trouble.NOT_FOUND,
    405: Trouble.NOT_ALLOWED,
    413: Trouble.TOO_LARGE,
    422: Trouble.BAD_REQUEST,
}
_log = logging.getLogger("docgen.web")


def make_app(window: Window, hosts: Collection[str], limits: Limits = STANDARD) -> ASGIApp:
    """整个网站。hosts: names it answers to."""
    counter = Counter(window, limits)
    app = FastAPI(
        title="docgen",
        summary="执法文书的查验",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(api(counter))
    app.include_router(pages(counter))
    _describe(app)
    _map_errors(app)
    return Guard(app, hosts, counter.limiter, limits)


def _describe(app: FastAPI) -> None:
    """差错的格式写进 OpenAPI，去掉框架自带的。"""
    described = app.openapi()
    schemas = described["components"]["schemas"]
    schemas["ProblemBody"] = ProblemBody.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in described["paths"].values():
        for operation in path.values():
            operation["responses"]["422"] = operation["responses"]["400"]


def _map_errors(app: FastAPI) -> None:
    @app.exception_handler(DocgenError)
    async def told(request: Request, error: DocgenError) -> Response:
        trouble = trouble_of(error)
        if trouble is not Trouble.UNREADABLE:
            _log.error("%s: %s", type(error).__name__, error.message)
            return problem(request.scope, trouble)
        return problem(request.scope, trouble, error.message)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if isinstance(error.__cause__, TooLarge | TooSlow):  # while a form was being read
            return problem(request.scope, _OF_ERROR[type(error.__cause__)])
        answer = problem(request.scope, _OF_STATUS.get(error.status_code, Trouble.BAD_REQUEST))
        for name, value in (error.headers or {}).items():
            answer.headers[name] = value
        return answer

    for kind, trouble in _OF_ERROR.items():
        app.add_exception_handler(kind, _telling(trouble))


def _telling(trouble: Trouble) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def tell(request: Request, _: Exception) -> Response:
        return problem(request.scope, trouble)

    return tell
