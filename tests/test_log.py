"""流水与检查点：公开的测试向量、证明的性质，改一处就看得出。"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import CASES, Docgen

from docgen.logbook import Holdings, audit, checkpoint_of, leaves_of, proof_holds, prove
from docgen.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from docgen.model.log import SignedCheckpoint
from docgen.model.register import Event
from docgen.model.verdict import Level

VECTORS = Path(__file__).resolve().parents[2] / "shared" / "vectors" / "merkle" / "inclusion"


# --- the tree


def vectors() -> list[Path]:
    return sorted(VECTORS.rglob("*.json"))


@pytest.mark.skipif(not vectors(), reason="没有 shared/vectors 文件夹")
@pytest.mark.parametrize("path", vectors(), ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_public_vectors_of_inclusion_are_judged_as_they_say(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    leaf, root = (base64.b64decode(data[name] or "") for name in ("leafHash", "root"))
    steps = [base64.b64decode(step) for step in data["proof"] or ()]
    holds = verify_inclusion(leaf, data["leafIdx"], data["treeSize"], steps, root)
    assert holds is not data["wantErr"], data["desc"]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(bytes([n % 256, n // 256])) for n in range(count)]


def test_the_root_of_the_empty_tree_and_of_one_leaf_are_those_of_the_rfc() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree_root([]).hex() == empty
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert tree_root([leaf_hash(b"")]) == leaf_hash(b"")


@pytest.mark.parametrize("size", [*range(1, 18), 31, 32, 33, 64, 65])
def test_every_leaf_of_a_tree_is_proved_and_no_other_leaf_by_its_proof(size: int) -> None:
    tree = leaves(size)
    root = tree_root(tree)
    for index in range(size):
        path = inclusion_path(tree, index)
        assert verify_inclusion(tree[index], index, size, path, root)
        assert not verify_inclusion(tree[index], index + 1, size, path, root)
        assert not verify_inclusion(leaf_hash(b"other"), index, size, path, root)
        assert not verify_inclusion(tree[index], index, size, (*path, root), root)


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 70), st.integers(0, 70), st.integers(0, 40))
def test_a_tree_that_only_grew_is_proved_to_have_only_grown(
    first: int, more: int, flipped: int
) -> None:
    tree = leaves(first + more)
    old, new = tree_root(tree[:first]), tree_root(tree)
    path = consistency_path(tree, first)
    assert verify_consistency(first, len(tree), path, old, new)
    if more:
        other = tree_root([leaf_hash(b"x"), *tree[1:first]])
        assert not verify_consistency(first, len(tree), path, other, new)
        wrong = [bytes(32) if n == flipped % len(path) else step for n, step in enumerate(path)]
        assert not verify_consistency(first, len(tree), wrong, old, new)


# --- a log of a thousand entries


def event(number: int, body: str = "") -> Event:
    moment = datetime(2026, 11, 24, 9, number % 60, tzinfo=UTC)
    return Event(number, moment, "series_started", body or f'{{"sha256":"{number}"}}')


THOUSAND = [event(number) for number in range(1, 1001)]
ROOT = leaves_of(THOUSAND)
KEPT = SignedCheckpoint(checkpoint_of(THOUSAND), "", ())


def bottom(events: list[Event]) -> Level:
    return audit(events, Holdings(()), KEPT).bottom_line


def test_a_log_that_was_only_added_to_agrees_with_the_checkpoint() -> None:
    assert bottom(THOUSAND) is Level.PASS
    assert bottom([*THOUSAND, event(1001), event(1002)]) is Level.PASS


def test_each_of_a_thousand_entries_changed_deleted_or_swapped_gives_another_root() -> None:
    tree, root = list(ROOT), KEPT.checkpoint.root
    for index in range(1000):
        flipped = leaf_hash(b"flipped")
        assert tree_root([*tree[:index], flipped, *tree[index + 1 :]]) != root
        assert tree_root([*tree[:index], *tree[index + 1 :]]) != root
        other = (index + 1) % 1000
        swapped = tree.copy()
        swapped[index], swapped[other] = swapped[other], swapped[index]
        assert tree_root(swapped) != root
        assert tree_root(tree[:index]) != root


def flip(events: list[Event], index: int) -> None:
    events[index] = replace(events[index], body='{"sha256":"other"}')


def redate(events: list[Event], index: int) -> None:
    events[index] = replace(events[index], at=events[index].at.replace(year=2025))


def delete(events: list[Event], index: int) -> None:
    del events[index]


def delete_and_renumber(events: list[Event], index: int) -> None:
    del events[index]
    events[:] = [replace(e, sequence=n) for n, e in enumerate(events, 1)]
    events.append(event(1000, '{"sha256":"new"}'))


def swap(events: list[Event], index: int) -> None:
    other = (index + 1) % len(events)
    first, second = events[index], events[other]
    events[index] = replace(second, sequence=first.sequence)
    events[other] = replace(first, sequence=second.sequence)


def cut(events: list[Event], index: int) -> None:
    del events[index:]


def rebuild(events: list[Event], index: int) -> None:
    events[:] = [event(n, f'{{"rebuilt":"{n + index}"}}') for n in range(1, 1101)]


@pytest.mark.parametrize(
    "change",
    [flip, redate, delete, delete_and_renumber, swap, cut, rebuild],
    ids=lambda c: c.__name__,
)
def test_a_log_tampered_with_fails_against_the_checkpoint(
    change: Callable[[list[Event], int], None],
) -> None:
    for index in (0, 1, 499, 511, 512, 998, 999):
        events = list(THOUSAND)
        change(events, index)
        assert bottom(events) is Level.FAIL, index


def test_a_proof_holds_for_its_entry_and_for_no_other() -> None:
    for index in (0, 1, 500, 999):
        proof = prove(THOUSAND, index)
        assert proof_holds(proof, KEPT.checkpoint)
        assert not proof_holds(replace(proof, leaf=proof.leaf + b" "), KEPT.checkpoint)
        assert not proof_holds(replace(proof, index=index + 1), KEPT.checkpoint)


# --- a real register


@pytest.fixture
def book(docgen: Docgen, tmp_path: Path, home: Path) -> Path:
    """签发过一个案件的登记簿。"""
    assert docgen("generate", CASES / "individual.yaml", "-o", tmp_path / "out").code == 0
    assert docgen("log", "checkpoint", "-o", tmp_path / "检查点.txt").code == 0
    return home / "register.sqlite"


def tampered(book: Path, *statements: str) -> None:
    with sqlite3.connect(book) as connection:
        for trigger in ("event_no_update", "event_no_delete"):
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            assert connection.execute(statement).rowcount, statement


def levels(answer: Any) -> dict[str, str]:
    return {row["code"]: row["level"] for row in answer.json["findings"]}


def test_a_register_agrees_with_its_checkpoint_also_after_more_was_issued(
    docgen: Docgen, book: Path, tmp_path: Path
) -> None:
    kept = ("--checkpoint", tmp_path / "检查点.txt")
    assert docgen("log", "verify", *kept).code == 0
    assert docgen("generate", CASES / "quarry.yaml", "-o", tmp_path / "more").code == 0
    answer = docgen("log", "verify", *kept, "--json")
    assert (answer.code, set(levels(answer).values())) == (0, {"pass"})


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (["UPDATE event SET at = '2026-01-01T00:00:00+08:00' WHERE sequence = 3"], "LOG004"),
        (["DELETE FROM event WHERE sequence = 3"], "LOG001"),
        (["DELETE FROM event WHERE sequence > 5"], "LOG003"),
        (
            [
                "UPDATE event SET sequence = 0 WHERE sequence = 3",
                "UPDATE event SET sequence = 3 WHERE sequence = 4",
                "UPDATE event SET sequence = 4 WHERE sequence = 0",
            ],
            "LOG004",
        ),
        (["UPDATE instrument SET state = 'voided', void_reason = '无' WHERE id = 1"], "LOG002"),
        (["UPDATE document SET sha256 = 'other' WHERE rowid = 1"], "LOG002"),
        (["UPDATE instrument SET identity = randomblob(10) WHERE id = 1"], "LOG002"),
    ],
)
def test_a_register_changed_behind_its_back_is_found(
    docgen: Docgen, book: Path, tmp_path: Path, statements: list[str], code: str
) -> None:
    tampered(book, *statements)
    answer = docgen("log", "verify", "--checkpoint", tmp_path / "检查点.txt", "--json")
    assert (answer.code, levels(answer)[code]) == (1, "fail")


def test_a_proof_is_verified_by_one_who_has_the_public_keys_alone(
    docgen: Docgen, book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = docgen("register", "list", "--json").json["instruments"][0]["number"]
    keys, proof = tmp_path / "公钥.json", tmp_path / "证明.json"
    assert docgen("keys", "export", "-o", keys).code == 0
    assert docgen("log", "prove", number, "-o", proof).code == 0
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "elsewhere"))
    told = docgen("log", "verify", "--proof", proof, "--keys", keys)
    assert told.code == 0
    assert number in told.out
    data = json.loads(proof.read_text("utf-8"))
    proof.write_text(json.dumps(data | {"leaf": data["leaf"].replace("issued", "voided")}))
    assert docgen("log", "verify", "--proof", proof, "--keys", keys).code == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda t: (
            t.replace("\n8\n", "\n7\n") if "\n8\n" in t else t.replace("docgen-", "docgen_", 1)
        ),
        lambda t: t[: t.index("—")],
        lambda t: t.replace("— ", "- "),
        lambda t: "",
        lambda t: t.partition("\n\n")[0],
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(
    docgen: Docgen, book: Path, tmp_path: Path, change: Callable[[str], str]
) -> None:
    kept = tmp_path / "检查点.txt"
    kept.write_text(change(kept.read_text("utf-8")), "utf-8")
    answer = docgen("log", "verify", "--checkpoint", kept)
    assert answer.code == 4
    assert answer.err.startswith("错误：")


def test_a_checkpoint_of_another_register_is_a_failure(
    docgen: Docgen, book: Path, tmp_path: Path
) -> None:
    text = (tmp_path / "检查点.txt").read_text("utf-8")
    assert text.startswith("docgen-register/")
    assert text.count("\n— ") == 1
    for path in (book, *book.parent.glob("register.sqlite-*")):
        path.unlink()
    for path in (book.parent / "keys").glob("*"):
        path.rename(tmp_path / path.name)
    assert docgen("generate", CASES / "quarry.yaml", "-o", tmp_path / "new").code == 0
    answer = docgen("log", "verify", "--checkpoint", tmp_path / "检查点.txt")
    assert answer.code == 4, "no key of this register signed it"


def test_what_was_not_issued_cannot_be_proved(docgen: Docgen, book: Path) -> None:
    for what in ("（鲁）应急责改〔2026〕999号", "0", "9999", "无"):
        answer = docgen("log", "prove", what)
        assert answer.code == 4
        assert "流水里没有" in answer.err
