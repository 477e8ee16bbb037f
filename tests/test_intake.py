"""收录像：无论断在哪里，登记簿要么是原来的样子，要么是登记好的样子。"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filmed import NUMBER, ORDER, START, Site, add, record_clip
from object_store import serving
from sqlalchemy import Engine, event
from support import Docgen

from docgen.cli import run
from docgen.media import vault


@pytest.fixture
def clip(site: Site, tmp_path: Path) -> Path:
    return record_clip(tmp_path / "a.mp4", [(site.url(ORDER, 9, START), 1.0), (None, 0.5)])


class Stops:
    """到第几个写盘、改名、写库的动作就断电。"""

    def __init__(self, at: int) -> None:
        self._left = at

    def step(self, *_: Any, **__: Any) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, action: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any, **named: Any) -> Any:
            self.step()
            return action(*arguments, **named)

        return stepped


def add_until(stop: int, clip: Path, done: Any) -> None:
    """子进程：登记，到第 stop 个动作断电；没有断的话放下标记。"""
    stops = Stops(stop)
    os.fsync = stops.before(os.fsync)
    Path.replace = stops.before(Path.replace)  # type: ignore[method-assign]
    Path.unlink = stops.before(Path.unlink)  # type: ignore[method-assign]
    Path.chmod = stops.before(Path.chmod)  # type: ignore[method-assign]
    event.listen(Engine, "before_cursor_execute", stops.step)
    event.listen(Engine, "commit", stops.step)
    event.listen(Engine, "begin", stops.step)
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    os.dup2(devnull, 2)
    run(["record", "add", str(clip), "--recorder", "乙示例"])
    done.set()


def test_a_power_cut_at_any_moment_leaves_the_old_state_or_the_new(
    site: Site, docgen: Docgen, clip: Path
) -> None:
    context = multiprocessing.get_context("fork")
    outcomes = []
    for stop in range(1, 400):
        done = context.Event()
        child = context.Process(target=add_until, args=(stop, clip, done))
        child.start()
        child.join()
        rows = docgen("record", "list", "--json").json["recordings"]
        outcomes.append(len(rows))
        assert len(rows) in (0, 1)
        assert all(row["links"] for row in rows), "never without what it brought"
        if done.is_set() or rows:
            break
    assert outcomes[-1] == 1
    assert len(outcomes) > 8, "there are that many moments"
    assert add(docgen, clip).json["recordings"][0]["fresh"] is False
    assert docgen("record", "fsck").code == 0, "what an earlier attempt left was taken up"
    assert docgen("log", "verify").code == 0
    assert not list((site.home / "media" / ".incoming").glob("*.part"))


def test_two_processes_adding_the_same_file_register_it_once(
    site: Site, docgen: Docgen, clip: Path, home: Path
) -> None:
    command = [sys.executable, "-m", "docgen", "record", "add", str(clip), "--recorder", "乙示例"]
    environment = {**os.environ, "DOCGEN_HOME": str(home)}
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    answers = [process.communicate() for process in running]
    assert all(b"Traceback" not in err for _, err in answers)
    assert len(docgen("record", "list", "--json").json["recordings"]) == 1
    assert docgen("record", "fsck").code == 0
    kinds = [e["kind"] for e in docgen("log", "list", "--json").json["events"]]
    assert (kinds.count("recording_added"), kinds.count("bound")) == (1, 1)


def test_a_file_that_grows_while_it_is_read_is_refused(
    site: Site, docgen: Docgen, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = vault.Tally.through

    def growing(self: vault.Tally, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in genuine(self, chunks):
            with clip.open("ab") as file:
                file.write(b"?")
            yield chunk

    monkeypatch.setattr(vault.Tally, "through", growing)
    answer = add(docgen, clip)
    assert (answer.code, "读的时候变了" in answer.err) == (4, True)
    assert docgen("record", "list", "--json").json["recordings"] == []
    assert list((site.home / "media").glob("??/*")) == []


def test_a_full_disk_registers_nothing_and_leaves_nothing(
    site: Site, docgen: Docgen, clip: Path
) -> None:
    big = clip.with_name("big.mp4")
    big.write_bytes(clip.read_bytes() + bytes(3_000_000))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limit[1]))
    try:
        answer = add(docgen, big)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert answer.code == 5
    assert "什么也没有登记" in answer.err
    assert docgen("record", "list", "--json").json["recordings"] == []
    assert not list((site.home / "media").rglob("*.part"))
    assert add(docgen, big).json["recordings"][0]["fresh"] is True


def test_a_moved_file_leaves_the_card_only_after_it_is_registered(
    site: Site, docgen: Docgen, clip: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "card" / "broken.mp4"
    broken.parent.mkdir()
    broken.write_text("不是录像", "utf-8")
    clip.rename(broken.parent / "good.mp4")
    answer = add(docgen, broken.parent, "--move")
    assert answer.code == 4
    assert "是文字文件，不是录像" in answer.err
    assert sorted(p.name for p in broken.parent.iterdir()) == ["broken.mp4"]
    assert len(docgen("record", "list", "--json").json["recordings"]) == 1


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """一个桶在磁盘上的样子，由真的 S3 服务给出。"""
    folder = tmp_path / "s3" / "footage"
    folder.mkdir(parents=True)
    with serving(folder.parent, monkeypatch):
        yield folder


def test_footage_is_kept_in_an_object_store_by_url(
    site: Site, docgen: Docgen, clip: Path, bucket: Path, tmp_path: Path
) -> None:
    (site.home / "config.yaml").write_text("media: s3://footage\n", "utf-8")
    answer = add(docgen, clip, "--sm3")
    (row,) = answer.json["recordings"]
    assert row["fresh"], answer.err
    assert len(row["sm3"]) == 64
    assert (bucket / row["location"]).read_bytes() == clip.read_bytes()
    assert docgen("record", "fsck").code == 0
    case_number = "（示县）应急查〔2026〕27号"
    assert docgen("record", "sheet", case_number, "-o", tmp_path / "sheet.pdf").code == 0
    assert docgen("record", "export", case_number, "-o", tmp_path / "out").code == 0
    (bucket / row["location"]).write_bytes(b"?")
    assert docgen("record", "fsck").code == 1


def test_an_object_store_that_cannot_be_reached_is_told_and_nothing_is_registered(
    site: Site, docgen: Docgen, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (site.home / "config.yaml").write_text("media: s3://footage\n", "utf-8")
    for name, value in (("ENDPOINT_URL", "http://127.0.0.1:9"), ("ALLOW_HTTP", "true")):
        monkeypatch.setenv(f"AWS_{name}", value)
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
        monkeypatch.setenv(f"AWS_{name}", "example")
    answer = add(docgen, clip)
    assert answer.code == 5
    assert "连不上" in answer.err
    assert docgen("record", "list", "--json").json["recordings"] == []


def test_a_document_number_is_needed_for_a_delivery(site: Site, docgen: Docgen) -> None:
    facts = ("--mode", "direct", "--at", "2026-04-09T16:10", "--by", "乙示例")
    assert docgen("record", "delivery", "不是文号", *facts).code == 4
    assert docgen("record", "delivery", NUMBER, *facts).code == 0
