"""安装：缺什么说什么，没有权限时给出一条命令；装好的包带着模板；流水线可以从头到尾重来。"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

from support import CASES, ROOT

INSTALL = ROOT / "setup" / "install.sh"


def fake(folder: Path, name: str, body: str) -> None:
    """PATH 里的一个替身程序。"""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n", "ascii")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_without_root_the_one_command_that_is_needed_is_printed(tmp_path: Path) -> None:
    fake(tmp_path, "dpkg-query", "exit 1")
    fake(tmp_path, "id", "echo 1000")
    fake(tmp_path, "sudo", "exit 1")
    fake(tmp_path, "apt-get", "echo apt-get must not run >&2; exit 9")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [INSTALL], capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )
    assert done.returncode == 5
    told = [line for line in done.stderr.splitlines() if "apt-get" in line]
    assert len(told) == 1
    packages = (ROOT / "setup" / "debian-packages.txt").read_text("utf-8").split()
    assert all(package in told[0] for package in packages)


def test_a_second_run_installs_nothing_and_needs_no_root(tmp_path: Path) -> None:
    for name in ("apt-get", "sudo", "python3"):
        fake(tmp_path, name, f"echo {name} must not run >&2; exit 9")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [INSTALL, "test"], capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": path},
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_wheel_carries_the_templates_and_works_without_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-qq", "--disable-pip-version-check", "--no-deps",
         "--no-build-isolation", "-w", str(tmp_path), str(ROOT)],
        check=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "site")
    wanted = {
        f"docgen/{path.relative_to(ROOT)}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }
    assert wanted <= names
    done = subprocess.run(
        [sys.executable, "-m", "docgen", "generate", str(CASES / "individual.yaml"), "-o", "out"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "DOCGEN_HOME": "home"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    located = subprocess.run(
        [sys.executable, "-c", "import docgen.settings as s; print(s.packaged_templates())"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
    )  # fmt: skip
    assert located.stdout.strip() == str(tmp_path / "site" / "docgen" / "templates")
