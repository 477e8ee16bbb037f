"""接口：按它自己的 OpenAPI 说明来攻击，没有一次出错。"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from printed import Sample
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp

from docgen.cli.shared.tools import Tools, moment_now
from docgen.web.app import make_app
from docgen.web.guard import Limits
from docgen.window import Window

MANY = "1000000/minute"


@pytest.fixture(scope="module")
def window(samples: tuple[Sample, ...], shared_folder: Path) -> Iterator[Window]:
    import click

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(shared_folder / "samples" / "home"))
        with click.Context(click.Command("test")):
            yield Tools().window(moment_now)


@pytest.fixture(scope="module")
def app(window: Window) -> ASGIApp:
    limits = Limits(MANY, MANY, MANY, MANY, MANY)
    return make_app(window, ("localhost", "testserver", "127.0.0.1"), limits)


@pytest.fixture(scope="module")
def described(app: ASGIApp) -> Any:
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)


def test_nothing_that_the_description_allows_breaks_the_server(described: Any) -> None:
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 5
    for operation in operations:
        for mode in GenerationMode if takes_something(operation) else [GenerationMode.POSITIVE]:

            @settings(
                max_examples=25,
                deadline=None,
                phases=(Phase.explicit, Phase.generate),
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def attack(case: Any) -> None:
                answer = case.call()
                assert answer.status_code < 500, answer.content
                # any bytes are a file by the description; what is no document is refused with 422
                case.validate_response(answer, excluded_checks=[positive_data_acceptance])

            attack()


def takes_something(operation: Any) -> bool:
    return bool(operation.path_parameters or operation.query or operation.body)


def test_a_body_that_does_not_come_is_not_waited_for(window: Window) -> None:
    sent: list[Any] = []

    async def receive() -> Any:
        await anyio.sleep(30)
        raise AssertionError("waited for")

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "raw_path": b"/",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"multipart/form-data; boundary=b")],
        "client": ("127.0.0.1", 1),
    }
    slow = make_app(window, ("localhost",), Limits(seconds=0.05))
    anyio.run(slow, scope, receive, send)
    assert sent[0]["status"] == 408


def test_guessed_identities_hit_nothing(window: Window) -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for _ in range(2000):  # benchmarks/guesses.py tries 100 000
        guess = "".join(secrets.choice(alphabet) for _ in range(16))
        assert window.of_identity(guess) is None
