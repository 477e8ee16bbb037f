"""网站的差错：每种一句话，网页与接口共用；RFC 9457。"""

from __future__ import annotations

from enum import Enum

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from docgen.errors import DocgenError, EnvironmentLacking, InputInvalid
from docgen.web.paper import rendered


class Trouble(Enum):
    """状态码、是什么、怎样办。"""

    WRONG_HOST = (400, "这个网站不叫这个名字。", "请核对网址；二维码里的网址才是机关的。")
    BAD_REQUEST = (400, "请求的写法不对。", "请从首页重新开始。")
    NOT_FOUND = (404, "没有这一页。", "请从首页查验，或者重新扫二维码。")
    NOT_ALLOWED = (405, "不能这样请求这一页。", "请从首页重新开始。")
    TOO_SLOW = (408, "等了很久，没有收到文件。", "请检查网络，再交一次。")
    TOO_LARGE = (413, "文件太大，没有读取。", "请交来 25 MB 以内的照片、扫描件或者 PDF。")
    UNREADABLE = (
        422,
        "读不了这个文件。",
        "请交来 PDF、DOCX，或者页面的照片、扫描（PNG、JPEG、TIFF）。",
    )
    TOO_OFTEN = (429, "查验得太快了。", "请过一分钟再试。")
    DEFECT = (500, "网站出了差错，没有得出结论。", "请稍后再试，或者向执法机关核实。")
    BUSY = (503, "现在查验的人太多。", "请过一分钟再试。")
    LACKING = (503, "网站还没有准备好。", "请向执法机关核实。")


def trouble_of(error: DocgenError) -> Trouble:
    """程序的差错 → 网站的差错；细节留在里面。"""
    if isinstance(error, InputInvalid):
        return Trouble.UNREADABLE
    return Trouble.LACKING if isinstance(error, EnvironmentLacking) else Trouble.DEFECT


def problem(scope: Scope, trouble: Trouble, detail: str = "") -> Response:
    """接口得 JSON（RFC 9457），网页得一页。detail: what is safe to tell beside it."""
    status, message, advice = trouble.value
    headers = {"retry-after": "60"} if trouble in (Trouble.TOO_OFTEN, Trouble.BUSY) else {}
    if scope["path"].startswith("/api/"):
        body = {"type": "about:blank", "title": message, "status": status, "advice": advice}
        if detail:
            body["detail"] = detail
        return JSONResponse(
            body, status_code=status, headers=headers, media_type="application/problem+json"
        )
    page = rendered("trouble.html", message=message, detail=detail, advice=advice)
    return HTMLResponse(page, status_code=status, headers=headers)
