"""命令行：帮助讲得明白，用法错误说中文，JSON 合乎约定，新案件文件不会漏填。"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml
from jsonschema import Draft202012Validator
from support import CASES, ROOT, Docgen

from docgen.cli import cli

COMMANDS = cli.list_commands(click.Context(cli))


def test_without_arguments_the_help_is_shown_and_the_code_is_two(docgen: Docgen) -> None:
    answer = docgen()
    assert answer.code == 2
    assert "从这里开始" in answer.err


HELP = """
import sys
from docgen.cli import run
code = run(["--help"])
print(*sys.modules, sep="\\n", file=sys.stderr)
sys.exit(code)
"""


def test_the_help_comes_without_loading_printer_database_or_reader() -> None:
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, check=True)
    loaded = {name.split(".")[0] for name in done.stderr.decode().split()}
    assert "docgen" in loaded
    slow = {
        "weasyprint",
        "typst",
        "sqlalchemy",
        "docxtpl",
        "pikepdf",
        "pypdfium2",
        "lxml",
        "numpy",
        "av",
    }
    assert not loaded & slow


def test_the_help_says_of_each_command_what_the_command_says_of_itself(docgen: Docgen) -> None:
    context = click.Context(cli)
    assert isinstance(cli, click.Group)
    names = cli.list_commands(context)
    shown = docgen("--help").out
    assert len(names) > 10
    for name in names:
        command = cli.get_command(context, name)
        assert command is not None
        assert f"  {name} " in shown
        assert command.get_short_help_str(60) in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_in_chinese(docgen: Docgen, name: str) -> None:
    answer = docgen(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"用法：docgen {name}")
    for english in ("Usage", "Options", "Show this", "[required]", "[default", "Commands"):
        assert english not in answer.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["generate"], "缺少 案件文件"),
        (["keys", "list", "多余", "的"], "多了 多余 的"),
        (["verfy", "x"], "没有命令 verfy。是否应为 verify？"),
        (["generate", "x"], "缺少 -o / --output"),
        (["generate", "x", "--drft"], "是否应为 --draft"),
        (["genrate"], "没有命令 genrate"),
        (["check", "x", "--phase", "later"], "只能是 plan、evidence"),
        (["check", "x", "--at", "2026-02-30"], "应为存在的日期"),
        (["register", "start", "应急责改", "x", "1"], "应为 1949 至 2999 的整数"),
        (["register", "void", "（鲁）应急责改〔2026〕1号"], "缺少 --reason"),
    ],
)
def test_a_wrong_use_is_told_in_chinese_with_the_way_to_the_help(
    docgen: Docgen, arguments: list[str], told: str
) -> None:
    answer = docgen(*arguments)
    assert answer.code == 2
    assert told in answer.err
    assert "--help" in answer.err
    assert answer.out == ""


def test_the_instruments_are_listed_with_their_rows(docgen: Docgen) -> None:
    listed = {item["id"]: item for item in docgen("instruments", "--json").json["instruments"]}
    assert len(listed) == 24
    assert listed["sealing_decision"]["rows"] == [28, 29]
    assert listed["hearing_transcript"]["rows"] == list(range(18, 26))
    assert listed["penalty_decision"]["rows"] == []
    assert listed["sealing_list"]["accompanies"] == "sealing_decision"
    assert listed["interview_record"]["numbered"] is False
    assert len({item["code"] for item in listed.values()}) == len(listed)
    told = docgen("instruments").out
    assert "《行政处罚决定书》  应急罚  清单没有列出" in told
    assert "《询问笔录》  不编文号  清单第 16 行" in told


def test_the_rules_are_listed_with_their_codes_and_sources(docgen: Docgen) -> None:
    rules = docgen("rules", "--json").json["rules"]
    assert {"OFF001", "DLV001", "TIM001", "TIM002", "TIM003", "REC030"} <= {
        r["code"] for r in rules
    }
    assert all(rule["source"] and rule["title"] and rule["phases"] for rule in rules)


def test_the_schema_accepts_every_sample_and_refuses_an_unknown_key(docgen: Docgen) -> None:
    schema = docgen("schema", "case").json
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in CASES.glob("*.yaml"):
        case = json.loads(json.dumps(yaml.load(path.read_text("utf-8"), Loader=Texts)))
        assert [error.message for error in validator.iter_errors(case)] == [], path.name
        case["party"]["nmae"] = "示例"
        assert list(validator.iter_errors(case))


class Texts(yaml.SafeLoader):
    """标量里只认整数和布尔，日期仍是文字，如同 JSON。"""


Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if not tag.endswith(("timestamp", "float"))]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_schema_of_one_instrument_has_its_own_fields(docgen: Docgen) -> None:
    schema = docgen("schema", "hearing_notice").json
    assert {"hearing_at", "hearing_place", "presiding_name"} <= set(schema["required"])
    answer = docgen("schema", "hearing_notic")
    assert answer.code == 4
    assert "是否应为“hearing_notice”" in answer.err


def test_a_new_case_file_has_every_key_and_is_refused_until_it_is_filled_in(
    docgen: Docgen, tmp_path: Path
) -> None:
    case = tmp_path / "案件.yaml"
    assert docgen("new", "-o", case).code == 0
    answer = docgen("generate", case, "-o", tmp_path / "out")
    assert answer.code == 4
    for place in ("case_number", "party.name", "officers[0].name", "instruments[0].date"):
        assert place in answer.err
    assert "不认识键" not in answer.err
    assert docgen("new", "-o", case).code == 1, "an existing file is not overwritten"


def test_a_new_case_file_filled_in_as_it_says_is_printed(docgen: Docgen, tmp_path: Path) -> None:
    text = docgen("new", "rectification_order").out
    answers = {
        "region:": "鲁",
        "uscc:": "91370000DEM000014L",
        "date:": "2026-11-24",
        "recorder:": "示例甲",
    }
    lines = []
    for line in text.splitlines():
        body, _, _ = line.partition("#")
        key = body.strip()
        value = answers.get(key, "示例" if key.endswith(":") and key.count(" ") == 0 else "")
        grouping = key in ("agency:", "party:", "officers:", "instruments:", "problems:",
                           "deliveries:", "recordings:")  # fmt: skip
        lines.append(body.rstrip() + (f" {value}" if value and not grouping else ""))
    filled = (
        "\n".join(lines)
        .replace("{name: , certificate: }", "{name: 示例甲, certificate: 一}", 1)
        .replace("{name: , certificate: }", "{name: 示例乙, certificate: 二}")
        .replace("{text: , deadline: }", "{text: 问题, deadline: 2026-12-10}")
        .replace("planned_at: , place: ", "planned_at: 2026-11-24T15:00:00+08:00, place: 示例")
    )
    case = tmp_path / "case.yaml"
    case.write_text(filled, "utf-8")
    answer = docgen("generate", case, "-o", tmp_path / "out")
    assert answer.code == 0, answer.err


def test_a_new_case_file_says_what_may_be_left_to_be_written_by_hand(docgen: Docgen) -> None:
    alone = docgen("new", "sealing_list").out
    assert "decision_number:  # 查封扣押决定书文号（留待手写的删去此行）" in alone
    text = docgen("new", "sealing_decision", "sealing_list", "delivery_receipt").out
    assert "decision_number:" not in text, "it is the decision's own, in the same case"
    assert "delivers:  # 证明哪几份文书的送达" in text
    assert text.count("row: 28") == 1, "the list goes with the decision's recording"
    assert "row: 28" in docgen("new", "sealing_list").out


def test_doctor_finds_this_machine_fit_and_says_what_is_still_to_be_set(docgen: Docgen) -> None:
    answer = docgen("doctor")
    assert answer.code == 0, answer.out
    assert "缺失" not in answer.out
    assert "verify_host" in answer.out


def test_doctor_names_what_is_wrong_and_exits_with_five(docgen: Docgen, home: Path) -> None:
    home.mkdir()
    (home / "register.sqlite").write_bytes(b"not a register" * 100)
    answer = docgen("doctor", "--json")
    assert answer.code == 5
    wrong = {row["name"] for row in answer.json["conditions"] if row["ok"] is False}
    assert wrong == {"登记簿", "密钥"}


def test_the_check_prints_a_verdict_as_json(docgen: Docgen) -> None:
    answer = docgen("check", CASES / "chemical-plant.yaml", "--phase", "plan", "--json")
    assert answer.code == 0
    assert answer.json["bottom_line"] == "pass"
    assert {"code", "level", "message", "where", "source"} <= set(answer.json["findings"][0])


@pytest.mark.parametrize("case", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
@pytest.mark.parametrize("year", ["2026", "2031"])
def test_every_sample_passes_the_plan_check_in_later_years_too(
    docgen: Docgen, case: Path, year: str
) -> None:
    assert docgen("check", case, "--at", f"{year}-12-31").code == 0


def test_a_case_that_is_only_planned_does_not_pass_as_evidence(docgen: Docgen) -> None:
    answer = docgen("check", CASES / "individual.yaml", "--phase", "evidence", "--json")
    assert (answer.code, answer.json["bottom_line"]) == (1, "fail")


def test_a_register_command_without_a_register_says_so(docgen: Docgen) -> None:
    answer = docgen("register", "list")
    assert answer.code == 5
    assert "还没有登记簿" in answer.err


def test_a_series_is_taken_over_before_the_first_case(docgen: Docgen, tmp_path: Path) -> None:
    assert docgen("register", "start", "应急听通", 2026, 58).code == 2
    named = ("--agency", "示例省应急管理厅")
    assert docgen("register", "start", "应急听通", 2026, 58, *named).code == 0
    assert docgen("register", "start", "不存在", 2026, 58, *named).code == 4
    made = docgen("generate", CASES / "chemical-plant.yaml", "-o", tmp_path / "out", "--json")
    numbers = {row["number"] for row in made.json["documents"]}
    assert "（鲁）应急听通〔2026〕58号" in numbers
    assert "（鲁）应急责改〔2026〕1号" in numbers
    shown = docgen("register", "show", "(鲁)应急听通[2026]58", "--json")
    assert shown.json["state"] == "issued"
    assert docgen("register", "show", "（鲁）应急听通〔2026〕59号").code == 4
    assert docgen("register", "show", "随便什么").code == 4


def test_a_state_folder_that_cannot_be_made_is_told(
    docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "file" / "home"))
    answer = docgen("generate", CASES / "individual.yaml", "-o", tmp_path / "out")
    assert answer.code == 5
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["verify_host: a_b", "verify_host: " + "a" * 36, "host: x", "["])
def test_a_wrong_setting_is_told(docgen: Docgen, home: Path, tmp_path: Path, text: str) -> None:
    home.mkdir()
    (home / "config.yaml").write_text(text, "utf-8")
    answer = docgen("generate", CASES / "individual.yaml", "-o", tmp_path / "out")
    assert answer.code in (4, 5)
    assert "verify_host" in answer.err or "config.yaml" in answer.err
    assert not (tmp_path / "out").exists()


def test_a_host_of_thirty_five_characters_still_fits(
    docgen: Docgen, home: Path, tmp_path: Path
) -> None:
    home.mkdir()
    host = "a" * 27 + ".example"
    (home / "config.yaml").write_text(f"verify_host: {host}\n", "utf-8")
    answer = docgen("generate", CASES / "individual.yaml", "-o", tmp_path / "out", "--json")
    assert answer.code == 0, answer.err
    assert answer.json["documents"][0]["verification_url"].startswith(f"https://{host}/v/")


def test_a_defect_of_ours_exits_with_seventy_and_asks_for_a_report(tmp_path: Path) -> None:
    code = (
        "import docgen.cli.rules as m\n"
        "def broken(): raise RuntimeError('内部')\n"
        "m.manuals = broken\n"
        "from docgen.cli import run; import sys; sys.exit(run(['rules', '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT,
        env={**os.environ, "DOCGEN_HOME": str(tmp_path), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 70
    assert "缺陷" in done.stderr
    assert "Traceback" not in done.stderr
