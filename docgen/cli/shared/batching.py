"""做一批：打开输入，备好执行器，结果逐条写进清单与报告。"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from docgen.batch.cluster import ClusterExecutor
from docgen.batch.engine import SupervisedPool
from docgen.batch.given import given_numbers
from docgen.batch.issue import Issuing
from docgen.batch.places import safe
from docgen.batch.print_job import Papers, PrintOrder, bind_volumes, remove_others
from docgen.batch.report import BatchReport, manifest_lines, source_named
from docgen.batch.run import Plan, rehearse, run
from docgen.characters import legible
from docgen.cli.shared.progress import progress_of
from docgen.cli.shared.show import show_notices
from docgen.cli.shared.tools import Tools, moment_now
from docgen.errors import InputInvalid, UsageWrong
from docgen.model.batch import By, Limits, Outcome, Shard, Tally
from docgen.model.table import Raw
from docgen.read.table.records import Records, open_records
from docgen.store.output import FolderOutput, Output
from docgen.workshop import print_leaf

_CHUNK = 20
_MANIFEST = "manifest{}.jsonl"
_REPORT = "report{}.xlsx"

Engine = SupervisedPool | ClusterExecutor
Results = Iterable[tuple[Raw, Outcome]]


@dataclass(frozen=True)
class Job:
    """要做的一批。output: a folder or a URL; workers: None for one a processor.

    scheduler: of a Dask cluster, None for this machine.
    """

    data: Path
    mapping: Path | None
    output: str
    by: By
    workers: int | None
    shard: Shard
    limits: Limits
    scheduler: str | None = None
    print_order: PrintOrder | None = None

    @property
    def manifest(self) -> str:
        """清单的文件名。"""
        return _MANIFEST.format(self.shard.suffix)

    @property
    def report(self) -> str:
        """报告的文件名。"""
        return _REPORT.format(self.shard.suffix)

    def aside(self, source: str) -> Mapping[str, str]:
        """别的输入的报告与清单 → 换一个名字留着。"""
        named = f"{self.shard.suffix}-{safe(source)}"
        return {self.report: _REPORT.format(named), self.manifest: _MANIFEST.format(named)}


@dataclass(frozen=True)
class Answer:
    """做完的一批。files: what was written about it, report last; table: whether rows were read."""

    tally: Tally
    files: tuple[str, ...]
    table: bool


def issue_batch(tools: Tools, job: Job) -> Answer:
    """做一批：核对、编号、印出、签发。Raises InputInvalid, EnvironmentLacking."""
    records, output = _opened(tools, job)
    with _engine(tools, job) as (engine, workers), output.held():
        source = _set_aside(output, job)
        issuing = Issuing(tools.workshop, output, job.by)
        results = run(
            _own(records, job), _plan(tools, records, workers), engine, issuing, moment_now
        )
        papers = Papers(job.print_order.sort) if job.print_order else None
        with (
            tempfile.NamedTemporaryFile("w", encoding="utf-8") as manifest,
            closing(BatchReport(source, records.headers, records.common)) as report,
        ):

            def keep(outcome: Outcome) -> None:
                manifest.writelines(f"{line}\n" for line in manifest_lines(outcome))
                if papers is not None:
                    papers.add(outcome)

            tally = _follow(results, records, report, keep)
            manifest.flush()
            output.keep(job.manifest, Path(manifest.name))
            _keep_report(report, output, job)
    _tell_unissued(tools, job)
    volumes = _print_job(tools, papers, job, output)
    files = (*volumes, output.name_of(job.manifest), output.name_of(job.report))
    return Answer(tally, files, records.layout is not None)


def _tell_unissued(tools: Tools, job: Job) -> None:
    """留了号而没有签发的，说一声；几台机器分着做时，别的还在做。"""
    left = tools.register.unissued() if job.shard.of == 1 else 0
    if left:
        show_notices(
            [
                f"登记簿里有 {left} 个号留着而没有签发（这次没有写成的，或者以前中断后记录改了、"
                "删了的）：docgen register list 列出；不再用的请 docgen register void。"
            ]
        )


def _print_job(tools: Tools, papers: Papers | None, job: Job, output: Output) -> tuple[str, ...]:
    """装打印册；没有要的则空。"""
    if papers is None or job.print_order is None:
        return ()
    made = bind_volumes(
        papers,
        job.print_order,
        output,
        lambda leaf: print_leaf(leaf, tools.press),
        lambda volume: tools.keyring.signer_for(volume.agency, volume.region, tools.today),
    )
    volumes = tuple(made)
    if gone := remove_others(volumes, job.print_order, output):
        folder = output.name_of(job.print_order.folder)
        show_notices([f"{folder} 里以前装的 {gone} 册已经删去：那时收的与现在不同"])
    return tuple(output.name_of(name) for name in volumes)


def rehearse_batch(tools: Tools, job: Job) -> Answer:
    """只核对一遍：不编号，不签发，只写报告。Raises InputInvalid, EnvironmentLacking."""
    records, output = _opened(tools, job)
    workshop = tools.workshop if tools.has_register else None
    with _engine(tools, job) as (engine, workers):
        plan = _plan(tools, records, workers)
        results = rehearse(_own(records, job), plan, engine, workshop)
        source = _set_aside(output, job)
        with closing(BatchReport(source, records.headers, records.common)) as report:
            tally = _follow(results, records, report, lambda _: None)
            _keep_report(report, output, job)
    return Answer(tally, (output.name_of(job.report),), records.layout is not None)


def _opened(tools: Tools, job: Job) -> tuple[Records, Output]:
    records = open_records(job.data, tools.catalogue, job.mapping)
    show_notices(records.notices)
    if next(iter(records), None) is None:
        raise InputInvalid("没有一条记录，什么也没有做。", advice="请核对文件里有没有内容。")
    output = _output(job)
    output.prepare()
    return records, output


def _set_aside(output: Output, job: Job) -> str:
    """以前在这里做的若是别的输入，它的报告与清单换个名字留着；给出这一次的输入叫什么。"""
    own = legible(job.data.name)
    before = output.read(job.report)
    source = None if before is None else source_named(before)
    if own == job.report:
        return source or own
    if source not in (None, own):
        assert source is not None
        names = job.aside(source)
        found = {names[name]: output.read(name) for name in names}
        kept = {name: data for name, data in found.items() if data is not None}
        with output.staged(kept) as put:
            put()
        show_notices([f"这里以前做的是 {source}，它的报告与清单留作 {'、'.join(kept)}"])
    return own


def _output(job: Job) -> Output:
    """写到哪里：文件夹，或者 s3:// 的对象存储。Raises UsageWrong."""
    where = job.output
    if where.startswith("s3://"):
        from docgen.store.object_output import ObjectOutput  # noqa: PLC0415  # rarely needed

        return ObjectOutput(where)
    if "://" in where:
        raise UsageWrong(f"-o {where}：不认识这种地址。", advice="写文件夹，或者 s3://桶/前缀。")
    return FolderOutput(Path(where), job.shard.suffix)


