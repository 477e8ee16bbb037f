"""巡查登记簿：签发过的案件，照最新的事实，截至某日哪些逾期。"""

from __future__ import annotations

import json
import sqlite3
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rule_cases import sample_data
from support import Docgen, WriteCase

from docgen.store.register import open_register

Data = dict[str, Any]


def planned(name: str, *kinds: str) -> Data:
    """完整案件出发前的样子：只有这几份文书，没有事实。"""
    data = sample_data(name)
    data["instruments"] = [r for r in data["instruments"] if r["type"] in kinds]
    for part in ("deliveries", "recordings", "proceedings"):
        data[part] = [r for r in data[part] if r["instrument"] in kinds]
    facts = ("at", "receipt", "started_at", "ended_at", "file", "officers")
    for part in ("deliveries", "recordings"):
        data[part] = [{k: v for k, v in r.items() if k not in facts} for r in data[part]]
    return data


def told(answer: Any) -> dict[str, set[str]]:
    """各案件不通过的规则。"""
    return {
        row["case_number"]: {
            f["code"] for f in row["findings"] if f["level"] == "fail" and not f["advice"]
        }
        for row in answer.json["cases"]
    }


@pytest.fixture
def visit() -> Data:
    return planned("inspection", "rectification_order")


NUMBER = "（示县）应急查〔2026〕27号"


