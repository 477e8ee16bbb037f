"""一大批里混着毒记录：恰好那几条被报告，别的与没有毒记录时一个字节不差；内存不随条数增长。

    python benchmarks/poisoned.py [--records 10000] [--poisoned 100]
                                  [-o benchmarks/results/poisoned.md]

Two runs of the program itself from two copies of one new register: the second has blank lines
where the first has poisoned records. Memory is that of the main process and of the workers, read
from the system while they run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from records import records

Record = dict[str, Any]
PAGE = os.sysconf("SC_PAGE_SIZE")


def poison(record: Record, number: int) -> tuple[Record | str, str]:
    """一种毒，轮着来；连同报告里应有的话。"""
    kinds = (
        ("坏的 JSON", lambda r: "{" + json.dumps(r)[2:], "JSON 写法有误"),
        ("缺案由", lambda r: {k: v for k, v in r.items() if k != "cause"}, "cause：缺少这一项"),
        ("不认识的键", lambda r: {**r, "couse": "x"}, "不认识键“couse”"),
        ("没有的日期", _bad_date, "不是存在的日期"),
        ("没有字形的字", _no_glyph, "没有字形"),
        ("看不见的字符", lambda r: {**r, "cause": "示例\u200b案"}, "看不见的格式字符"),
        ("没有的文书", _bad_kind, "没有文书种类"),
        ("差得太远的号", _leap, "差得太远"),
        ("空的", lambda _: "{}", "缺少这一项"),
        ("几千层的 JSON", lambda _: "[" * 5000, "嵌套过深"),
    )
    name, make, told = kinds[number % len(kinds)]
    made = make(json.loads(json.dumps(record)))
    return made, f"{name}|{told}"


def _bad_date(record: Record) -> Record:
    record["instruments"][0]["date"] = "2026-02-30"
    return record


def _no_glyph(record: Record) -> Record:
    record["agency"]["name"] += "\U0003134a"  # printed by every instrument
    return record


def _bad_kind(record: Record) -> Record:
    record["instruments"][0]["type"] += "x"
    return record


def _leap(record: Record) -> Record:
    from docgen.catalogue import load_catalogue  # noqa: PLC0415
    from docgen.settings import packaged_templates  # noqa: PLC0415

    item = record["instruments"][0]
    code = load_catalogue(packaged_templates()).instruments[item["type"]].number_code
    year = item["date"][:4]
    item["number"] = f"（{record['agency']['region']}）{code}〔{year}〕900000号"
    return record


@dataclass
class Watch:
    """运行时的内存，兆字节：主进程与最大的工作进程，连同那时做了多少条。"""

    samples: list[tuple[int, float, float]] = field(default_factory=list)


def run_batch(home: Path, data: Path, out: Path, watch: Watch) -> tuple[int, float]:
    """做一批；给出退出码与秒数。"""
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "docgen", "batch", str(data), "-o", str(out)],
        env={**os.environ, "DOCGEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        done = [0]

        def follow() -> None:
            for line in process.stderr or ():
                if line.startswith("已做 "):
                    done[0] = int(line.split()[1].split("／")[0])
                    print(line.strip(), flush=True)

        reader = threading.Thread(target=follow)
        reader.start()
        while process.poll() is None:
            watch.samples.append((done[0], _megabytes(process.pid), _workers(process.pid)))
            time.sleep(2)
        reader.join()
    return process.returncode, time.perf_counter() - started


def _megabytes(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE / 2**20
    except (FileNotFoundError, ProcessLookupError):
        return 0.0


def _workers(pid: int) -> float:
    command = ["ps", "--ppid", str(pid), "-o", "pid="]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return max((_megabytes(int(child)) for child in found.stdout.split()), default=0.0)


def statuses(out: Path) -> Iterator[tuple[str, str]]:
    """报告各行的状态与错误。"""
    book = openpyxl.load_workbook(out / "report.xlsx", read_only=True)
    rows = book["数据"].iter_rows(values_only=True)
    headers = [str(cell) for cell in next(rows)]
    at = headers.index("状态"), headers.index("错误")
    for row in rows:
        yield str(row[at[0]]), str(row[at[1]] or "")
    book.close()


def digests(out: Path) -> dict[str, str]:
    """全部文书文件的摘要。"""
    kinds = (".pdf", ".docx")
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.suffix in kinds
    }


def new_home(home: Path, work: Path) -> None:
    """一个新的登记簿，只有各机关的密钥。"""
    environment = {**os.environ, "DOCGEN_HOME": str(home)}
    seen: set[tuple[str, str]] = set()
    for record in records(40):
        agency = record["agency"]["name"], record["agency"]["region"]
        if agency not in seen:
            seen.add(agency)
            command = [sys.executable, "-m", "docgen", "keys", "new", *agency]
            subprocess.run(command, env=environment, check=True, capture_output=True, cwd=work)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--poisoned", type=int, default=100)
    parser.add_argument("-o", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measured(Path(folder), given.records, given.poisoned)
    print(text)
    if given.o:
        given.o.write_text(text, "utf-8")


def measured(work: Path, count: int, poisoned: int) -> str:
    chance = random.Random("poison")
    where = sorted(chance.sample(range(count), poisoned))
    told: dict[int, str] = {}
    with (work / "cases.jsonl").open("w", encoding="utf-8") as dirty:
        for number, record in enumerate(records(count)):
            line: Record | str = record
            if number in set(where):
                line, told[number] = poison(record, where.index(number))
            text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
            dirty.write(text + "\n")
    (work / "clean").mkdir()
    with (
        (work / "cases.jsonl").open(encoding="utf-8") as source,
        (work / "clean" / "cases.jsonl").open("w", encoding="utf-8") as target,
    ):
        for number, line in enumerate(source):
            target.write("\n" if number in told else line)
    new_home(work / "home", work)
    shutil.copytree(work / "home", work / "home-clean")
    watch, other = Watch(), Watch()
    code, seconds = run_batch(work / "home", work / "cases.jsonl", work / "out", watch)
    found = list(statuses(work / "out"))
    wrong = [n for n, (status, _) in enumerate(found) if status != "已签发"]
    said = sum(told[n].split("|")[1] in found[n][1] for n in wrong if n in told)
    clean_code, clean_seconds = run_batch(
        work / "home-clean", work / "clean" / "cases.jsonl", work / "out-clean", other
    )
    dirty_files, clean_files = digests(work / "out"), digests(work / "out-clean")
    manifests = [(work / o / "manifest.jsonl").read_bytes() for o in ("out", "out-clean")]
    kinds = Counter(text.split("|")[0] for text in told.values())
    lines = [
        "# A large batch with poisoned records\n",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}, "
        f"{len(os.sched_getaffinity(0))} cores. {count} records, {poisoned} of them poisoned "
        f"({'、'.join(f'{name} {n}' for name, n in sorted(kinds.items()))}).\n",
        "| | with poison | without |\n|---|---|---|",
        f"| exit code | {code} | {clean_code} |",
        f"| records not issued | {len(wrong)} | 0 |",
        f"| they are the poisoned ones | {wrong == where} | |",
        f"| and each says what is wrong with it | {said} of {poisoned} | |",
        f"| files | {len(dirty_files)} | {len(clean_files)} |",
        f"| seconds | {seconds:.0f} | {clean_seconds:.0f} |",
        f"| documents a second | {len(dirty_files) / 2 / seconds:.1f} | "
        f"{len(clean_files) / 2 / clean_seconds:.1f} |",
        f"\nFiles byte for byte the same in both: {dirty_files == clean_files}; "
        f"manifests the same: {manifests[0] == manifests[1]}.\n",
        "## Memory\n",
        "Largest in each tenth of the run with poison, in MiB: main process, largest worker.\n",
        "| records done | main | worker |\n|---|---|---|",
        *memory(watch, count),
    ]
    return "\n".join(lines) + "\n"


def memory(watch: Watch, count: int) -> Iterator[str]:
    """每十分之一里最大的。"""
    for tenth in range(10):
        low, high = count * tenth // 10, count * (tenth + 1) // 10
        own = [s for s in watch.samples if low <= s[0] < high]
        if own:
            most = max(s[1] for s in own), max(s[2] for s in own)
            yield f"| {low}–{high} | {most[0]:.0f} | {most[1]:.0f} |"


if __name__ == "__main__":
    main()
