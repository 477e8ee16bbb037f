"""generate：一个案件文件进去，编好号、签封、登记的文书出来；不该出来的一件也不出来。"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support import CASES, ROOT, Data, Docgen, WriteCase

from docgen.read.presented import read_presented
from docgen.render.fonts import load_fonts
from docgen.settings import load_settings

NUMBERS = ["（鲁）应急听通〔2026〕1号", "（鲁）应急回〔2026〕1号"]
MAIN = (sys.executable, "-c", "from docgen.cli import main; main()")


def files(folder: Path) -> dict[str, bytes]:
    """文件夹里的全部文件。"""
    if not folder.exists():
        return {}
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def documents(folder: Path) -> list[dict[str, Any]]:
    """清单里的各行。"""
    rows: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))[
        "documents"
    ]
    return rows


def test_a_case_comes_out_as_docx_and_pdf_with_a_manifest_that_names_them(
    docgen: Docgen, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = docgen("generate", CASES / "chemical-plant.yaml", "-o", out)
    assert answer.code == 0, answer.err
    rows = documents(out)
    assert {row["path"] for row in rows} | {"manifest.json"} == set(files(out))
    assert [row["instrument"] for row in rows[::2]] == [
        "rectification_order",
        "sealing_decision",
        "power_cutoff_decision",
        "hearing_notice",
        *["delivery_receipt"] * 4,
    ]
    for row in rows:
        number, title = Path(row["path"]).stem.split("_")
        assert (number, title in answer.out) == (row["number"], True)
        assert row["sha256"] == hashlib.sha256((out / row["path"]).read_bytes()).hexdigest()
        assert row["verification_url"].startswith("https://verify.docgen.example/v/")
        assert (row["pages"] is None) == row["path"].endswith(".docx")
    assert len({row["identity"] for row in rows}) == 8


def test_json_goes_to_stdout_alone_and_messages_to_stderr(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out", "--json")
    kinds = [row["instrument"] for row in answer.json["documents"]]
    assert kinds == ["hearing_notice", "hearing_notice", "delivery_receipt", "delivery_receipt"]
    assert answer.json["check"]["bottom_line"] == "pass"
    assert "verify_host" in answer.err


def test_a_second_run_reprints_the_same_bytes_under_the_same_number(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case, out = write_case(hearing), tmp_path / "out"
    assert docgen("generate", case, "-o", out).code == 0
    first = files(out)
    assert docgen("generate", case, "-o", out).code == 0
    assert docgen("generate", case, "-o", tmp_path / "elsewhere").code == 0
    assert files(out) == first
    assert files(tmp_path / "elsewhere") == first
    listed = docgen("register", "list", "--json").json["instruments"]
    assert [row["number"] for row in listed] == NUMBERS


def test_adding_instruments_deliveries_and_recordings_is_no_change(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    first = files(out)
    again = {**hearing["instruments"][0], "key": "second_notice"}
    hearing["instruments"].append(again)
    for part in ("deliveries", "recordings"):
        hearing[part].append({**hearing[part][0], "instrument": "second_notice"})
    hearing["deliveries"][0]["at"] = hearing["deliveries"][0]["planned_at"]
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    now = files(out)
    assert all(now[name] == data for name, data in first.items() if name != "manifest.json")
    assert len(now) == len(first) + 4


def test_a_changed_instrument_is_refused_with_what_changed_and_nothing_is_written(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    first = files(out)
    hearing["instruments"][0]["hearing_place"] = "另一处听证室"
    answer = docgen("generate", write_case(hearing), "-o", out)
    assert answer.code == 1
    assert "听证地点（hearing_place）：原为" in answer.err
    assert '现为 "另一处听证室"' in answer.err
    assert "register void" in answer.err
    assert files(out) == first


def test_after_a_void_the_changed_instrument_comes_out_under_a_new_number(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    hearing["instruments"][0]["hearing_place"] = "另一处听证室"
    number = "（鲁）应急听通〔2026〕1号"
    assert docgen("register", "void", number, "--reason", "地点变更").code == 0
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    shown = docgen("register", "list", "--json").json["instruments"]
    assert [(row["number"][-2:], row["state"], row["edition"]) for row in shown] == [
        ("1号", "voided", 1),
        ("1号", "voided", 1),
        ("2号", "issued", 2),
        ("2号", "issued", 2),
    ]
    old = out / f"{number}_听证会通知书.pdf"
    answer = docgen("verify", old)
    assert answer.code == 1
    assert "作废，理由：地点变更" in answer.out


@pytest.mark.parametrize(
    ("spoil", "code", "told"),
    [
        (lambda case: case.pop("recordings"), "REC017", "没有安排音像记录"),
        (lambda case: case["recordings"][0].update(steps=["notified"]), "REC017", "（delivered）"),
        (lambda case: case["recordings"][0].update(recorder="路人"), "REC017", "记录人“路人”不符"),
        (lambda case: case["recordings"][0].update(place="走廊"), "REC017", "场合“走廊”不符"),
        (lambda case: case.pop("deliveries"), "DLV001", "没有安排送达"),
        (lambda case: case["officers"][1].update(case["officers"][0]), "OFF001", "姓名重复"),
        (
            lambda case: case["deliveries"][0].update(planned_at="2026-12-01T09:00:00+08:00"),
            "TIM001",
            "少于 7 个",
        ),
    ],
)  # fmt: skip
def test_a_plan_that_lacks_something_stops_everything_before_a_number_is_taken(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    spoil: Callable[[Data], object],
    code: str,
    told: str,
) -> None:
    spoil(hearing)
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 1
    assert code in answer.err
    assert told in answer.err
    assert files(tmp_path / "out") == {}
    assert docgen("register", "list").code == 5, "no register may have been made"


def test_a_draft_has_no_number_and_no_code_and_leaves_no_trace_in_the_register(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    del hearing["recordings"]
    out = tmp_path / "out"
    answer = docgen("generate", write_case(hearing), "-o", out, "--draft")
    assert answer.code == 0
    assert "REC017" in answer.err
    assert set(files(out)) == {
        "草稿_（鲁）应急案〔2026〕12号_听证会通知书.pdf",
        "草稿_（鲁）应急案〔2026〕12号_听证会通知书.docx",
        "草稿_（鲁）应急案〔2026〕12号_文书送达回执_hearing_notice.receipt.pdf",
        "草稿_（鲁）应急案〔2026〕12号_文书送达回执_hearing_notice.receipt.docx",
        "manifest.json",
    }
    assert all(row["number"] is row["identity"] is None for row in documents(out))
    assert docgen("register", "list").code == 5


def test_a_finding_is_accepted_only_with_a_reason_and_the_register_keeps_it(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    del hearing["recordings"]
    case, out = write_case(hearing), tmp_path / "out"
    assert docgen("generate", case, "-o", out, "--accept", "REC017").code == 2
    assert docgen("generate", case, "-o", out, "--accept", "REC017", "--reason", " ").code == 2
    unknown = docgen("generate", case, "-o", out, "--accept", "REC001", "--reason", "无")
    assert unknown.code == 2
    assert "未通过的是：REC017" in unknown.err
    assert files(out) == {}
    assert (
        docgen("generate", case, "-o", out, "--accept", "REC017", "--reason", "设备故障").code == 0
    )
    row = docgen("register", "list", "--json").json["instruments"][0]
    assert row["acceptances"] == [{"code": "REC017", "reason": "设备故障"}]


def test_a_number_that_the_office_gave_is_used_and_a_loose_writing_is_put_right(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    hearing["instruments"][0]["number"] = "(鲁)应急听通[2026]第007号"
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out", "--json")
    assert answer.json["documents"][0]["number"] == "（鲁）应急听通〔2026〕7号"
    assert "已规范为“（鲁）应急听通〔2026〕7号”" in answer.err


def test_a_reprint_that_would_not_be_the_same_file_is_refused(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, out = write_case(hearing), tmp_path / "out"
    assert docgen("generate", case, "-o", out).code == 0
    first = files(out)
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    measures = templates / "layout" / "official.yaml"
    text = measures.read_text("utf-8")
    assert "above: 6," in text
    measures.write_text(text.replace("above: 6,", "above: 7,"), "utf-8")
    monkeypatch.setenv("DOCGEN_TEMPLATES", str(templates))
    answer = docgen("generate", case, "-o", out)
    assert answer.code == 1
    assert "与签发时不是同一个" in answer.err
    assert files(out) == first


def test_what_is_issued_keeps_its_host_when_another_is_configured(
    docgen: Docgen, home: Path, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case, out = write_case(hearing), tmp_path / "out"
    assert docgen("generate", case, "-o", out).code == 0
    first = files(out)
    (home / "config.yaml").write_text("verify_host: other.example\n", "utf-8")
    assert docgen("generate", case, "-o", out).code == 0
    assert files(out) == first
    hearing["case_number"] = "（鲁）应急案〔2026〕13号"
    later = docgen("generate", write_case(hearing), "-o", out, "--json").json["documents"]
    assert later[0]["verification_url"].startswith("https://other.example/v/")


@pytest.mark.parametrize("content", [None, b""])
def test_a_register_that_is_lost_while_the_keys_are_there_is_never_started_anew(
    docgen: Docgen,
    home: Path,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    content: bytes | None,
) -> None:
    case = write_case(hearing)
    assert docgen("generate", case, "-o", tmp_path / "out").code == 0
    (home / "register.sqlite").unlink()
    if content is not None:
        (home / "register.sqlite").write_bytes(content)
    for arguments in (("generate", case, "-o", tmp_path / "later"), ("register", "list")):
        answer = docgen(*arguments)
        assert answer.code == 5
        assert "不见了" in answer.err
    assert docgen("doctor").code == 5
    assert files(tmp_path / "later") == {}


def test_a_wrong_agency_or_region_takes_no_number(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 0
    hearing["case_number"] = "（鲁）应急案〔2026〕13号"
    for name, region in (("示例省应急管理斤", "鲁"), ("示例省应急管理厅", "浙")):
        hearing["agency"] |= {"name": name, "region": region}
        assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 4
    listed = docgen("register", "list", "--json").json["instruments"]
    assert [row["number"] for row in listed] == NUMBERS


def test_an_instrument_cannot_name_another_agency_than_the_one_that_seals_it(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    hearing["instruments"][0]["agency_name"] = "示例市应急管理局"
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert "不认识键“agency_name”" in answer.err


def test_a_later_case_in_the_same_folder_keeps_the_earlier_files_in_the_manifest(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    hearing["case_number"] = "（鲁）应急案〔2026〕13号"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    assert [row["number"][-2:] for row in documents(out)] == ["1号"] * 4 + ["2号"] * 4


def test_runs_into_one_folder_at_the_same_time_lose_no_row_of_the_manifest(
    home: Path, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    cases = []
    for index in range(6):
        hearing["case_number"] = f"（鲁）应急案〔2026〕{index}号"
        cases.append(write_case(hearing, f"case{index}.yaml"))
    runs = [
        subprocess.Popen(
            [*MAIN, "generate", str(case), "-o", str(tmp_path / "out")],
            env={**os.environ, "DOCGEN_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for case in cases
    ]
    assert [run.wait(timeout=300) for run in runs] == [0] * 6
    rows = documents(tmp_path / "out")
    assert sorted({row["number"] for row in rows}) == [
        f"（鲁）应急{code}〔2026〕{n}号" for code in ("听通", "回") for n in range(1, 7)
    ]
    assert {row["path"] for row in rows} | {"manifest.json"} == set(files(tmp_path / "out"))


def test_two_registers_do_not_overwrite_each_others_files(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case, out = write_case(hearing), tmp_path / "out"
    assert docgen("generate", case, "-o", out).code == 0
    first = files(out)
    monkeypatch.setenv("DOCGEN_HOME", str(tmp_path / "another"))
    answer = docgen("generate", case, "-o", out)
    assert answer.code == 4
    assert "另一份文书的文件" in answer.err
    assert files(out) == first


@pytest.mark.parametrize("written", ["（鲁）应急案〔2026〕 12号", "(鲁)应急案[2026]12号"])
def test_a_case_number_written_otherwise_is_the_same_case(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, written: str
) -> None:
    out = tmp_path / "out"
    assert docgen("generate", write_case(hearing), "-o", out).code == 0
    first = files(out)
    hearing["case_number"] = written
    answer = docgen("generate", write_case(hearing), "-o", out)
    assert answer.code == 0
    assert "已规范为“（鲁）应急案〔2026〕12号”" in answer.err
    assert files(out) == first


def test_words_after_a_hash_are_not_dropped_in_silence(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case = write_case(hearing)
    place = hearing["instruments"][0]["hearing_place"]
    text = case.read_text("utf-8").replace(
        f"hearing_place: {place}", "hearing_place: 二楼 #3听证室"
    )
    case.write_text(text, "utf-8")
    answer = docgen("generate", case, "-o", tmp_path / "out")
    assert answer.code == 4
    assert re.search(r"instruments\[0\]\.hearing_place（第 \d+ 行）：“#”", answer.err)
    case.write_text(text.replace("二楼 #3听证室", "二楼 # 说明"), "utf-8")
    assert docgen("generate", case, "-o", tmp_path / "out").code == 0


@pytest.mark.parametrize("edited", [False, True])
def test_a_file_that_somebody_else_put_there_or_changed_is_not_overwritten(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, edited: bool
) -> None:
    case, out = write_case(hearing), tmp_path / "out"
    path = out / "（鲁）应急听通〔2026〕1号_听证会通知书.pdf"
    if edited:
        assert docgen("generate", case, "-o", out).code == 0
    out.mkdir(exist_ok=True)
    path.write_bytes(b"a scan of the signed copy")
    answer = docgen("generate", case, "-o", out)
    assert answer.code == 4
    assert "没有覆盖" in answer.err
    assert path.read_bytes() == b"a scan of the signed copy"
    path.unlink()
    assert docgen("generate", case, "-o", out).code == 0


@pytest.mark.parametrize("sequence", ["999999999", "150"])
def test_a_given_number_far_beyond_the_next_one_is_taken_for_a_slip(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, sequence: str
) -> None:
    hearing["instruments"][0]["number"] = f"（鲁）应急听通〔2026〕{sequence}号"
    case = write_case(hearing)
    answer = docgen("generate", case, "-o", tmp_path / "out")
    assert answer.code == 1
    assert "像是写错了" in answer.err
    begun = ("register", "start", "应急听通", 2026, sequence, "--agency", "示例省应急管理厅")
    assert docgen(*begun).code == 0
    assert docgen("generate", case, "-o", tmp_path / "out").code == 0


def test_numbers_end_before_they_grow_too_long_to_be_named(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    begun = ("register", "start", "应急听通", 2026, 999_999_999, "--agency", "示例省应急管理厅")
    assert docgen(*begun).code == 0
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 0
    hearing["case_number"] = "（鲁）应急案〔2026〕13号"
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [("示例省应急管里厅", 1), ("示例省 应急管理厅", 4), ("示例省\u200b厅", 4), ("x" * 500, 4)],
)
def test_a_series_is_not_taken_over_under_a_mistyped_agency(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path, name: str, code: int
) -> None:
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 0
    begun = ("register", "start", "应急查扣", 2026, 90, "--agency")
    assert docgen(*begun, name).code == code
    assert docgen(*begun, " 示例省应急管理厅 ").code == 0
    assert docgen(*begun, "示例市应急管理局", "--new-agency").code == 0


def test_a_title_given_with_its_brackets_is_printed_with_one_pair(
    docgen: Docgen, write_case: WriteCase, tmp_path: Path
) -> None:
    text = (CASES / "quarry.yaml").read_text("utf-8")
    title = re.search(r"earlier_title: (.+)", text)
    assert title is not None
    (tmp_path / "case.yaml").write_text(
        text.replace(title[0], f"earlier_title: 《{title[1].strip()}》"), "utf-8"
    )
    made = docgen("generate", tmp_path / "case.yaml", "-o", tmp_path / "out", "--json").json
    for row in made["documents"]:
        if row["path"].endswith(".pdf"):
            found = read_presented((tmp_path / "out" / row["path"]).read_bytes(), "")
            assert "《《" not in "".join(page.body for page in found.pages)


def test_a_terminal_of_another_encoding_gets_an_escape_and_no_fault(
    home: Path, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    hearing["agency"]["region"] = "㛃"
    done = subprocess.run(
        [*MAIN, "generate", str(write_case(hearing)), "-o", str(tmp_path / "out")],
        env={**os.environ, "DOCGEN_HOME": str(home), "PYTHONIOENCODING": "gb2312"},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"\\u36c3" in done.stdout


def test_a_foreign_manifest_is_not_overwritten(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    for text in ("[1]", "[" * 100_000, '{"documents": [{"path": "\\u0000"}]}'):
        (out / "manifest.json").write_text(text, "utf-8")
        assert docgen("generate", write_case(hearing), "-o", out).code == 4
        assert files(out) == {"manifest.json": text.encode()}


def test_a_folder_that_cannot_be_written_is_told_and_issues_nothing(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "file" / "out")
    assert answer.code == 5
    assert "写不了文件夹" in answer.err
    listed = docgen("register", "list", "--json").json["instruments"]
    assert [row["state"] for row in listed] == ["reserved", "reserved"]


def test_when_the_disk_fills_up_nothing_half_written_stays_and_the_next_run_finishes(
    docgen: Docgen, home: Path, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    rare = "".join(chr(0x4E00 + number) for number in range(900))  # many glyphs, a large file
    hearing["instruments"][0]["hearing_place"] = rare
    case, out = write_case(hearing), tmp_path / "out"
    docgen("doctor")  # the font folder is made beforehand, only the documents meet the limit
    limit = 256 * 1024  # above the register, below the document
    full = subprocess.run(
        [*MAIN, "generate", str(case), "-o", str(out)],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        env={**os.environ, "DOCGEN_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert full.returncode == 5, full.stderr
    assert "写不了文件夹" in full.stderr
    assert files(out) == {}
    assert docgen("generate", case, "-o", out).code == 0
    assert [row["number"] for row in documents(out)] == [
        number for number in NUMBERS for _ in range(2)
    ]


def test_a_missing_font_stops_the_run_and_says_which_package_has_it(
    docgen: Docgen,
    hearing: Data,
    write_case: WriteCase,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", templates)
    fonts = templates / "layout" / "fonts.yaml"
    fonts.write_text(fonts.read_text("utf-8").replace("HanaMinA.ttf", "没有.ttf"), "utf-8")
    monkeypatch.setenv("DOCGEN_TEMPLATES", str(templates))
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 5
    assert "没有.ttf：没有找到（Debian 软件包 fonts-hanazono）" in answer.err
    assert files(tmp_path / "out") == {}


def test_a_font_file_other_than_the_pinned_one_is_refused(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "FandolFang-Regular.otf").write_bytes(b"another")
    monkeypatch.setenv("DOCGEN_FONTS", str(tmp_path / "fonts"))
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 5
    assert "不是核定的字体文件" in answer.err


def test_a_font_folder_that_is_damaged_or_of_another_version_is_made_anew(tmp_path: Path) -> None:
    found = load_settings(os.environ)
    config = found.templates / "layout" / "fonts.yaml"

    def folder() -> Path:
        return load_fonts(config, found.font_folders, tmp_path).fontconfig.parent

    whole = sorted(path.relative_to(tmp_path) for path in folder().rglob("*"))
    config_text = (folder() / "fonts.conf").read_text("utf-8")
    face = next((folder() / "faces").iterdir())
    for damage in (
        (folder() / "room").rmdir,
        face.unlink,
        lambda: (face.parent / "another.otf").write_bytes(b"another"),
        lambda: (folder() / "room" / "file").write_bytes(b"to be read"),
        lambda: (folder() / "fonts.conf").write_text("<fontconfig/>", "utf-8"),
        lambda: shutil.rmtree(folder()),
    ):
        damage()
        folder()
        assert sorted(path.relative_to(tmp_path) for path in folder().rglob("*")) == whole
        assert (folder() / "fonts.conf").read_text("utf-8") == config_text


def test_a_font_folder_that_another_made_first_is_left_as_it_is(tmp_path: Path) -> None:
    found = load_settings(os.environ)
    config = found.templates / "layout" / "fonts.yaml"

    def made(_: int) -> int:
        return load_fonts(config, found.font_folders, tmp_path).fontconfig.parent.stat().st_ino

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(made, range(8)))) == 1


@pytest.mark.parametrize("damage", ["missing", "broken", "foreign", "readable by others"])
def test_a_key_that_is_not_right_stops_the_run_and_is_never_replaced(
    docgen: Docgen, home: Path, hearing: Data, write_case: WriteCase, tmp_path: Path, damage: str
) -> None:
    assert docgen("generate", write_case(hearing), "-o", tmp_path / "out").code == 0
    (key,) = (home / "keys").iterdir()
    assert key.stat().st_mode & 0o777 == 0o600
    if damage == "missing":
        key.unlink()
    elif damage == "broken":
        key.write_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "ascii")
    elif damage == "foreign":
        other = tmp_path / "other"
        environment = {**os.environ, "DOCGEN_HOME": str(other)}
        subprocess.run(
            [*MAIN, "generate", str(write_case(hearing)), "-o", str(tmp_path / "foreign")],
            env=environment, check=True,
        )  # fmt: skip
        key.write_bytes(next((other / "keys").iterdir()).read_bytes())
    else:
        key.chmod(0o644)
    hearing["case_number"] = "（鲁）应急案〔2026〕13号"
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "later")
    assert answer.code == 5
    assert "密钥文件" in answer.err
    assert files(tmp_path / "later") == {}
    assert [path for path in (home / "keys").iterdir() if path != key] == []


def test_what_is_missing_is_told_with_file_path_and_line(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    del hearing["party"]["uscc"]
    answer = docgen("generate", write_case(hearing), "-o", tmp_path / "out")
    assert answer.code == 4
    assert re.search(r"case\.yaml party\.uscc（第 \d+ 行起）：缺少统一社会信用代码", answer.err)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("case_number: 一\ncase_number: 二\n", "“case_number” 重复"),
        ("case_number: 一\ncause：二\nparty: {}\n", "第 2 行：用了全角冒号"),
        ("officers:\n  - {name: 甲，certificate: 1}\n", "第 2 行：用了全角逗号"),
        ("cause: 一\n\tparty: 二\n", "有制表符"),
        ("cause:一\nparty:\n  name: 甲\n", "第 1 行：冒号后面少了空格"),
        ("cause: 甲: 乙\n", "第 1 行：值里还有冒号"),
        ("cause: 张\u0301\u0301三\n", "叠在一起"),
        ("[1, 2\n", "YAML 写法有误"),
        ("", "是空的"),
        ("cause: 一\x07二\n", "字符"),
        ("party: {nam: 示例}\n", "是否应为“name”"),
        ("instruments: [{type: rectification_ordr}]\n", "是否应为“rectification_order”"),
        ("instruments: [{type: hearing_notice, date: 2026-02-30}]\n", "不是存在的日期"),
    ],
)
def test_a_case_that_is_wrong_is_refused_with_place_and_remedy(
    docgen: Docgen, tmp_path: Path, text: str, told: str
) -> None:
    case = tmp_path / "案件.yaml"
    case.write_text(text, "utf-8")
    answer = docgen("generate", case, "-o", tmp_path / "out")
    assert answer.code == 4
    assert told in answer.err
    assert "案件.yaml" in answer.err
    assert files(tmp_path / "out") == {}


def test_a_number_with_zeros_in_front_stays_what_was_written(
    docgen: Docgen, hearing: Data, write_case: WriteCase, tmp_path: Path
) -> None:
    case = write_case(hearing)
    text = case.read_text("utf-8").replace("postcode: '250000'", "postcode: 012345")
    case.write_text(text, "utf-8")
    assert docgen("generate", case, "-o", tmp_path / "out").code == 0
    shown = docgen("generate", case, "-o", tmp_path / "out", "--json").json["documents"]
    data = (tmp_path / "out" / shown[0]["path"]).read_bytes()
    assert any("邮政编码：012345。" in page.body for page in read_presented(data, "").pages)
