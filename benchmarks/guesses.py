"""猜十万个文书标识：一个也猜不中；知道的与不知道的各答多快。

    python benchmarks/guesses.py [-o benchmarks/results/guesses.md] [--guesses N]

A register with every sample case is asked for random identities (80 bits), for malformed ones,
and for each real one with a single character changed. Ratios are of one run, in one process.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import click

from docgen.cli import run
from docgen.cli.shared.tools import Tools, moment_now
from docgen.model.claim import identity_text
from docgen.window import Window

SEED = 20261128
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CASES = Path(__file__).resolve().parents[1] / "samples" / "cases"


def main() -> None:
    """印出样本案件，猜，写表。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--guesses", type=int, default=100_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DOCGEN_HOME"] = f"{folder}/home"
        for case in ("chemical-plant", "individual", "quarry"):
            assert run(["generate", str(CASES / f"{case}.yaml"), "-o", f"{folder}/{case}"]) == 0
        with click.Context(click.Command("guesses")):
            tools = Tools()
            real = [identity_text(e.identity).replace(" ", "") for e in tools.register.entries()]
            text = _report(tools.window(moment_now), real, chosen.guesses)
    if chosen.output:
        chosen.output.write_text(text, "utf-8")
    sys.stdout.write(text)


def _report(window: Window, real: list[str], count: int) -> str:
    drawn = random.Random(SEED)
    guesses = ["".join(drawn.choices(ALPHABET, k=16)) for _ in range(count)]
    near = [
        known[:at] + other + known[at + 1 :]
        for known in real
        for at in range(16)
        for other in drawn.sample(ALPHABET.replace(known[at], ""), 8)
    ]
    rows = [
        _row("random", window, guesses),
        _row("one character changed", window, near),
        _row("malformed", window, [guess[:15] for guess in guesses[:5000]]),
        _row("real", window, real),
    ]
    head = (
        f"# Guessed identities\n\n{date.today()}, Python {platform.python_version()}, "
        f"{platform.machine()}. `python benchmarks/guesses.py` gives this page; seed {SEED}. "
        'On the site every answer of "unknown" waits until half a second has passed, and one '
        "address may ask 20 times a minute.\n\n"
        "| asked | count | hits | median ms | 99 % below ms |\n|---|---|---|---|---|\n"
    )
    return head + "".join(rows)


def _row(name: str, window: Window, asked: list[str]) -> str:
    hits, spans = 0, []
    for one in asked:
        begun = time.perf_counter()
        hits += window.of_identity(one) is not None
        spans.append((time.perf_counter() - begun) * 1000)
    high = sorted(spans)[int(len(spans) * 0.99)] if len(spans) > 1 else spans[0]
    return f"| {name} | {len(asked)} | {hits} | {statistics.median(spans):.2f} | {high:.2f} |\n"


if __name__ == "__main__":
    main()
