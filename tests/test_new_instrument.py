"""新文书：写出来就能检查、能填、能印，不用再改别处。"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from support import ROOT, Data, Docgen, WriteCase

NEW = ("new", "--instrument", "site_notice", "--title", "示例通知书")


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    target = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", target)
    return target


def test_a_new_instrument_lints_clean_and_is_printed_without_another_edit(
    docgen: Docgen,
    templates: Path,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCGEN_TEMPLATES", str(templates))
    answer = docgen(*NEW)
    assert answer.code == 0, answer.err
    assert "请设" not in answer.err
    clean = docgen("lint", "--strict")
    assert clean.code == 0, clean.out
    assert "site_notice  《示例通知书》" in docgen("instruments").out
    assert docgen("schema", "site_notice").code == 0
    blank = yaml.safe_load(docgen("new", "site_notice").out)
    (wanted,) = blank["instruments"]
    assert set(wanted) == {"type", "date", "facts", "basis", "decision"}
    own: Data = {"type": "site_notice", "date": "2026-11-20", "facts": ["示例事实。"]}
    own |= {"basis": "示例规定", "decision": "示例决定"}
    hearing["instruments"] = [own]
    hearing["deliveries"] = [
        {"instrument": "site_notice", "mode": "direct", "planned_at": "2026-11-20 15:00",
         "place": "示例路"}
    ]  # fmt: skip
    hearing["recordings"] = []
    case = write_case(hearing)
    draft = docgen("generate", case, "-o", tmp_path / "draft", "--draft")
    assert draft.code == 0, draft.err
    issued = docgen("generate", case, "-o", tmp_path / "out", "--json")
    assert issued.code == 0, issued.err
    kinds = [row["instrument"] for row in issued.json["documents"]]
    assert kinds == ["site_notice"] * 2 + ["delivery_receipt"] * 2


def test_a_folder_that_is_not_there_gets_a_whole_set_first(docgen: Docgen, tmp_path: Path) -> None:
    target = tmp_path / "own" / "templates"
    answer = docgen(*NEW, "-o", target)
    assert answer.code == 0, answer.err
    assert f"DOCGEN_TEMPLATES={target}" in answer.err
    copied = {path.relative_to(target) for path in target.rglob("*") if path.is_file()}
    packaged = {p.relative_to(ROOT / "templates") for p in (ROOT / "templates").rglob("*") if
                p.is_file()}  # fmt: skip
    assert {path.parent.name for path in copied - packaged} == {"site_notice"}
    assert packaged <= copied


def test_a_new_code_is_one_that_nobody_had(docgen: Docgen, templates: Path) -> None:
    assert docgen(*NEW, "-o", templates).code == 0
    other = ("new", "--instrument", "next_notice", "--title", "另一通知书")
    assert docgen(*other, "-o", templates).code == 0
    texts = [
        (templates / "instruments" / name / "instrument.yaml").read_text("utf-8")
        for name in ("site_notice", "next_notice")
    ]
    assert [yaml.safe_load(text)["code"] for text in texts] == [25, 26]


@pytest.mark.parametrize(
    ("identifier", "title", "code"),
    [
        ("hearing_notice", "示例通知书", 1),
        ("site_notice", "听证会通知书", 1),
        ("site_notice", "听证会（通知书）", 0),
        ("site_notice", "示例通知书2026", 0),
        ("Site", "示例通知书", 4),
        ("../escape", "示例通知书", 4),
        ("site_notice", "notice", 4),
        ("site_notice", "示例: 通知书", 4),
        ("site_notice", "示例\u200b通知书", 4),
    ],
)
def test_what_is_taken_or_not_fit_is_refused_and_nothing_written(
    docgen: Docgen, templates: Path, identifier: str, title: str, code: int
) -> None:
    before = sorted(templates.rglob("*"))
    answer = docgen("new", "--instrument", identifier, "--title", title, "-o", templates)
    assert answer.code == code, answer.err
    assert (sorted(templates.rglob("*")) == before) is (code != 0)


def test_it_must_be_told_where_and_what_name(docgen: Docgen, templates: Path) -> None:
    assert docgen(*NEW).code == 2
    assert docgen("new", "--instrument", "site_notice", "-o", templates).code == 2
    assert docgen("new", "--title", "示例通知书").code == 2
    assert docgen(*NEW, "hearing_notice", "-o", templates).code == 2
