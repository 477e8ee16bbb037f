"""网页：首页、文书、场记板。"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from docgen.model.disclosure import Answer
from docgen.web.counter import Counter
from docgen.web.errors import Trouble, problem
from docgen.web.paper import rendered, style, style_mark

NOT_KNOWN = (
    "没有这样的文书，或者写错了。请核对标识的十六个字符（只有字母和 2 至 7）；"
    "仍然没有的，向执法机关核实。"
)
WRONG_NAME = "名称与登记的当事人不符。请写全名，与文书上印的一样。"
NOTHING = "请选一个文件，或者写出文书标识。"
NO_SLATE = "不是本机关的场记板，或者编号不全。"
NO_CODE = "这不是文书的签封；请重新扫文书右上角的二维码。"


def pages(counter: Counter) -> APIRouter:
    """各页。"""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/")
    async def home() -> Response:
        return _home()

    @routes.post("/")
    async def ask(request: Request) -> Response:
        async with request.form(max_files=1, max_fields=4, max_part_size=2000) as form:
            file, typed = form.get("file"), form.get("identity")
            if isinstance(file, UploadFile) and file.filename:
                return _page(await counter.file(request, await file.read()))
        if not isinstance(typed, str) or not typed.strip():
            return _home(NOTHING, 422)
        found = await counter.text(typed)
        if found is None:
            found = await counter.identity(request, typed[:400])
        return _home(NOT_KNOWN, 404) if found is None else _page(found)

    _add_seal(routes, counter)

    @routes.get("/r/{slot}")
    async def slate(request: Request, slot: str) -> Response:
        told = await counter.slate(request, slot)
        if told is None:
            return _unreadable(NO_SLATE)
        return HTMLResponse(rendered("slate.html", message=told.message))

    _add_fixed(routes)
    return routes


def _add_seal(routes: APIRouter, counter: Counter) -> None:
    """扫签封打开的页，与写出名称以后的。"""

    @routes.get("/v/{token}")
    async def show(token: str) -> Response:
        found = await counter.text(token)
        if found is None:
            return _unreadable(NO_CODE)
        return _page(found, token)

    @routes.post("/v/{token}")
    async def reveal(request: Request, token: str) -> Response:
        async with request.form(max_files=0, max_fields=4, max_part_size=2000) as form:
            name = form.get("name")
        typed = name if isinstance(name, str) else ""
        told = await counter.reveal(request, token, typed[:200])
        if told is not None:
            return _page(told, token)
        found = await counter.text(token)
        if found is None:  # asked by its identity
            found = await counter.identity(request, token)
        if found is None:
            return _unreadable(NO_CODE)
        return _page(found, token, WRONG_NAME)


def _unreadable(message: str) -> HTMLResponse:
    return HTMLResponse(rendered("unreadable.html", message=message), status_code=404)


def _add_fixed(routes: APIRouter) -> None:
    """不随文书变的几页；看录像的门还关着。"""

    @routes.get(f"/style-{style_mark()}.css")
    async def sheet() -> Response:
        return Response(style(), media_type="text/css")

    @routes.get("/robots.txt")
    async def robots() -> Response:
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    @routes.get("/footage/{rest:path}")
    async def footage(request: Request) -> Response:
        return problem(request.scope, Trouble.NOT_FOUND)


def _home(message: str = "", status: int = 200) -> Response:
    return HTMLResponse(rendered("home.html", message=message), status_code=status)


def _page(answer: Answer, token: str = "", message: str = "") -> Response:
    asked = token or answer.identity.replace(" ", "")
    return HTMLResponse(rendered("answer.html", answer=answer, asked=asked, message=message))
