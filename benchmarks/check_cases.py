"""核查一万个案件：一个进程、一次运行的时间与内存，与案件数成正比。

    python benchmarks/check_cases.py [-o benchmarks/results/check_cases.md]

The cases are those of samples/complete in turn, each with its own number and dates of its own
(moved by whole weeks), checked in both phases. "prepared" cases are read and filled beforehand and
only checked in the timed part; "from JSON" reads, fills and checks each. Ratios are of one run.
"""

from __future__ import annotations

import argparse
import gc
import platform
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from docgen.bring import bring
from docgen.catalogue import Catalogue, load_catalogue
from docgen.check import check
from docgen.fill import fill_case
from docgen.model.rule import Phase, Situation
from docgen.read.case import read_case
from docgen.rules import rules_of
from docgen.source import parse_json, read_source

ROOT = Path(__file__).resolve().parents[1]
AT = date(2026, 11, 27)
SIZES = (1_000, 2_000, 5_000, 10_000)


@dataclass(frozen=True)
class Timed:
    """一次计时。peak: of the whole process so far, MiB."""

    cases: int
    seconds: float
    peak: float
    levels: Counter[str]


def prepared(known: Catalogue, texts: list[str]) -> list[Situation]:
    """各样本读好、填好。"""
    return [situation(known, text, "样本") for text in texts]


def situation(known: Catalogue, text: str, name: str) -> Situation:
    case = bring(read_case(parse_json(text, name), known.instruments), known.instruments)
    drafts = fill_case(case, known.instruments, known.law)
    return Situation(case, drafts, known.checklist, known.law, Phase.EVIDENCE, AT)


def renumbered(text: str, number: int) -> str:
    """同样的案件，另一个案号。"""
    return text.replace('号"', f'{number}号"', 1)


def from_prepared(ready: list[Situation], count: int) -> Iterator[Situation]:
    """每次一个新的 Situation，什么也没有算过。"""
    for index in range(count):
        one = ready[index % len(ready)]
        yield replace(one, case=replace(one.case, cause=f"{one.case.cause}{index}"))


def from_json(known: Catalogue, texts: list[str], count: int) -> Iterator[Situation]:
    for index in range(count):
        yield situation(known, texts[index % len(texts)], f"案件{index}")


def timed(cases: Callable[[int], Iterator[Situation]], count: int) -> Timed:
    gc.collect()
    levels: Counter[str] = Counter()
    begun = time.perf_counter()
    for one in cases(count):
        for phase in Phase:
            verdict = check(replace(one, phase=phase), rules_of(one.checklist))
            levels[verdict.bottom_line.value] += 1
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Timed(count, seconds, peak, levels)


def table(title: str, rows: list[Timed]) -> list[str]:
    first = rows[0].seconds / rows[0].cases
    lines = [
        f"## {title}",
        "",
        "| cases | seconds | ms a case | ratio to the first | peak MiB | results |",
    ]
    lines.append("|---|---|---|---|---|---|")
    for row in rows:
        each = row.seconds / row.cases
        told = ", ".join(f"{level} {count}" for level, count in sorted(row.levels.items()))
        lines.append(
            f"| {row.cases} | {row.seconds:.1f} | {each * 1000:.2f} | {each / first:.2f} "
            f"| {row.peak:.0f} | {told} |"
        )
    return [*lines, ""]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", "--output", type=Path)
    target = parser.parse_args().output
    known = load_catalogue(ROOT / "templates")
    paths = sorted((ROOT / "samples" / "complete").glob("*.yaml"))
    texts = [read_case(read_source(path), known.instruments).facts for path in paths]
    ready = prepared(known, texts)
    rules = rules_of(known.checklist)
    lines = [
        "# Checking 10 000 cases in one process",
        "",
        f"{date.today()}, Python {platform.python_version()}, {platform.machine()}. "
        f"{len(rules)} rules, two phases a case, {len(texts)} different cases in turn. "
        "`make bench` gives this page.",
        "",
        *table(
            "Prepared cases, checked", [timed(lambda n: from_prepared(ready, n), n) for n in SIZES]
        ),
        *table(
            "From JSON: read, filled and checked",
            [timed(lambda n: from_json(known, texts, n), n) for n in SIZES],
        ),
    ]
    text = "\n".join(lines)
    sys.stdout.write(text)
    if target is not None:
        target.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
