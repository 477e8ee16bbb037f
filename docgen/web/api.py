"""接口 /api/v1：与网页同样的回答，给程序读；OpenAPI 在 /api/v1/openapi.json。"""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Path, UploadFile
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from docgen.model.disclosure import Answer, Disclosure, Filmed, Happening
from docgen.web.counter import Counter
from docgen.web.errors import Trouble, problem

Levels = Literal["pass", "fail", "unknown", "not_applicable"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class StepBody(_Frozen):
    """看过的一步。"""

    code: str
    level: Levels
    message: str


class FilmedBody(_Frozen):
    """一次音像记录。leaves: for /proof."""

    item: str
    started_at: str | None
    seconds: float | None
    sha256: list[str]
    leaves: list[int]


class MomentBody(_Frozen):
    """登记的送达时刻。"""

    at: str
    leaf: int


class HappeningBody(_Frozen):
    """宣读或者送达。"""

    name: str
    recorded: bool
    filmed: list[FilmedBody]
    moments: list[MomentBody]


class DocumentBody(_Frozen):
    """公开的几项。"""

    title: str
    number: str
    agency: str
    date: str
    party: str
    facts: list[tuple[str, str]]
    events: list[HappeningBody]
    leaf: int | None


class AnswerBody(_Frozen):
    """一个回答。"""

    verdict: Levels
    headline: str
    caution: str
    kind: str
    identity: str | None
    steps: list[StepBody]
    document: DocumentBody | None
    documents: list[AnswerBody]


class ProofBody(_Frozen):
    """一条流水在日志里的证明（RFC 9162 2.1.3）。leaf_hash, path: base64."""

    index: int
    size: int
    leaf_hash: str
    path: list[str]
    checkpoint: str


class ProblemBody(_Frozen):
    """差错（RFC 9457）。"""

    type: str
    title: str
    status: int
    advice: str
    detail: str | None = None


_PROBLEM: dict[str, Any] = {
    "description": "差错",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
    },
}
_TROUBLES: dict[int | str, dict[str, Any]] = dict.fromkeys(
    (400, 404, 405, 408, 413, 422, 429, 500, 503), _PROBLEM
)


def api(counter: Counter) -> APIRouter:
    """各接口。"""
    routes = APIRouter(prefix="/api/v1", responses=_TROUBLES)
    window = counter.window

    @routes.get("/verify/{token}", response_model=AnswerBody, summary="验一个签封")
    async def verify_token(
        request: Request, token: Annotated[str, Path(max_length=400)]
    ) -> AnswerBody | Response:
        found = await counter.text(token)
        if found is None:
            return problem(request.scope, Trouble.NOT_FOUND, "这不是文书的签封。")
        return _answer(found)

    @routes.post("/verify", response_model=AnswerBody, summary="验一个文件")
    async def verify_file(
        request: Request, file: Annotated[UploadFile, File()]
    ) -> AnswerBody | Response:
        return _answer(await counter.file(request, await file.read()))

    @routes.get("/keys", summary="公开密钥清单，由根密钥签名", response_class=Response)
    async def keys() -> Response:
        text = await run_in_threadpool(window.key_list)
        return Response(text, media_type="application/json")

    @routes.get(
        "/checkpoint", summary="日志的检查点（C2SP tlog-checkpoint）", response_class=Response
    )
    async def checkpoint() -> Response:
        return PlainTextResponse(await run_in_threadpool(window.checkpoint))

    @routes.get("/proof/{index}", response_model=ProofBody, summary="一条流水在日志里的证明")
    async def proof(
        request: Request, index: Annotated[int, Path(ge=0, le=2**53 - 1)]
    ) -> ProofBody | Response:
        found = await run_in_threadpool(window.proof, index)
        if found is None:
            return problem(request.scope, Trouble.NOT_FOUND, "日志里还没有这一条。")
        return ProofBody(
            index=found.index,
            size=found.size,
            leaf_hash=_b64(found.leaf),
            path=[_b64(step) for step in found.path],
            checkpoint=found.checkpoint,
        )

    return routes


def _answer(answer: Answer) -> AnswerBody:
    return AnswerBody(
        verdict=answer.level.value,
        headline=answer.headline,
        caution=answer.caution,
        kind=answer.asked,
        identity=answer.identity or None,
        steps=[
            StepBody(code=step.code, level=step.level.value, message=step.message)
            for step in answer.steps
        ],
        document=None if answer.disclosure is None else _document(answer.disclosure),
        documents=[_answer(share) for share in answer.shares],
    )


def _document(told: Disclosure) -> DocumentBody:
    return DocumentBody(
        title=told.title,
        number=told.number,
        agency=told.agency,
        date=told.date,
        party=told.party,
        facts=list(told.facts),
        events=[_happening(one) for one in told.happenings],
        leaf=told.leaf,
    )


def _happening(one: Happening) -> HappeningBody:
    return HappeningBody(
        name=one.name,
        recorded=bool(one.filmed),
        filmed=[_filmed(film) for film in one.filmed],
        moments=[MomentBody(at=at.isoformat(), leaf=leaf) for at, leaf in one.moments],
    )


def _filmed(film: Filmed) -> FilmedBody:
    return FilmedBody(
        item=film.item,
        started_at=None if film.started_at is None else film.started_at.isoformat(),
        seconds=film.seconds,
        sha256=list(film.digests),
        leaves=list(film.leaves),
    )


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
