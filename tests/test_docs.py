"""文档：README 里的命令能执行，生成的页与程序一致，依赖页与清单一致。"""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from support import ROOT

from docgen.cli import run
from docgen.read.table.mapping import ColumnFile, MappingFile, NumberFile

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
README = (ROOT / "README.md").read_text("utf-8")


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", list(generator().PAGES))
def test_a_generated_page_says_what_the_program_says(page: str) -> None:
    kept = (ROOT / page).read_text("utf-8")
    assert kept == generator().PAGES[page](), "run: make docs"


def test_the_commands_of_the_readme_run_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commands = [
        line.partition("  #")[0].strip()
        for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
        for line in block.splitlines()
    ]
    assert len(commands) >= 10
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "home"))
    for command in commands:
        program, *arguments = shlex.split(command, comments=True)
        capfd.readouterr()
        if program == "docgen":
            code = run(arguments)
        else:
            assert (program, arguments[0].startswith("samples/")) == ("python", True), command
            code = subprocess.run([sys.executable, *arguments], check=False).returncode
        answers = (0, 1) if command.startswith("docgen check --register") else (0,)
        assert code in answers, f"{command}\n{''.join(capfd.readouterr())}"


def test_the_program_that_is_installed_runs(tmp_path: Path) -> None:
    program = Path(sys.executable).parent / "docgen"
    environment = {**os.environ, "DOCGEN_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [str(program), "instruments"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, "责令限期整改指令书" in done.stdout) == (0, True), done.stderr


def test_the_readme_opens_with_the_two_commands_and_they_exist() -> None:
    opening = README.split("```")[1]
    targets = re.findall(r"^make (\w+)", opening, re.MULTILINE)
    assert targets == ["demo", "test"]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"\n{target}:" in makefile for target in targets)


def test_every_direct_dependency_is_named_with_its_reason() -> None:
    listed = re.findall(r"^\| ([a-z][a-z0-9.-]*) \| (.+) \|$", DEPENDENCIES, re.MULTILINE)
    reasons = {name: reason for name, reason in listed if name != "package"}
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    python = {re.split(r"[][=<>~! ]", requirement, maxsplit=1)[0] for requirement in declared}
    debian = {
        name
        for file in (ROOT / "setup").glob("debian-packages*.txt")
        for name in file.read_text("utf-8").split()
    }
    assert set(reasons) == python | debian | {"texlive-lang-chinese"}


DEPENDENCIES = (ROOT / "docs" / "dependencies.md").read_text("utf-8")


def test_every_direct_dependency_is_locked_with_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", lock)
    pinned = {b.split("==")[0].strip(): b for b in blocks if "==" in b.splitlines()[0]}
    declared = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    for requirement in declared:
        name = re.split(r"[][=<>~! ]", requirement, maxsplit=1)[0]
        assert "--hash=sha256:" in pinned[name], name


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_files_that_a_page_names_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", text)
    named = re.findall(r"`((?:docgen|templates|tests|docs|samples)/[^`<>* ]+)`", text)
    bare = re.findall(r"`((?:[a-z]+/)*[a-z_]+\.py)`", text)
    for path in [*links, *named]:
        assert (ROOT / path).exists(), path
    for path in bare:
        assert (ROOT / "docgen" / path).exists() or (ROOT / path).exists(), path


def test_the_layers_of_the_architecture_page_are_those_that_are_enforced() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    told = re.search(r"## Layers\n\n(.*?)\n\n", text, re.DOTALL)
    assert told is not None
    words = [set(re.findall(r"\w+", part)) for part in told[1].split("->")]
    stages = re.search(r"The stages are `([^`]+)`", text)
    assert stages is not None
    wanted = [set(re.findall(r"\w+", layer)) for layer in layers]
    assert [set(stages[1].split()) if part == {"stages"} else part for part in words] == wanted


def test_contributing_tells_both_ways_in_ten_lines_each() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for heading in ("## Add an instrument", "## Add a rule"):
        section = text.split(heading)[1].split("\n## ")[0]
        steps = re.findall(r"^(\d+)\.", section, re.MULTILINE)
        assert steps == [str(number) for number in range(1, 11)]


def test_an_instrument_is_added_by_adding_a_folder_alone(tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    old, new = templates / "instruments" / "hearing_notice", templates / "instruments" / "extra"
    shutil.copytree(old, new)
    text = (new / "instrument.yaml").read_text("utf-8")
    text = text.replace("id: hearing_notice", "id: extra").replace("code: 15\n", "code: 250\n")
    (new / "instrument.yaml").write_text(
        text.replace("title: 听证会通知书", "title: 另一通知书"), "utf-8"
    )
    case = (ROOT / "samples" / "cases" / "chemical-plant.yaml").read_text("utf-8")
    (tmp_path / "case.yaml").write_text(case.replace("hearing_notice", "extra"), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "docgen", "generate", "case.yaml", "-o", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "DOCGEN_HOME": "home", "DOCGEN_TEMPLATES": str(templates)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "《另一通知书》（鲁）应急听通〔2026〕1号" in done.stdout


def test_every_key_of_a_mapping_file_is_explained() -> None:
    told = (ROOT / "docs" / "tables.md").read_text("utf-8")
    models = (MappingFile, ColumnFile, NumberFile)
    missing = [key for model in models for key in model.model_fields if f"`{key}`" not in told]
    assert missing == []
