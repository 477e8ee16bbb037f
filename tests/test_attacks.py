"""攻击：登记簿、离线、网站，哪一处都不能说“通过”。"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import httpx
import pytest
from attacked import FOLDER, Attempt, Prey, attacks, key_of
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from printed import Sample
from served import serving, verdict_of
from support import mark_of

from docgen import pipeline
from docgen.catalogue import load_catalogue
from docgen.cli import run
from docgen.cli.shared.tools import Tools, moment_now
from docgen.errors import InputInvalid
from docgen.inquiry import Authorities
from docgen.model.document import Presented
from docgen.model.key import KeyList
from docgen.model.verdict import Level
from docgen.read.presented import read_presented, read_text_input
from docgen.seal.key_list import read_key_list
from docgen.seal.token import sign, token_from_text
from docgen.settings import packaged_templates

ATTACKS = attacks()
THROUGH_THE_SITE = 6


@dataclass(frozen=True)
class Field:
    """一个登记簿，它的公开清单，与攻击的对象。"""

    home: Path
    register: Authorities
    alone: Authorities
    prey: Prey


@pytest.fixture(scope="module")
def field(
    samples: tuple[Sample, ...], shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Field]:
    folder = tmp_path_factory.mktemp("attacks")
    home = folder / "home"
    shutil.copytree(shared_folder / "samples" / "home", home)
    (order, decision, gone) = (
        next(s for s in samples if s.name == f"chemical-plant/{name}")
        for name in ("rectification_order", "sealing_decision", "hearing_notice")
    )
    voided, target, other = (
        token_from_text(s.url.partition("/v/")[2]) for s in (gone, order, decision)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(home))
        assert run(["register", "void", gone.number, "--reason", "测试"]) == 0
        assert run(["keys", "export", "-o", str(folder / "keys.json")]) == 0
        import click

        with click.Context(click.Command("test")):
            book = Tools().register
        genuine = book.keybook.keys()
        old = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
        lost = Ed25519PrivateKey.from_private_bytes(b"\x02" * 32)
        late = key_of(old, "示例一厅", "一", valid_until=date(2026, 1, 1))
        stolen = key_of(
            lost, "示例二厅", "二", revoked_from=date(2026, 1, 1), revoked_reason="泄露"
        )
        keys = KeyList((*genuine.keys, late, stolen))
        path = folder / "keys.json"
        listed = read_key_list(path.read_text("utf-8"), "keys.json", mark_of(path))
        known = load_catalogue(packaged_templates())
        prey = Prey(
            token=target,
            pdf=order.pdf.read_bytes(),
            docx=order.docx.read_bytes(),
            other=other,
            other_pdf=decision.pdf.read_bytes(),
            voided=voided,
            expired=sign(target.claim, late.kid, old.sign),
            revoked=sign(target.claim, stolen.kid, lost.sign),
        )
        alone = replace(listed, keys=keys.keys)
        yield Field(home, Authorities(keys, known, book), Authorities(alone, known, None), prey)
        book.close()


@pytest.fixture(scope="module")
def client(field: Field) -> Iterator[httpx.Client]:
    with serving(field.home) as url, httpx.Client(base_url=url, timeout=90) as made:
        yield made


def test_every_folder_holds_one_attack_with_its_story() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders == set(ATTACKS)
    assert len(folders) >= 15
    for path in FOLDER.glob("*/attack.py"):
        assert re.match(r'"""[一-鿿].+?"""', path.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_an_attack_is_refused_with_the_register_and_without(name: str, field: Field) -> None:
    attempts = list(ATTACKS[name](field.prey))
    assert attempts
    for attempt in attempts:
        presented = read(attempt)
        if presented is None:
            continue
        for asked in (field.register, field.alone):
            if name == "other_host" and asked.register is None:
                continue  # offline no host is known; the answer says it was not compared
            found = pipeline.verify_presented(
                presented, asked.keys, asked.catalogue, asked.register
            )
            assert found.verdict.bottom_line is not Level.PASS, (name, attempt.text)


def read(attempt: Attempt) -> Presented | None:
    if attempt.text:
        return read_text_input(attempt.text)
    try:
        return read_presented(attempt.data, "攻击") if attempt.data else None
    except InputInvalid:
        return None


@pytest.mark.parametrize("name", sorted(set(ATTACKS) - {"other_host"}))
def test_an_attack_is_refused_by_the_site(name: str, field: Field, client: httpx.Client) -> None:
    attempts = [a for a in ATTACKS[name](field.prey) if a.text or a.data][:THROUGH_THE_SITE]
    for attempt in attempts:
        if attempt.data:
            answer = client.post("/", files={"file": ("a", attempt.data)})
            if answer.status_code == 429:
                return  # the site lets nobody try this often
        else:
            answer = client.get(httpx.URL("/v/" + "", raw_path=_path(attempt.text)))
        assert answer.status_code < 500, (name, answer.text)
        assert "Traceback" not in answer.text
        assert verdict_of(answer.text) != "pass", name


def _path(text: str) -> bytes:
    from urllib.parse import quote

    return f"/v/{quote(text, safe='')}".encode("ascii")[:8000]


def test_the_genuine_document_passes_in_the_same_place(field: Field) -> None:
    for asked in (field.register, field.alone):
        presented = read_presented(field.prey.pdf, "a.pdf")
        found = pipeline.verify_presented(presented, asked.keys, asked.catalogue, asked.register)
        assert found.verdict.bottom_line is Level.PASS
    assert moment_now().tzinfo is not None
