"""印一份两页的文书：docgen 与别的工具，一次运行，一台机器，轮流各印一份。

    python benchmarks/printing.py [-o benchmarks/results/printing.md] [--rounds N]

Every record differs in a name. Fonts, text, table and code are the same for all. One core is
used, by the programs that are started too.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import click
import print_peers as peers
import pypdfium2

from docgen import pipeline
from docgen.cli.shared.tools import Tools
from docgen.fill import fill_case
from docgen.model.claim import identity_text
from docgen.model.document import Sealed
from docgen.render.press import SealMark
from docgen.seal.file import seal_file
from docgen.seal.keys import Signer
from docgen.seal.qr import draw
from docgen.seal.token import sign
from docgen.workshop import Workshop, print_bare, seal_case, sign_files

CASE = Path(__file__).resolve().parents[1] / "samples" / "cases" / "quarry.yaml"
KIND = "rectification_order"
BATCH, BATCHES = 10, 3
IN_A_ROW = (1, 3)  # to warm up, to be measured
OURS = {
    "qr": "docgen: QR and seal",
    "docx": "docgen: DOCX",
    "pdf": "docgen: PDF",
    "whole": "docgen: all of it, read back and proven",
}
DOCXTPL, WEASY, TYPST = "docxtpl as documented: DOCX", "WeasyPrint as documented: PDF", "Typst: PDF"
CHROMIUM, OFFICE = "Chromium, warm: PDF", f"docxtpl and LibreOffice, {BATCH} at a time: PDF"
TARGETS = (
    (OURS["pdf"], WEASY, 0.25),
    (OURS["pdf"], TYPST, 4.0),
    (OURS["docx"], DOCXTPL, 0.2),
)


@dataclass
class Timing:
    """一家的各次：经过的毫秒，处理器的毫秒，文件的字节数，页数。"""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    size: int = 0
    pages: int | None = None


@dataclass(frozen=True)
class Bench:
    """一个进程里的一套：签发间，签封好的一份，大家共用的东西。"""

    workshop: Workshop
    sealed: Sealed
    desk: peers.Desk

    def record(self, number: int) -> Sealed:
        """同一份文书，当事人的名称各不同。"""
        name = f"{self.sealed.draft.fields['party_name']}第{number}分公司"
        fields = {**self.sealed.draft.fields, "party_name": name}
        draft = replace(self.sealed.draft, fields=fields)
        return replace(self.sealed, draft=draft, words=self.workshop.press.words(draft))


def main() -> None:
    """量，写表。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--rounds", type=int, default=12)
    chosen = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        _open(Path(folder))  # the number and the key are there for all that follow
        workers = {
            name: stack.enter_context(
                ProcessPoolExecutor(1, get_context("spawn"), _begin, (name, Path(folder)))
            )
            for name in _installed()
        }
        timings = _rounds(workers, chosen.rounds)
    text = _report(timings, chosen.rounds)
    if chosen.output:
        chosen.output.write_text(text, "utf-8")
    sys.stdout.write(text)


def _open(folder: Path) -> Bench:
    """folder: the register's, the same for every process, so that all print the same."""
    os.environ["DOCGEN_HOME"] = str(folder / "home")
    with click.Context(click.Command("printing")):
        tools = Tools()
        case = pipeline.load_case(CASE, tools.catalogue)
        drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
        (sealed,) = seal_case({KIND: drafts[KIND]}, tools.workshop)
        small = draw(sealed.host, sealed.token.text).png(1)
        desk = peers.Desk(tools.press, _mark(sealed), small, folder)
        return Bench(tools.workshop, sealed, desk)


def _mark(sealed: Sealed) -> SealMark:
    symbol = draw(sealed.host, sealed.token.text)
    return SealMark.of(identity_text(sealed.token.claim.identity), sealed.host, symbol)


def _installed() -> list[str]:
    there = {
        TYPST: importlib.util.find_spec("typst"),
        CHROMIUM: importlib.util.find_spec("playwright") and Path(peers.CHROMIUM).exists(),
        OFFICE: shutil.which("soffice"),
    }
    return [name for name in MAKERS if there.get(name, True)]


def _qr_and_seal(bench: Bench) -> peers.Make:
    signer = _signer(bench)
    bare = bench.workshop.press.print_pdf(bench.sealed.draft, bench.desk.mark, None)

    def make(one: Sealed) -> bytes:
        claim = one.token.claim
        sign(claim, one.token.kid, signer.sign)
        seal_file(bare, claim.identity, signer.sign)
        return _mark(one).large

    return make


def _whole(bench: Bench) -> peers.Make:
    signer = _signer(bench)

    def make(one: Sealed) -> bytes:
        return sign_files(print_bare(one, bench.workshop.press), signer).documents[0].data

    return make


def _signer(bench: Bench) -> Signer:
    sealed = bench.sealed
    return bench.workshop.keyring.signer_that_sealed(sealed.token.kid, sealed.draft.date)


def _libreoffice(bench: Bench) -> peers.Make:
    convert = peers.libreoffice_batch(bench.desk, peers.docxtpl_as_documented(bench.desk))
    return lambda one: convert([one] * BATCH)[0]


