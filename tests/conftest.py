"""各测试共用：一个干净的状态文件夹，一条命令，一个改得动的小案件。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import settings
from support import CASES, Answer, Data, Docgen, WriteCase

from docgen.cli import run

settings.register_profile("docgen", deadline=None)  # how long a case takes proves nothing
settings.load_profile("docgen")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """本测试自己的 DOCGEN_HOME。"""
    folder = tmp_path / "home"
    monkeypatch.setenv("DOCGEN_HOME", str(folder))
    return folder


@pytest.fixture
def docgen(home: Path, capfd: pytest.CaptureFixture[str]) -> Docgen:
    """执行一条 docgen 命令。"""

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        return Answer(code, *capfd.readouterr())

    return call


@pytest.fixture
def hearing() -> Data:
    """只有一份听证会通知书的案件：改一处便错一处。"""
    text = (CASES / "chemical-plant.yaml").read_text("utf-8")
    data: Data = yaml.load(text, Loader=yaml.BaseLoader)  # every scalar stays text
    for part in ("instruments", "deliveries", "recordings"):
        key = "type" if part == "instruments" else "instrument"
        data[part] = [row for row in data[part] if row[key] == "hearing_notice"]
    return data


@pytest.fixture
def write_case(tmp_path: Path) -> WriteCase:
    """把案件写成 YAML 文件。"""

    def write(data: Data, name: str = "case.yaml") -> Path:
        path = tmp_path / name
        path.write_text(
            yaml.safe_dump(json.loads(json.dumps(data)), allow_unicode=True, sort_keys=False),
            "utf-8",
        )
        return path

    return write
