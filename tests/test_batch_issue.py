"""批量的签发：没有印成的作废它的号；登记簿不收的一条不连累同一块里的别的。"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest
from batched import some

from docgen.batch.issue import Issuing
from docgen.batch.number import Numbered, number
from docgen.batch.worker import bench_of, prepare, print_chunk
from docgen.cli.shared.tools import Tools
from docgen.errors import EnvironmentLacking
from docgen.model.batch import By, Ready, Rejection, Status
from docgen.model.register import State
from docgen.model.table import JsonText, Raw
from docgen.store.output import FolderOutput

FALLEN = Rejection(Status.FAILED, "印不成。", advice="拆开再做。")


@pytest.fixture
def tools(home: Path) -> Iterator[Tools]:
    with click.Context(click.Command("batch")):
        yield Tools()


@pytest.fixture
def issuing(tools: Tools, tmp_path: Path) -> Issuing:
    return Issuing(tools.workshop, FolderOutput(tmp_path / "out"), By.DATE)


def _numbered(tools: Tools, count: int) -> list[tuple[Raw, Numbered]]:
    raws = [
        Raw(n, f"第 {n + 1} 行", JsonText(json.dumps(record)))
        for n, record in enumerate(some(count, ("defence_record",)))
    ]
    ready = prepare(tools.batch_setup, None, raws)
    assert all(isinstance(item, Ready) for item in ready), ready
    numbered = number(ready, tools.workshop, {})
    return [(raw, n) for raw, n in zip(raws, numbered, strict=True) if isinstance(n, Numbered)]


def test_what_cannot_be_printed_has_its_number_voided_with_the_reason_and_gets_a_new_one_later(
    tools: Tools, issuing: Issuing
) -> None:
    ((raw, first),) = _numbered(tools, 1)
    (outcome,) = issuing.issue([(raw, first, FALLEN)], tools.now)
    assert outcome.status is Status.FAILED
    assert outcome.rejection is not None
    assert "已作废" in outcome.rejection.message
    (entry,) = tools.register.entries()
    assert (entry.state, entry.void_reason) == (State.VOIDED, "批量没有印成：印不成。")
    assert [event.kind for event in tools.register.events()][-1] == "voided"
    ((_, second),) = _numbered(tools, 1)
    assert [e.number.sequence for e in second.entries.values()] == [entry.number.sequence + 1]
    assert any(entry.number.text in notice for notice in second.ready.notices)


def test_a_case_that_the_register_refuses_at_the_last_moment_spoils_no_other(
    tools: Tools, issuing: Issuing, tmp_path: Path
) -> None:
    (raw1, one), (raw2, two) = _numbered(tools, 2)
    printed = print_chunk(tools.batch_setup, [one.sealed, two.sealed])
    (entry,) = one.entries.values()
    tools.register.void(entry.identity, "另一处作废", tools.now)
    outcomes = issuing.issue(
        [(raw1, one, printed[0]), (raw2, two, printed[1])], tools.now + timedelta(seconds=1)
    )
    assert [outcome.status for outcome in outcomes] == [Status.REFUSED, Status.ISSUED]
    assert [e.state for e in tools.register.entries()] == [State.VOIDED, State.ISSUED]
    names = sorted(path.suffix for path in (tmp_path / "out").rglob("*.*") if path.is_file())
    assert names == [".docx", ".pdf"]


def test_a_worker_whose_templates_or_fonts_differ_prints_nothing(tools: Tools) -> None:
    with pytest.raises(EnvironmentLacking, match="与主进程的不同"):
        bench_of(replace(tools.batch_setup, digest="0" * 64))
