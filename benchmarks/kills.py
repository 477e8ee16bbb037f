"""随时杀掉：一批做到一半整个杀死（SIGKILL），同一条命令接着做，不丢、不重，字节一样。

    python benchmarks/kills.py [--kills 50] [--records 24] [-o benchmarks/results/kills.md]

Each round starts from a copy of one register, is killed at a random moment until it has been
killed as often as the round says, and is then let finish; its files, its manifest and the numbers
in its register must be those of an undisturbed run.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

from poisoned import digests, new_home
from records import write_json_lines

PER_ROUND = 5


def start(home: Path, data: Path, out: Path) -> subprocess.Popen[bytes]:
    """一批，自成一组。"""
    return subprocess.Popen(
        [sys.executable, "-m", "docgen", "batch", str(data), "-o", str(out)],
        env={**os.environ, "DOCGEN_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def states(home: Path) -> list[tuple[str, str, int, str]]:
    """登记簿里各份的状态，按文书。"""
    with sqlite3.connect(home / "register.sqlite") as book:
        query = "SELECT case_number, key, sequence, state FROM instrument ORDER BY 1, 2, 3"
        return book.execute(query).fetchall()


def stage(home: Path, out: Path) -> str:
    """杀的时候做到了哪里。"""
    found = Counter(state for *_, state in states(home))
    if not found:
        return "no number taken"
    if (out / "manifest.jsonl").exists():
        return "finished"
    return "numbers reserved" if found["reserved"] else "between chunks"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--records", type=int, default=24)
    parser.add_argument("-o", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measured(Path(folder), given.kills, given.records)
    print(text)
    if given.o:
        given.o.write_text(text, "utf-8")


def measured(work: Path, kills: int, count: int) -> str:
    chance = random.Random("kills")
    data = work / "cases.jsonl"
    write_json_lines(data, count)
    new_home(work / "new", work)
    shutil.copytree(work / "new", work / "home")
    began = time.perf_counter()
    if start(work / "home", data, work / "out").wait() != 0:
        raise SystemExit("the undisturbed run did not finish")
    whole = time.perf_counter() - began
    expected = digests(work / "out"), (work / "out" / "manifest.jsonl").read_bytes()
    numbers = states(work / "home")
    done, wrong, when = 0, 0, Counter[str]()
    while done < kills:
        home, out = work / f"home-{done}", work / f"out-{done}"
        shutil.copytree(work / "new", home)
        for _ in range(min(PER_ROUND, kills - done)):
            victim = start(home, data, out)
            time.sleep(chance.uniform(0.05, 0.9) * whole)
            if victim.poll() is None:
                os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
            done += 1
            when[stage(home, out)] += 1
        code = start(home, data, out).wait()
        same = (digests(out), (out / "manifest.jsonl").read_bytes()) == expected
        right = code == 0 and same and states(home) == numbers
        wrong += not right
        left = len(list(out.rglob("*.lock")))
        print(f"{done} kills, {wrong} rounds wrong, {left} locks left", flush=True)
        shutil.rmtree(home)
        shutil.rmtree(out)
    rounds = -(-kills // PER_ROUND)
    lines = [
        "# Killed at random moments\n",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}. {count} "
        f"records ({len(numbers)} documents), {kills} times SIGKILL to the whole process group, "
        f"{PER_ROUND} in a round, then the same command once more. An undisturbed run took "
        f"{whole:.0f} s; each kill came after 5 to 90 % of that.\n",
        f"Rounds whose files, manifest, numbers and states are those of the undisturbed run: "
        f"{rounds - wrong} of {rounds}.\n",
        "| state of the register when killed | kills |\n|---|---|",
        *(f"| {name} | {number} |" for name, number in sorted(when.items())),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
