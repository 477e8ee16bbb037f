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
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import TypeVar

import click
import print_peers as peers
import pypdfium2

from docgen import pipeline
from docgen.cli.shared.tools import Tools
from docgen.fill import fill_case
from docgen.model.claim import identity_text
from docgen.model.document import PDF, Document, Sealed
from docgen.render.press import SealMark
from docgen.seal.file import seal_file
from docgen.seal.qr import draw
from docgen.seal.token import sign
from docgen.workshop import Workshop, print_case, seal_case

Made = TypeVar("Made")
CASE = Path(__file__).resolve().parents[1] / "samples" / "cases" / "quarry.yaml"
KIND = "rectification_order"
BATCH, BATCHES = 10, 3
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


def main() -> None:
    """量，写表。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    chosen = parser.parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["DOCGEN_HOME"] = str(folder / "home")
        stack.enter_context(click.Context(click.Command("printing")))
        workshop, sealed = _sealed()
        symbol = draw(sealed.host, sealed.token.text)
        mark = SealMark.of(identity_text(sealed.token.claim.identity), sealed.host, symbol)
        desk = peers.Desk(workshop.press, mark, folder)
        makers = {**_ours(workshop, sealed, mark), **_peers(desk, stack)}
        records = [_record(sealed, number, workshop) for number in range(chosen.rounds + 1)]
        timings = _rounds(makers, records)
        if shutil.which("soffice"):
            timings[OFFICE] = _batches(desk, makers[DOCXTPL], records)
    text = _report(timings, chosen.rounds)
    if chosen.output:
        chosen.output.write_text(text, "utf-8")
    sys.stdout.write(text)


def _sealed() -> tuple[Workshop, Sealed]:
    tools = Tools()
    case = pipeline.load_case(CASE, tools.catalogue)
    drafts = fill_case(case, tools.catalogue.instruments, tools.catalogue.law)
    (sealed,) = seal_case({KIND: drafts[KIND]}, tools.workshop)
    return tools.workshop, sealed


def _record(sealed: Sealed, number: int, workshop: Workshop) -> Sealed:
    name = f"{sealed.draft.fields['party_name']}第{number}分公司"
    draft = replace(sealed.draft, fields={**sealed.draft.fields, "party_name": name})
    return replace(sealed, draft=draft, words=workshop.press.words(draft))


def _ours(workshop: Workshop, sealed: Sealed, mark: SealMark) -> Mapping[str, peers.Make]:
    press, token = workshop.press, sealed.token
    signer = workshop.keyring.signer_that_sealed(token.kid, sealed.draft.date)
    bare = press.print(sealed.draft, mark, sealed.content)[0]

    def fresh_mark(one: Sealed) -> SealMark:
        symbol = draw(one.host, one.token.text)
        return SealMark.of(identity_text(one.token.claim.identity), one.host, symbol)

    def qr(one: Sealed) -> bytes:
        sign(token.claim, token.kid, signer.sign)
        seal_file(bare, token.claim.identity, signer.sign)
        return fresh_mark(one).large

    def docx(one: Sealed) -> bytes:
        return press.print_docx(one.draft, mark).data

    def pdf(one: Sealed) -> bytes:
        return press.print_pdf(one.draft, fresh_mark(one), one.content).data

    def whole(one: Sealed) -> bytes:
        (printed,) = print_case([one], workshop)
        return _of(printed.documents, PDF).data

    return {OURS["qr"]: qr, OURS["docx"]: docx, OURS["pdf"]: pdf, OURS["whole"]: whole}


def _of(documents: tuple[Document, ...], media_type: str) -> Document:
    return next(document for document in documents if document.media_type == media_type)


def _peers(desk: peers.Desk, stack: contextlib.ExitStack) -> Mapping[str, peers.Make]:
    found = {
        DOCXTPL: peers.docxtpl_as_documented(desk),
        WEASY: peers.weasyprint_as_documented(desk),
    }
    if importlib.util.find_spec("typst"):
        found[TYPST] = peers.typst_in_process(desk)
    if importlib.util.find_spec("playwright") and Path(peers.CHROMIUM).exists():
        found[CHROMIUM] = stack.enter_context(peers.warm_chromium(desk))
    return found


def _rounds(makers: Mapping[str, peers.Make], records: list[Sealed]) -> dict[str, Timing]:
    """每轮各家各印一份；第一轮热身，不计。"""
    timings = {name: Timing() for name in makers}
    for number, record in enumerate(records):
        for name, make in makers.items():
            data, wall, cpu = _timed(lambda make=make, record=record: make(record))
            if number:
                timings[name].wall.append(wall)
                timings[name].cpu.append(cpu)
            _measure(timings[name], data)
    return timings


def _batches(desk: peers.Desk, docxtpl: peers.Make, records: list[Sealed]) -> Timing:
    convert, timing = peers.libreoffice_batch(desk, docxtpl), Timing()
    batch = (records * BATCH)[:BATCH]
    for number in range(BATCHES + 1):
        made, wall, cpu = _timed(lambda: convert(batch))
        if number:
            timing.wall.append(wall / BATCH)
            timing.cpu.append(cpu / BATCH)
        _measure(timing, made[0])
    return timing


def _timed(make: Callable[[], Made]) -> tuple[Made, float, float]:
    begun, used = time.perf_counter(), _cpu()
    made = make()
    return made, (time.perf_counter() - begun) * 1000, (_cpu() - used) * 1000


def _cpu() -> float:
    """这个进程与它等到结束的子进程用的处理器秒数。"""
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


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
        f"{versions}. {rounds} rounds, each prints once by each program in turn, so that all "
        f"meet the same load; LibreOffice {BATCHES} batches. `python benchmarks/printing.py` "
        "gives this page.\n\nSame text, fonts, table and code; PDF/A-3u with tags and the content "
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
