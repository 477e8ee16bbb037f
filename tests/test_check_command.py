"""docgen check：几个案件、严格、说明、SARIF、报告、不计的认定与别处的方案。"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from rule_cases import sample_data, situation_of_data
from situations import catalogue
from support import ROOT, Docgen

from docgen.catalogue import load_catalogue
from docgen.check import check, strict
from docgen.explain import explain
from docgen.model.rule import Situation
from docgen.model.verdict import Level
from docgen.read.presented import read_presented
from docgen.rules import all_rules, rules_of

COMPLETE = ROOT / "samples" / "complete"
SEALING = COMPLETE / "sealing-and-cutoff.yaml"
EVIDENCE = ("--phase", "evidence", "--at", "2026-11-27")


def written(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return path


def late(tmp_path: Path, **parts: Any) -> Path:
    """恢复供电过了期限的案件。"""
    data = sample_data("sealing-and-cutoff")
    data["proceedings"][1]["lifted_on"] = "2026-10-21"
    return written(tmp_path / "迟.yaml", data | parts)


def test_what_failed_stands_first_under_its_document_with_place_and_ground(
    docgen: Docgen, tmp_path: Path
) -> None:
    answer = docgen("check", late(tmp_path), *EVIDENCE)
    assert answer.code == 1
    lines = answer.out.splitlines()
    title = lines.index("《停止供电（供应民用爆炸物品）决定书》")
    assert lines[title + 1].strip().startswith("不通过　 TIM012")
    assert "（proceedings[1].lifted_on）" in lines[title + 1]
    assert "依据：" in lines[title + 1]
    assert lines[-1] == "结论：不通过"


def test_discretionary_rows_not_filmed_are_one_line(docgen: Docgen) -> None:
    answer = docgen("check", SEALING, *EVIDENCE)
    assert answer.code == 0
    (line,) = [line for line in answer.out.splitlines() if "REC001" in line]
    assert line.strip().endswith("视情记录而没有记录：REC001、REC002、REC003、REC004、REC007")


def test_strict_makes_advice_count(docgen: Docgen) -> None:
    assert docgen("check", SEALING, *EVIDENCE, "--strict").code == 1
    assert docgen("check", COMPLETE / "inspection.yaml", *EVIDENCE, "--strict").code == 0


def test_explain_says_for_every_row_whether_it_applies_and_why(docgen: Docgen) -> None:
    answer = docgen("check", SEALING, *EVIDENCE, "--explain", "--json")
    rows = {row["row"]: row for row in answer.json["explanations"]}
    assert sorted(rows) == list(range(1, 31))
    assert rows[28]["applies"] is True
    assert "查封扣押的情形为 work_safety" in rows[28]["why"]
    assert rows[29]["applies"] is False
    assert rows[26]["applies"] is True
    assert "送达方式为 left" in rows[26]["why"]
    assert rows[18] == {
        "code": "REC018",
        "row": 18,
        "item": rows[18]["item"],
        "applies": False,
        "why": "案件里没有《听证笔录》",
    }
    assert "不适用 REC018" in docgen("check", SEALING, "--explain").out


def test_several_cases_and_folders_are_checked_in_one_run(docgen: Docgen, tmp_path: Path) -> None:
    answer = docgen("check", COMPLETE, late(tmp_path), *EVIDENCE, "--json")
    assert answer.code == 1
    levels = {Path(row["file"]).stem: row["bottom_line"] for row in answer.json["cases"]}
    assert levels.pop("迟") == "fail"
    assert set(levels.values()) == {"pass"}
    assert len(levels) == len(list(COMPLETE.glob("*.yaml")))
    assert answer.json["bottom_line"] == "fail"
    assert docgen("check", COMPLETE, *EVIDENCE).code == 0


def test_a_case_that_cannot_be_read_does_not_stop_the_others_and_is_no_pass(
    docgen: Docgen, tmp_path: Path
) -> None:
    (tmp_path / "坏.yaml").write_text("case_number: [", "utf-8")
    answer = docgen("check", tmp_path / "坏.yaml", SEALING, *EVIDENCE, "--json")
    assert answer.code == 4
    assert [row["bottom_line"] for row in answer.json["cases"]] == ["pass"]
    assert answer.json["bottom_line"] == "unknown"
    assert "坏.yaml" in answer.err


def test_sarif_names_rule_line_and_why_a_finding_is_not_counted(
    docgen: Docgen, tmp_path: Path
) -> None:
    suppressions = [{"code": "TIM012", "reason": "检修后才能送电", "name": "寅示例"}]
    path = late(tmp_path, suppressions=suppressions)
    (run,) = docgen("check", path, *EVIDENCE, "--sarif").json["runs"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= {r.code for r in all_rules()}
    (result,) = [r for r in run["results"] if r["ruleId"] == "TIM012"]
    assert result["level"] == "error"
    assert result["suppressions"] == [
        {"kind": "external", "justification": "检修后才能送电（寅示例）"}
    ]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert "lifted_on" in path.read_text("utf-8").splitlines()[region["startLine"] - 1]
    assert {r["level"] for r in run["results"]} == {"error", "note"}


def test_a_suppressed_finding_is_told_with_reason_and_name_and_does_not_count(
    docgen: Docgen, tmp_path: Path
) -> None:
    one = {"code": "TIM012", "reason": "检修后才能送电", "name": "寅示例"}
    answer = docgen("check", late(tmp_path, suppressions=[one]), *EVIDENCE)
    assert answer.code == 0
    assert "不计　　 TIM012" in answer.out
    assert "检修后才能送电（寅示例）" in answer.out
    other = one | {"instrument": "sealing_decision"}
    assert docgen("check", late(tmp_path, suppressions=[other]), *EVIDENCE).code == 1


@pytest.mark.parametrize("part", ["reason", "name", "code"])
def test_a_suppression_without_reason_name_or_code_is_invalid(
    docgen: Docgen, tmp_path: Path, part: str
) -> None:
    one = {"code": "TIM012", "reason": "检修后才能送电", "name": "寅示例"}
    del one[part]
    answer = docgen("check", late(tmp_path, suppressions=[one]), *EVIDENCE)
    assert answer.code == 4
    assert f"suppressions[0].{part}" in answer.err


def test_a_suppression_of_a_rule_that_does_not_exist_fails(docgen: Docgen, tmp_path: Path) -> None:
    one = {"code": "TIM999", "reason": "检修后才能送电", "name": "寅示例"}
    data = sample_data("sealing-and-cutoff") | {"suppressions": [one]}
    answer = docgen("check", written(tmp_path / "例.yaml", data), *EVIDENCE)
    assert answer.code == 1
    assert "没有代码为 TIM999 的规则" in answer.out


def test_suppressing_everything_is_not_a_pass() -> None:
    situation = situation_of_data(sample_data("sealing-and-cutoff"), "evidence", "2026-11-27")
    verdict = check(situation, [rule for rule in all_rules() if rule.code == "TIM004"])
    assert verdict.bottom_line is Level.UNKNOWN


def test_the_report_is_a_pdf_that_prints_findings_suppressions_and_reasons(
    docgen: Docgen, tmp_path: Path
) -> None:
    one = {"code": "TIM012", "reason": "检修后才能送电", "name": "寅示例"}
    path = late(tmp_path, suppressions=[one])
    target = tmp_path / "报告" / "报告.pdf"
    answer = docgen("check", path, *EVIDENCE, "--report", target)
    assert answer.code == 0
    first = target.read_bytes()
    pages = read_presented(first, "报告.pdf").pages
    text = "".join("".join((page.body + page.margin).split()) for page in pages)
    for words in ("音像记录与时限核查报告", "检修后才能送电（寅示例）", "REC030", "法制审核人"):
        assert words in text
    docgen("check", path, *EVIDENCE, "--report", target)
    assert target.read_bytes() == first


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        (SEALING, "--sarif", "--json"),
        (SEALING, "--report", "报告.docx"),
        (COMPLETE, "--report", "报告.pdf"),
    ],
)
def test_a_wrong_use_is_told(docgen: Docgen, arguments: tuple[Any, ...]) -> None:
    answer = docgen("check", *arguments)
    assert answer.code == 2
    assert answer.err.startswith("错误：")


# --- profiles


def national(name: str, phase: str = "evidence") -> Situation:
    known = load_catalogue(ROOT / "templates", "national")
    situation = situation_of_data(sample_data(name), phase, "2026-11-27")
    rows = {row.code: row.number for row in known.checklist.rows}
    kept = tuple(
        type(r)(**{**vars(r), "row": rows[f"REC{r.row:03d}"]})
        for r in situation.case.recordings
        if f"REC{r.row:03d}" in rows
    )
    case = type(situation.case)(**{**vars(situation.case), "recordings": kept})
    return Situation(
        case, situation.drafts, known.checklist, known.law, situation.phase, situation.at
    )


@pytest.mark.parametrize("name", ["inspection", "sealing-and-cutoff", "precursor"])
def test_the_national_minimum_judges_a_complete_case_by_its_own_rows(name: str) -> None:
    situation = national(name)
    verdict = check(situation, rules_of(situation.checklist))
    assert verdict.bottom_line is Level.PASS, [
        f for f in verdict.findings if f.level in (Level.FAIL, Level.UNKNOWN)
    ]
    assert len(explain(situation, catalogue().instruments)) == len(situation.checklist.rows)


def test_a_row_that_the_national_minimum_does_not_have_does_not_apply() -> None:
    situation = national("inspection")
    rule = next(rule for rule in all_rules() if rule.code == "REC005")
    (found,) = rule.evaluate(situation)
    assert found.level is Level.NOT_APPLICABLE


def test_the_profile_is_chosen_in_the_config(docgen: Docgen, home: Path) -> None:
    home.mkdir(exist_ok=True)
    (home / "config.yaml").write_text("profile: national\n", "utf-8")
    answer = docgen("check", SEALING, *EVIDENCE)
    assert "没有第 30 行" in answer.out
    (home / "config.yaml").write_text("profile: nation\n", "utf-8")
    answer = docgen("check", SEALING)
    assert answer.code == 4
    assert "emergency_management、national" in answer.err


def test_another_place_is_two_files_of_data(tmp_path: Path) -> None:
    root = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", root)
    text = (root / "checklists" / "emergency_management.yaml").read_text("utf-8")
    row = text[text.index("  - number: 1\n") : text.index("  - number: 2\n")]
    row = row.replace("number: 1\n", "number: 31\n    matter_number: 131\n")
    row = row.replace("视情进行音像记录", "''").replace("进入被检查单位", "离开被检查单位")
    text = text.replace("id: emergency_management", "id: elsewhere") + row
    (root / "checklists" / "elsewhere.yaml").write_text(text, "utf-8")
    profile = {
        "id": "elsewhere",
        "title": "示例省",
        "source": "示例省的规定",
        "checklist": "elsewhere",
        "law": {
            "officers_minimum": [
                {"since": "2020-01-01", "value": "3", "source": "示例省的规定", "confirmed": "true"}
            ]
        },
    }
    written(root / "profiles" / "elsewhere.yaml", profile)
    known = load_catalogue(root, "elsewhere")
    usual = situation_of_data(sample_data("inspection"), "evidence", "2026-11-27")
    here = Situation(usual.case, usual.drafts, known.checklist, known.law, usual.phase, usual.at)
    verdict = check(here, rules_of(known.checklist))
    wrong = {f.code for f in verdict.findings if f.level is Level.FAIL and not f.advice}
    assert wrong == {"REC131", "OFF001"}
    assert strict(verdict).bottom_line is Level.FAIL


# --- the map of the law


def test_every_matter_of_law_names_rules_that_exist_or_says_why_none(docgen: Docgen) -> None:
    answer = docgen("rules", "--json")
    codes = {rule["code"] for rule in answer.json["rules"]}
    assert {f"REC{n:03d}" for n in range(1, 31)} <= codes
    told = set()
    for matter in answer.json["matters"]:
        assert bool(matter["rules"]) is not bool(matter["reason"]), matter
        assert set(matter["rules"]) <= codes, matter
        told |= set(matter["rules"])
    assert codes == told
    assert all(rule["manual"] for rule in answer.json["rules"])