def test_what_is_overdue_is_listed_as_of_the_day_and_not_before(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    early = docgen("check", "--register", "--at", "2026-04-08", "--json")
    assert told(early) == {NUMBER: set()}
    late = docgen("check", "--register", "--at", "2026-04-20", "--json")
    assert late.code == 1
    assert told(late) == {NUMBER: {"DLV003"}}
    said = docgen("check", "--register", "--at", "2026-04-20").out
    assert "没有送达的记载" in said
    assert said.splitlines()[-1].startswith("截至 2026-04-20：共 1 个案件，通过 0，不通过 1")


def test_facts_kept_afterwards_clear_what_was_overdue(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    done = sample_data("inspection")
    for part in ("deliveries", "recordings"):
        visit[part] = [r for r in done[part] if r["instrument"] == "rectification_order"]
    kept = docgen("register", "keep", write_case(visit))
    assert (kept.code, kept.out.strip()) == (0, f"{NUMBER}：记下了。")
    again = docgen("register", "keep", write_case(visit))
    assert "没有再记" in again.out
    answer = docgen("check", "--register", "--at", "2026-04-20", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (0, "pass")
    later = docgen("check", "--register", "--at", "2026-05-07", "--json")
    assert told(later) == {NUMBER: {"TIM004"}}, "nobody came to re-inspect"


def test_a_case_file_that_lacks_facts_kept_before_is_refused_with_what_it_lacks(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    before = write_case(visit)
    assert docgen("generate", before, "-o", tmp_path / "out").code == 0
    done, older = sample_data("inspection"), deepcopy(visit)
    for part in ("deliveries", "recordings"):
        visit[part] = [r for r in done[part] if r["instrument"] == "rectification_order"]
    assert docgen("register", "keep", write_case(visit)).code == 0
    lacking = write_case(older)
    answer = docgen("register", "keep", lacking)
    assert answer.code == 1
    assert "deliveries[rectification_order].at = 2026-04-09T16:10" in answer.err
    assert docgen("generate", lacking, "-o", tmp_path / "out").code == 0, "a mere reprint"
    assert docgen("check", "--register", "--at", "2026-04-20").code == 0, "the facts still stand"
    more = planned("inspection", "rectification_order", "onsite_measures_decision")
    refused = docgen("generate", write_case(more), "-o", tmp_path / "out")
    assert refused.code == 1
    assert "没有或者不同" in refused.err
    mended = docgen("register", "keep", lacking, "--reason", "送达记错了案件")
    assert mended.code == 0
    assert docgen("check", "--register", "--at", "2026-04-20").code == 1


def test_a_case_of_which_nothing_is_due_yet_is_no_pass(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    answer = docgen("check", "--register", "--at", "2026-04-01")
    assert answer.code == 1
    assert answer.out.strip().endswith("不能判定 0，文书日期还没有到 1。")


def test_a_case_whose_issued_document_was_changed_is_not_kept(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    visit["instruments"][0]["problems"][0]["deadline"] = "2026-05-17"
    answer = docgen("register", "keep", write_case(visit))
    assert answer.code == 1
    assert "内容却变了" in answer.err


def test_a_case_of_which_nothing_was_issued_is_not_kept(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    visit["case_number"] = "（示县）应急查〔2026〕28号"
    answer = docgen("register", "keep", write_case(visit))
    assert answer.code == 1
    assert "没有签发的文书" in answer.err


def test_a_voided_document_is_left_out(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    number = "（示县）应急责改〔2026〕15号"
    assert docgen("register", "void", number, "--reason", "写错了").code == 0
    answer = docgen("check", "--register", "--at", "2026-04-20")
    assert (answer.code, answer.out.strip()) == (
        1,
        "登记簿里还没有签发的文书，无可核查，不算通过。",
    )


def test_documents_of_the_case_that_were_not_issued_are_left_out(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    both = planned("inspection", "rectification_order", "onsite_measures_decision")
    path = write_case(both)
    only = ("--only", "rectification_order", "-o", tmp_path / "a.pdf")
    assert docgen("pack", path, *only).code == 0
    answer = docgen("check", "--register", "--at", "2026-04-20", "--json")
    wheres = {f["where"] for f in answer.json["cases"][0]["findings"] if f["code"] == "DLV003"}
    assert wheres == {"deliveries[1].at"}


def test_facts_that_no_longer_read_are_unknown_and_never_a_pass(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path, home: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    with sqlite3.connect(home / "register.sqlite") as book:
        columns = "agency, case_number, at"
        data = json.dumps({"case_number": NUMBER})
        book.execute(
            f"INSERT INTO case_facts ({columns}, data) SELECT {columns}, ? FROM case_facts", [data]
        )
    answer = docgen("check", "--register", "--at", "2026-04-20", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert "读不出来" in answer.out


@pytest.mark.parametrize(
    "statement", ["UPDATE case_facts SET data = '{}'", "DELETE FROM case_facts"]
)
def test_facts_that_were_kept_cannot_be_changed(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path, home: Path, statement: str
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    with (
        sqlite3.connect(home / "register.sqlite") as book,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        book.execute(statement)


def test_a_reprint_keeps_no_facts_twice(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path, home: Path
) -> None:
    for _ in range(2):
        assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    with sqlite3.connect(home / "register.sqlite") as book:
        assert book.execute("SELECT count(*) FROM case_facts").fetchone() == (1,)


def test_the_sweep_takes_no_case_file_and_needs_a_register(
    docgen: Docgen, visit: Data, write_case: WriteCase
) -> None:
    assert docgen("check", write_case(visit), "--register").code == 2
    assert docgen("check", "--register").code == 5


def test_what_was_served_later_had_not_been_served_on_the_day_asked_about(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    visit["deliveries"][0]["planned_at"] = "2026-04-09T16:00:00+08:00"
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    visit["deliveries"][0] |= {"at": "2026-04-10T09:00:00+08:00", "receipt": {"signed": "true"}}
    assert docgen("register", "keep", write_case(visit)).code == 0
    before = docgen("check", "--register", "--at", "2026-04-09", "--json")
    after = docgen("check", "--register", "--at", "2026-04-11", "--json")
    assert (told(before), told(after)) == ({NUMBER: set()}, {NUMBER: set()})
    levels = {f["code"]: f["level"] for f in before.json["cases"][0]["findings"]}
    assert levels["DLV003"] == "not_applicable"


def test_a_document_dated_after_the_day_asked_about_is_not_due(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(visit), "-o", tmp_path / "out").code == 0
    answer = docgen("check", "--register", "--at", "2026-04-08", "--json")
    assert "fail" not in {f["level"] for f in answer.json["cases"][0]["findings"]}


def test_an_issued_document_that_the_case_no_longer_has_is_unknown_and_not_left_out(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    both = planned("inspection", "rectification_order", "onsite_measures_decision")
    assert docgen("generate", write_case(both), "-o", tmp_path / "out").code == 0
    one = planned("inspection", "onsite_measures_decision")
    reason = ("--reason", "另一份移到别的案件")
    assert docgen("register", "keep", write_case(one), *reason).code == 0
    answer = docgen("check", "--register", "--at", "2026-04-09", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "unknown")
    assert "（rectification_order）已经签发" in answer.out


def test_the_register_is_free_for_others_while_it_is_swept(
    docgen: Docgen, visit: Data, write_case: WriteCase, tmp_path: Path, home: Path
) -> None:
    for number in (27, 28, 29):
        visit["case_number"] = f"（示县）应急查〔2026〕{number}号"
        visit["instruments"][0].pop("number", None)
        assert docgen("generate", write_case(visit), "-o", tmp_path / str(number)).code == 0
    book = open_register(
        home / "register.sqlite", bytes(32), datetime.now(UTC), lambda *_: b"", lambda *_: ""
    )
    seen = []
    for issued in book.cases():
        seen.append(issued.case_number)
        with sqlite3.connect(home / "register.sqlite", timeout=1) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("UPDATE register SET made_at = made_at")
    book.close()
    assert seen == [f"（示县）应急查〔2026〕{number}号" for number in (27, 28, 29)]