MAKERS: Mapping[str, Callable[[Bench], peers.Make]] = {
    OURS["qr"]: _qr_and_seal,
    OURS["docx"]: lambda b: lambda one: b.workshop.press.print_docx(one.draft, b.desk.mark).data,
    OURS["pdf"]: lambda b: (
        lambda one: b.workshop.press.print_pdf(one.draft, _mark(one), one.content).data
    ),
    OURS["whole"]: _whole,
    DOCXTPL: lambda bench: peers.docxtpl_as_documented(bench.desk),
    WEASY: lambda bench: peers.weasyprint_as_documented(bench.desk),
    TYPST: lambda bench: peers.typst_in_process(bench.desk),
    CHROMIUM: lambda bench: _stack.enter_context(peers.warm_chromium(bench.desk)),
    OFFICE: _libreoffice,
}
_stack = contextlib.ExitStack()
_here: list[tuple[Bench, peers.Make]] = []


def _begin(name: str, folder: Path) -> None:
    bench = _open(folder)
    _here.append((bench, MAKERS[name](bench)))


def _turn(number: int, warming: int, counted: int) -> tuple[bytes, float, float]:
    """连印几份，头上的热身：文件，每份经过的毫秒，处理器的毫秒（等到结束的子进程在内）。"""
    bench, make = _here[0]
    row = warming + counted
    records = [bench.record(number * row + place) for place in range(row)]
    for record in records[:warming]:
        make(record)
    begun, used = time.perf_counter(), _cpu()
    made = [make(record) for record in records[warming:]]
    wall, cpu = time.perf_counter() - begun, _cpu() - used
    return made[-1], wall * 1000 / counted, cpu * 1000 / counted


def _cpu() -> float:
    own, others = (
        resource.getrusage(resource.RUSAGE_SELF),
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _rounds(workers: Mapping[str, ProcessPoolExecutor], rounds: int) -> dict[str, Timing]:
    """轮流；头一轮热身，不计。LibreOffice 只做 BATCHES 批。"""
    timings = {name: Timing() for name in workers}
    for number in range(rounds + 1):
        for name, worker in workers.items():
            if name == OFFICE and number > BATCHES:
                continue
            row, share = ((0, 1), BATCH) if name == OFFICE else (IN_A_ROW, 1)
            data, wall, cpu = worker.submit(_turn, number, *row).result()
            if number:
                timings[name].wall.append(wall / share)
                timings[name].cpu.append(cpu / share)
            _measure(timings[name], data)
    return timings


def _measure(timing: Timing, data: bytes) -> None:
    timing.size = len(data)
    if data.startswith(b"%PDF-"):
        with contextlib.closing(pypdfium2.PdfDocument(data)) as document:
            timing.pages = len(document)


def _report(timings: Mapping[str, Timing], rounds: int) -> str:
    names = ("weasyprint", "docxtpl", "typst", "playwright")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    head = (
        f"# Printing an instrument of two pages\n\n{date.today()}, Python "
        f"{platform.python_version()}, {platform.machine()}, one core, shared with other work; "
        f"{versions}. Each program in a process of its own; in each of {rounds} rounds one after "
        f"the other prints {sum(IN_A_ROW)} in a row, the first to warm up, so that all meet the "
        f"same load; LibreOffice {BATCHES} batches. `python benchmarks/printing.py` gives this "
        "page.\n\nSame text, fonts, table and code; PDF/A-3u with tags and the content "
        "attached, but Chromium has neither PDF/A nor attachments, LibreOffice no attachment. "
        "Nobody but docgen reads back what was printed. Typst is handed the picture of the code "
        "ready made; its layout is a plain one. Processor time is of this process and of those "
        "that it waits for; Chromium runs beside it.\n\n"
    )
    rows = [
        "| what | ms, median (quartiles) | processor ms | KB | pages |\n|---|---|---|---|---|\n"
    ]
    rows += [_row(name, timing) for name, timing in timings.items()]
    missing = [name for name in (TYPST, CHROMIUM, OFFICE) if name not in timings]
    told = f"\nNot installed, not measured: {'; '.join(missing)}.\n" if missing else ""
    return head + "".join(rows) + told + _ratios(timings)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _row(name: str, timing: Timing) -> str:
    low, middle, high = statistics.quantiles(timing.wall, n=4)
    cpu = "" if name == CHROMIUM else f"{statistics.median(timing.cpu):.1f}"
    return (
        f"| {name} | {middle:.1f} ({low:.1f} to {high:.1f}) | {cpu} | "
        f"{timing.size / 1000:.0f} | {timing.pages or ''} |\n"
    )


def _ratios(timings: Mapping[str, Timing]) -> str:
    lines = [
        "\n## Ratios\n\n| what | to | processor time | elapsed | wanted |\n|---|---|---|---|---|\n"
    ]
    wanted = {(ours, peer): f"at most {most}" for ours, peer, most in TARGETS}
    pairs = [(OURS["docx"], DOCXTPL)]
    pairs += [(OURS["pdf"], name) for name in (WEASY, TYPST, CHROMIUM, OFFICE) if name in timings]
    pairs += [(OURS["whole"], WEASY)]
    for ours, peer in pairs:
        cpu = "" if peer == CHROMIUM else f"{_ratio(timings[ours].cpu, timings[peer].cpu):.2f}"
        wall = _ratio(timings[ours].wall, timings[peer].wall)
        lines.append(f"| {ours} | {peer} | {cpu} | {wall:.2f} | {wanted.get((ours, peer), '')} |\n")
    if TYPST in timings:
        size = timings[OURS["pdf"]].size / timings[TYPST].size
        lines.append(f"| size of docgen's PDF | size of Typst's | | {size:.2f} | at most 1.5 |\n")
    seal = statistics.median(timings[OURS["qr"]].cpu)
    return "".join(lines) + f"\nQR and seal: {seal:.1f} ms of processor time (wanted: below 5).\n"


def _ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


if __name__ == "__main__":
    main()
