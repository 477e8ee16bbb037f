"""一批在一个核与两个核上：读、核对、编号、签封、印、读回、落盘、登记，全部算在内。

    python benchmarks/two_cores.py [--records 120] [--rounds 3] [-o benchmarks/results/two_cores.md]

The rounds alternate. The time that the program takes to start and to load templates and fonts is
measured with one record and taken off both.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from poisoned import new_home
from records import write_json_lines


def seconds(work: Path, data: Path, cores: set[int]) -> float:
    """做一批要几秒，只用给定的几个核。"""
    for name in ("home", "out"):
        shutil.rmtree(work / name, ignore_errors=True)
    shutil.copytree(work / "new", work / "home")
    command = [sys.executable, "-m", "docgen", "batch", str(data), "-o", str(work / "out")]
    started = time.perf_counter()
    subprocess.run(
        [*command, "--workers", str(len(cores))],
        env={**os.environ, "DOCGEN_HOME": str(work / "home")},
        check=True,
        capture_output=True,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--records", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("-o", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measured(Path(folder), given.records, given.rounds)
    print(text)
    if given.o:
        given.o.write_text(text, "utf-8")


def measured(work: Path, count: int, rounds: int) -> str:
    cores = sorted(os.sched_getaffinity(0))[:2]
    new_home(work / "new", work)
    write_json_lines(work / "cases.jsonl", count)
    write_json_lines(work / "one.jsonl", 1)
    times: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for name in ("one", "cases"):
            for used in (1, 2):
                took = seconds(work, work / f"{name}.jsonl", set(cores[:used]))
                times.setdefault((name, used), []).append(took)
                print(f"{name}, {used} cores: {took:.1f} s", flush=True)
    files = sum(1 for path in (work / "out").rglob("*.pdf"))
    net = {
        used: [a - b for a, b in zip(times["cases", used], times["one", used], strict=True)]
        for used in (1, 2)
    }
    rate = {used: (count - 1) / statistics.median(own) for used, own in net.items()}
    lines = [
        "# A batch on one core and on two\n",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}. {count} "
        f"records, {files} documents (DOCX and PDF each), {rounds} rounds in turn; one worker a "
        "core, the main process shares them. Seconds are medians, the start taken off.\n",
        "| cores | seconds | spread | records a second | documents a second |",
        "|---|---|---|---|---|",
    ]
    for used, own in net.items():
        spread = f"{min(own):.1f}–{max(own):.1f}"
        lines.append(
            f"| {used} | {statistics.median(own):.1f} | {spread} | {rate[used]:.2f} | "
            f"{rate[used] * files / count:.2f} |"
        )
    lines.append(f"\nTwo cores do {rate[2] / rate[1]:.2f} times what one does.")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