def _plan(tools: Tools, records: Records, workers: int) -> Plan:
    aside = given_numbers(records, records.layout)
    return Plan(tools.batch_setup, records.layout, _CHUNK, workers + 2, aside)


def _own(records: Records, job: Job) -> Iterable[Raw]:
    """这一份要做的：一块一块轮着分，各份都能单独接着做。"""
    own, of = job.shard.own - 1, job.shard.of
    return (raw for raw in records if raw.index // _CHUNK % of == own)


@contextmanager
def _engine(tools: Tools, job: Job) -> Iterator[tuple[Engine, int]]:
    """执行器与它的工作进程数；出了错或者中断，正在做的都停下。"""
    engine: Engine
    if job.scheduler is None:
        workers = job.workers or tools.processors
        engine = SupervisedPool(workers, job.limits)
    else:
        engine = ClusterExecutor(job.scheduler)
        workers = engine.workers
    try:
        yield engine, workers
    except BaseException as error:
        engine.abandon()
        if isinstance(error, KeyboardInterrupt):
            show_notices(["做完的都在；同一条命令再执行一次，会接着做"])
        raise
    engine.shutdown()


def _follow(
    results: Results,
    records: Records,
    report: BatchReport,
    keep: Callable[[Outcome], None],
) -> Tally:
    """逐条写下结果，报告进度。"""
    started, tally = time.monotonic(), Tally()
    tell = progress_of(records.total)
    try:
        for raw, outcome in results:
            report.add(raw, outcome)
            keep(outcome)
            tally = tally.after(outcome, time.monotonic() - started)
            tell(tally)
    finally:
        tell(replace(tally, finished=True))
    return tally


def _keep_report(report: BatchReport, output: Output, job: Job) -> None:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        report.save(Path(file.name))
        output.keep(job.report, Path(file.name))
