"""批量：每条记录各自成败，号不重不漏，中断了接着做，写下的字节一样。"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import re
import signal
import sqlite3
import time
from collections import Counter
from pathlib import Path

import obstore
import openpyxl
import pikepdf
import pytest
from batched import Record, Written, copy_home, some, start_batch, write_lines
from object_store import serving
from obstore.store import S3Store
from support import PROCEDURES, Docgen

from docgen.cli import run
from docgen.cli.shared.tools import Tools

REFUSED = {
    1: ("{这不是 JSON", "JSON 的写法有误"),
    3: ("cause", "缺少这一项"),
    4: ("number", "差得太远"),
}


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """各测试不看几个进程做；done 用几个就有几个。"""
    monkeypatch.setattr(Tools, "processors", 1)


@pytest.fixture(scope="module")
def lines() -> list[Record | str]:
    """七行：四条好的，三条各有一处毛病。"""
    made: list[Record | str] = list(some(7))
    for number, (fault, _) in REFUSED.items():
        record = made[number]
        assert isinstance(record, dict)
        match fault:
            case "cause":
                del record["cause"]
            case "number":
                code = record["instruments"][0]
                region = record["agency"]["region"]
                code["number"] = f"（{region}）当事人陈述申辩笔录〔2026〕9000号"
            case _:
                made[number] = fault
    return made


@pytest.fixture(scope="module")
def done(
    lines: list[Record | str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path, Path]:
    """做过一次的一批：状态文件夹、数据、输出。"""
    root = tmp_path_factory.mktemp("batch")
    data = write_lines(root / "cases.jsonl", lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(root / "home"))
        assert run(["batch", str(data), "-o", str(root / "out")]) == 3
    return root / "home", data, root / "out"


def test_each_record_is_issued_or_reported_with_its_place_and_remedy(
    done: tuple[Path, Path, Path],
) -> None:
    report = Written(done[2]).report
    assert [row["来源"] for row in report] == [f"cases.jsonl 第 {n} 行" for n in range(1, 8)]
    for number, row in enumerate(report):
        if number in REFUSED:
            assert (row["状态"], row["文号"], row["文件"]) == ("被拒", "", "")
        else:
            assert (row["状态"], row["错误"]) == ("已签发", "")
            assert "号" in row["文号"]
    assert "JSON 写法有误" in report[1]["错误"]
    assert "cause：缺少这一项" in report[3]["错误"]
    assert "差得太远" in report[4]["错误"]


def test_the_manifest_names_every_file_with_its_digest_and_no_other_file_is_there(
    done: tuple[Path, Path, Path],
) -> None:
    written = Written(done[2])
    told = {row["path"]: row["sha256"] for row in written.manifest}
    there = {name: hashlib.sha256(data).hexdigest() for name, data in written.files.items()}
    assert told == there
    assert len(told) >= 8
    assert not written.leftovers
    assert [row["record"] for row in written.manifest] == sorted(
        (row["record"] for row in written.manifest),
        key=lambda text: int(re.findall("[0-9]+", text)[0]),
    )


def test_numbers_follow_the_order_of_the_input_without_gaps(
    done: tuple[Path, Path, Path],
) -> None:
    series: dict[str, list[int]] = {}
    for row in Written(done[2]).manifest:
        found = re.fullmatch(r"(.+〕)([0-9]+)号", row["number"])
        assert found is not None
        numbers = series.setdefault(found[1], [])
        if int(found[2]) not in numbers:
            numbers.append(int(found[2]))
    assert all(numbers == [*range(1, len(numbers) + 1)] for numbers in series.values())


def test_a_batch_prints_the_very_files_that_generate_prints(
    done: tuple[Path, Path, Path], lines: list[Record | str], docgen: Docgen, tmp_path: Path
) -> None:
    _same_secret(done[0], Path(os.environ["DOCGEN_HOME"]))
    case = tmp_path / "case.json"
    case.write_text(json.dumps(lines[0]), "utf-8")
    assert docgen("generate", case, "-o", tmp_path / "alone").code == 0
    alone = {path.name: path.read_bytes() for path in (tmp_path / "alone").glob("*号_*")}
    both = {Path(name).name: data for name, data in Written(done[2]).files.items()}
    assert alone
    assert alone == {name: both[name] for name in alone}


def test_a_served_file_of_a_batch_verifies(
    done: tuple[Path, Path, Path], docgen: Docgen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCGEN_HOME", str(done[0]))
    path = done[2] / Written(done[2]).manifest[0]["path"]
    assert docgen("verify", path).code == 0


def test_the_same_command_again_changes_no_byte_and_takes_no_number(
    done: tuple[Path, Path, Path], docgen: Docgen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = copy_home(done[0], tmp_path / "home2")
    monkeypatch.setenv("DOCGEN_HOME", str(home))
    before, events = Written(done[2]).files, _events(home)
    answer = docgen("batch", done[1], "-o", done[2], "--json")
    assert (answer.code, answer.json["kept"], answer.json["refused"]) == (3, 4, 3)
    assert Written(done[2]).files == before
    assert _events(home) == events


def test_a_lost_file_is_made_again_with_the_same_bytes(
    done: tuple[Path, Path, Path], docgen: Docgen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCGEN_HOME", str(copy_home(done[0], tmp_path / "home2")))
    before = Written(done[2]).files
    lost = next(iter(before))
    (done[2] / lost).unlink()
    assert docgen("batch", done[1], "-o", done[2]).code == 3
    assert Written(done[2]).files == before


def test_refused_records_take_no_number_so_the_others_are_as_if_those_were_not_there(
    done: tuple[Path, Path, Path], lines: list[Record | str], docgen: Docgen, tmp_path: Path
) -> None:
    clean = ["" if number in REFUSED else line for number, line in enumerate(lines)]
    data = write_lines(tmp_path / "cases.jsonl", clean)
    home = Path(os.environ["DOCGEN_HOME"])
    _same_secret(done[0], home)
    assert docgen("batch", data, "-o", tmp_path / "out").code == 0
    assert Written(tmp_path / "out").files == Written(done[2]).files
    assert Written(tmp_path / "out").manifest == Written(done[2]).manifest


def test_a_rehearsal_writes_nothing_but_its_report(
    done: tuple[Path, Path, Path], docgen: Docgen, tmp_path: Path
) -> None:
    answer = docgen("batch", done[1], "-o", tmp_path / "out", "--dry-run", "--json")
    assert (answer.code, answer.json["ready"], answer.json["refused"]) == (3, 5, 2)
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["report.xlsx"]
    assert not (Path(os.environ["DOCGEN_HOME"]) / "register.sqlite").exists()


def test_a_rehearsal_asks_the_register_and_changes_nothing_in_it(
    done: tuple[Path, Path, Path], docgen: Docgen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = copy_home(done[0], tmp_path / "home2")
    monkeypatch.setenv("DOCGEN_HOME", str(home))
    before = _events(home)
    answer = docgen("batch", done[1], "-o", tmp_path / "out", "--dry-run", "--json")
    assert (answer.code, answer.json["kept"], answer.json["refused"]) == (3, 4, 3)
    assert "差得太远" in Written(tmp_path / "out").report[4]["错误"]
    assert _events(home) == before


def test_killed_at_any_moment_the_same_command_finishes_with_the_same_bytes(
    done: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    _same_secret(done[0], home)
    out, chance = tmp_path / "out", random.Random(1)
    for _ in range(3):
        victim = start_batch(home, done[1], "-o", out, "--workers", 1)
        time.sleep(chance.uniform(1, 12))
        os.killpg(victim.pid, signal.SIGKILL)
        victim.communicate()
    last = start_batch(home, done[1], "-o", out, "--workers", 1)
    _, errors = last.communicate()
    assert last.returncode == 3, errors
    assert Written(out).files == Written(done[2]).files
    assert Written(out).manifest == Written(done[2]).manifest
    assert not Written(out).leftovers
    states = _states(home)
    assert set(states) == {"issued"}
    assert states == _states(done[0])


def test_one_document_twice_in_a_batch_is_refused_and_told_where_it_was_first(
    docgen: Docgen, tmp_path: Path
) -> None:
    (record,) = some(1)
    data = write_lines(tmp_path / "cases.jsonl", [record, record])
    answer = docgen("batch", data, "-o", tmp_path / "out")
    assert answer.code == 3
    first, second = Written(tmp_path / "out").report
    assert first["状态"] == "已签发"
    assert "与 cases.jsonl 第 1 行 是同一案件" in second["错误"]


def test_one_case_told_in_two_records_is_refused_without_a_word_of_deleting(
    docgen: Docgen, tmp_path: Path
) -> None:
    first, second = some(2)
    second = {**second, "case_number": first["case_number"], "agency": first["agency"]}
    data = write_lines(tmp_path / "cases.jsonl", [first, second])
    answer = docgen("batch", data, "-o", tmp_path / "out", "--dry-run")
    assert answer.code == 3
    assert "改正原来的数据" in answer.err
    refused = Written(tmp_path / "out").report[1]["错误"]
    assert "分在两处" in refused
    assert "合成一个案件" in refused


def test_one_number_given_twice_in_a_batch_is_refused_by_the_rehearsal_too(
    docgen: Docgen, tmp_path: Path
) -> None:
    (first,) = some(1, ("inquest_record",))
    region, year = first["agency"]["region"], first["instruments"][0]["date"][:4]
    first["instruments"][0]["number"] = f"（{region}）勘验笔录〔{year}〕2号"
    second = {**first, "case_number": "（示）应急案〔2026〕999号"}
    data = write_lines(tmp_path / "cases.jsonl", [first, second])
    answer = docgen("batch", data, "-o", tmp_path / "out", "--dry-run", "--json")
    assert (answer.code, answer.json["refused"]) == (3, 1), answer.err
    refused = Written(tmp_path / "out").report[1]["错误"]
    assert "与 cases.jsonl 第 1 行 给了同一个文号" in refused


def test_a_shard_that_no_record_falls_to_is_done_at_once(docgen: Docgen, tmp_path: Path) -> None:
    data = write_lines(tmp_path / "cases.jsonl", some(1))
    answer = docgen("batch", data, "-o", tmp_path / "out", "--shard", "2/2", "--json")
    assert (answer.code, answer.json["records"]) == (0, 0), answer.err


def test_a_changed_record_of_an_issued_document_is_refused_with_what_changed(
    docgen: Docgen, tmp_path: Path
) -> None:
    (record,) = some(1)
    data = write_lines(tmp_path / "cases.jsonl", [record])
    assert docgen("batch", data, "-o", tmp_path / "out").code == 0
    before = Written(tmp_path / "out").files
    write_lines(data, [{**record, "cause": "示例的另一案由"}])
    assert docgen("batch", data, "-o", tmp_path / "out").code == 3
    (row,) = Written(tmp_path / "out").report
    assert "已经签发，内容却变了" in row["错误"]
    assert "示例的另一案由" in row["错误"]
    assert Written(tmp_path / "out").files == before


def test_a_number_that_a_later_record_brings_is_not_taken_by_an_earlier_one(
    docgen: Docgen, tmp_path: Path
) -> None:
    made = some(3, ("inquest_record",))
    region = made[0]["agency"]["region"]
    made[1]["instruments"][0]["number"] = f"（{region}）勘验笔录〔2026〕1号"
    data = write_lines(tmp_path / "cases.jsonl", made)
    for rehearsal in (("--dry-run",), ()):
        assert docgen("batch", data, "-o", tmp_path / "out", *rehearsal).code == 0
    numbers = [row["文号"] for row in Written(tmp_path / "out").report]
    assert numbers == [f"（{region}）勘验笔录〔2026〕{n}号" for n in (2, 1, 3)]


def test_a_given_number_that_leaves_others_empty_is_told(docgen: Docgen, tmp_path: Path) -> None:
    made = some(3, ("inquest_record",))
    region = made[0]["agency"]["region"]
    for record, given in zip(made[1:], (5, 6), strict=True):
        record["instruments"][0]["number"] = f"（{region}）勘验笔录〔2026〕{given}号"
    data = write_lines(tmp_path / "cases.jsonl", made)
    assert docgen("batch", data, "-o", tmp_path / "out").code == 0
    told = ["没有用过" in row["提示"] for row in Written(tmp_path / "out").report]
    assert told == [False, True, False]


def test_a_file_that_is_in_the_way_is_not_overwritten_and_the_number_is_kept(
    docgen: Docgen, tmp_path: Path
) -> None:
    (record,) = some(1)
    data = write_lines(tmp_path / "cases.jsonl", [record])
    place = (
        f"out/{record['instruments'][0]['date']}/当事人陈述申辩笔录/1-999/"
        "（示市）当事人陈述申辩笔录〔2026〕1号_当事人陈述申辩笔录.pdf"
    )
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    path.write_bytes(b"signed scan")
    assert docgen("batch", data, "-o", tmp_path / "out").code == 3
    (row,) = Written(tmp_path / "out").report
    assert (row["状态"], "没有覆盖" in row["错误"]) == ("没有做成", True)
    assert path.read_bytes() == b"signed scan"
    path.unlink()
    assert docgen("batch", data, "-o", tmp_path / "out").code == 0
    (row,) = Written(tmp_path / "out").report
    assert row["文号"] == "（示市）当事人陈述申辩笔录〔2026〕1号"


def test_a_corrected_report_is_handed_in_again_and_only_what_was_refused_is_done(
    docgen: Docgen, tmp_path: Path
) -> None:
    form = tmp_path / "inquest.csv"
    assert docgen("schema", "inquest_record", "--format", "csv", "-o", form).code == 0
    header, example = list(csv.reader(form.read_text("utf-8-sig").splitlines()))
    number, day = header.index("案号"), header.index("文书日期")
    rows = []
    for nth in (1, 2):
        row = ["", *example[1:]]
        row[number] = f"（鲁）应急批〔2026〕{nth}号\u3000"
        row[header.index("案由")] = "示例\u3000案\u00a0由"
        rows.append(row)
    rows[1][day] = "2026年2月30日"
    with form.open("w", encoding="gb18030", newline="") as target:
        csv.writer(target).writerows([header, *rows])
    first = docgen("batch", form, "-o", tmp_path / "out", "--json")
    assert (first.code, first.json["issued"], first.json["refused"]) == (3, 1, 1), first.err
    _, wrong = Written(tmp_path / "out").report
    assert "第 3 行“文书日期”列" in wrong["错误"]
    assert "不是存在的日期" in wrong["错误"]

    report = tmp_path / "out" / "report.xlsx"
    book = openpyxl.load_workbook(report)
    book["数据"].cell(3, day + 1).value = rows[0][day]
    book.save(tmp_path / "corrected.xlsx")
    again = docgen("batch", tmp_path / "corrected.xlsx", "-o", tmp_path / "out", "--json")
    assert (again.code, again.json["kept"], again.json["issued"]) == (0, 1, 1), again.err
    cases = [row["case_number"] for row in Written(tmp_path / "out").manifest[::2]]
    assert cases == ["（鲁）应急批〔2026〕1号", "（鲁）应急批〔2026〕2号"]


def test_what_the_check_finds_is_told_with_the_column_of_the_table(
    docgen: Docgen, tmp_path: Path
) -> None:
    form = tmp_path / "order.csv"
    assert docgen("schema", "rectification_order", "--format", "csv", "-o", form).code == 0
    header, example = list(csv.reader(form.read_text("utf-8-sig").splitlines()))
    row = ["", *example[1:]]
    row[header.index("文书日期")] = "2026-12-01"
    row[header.index("存在的问题1 整改期限")] = "2026-11-15"
    row[header.index("执法人员2 执法证号")] = row[header.index("执法人员1 执法证号")]
    with form.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows([header, row])
    answer = docgen("batch", form, "-o", tmp_path / "out", "--dry-run")
    assert answer.code == 3, answer.err
    told = Written(tmp_path / "out").report[0]["错误"]
    assert "第 2 行“存在的问题1 整改期限”列" in told
    assert "第 2 行“执法人员1 姓名”列" in told
    assert not re.search(r"[a-z_]+\[[0-9]+\]", told), told


def test_what_an_export_says_in_its_own_way_is_told_beside_its_row(
    docgen: Docgen, tmp_path: Path
) -> None:
    tables = PROCEDURES.parent / "tables"
    answer = docgen(
        "batch", tables / "export.csv", "--mapping", tables / "mapping.yaml",
        "-o", tmp_path / "out", "--dry-run",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    rows = Written(tmp_path / "out").report
    assert {row["状态"] for row in rows} == {"可以签发"}
    assert "46371" in rows[1]["提示"]


def test_a_print_job_binds_every_document_once_in_order_within_the_given_sheets(
    docgen: Docgen, tmp_path: Path
) -> None:
    data = write_lines(tmp_path / "cases.jsonl", some(4))
    out = tmp_path / "out"
    command = ("batch", data, "-o", out, "--print-job", 12, "--sort", "party", "--json")
    answer = docgen(*command)
    assert answer.code == 0, answer.err
    volumes = sorted((out / "print").iterdir())
    assert len(volumes) > 1
    bound: list[str] = []
    for path in volumes:
        with pikepdf.open(path) as volume:
            assert len(volume.pages) <= 24
            assert len(volume.pages) % 2 == 0
            with volume.open_outline() as outline:
                titles = [item.title for item in outline.root]
        assert titles[0] == "目录"
        bound += [title for title in titles if title.startswith("《")]
        assert docgen("verify", path).code == 0
    numbers = {row["number"] for row in Written(out).manifest}
    assert Counter(title.rpartition("》")[2] for title in bound) == dict.fromkeys(numbers, 1)
    before = [path.read_bytes() for path in volumes]
    assert docgen(*command).code == 0
    assert [path.read_bytes() for path in volumes] == before

    (out / "print" / "说明.txt").write_text("自己的", "utf-8")
    thinner = docgen("batch", data, "-o", out, "--print-job", 6, "--json")
    assert (thinner.code, f"{len(volumes)} 册已经删去" in thinner.err) == (0, True), thinner.err
    left = {str(path) for path in (out / "print").glob("*.pdf")}
    assert len(left) > len(volumes)
    assert left <= set(thinner.json["files"])
    assert (out / "print" / "说明.txt").exists()


def test_another_input_into_the_same_folder_leaves_the_first_ones_report_and_manifest(
    docgen: Docgen, tmp_path: Path
) -> None:
    one, other = some(2, ("inquest_record",))
    out = tmp_path / "out"
    for name, record in (("一.jsonl", one), ("二.jsonl", other)):
        data = write_lines(tmp_path / name, [record])
        last = docgen("batch", data, "-o", out)
        assert last.code == 0, last.err
        if name == "一.jsonl":
            first = Written(out)
            report, manifest = (out / "report.xlsx").read_bytes(), first.manifest
    assert "以前做的是 一.jsonl" in last.err
    assert (out / "report-一-jsonl.xlsx").read_bytes() == report
    kept = (out / "manifest-一-jsonl.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in kept] == manifest
    assert Written(out).manifest != manifest
    assert "以前做的是" not in docgen("batch", tmp_path / "二.jsonl", "-o", out).err


def test_shards_together_do_every_record_once(docgen: Docgen, tmp_path: Path) -> None:
    data = write_lines(tmp_path / "cases.jsonl", some(22, ("inquest_record",)))
    for own in (1, 2):
        assert docgen("batch", data, "-o", tmp_path / "out", "--shard", f"{own}/2").code == 0
    numbers = Counter(
        Written(tmp_path / "out").files  # one folder for all
    )
    assert len(numbers) == 44
    names = sorted(path.name for path in (tmp_path / "out").glob("*.*"))
    assert names == [
        "manifest-1-of-2.jsonl",
        "manifest-2-of-2.jsonl",
        "report-1-of-2.xlsx",
        "report-2-of-2.xlsx",
    ]


def test_a_batch_goes_to_an_object_store_by_url_and_goes_on_there(
    docgen: Docgen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = tmp_path / "s3" / "papers"
    bucket.mkdir(parents=True)
    data = write_lines(tmp_path / "cases.jsonl", some(2))
    with serving(bucket.parent, monkeypatch):
        first = docgen("batch", data, "-o", "s3://papers/spring", "--json")
        assert first.code == 0, first.err
        assert first.json["issued"] == 2
        written = Written(bucket / "spring")
        before = written.files
        assert {row["path"] for row in written.manifest} == set(before)
        obstore.delete(S3Store.from_url("s3://papers/spring"), next(iter(before)))
        again = docgen("batch", data, "-o", "s3://papers/spring", "--json")
        assert again.code == 0, again.err
        assert again.json["kept"] == 2
        assert written.files == before

        store = S3Store.from_url("s3://papers/spring")
        for name in ("第0009册，共9册.pdf", "自己的.pdf"):
            obstore.put(store, f"print/{name}", b"before")
        bound = docgen("batch", data, "-o", "s3://papers/spring", "--print-job", 12, "--json")
        assert bound.code == 0, bound.err
        there = {path.name for path in bucket.glob("spring/print/*.pdf")}
        made = {name.rpartition("/")[2] for name in bound.json["files"] if "/print/" in name}
        assert len(made) >= 1
        assert there == {*made, "自己的.pdf"}


def test_two_batches_cannot_write_into_one_folder_at_once(docgen: Docgen, tmp_path: Path) -> None:
    data = write_lines(tmp_path / "cases.jsonl", some(1))
    other = start_batch(tmp_path / "other", data, "-o", tmp_path / "out")
    try:
        lock = tmp_path / "out" / ".docgen-batch.lock"
        end = time.monotonic() + 60
        while not lock.exists() and time.monotonic() < end:
            time.sleep(0.02)
        answer = docgen("batch", data, "-o", tmp_path / "out")
        assert (answer.code, "另一个 docgen batch" in answer.err) == (5, True)
    finally:
        os.killpg(other.pid, signal.SIGKILL)
        other.communicate()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", "", "没有一条记录"),
        ("cases.xls", "x", "另存为"),
        ("cases.doc", "x", "不认识"),
    ],
)
def test_input_that_holds_no_records_is_told(
    name: str, content: str, said: str, docgen: Docgen, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    answer = docgen("batch", tmp_path / name, "-o", tmp_path / "out")
    assert (answer.code, said in answer.err) == (4, True), answer.err


def _events(home: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "register.sqlite") as book:
        return book.execute("SELECT * FROM event ORDER BY sequence").fetchall()


def _states(home: Path) -> list[str]:
    with sqlite3.connect(home / "register.sqlite") as book:
        return [row[0] for row in book.execute("SELECT state FROM instrument ORDER BY id")]


def _same_secret(source: Path, home: Path) -> None:
    """同样的登记簿的开头：密钥与暗号相同，一个号也没有编过。"""
    copy_home(source, home.parent / "copied")
    home.mkdir(parents=True, exist_ok=True)
    for item in ("register.sqlite", "keys"):
        target = home / item
        if target.is_dir():
            target.rmdir()
        (home.parent / "copied" / item).rename(target)
    with sqlite3.connect(home / "register.sqlite") as book:
        for trigger in book.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        ).fetchall():
            book.execute(f"DROP TRIGGER {trigger[0]}")
        for table in ("document", "acceptance", "instrument", "series", "case_facts"):
            book.execute(f"DELETE FROM {table}")
        book.execute("DELETE FROM event WHERE kind NOT IN ('key_made', 'agency_admitted')")
