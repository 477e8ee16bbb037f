"""一批在一个核与两个核上：读、核对、编号、签封、印、读回、落盘、登记，全部算在内。

    python benchmarks/two_cores.py [--records 120] [--rounds 3] [-o benchmarks/results/two_cores.md]

The rounds alternate. The time that the program takes to start and to load templates and fonts is
measured with one record and taken off both. The main process's own share of the work, which no
worker can take from it, is read from the system while it runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from poisoned import new_home
from records import write_json_lines


@dataclass(frozen=True)
class Took:
    """一次用了几秒。own: processor seconds of the main process itself."""

    seconds: float
    own: float

    def __sub__(self, other: Took) -> Took:
        return Took(self.seconds - other.seconds, self.own - other.own)


def run(work: Path, data: Path, cores: set[int]) -> Took:
    """做一批，只用给定的几个核。"""
    for name in ("home", "out"):
        shutil.rmtree(work / name, ignore_errors=True)
    shutil.copytree(work / "new", work / "home")
    command = [sys.executable, "-m", "docgen", "batch", str(data), "-o", str(work / "out")]
    started = time.perf_counter()
    own = 0.0
    with subprocess.Popen(
        [*command, "--workers", str(len(cores))],
        env={**os.environ, "DOCGEN_HOME": str(work / "home")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        os.sched_setaffinity(process.pid, cores)
        while process.poll() is None:
            own = used_by(process.pid) or own
            time.sleep(0.05)
    assert process.returncode == 0
    return Took(time.perf_counter() - started, own)


def used_by(process: int) -> float:
    """一个进程自己用了处理器几秒；已经结束则 0。"""
    try:
        fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
    times: dict[tuple[str, int], list[Took]] = {}
    for _ in range(rounds):
        for name in ("one", "cases"):
            for used in (1, 2):
                took = run(work, work / f"{name}.jsonl", set(cores[:used]))
                times.setdefault((name, used), []).append(took)
                print(f"{name}, {used} cores: {took.seconds:.1f} s", flush=True)
    files = sum(1 for path in (work / "out").rglob("*.pdf"))
    net = {
        used: [a - b for a, b in zip(times["cases", used], times["one", used], strict=True)]
        for used in (1, 2)
    }
    rate = {used: (count - 1) / median(one.seconds for one in own) for used, own in net.items()}
    share = median(one.own for one in net[2]) / (count - 1)
    lines = [
        "# A batch on one core and on two\n",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}. {count} "
        f"records, {files} documents (DOCX and PDF each), {rounds} rounds in turn; one worker a "
        "core, the main process shares them. Seconds are medians, the start taken off.\n",
        "| cores | seconds | spread | records a second | documents a second |",
        "|---|---|---|---|---|",
    ]
    for used, own in net.items():
        walls = [one.seconds for one in own]
        spread = f"{min(walls):.1f}–{max(walls):.1f}"
        lines.append(
            f"| {used} | {median(walls):.1f} | {spread} | {rate[used]:.2f} | "
            f"{rate[used] * files / count:.2f} |"
        )
    lines += [
        f"\nTwo cores do {rate[2] / rate[1]:.2f} times what one does.",
        f"The main process itself takes {share * 1000:.1f} ms of a processor a record: with a core "
        f"of its own it can feed some {1 / share / (rate[2] / 2):.0f} workers of this speed.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
