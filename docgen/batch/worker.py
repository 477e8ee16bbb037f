"""工作进程里做的两件事：备好一块记录，印出一块签好的文书。这里没有密钥，也不碰登记簿。"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from docgen import pipeline
from docgen.bring import bring
from docgen.catalogue import Catalogue, load_catalogue
from docgen.errors import Defect, DocgenError, EnvironmentLacking, Problem
from docgen.fill import fill_case
from docgen.model.batch import Ready, Rejection, Status
from docgen.model.case import Case
from docgen.model.document import Document, Sealed
from docgen.model.place import label_of
from docgen.model.rule import Phase, Situation
from docgen.model.table import Layout, Raw, Row
from docgen.model.verdict import Finding, Level, Verdict
from docgen.read.case import read_case
from docgen.read.table.records import source_of
from docgen.render.fonts import load_fonts
from docgen.render.press import Press, load_press
from docgen.store.issue import facts_of
from docgen.workshop import print_bare

Result = TypeVar("Result")
_PAPER = "FRM"
_PATH = re.compile(
    r"\b(?:agency|party|officers|instruments|deliveries|recordings|proceedings)"
    r"(?:\[[0-9]+\]|\.[a-z_]+)+"
)
_ONE = threading.Lock()  # the renderer keeps state for the whole process


@dataclass(frozen=True)
class Setup:
    """工作进程要备的：哪套模板、哪些字体。digest: over both, so that all print alike."""

    templates: Path
    profile: str
    font_folders: tuple[Path, ...]
    cache: Path
    digest: str


@dataclass(frozen=True)
class Bench:
    """备好的模板与印刷间。"""

    catalogue: Catalogue
    press: Press


def prepare(
    setup: Setup, layout: Layout | None, chunk: Sequence[Raw]
) -> tuple[Ready | Rejection, ...]:
    """备好一块记录：读、填、核对字形、核查，一条一条，互不相干。Raises EnvironmentLacking."""
    with _ONE:
        bench = bench_of(setup)
        return tuple(_alone(partial(_prepared, raw, layout, bench)) for raw in chunk)


def print_chunk(
    setup: Setup, chunk: Sequence[tuple[Sealed, ...]]
) -> tuple[tuple[tuple[Document, ...], ...] | Rejection, ...]:
    """印出一块签好的文书，读回来逐字核对；文件签封由主进程加。Raises EnvironmentLacking."""
    with _ONE:
        press = bench_of(setup).press
        return tuple(_alone(partial(_printed, case, press)) for case in chunk)


@lru_cache(maxsize=1)
def bench_of(setup: Setup) -> Bench:
    """备好模板与字体，每个进程一次。Raises EnvironmentLacking when they are not the same here."""
    bench = make_bench(setup)
    if digest_of(bench) != setup.digest:
        raise EnvironmentLacking(
            f"工作进程的模板或者字体与主进程的不同（{setup.templates}）。",
            advice="请在每台机器上装同样的程序、模板与字体；印出来的字节要处处相同。",
        )
    return bench


def make_bench(setup: Setup) -> Bench:
    """读模板与字体。"""
    catalogue = load_catalogue(setup.templates, setup.profile)
    fonts = load_fonts(setup.templates / "layout" / "fonts.yaml", setup.font_folders, setup.cache)
    return Bench(catalogue, load_press(setup.templates, fonts))


def digest_of(bench: Bench) -> str:
    """模板文件夹与字体的摘要。"""
    total = hashlib.sha256(bench.press.fonts.digest.encode("ascii"))
    root = bench.catalogue.root
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        name = path.relative_to(root).as_posix()
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _prepared(raw: Raw, layout: Layout | None, bench: Bench) -> Ready | Rejection:
    catalogue = bench.catalogue
    case = bring(read_case(source_of(raw, layout), catalogue.instruments), catalogue.instruments)
    drafts = fill_case(case, catalogue.instruments, catalogue.law)
    pipeline.proofread(case, drafts, bench.press)
    at = min(request.date for request in case.instruments)
    situation = Situation(case, drafts, catalogue.checklist, catalogue.law, Phase.PLAN, at)
    verdict = pipeline.check_case(situation)
    if verdict.bottom_line is not Level.PASS:
        return _refusal(case, verdict)
    notices = [*case.notices, *(note for draft in drafts.values() for note in draft.notices)]
    notices += [
        f"{case.where(f.where)}：{f.code} {_in_columns(case, f.message)}"
        for f in verdict.findings
        if _on_paper(f)
    ]
    whole = not isinstance(raw.content, Row)
    return Ready(facts_of(case), whole, drafts, tuple(notices))


def _printed(case: tuple[Sealed, ...], press: Press) -> tuple[tuple[Document, ...], ...]:
    return tuple(print_bare(item, press).documents for item in case)


def _on_paper(finding: Finding) -> bool:
    """视情的一条，说的是纸上写的，不是怎样拍摄。"""
    return finding.advice and finding.level is Level.FAIL and finding.code.startswith(_PAPER)


def _in_columns(case: Case, message: str) -> str:
    """话里的路径换成表格的列。"""
    return _PATH.sub(lambda found: label_of(case.labels, found[0]).strip() or found[0], message)


def _refusal(case: Case, verdict: Verdict) -> Rejection:
    standing = (Level.FAIL, Level.UNKNOWN)
    found = [
        finding
        for finding in verdict.findings
        if finding.level in standing and not finding.advice and finding.suppression is None
    ]
    return Rejection(
        Status.REFUSED,
        "音像记录计划或者时限未通过核查。",
        tuple(
            Problem(case.where(f.where), f"{f.code} {_in_columns(case, f.message)}") for f in found
        ),
        "请按各条补正；确有理由仍要签发的，用 docgen generate --accept 单独办。",
    )


def _alone(make: Callable[[], Result]) -> Result | Rejection:
    """一条记录的错误是值，不连累别的；环境缺少什么则都做不成，照样抛出。"""
    try:
        return make()
    except EnvironmentLacking:
        raise
    except DocgenError as error:
        return rejected(error)
    except MemoryError:
        return Rejection(
            Status.FAILED, "内存超过了限度。", advice="请把这份文书拆成几份，或者加大 --memory。"
        )
    except Exception as error:  # one record must not stop a million others
        return Rejection(
            Status.FAILED,
            f"程序出错（{type(error).__name__}）：{error}",
            advice="这是本程序的缺陷，请把这一条与这段文字报给维护者。",
        )


def rejected(error: DocgenError) -> Rejection:
    """一条记录的错误。"""
    status = Status.FAILED if isinstance(error, Defect | EnvironmentLacking) else Status.REFUSED
    return Rejection(status, error.message, error.problems, error.advice)
