"""巡查：登记簿里签发过的每个案件，照最新的事实核查一遍。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from docgen.bring import bring
from docgen.catalogue import Catalogue
from docgen.check import check
from docgen.errors import DocgenError
from docgen.filed import Filed, contradictions, filed_of, with_filed
from docgen.fill import fill_case
from docgen.model.case import Case, Proceeding
from docgen.model.register import IssuedCase
from docgen.model.rule import Phase, Situation
from docgen.model.verdict import Finding, Level, Verdict
from docgen.read.case import read_case
from docgen.rules import rules_of
from docgen.seal.draft import numbered
from docgen.source import parse_json
from docgen.store.register import Register


@dataclass(frozen=True)
class Swept:
    """巡查过的一个案件。situation: None where the facts could not be read."""

    agency: str
    case_number: str
    verdict: Verdict
    situation: Situation | None

    @property
    def begun(self) -> bool:
        """核查之日已经有到了日期的文书；说不准的也算。"""
        return self.situation is None or bool(self.situation.due().drafts)


def sweep(register: Register, catalogue: Catalogue, at: date, today: date) -> Iterator[Swept]:
    """逐个案件核查签发而没有作废的文书；读不出的是“不能判定”，从不放行。

    at: as of which day; what happened after it, up to today, had not happened then.
    """
    for issued in register.cases():
        filed = filed_of(issued.agency, issued.case_number, register)
        yield _swept(issued, catalogue, filed, at, today)


def _swept(issued: IssuedCase, catalogue: Catalogue, filed: Filed, at: date, today: date) -> Swept:
    try:
        situation = _situation(issued, catalogue, filed, at, today)
    except DocgenError as error:
        told = "；".join([error.message, *(p.message for p in error.problems)])
        return _unread(issued, f"案件的事实照现在的模板读不出来：{told}")
    except Exception as error:  # one bad case must not end the sweep of all others
        return _unread(issued, f"读案件时程序自身出错（{type(error).__name__}: {error}）。")
    if situation is None:
        message = "登记簿里没有这个案件的事实；请 docgen register keep 案件文件。"
        return _unread(issued, message)
    verdict = check(situation, rules_of(situation.checklist))
    case = situation.case
    more = (*_dropped(issued, situation), *filed.findings, *contradictions(case, filed))
    verdict = replace(verdict, findings=(*verdict.findings, *more))
    return Swept(issued.agency, issued.case_number, verdict, situation)


def _dropped(issued: IssuedCase, situation: Situation) -> Iterator[Finding]:
    """签发过而案件的事实里已经没有的文书：不能判定。"""
    for key, number in issued.numbers.items():
        if key not in situation.drafts:
            message = f"{number.text}（{key}）已经签发，案件的事实里却没有这份文书，不能判定。"
            yield Finding("CHK003", Level.UNKNOWN, message)


def _situation(
    issued: IssuedCase, catalogue: Catalogue, filed: Filed, at: date, today: date
) -> Situation | None:
    if issued.data is None:
        return None
    source = parse_json(issued.data, "")
    case = bring(read_case(source, catalogue.instruments), catalogue.instruments)
    filled = fill_case(case, catalogue.instruments, catalogue.law)
    drafts = {
        key: numbered(draft, issued.numbers)
        for key, draft in filled.items()
        if key in issued.numbers
    }
    then = _as_of(with_filed(case, drafts, filed), at, today)
    return Situation(then, drafts, catalogue.checklist, catalogue.law, Phase.EVIDENCE, at)


def _as_of(case: Case, at: date, today: date) -> Case:
    """那一天的案件：之后到今天为止的送达、记录与程序还没有发生。"""

    def later(moment: object) -> bool:
        day = moment.date() if isinstance(moment, datetime) else moment
        return isinstance(day, date) and at < day <= today

    deliveries = tuple(d.undone if later(d.at) else d for d in case.deliveries)
    recordings = tuple(r.undone if later(r.started_at) else r for r in case.recordings)
    proceedings = tuple(
        Proceeding(**{k: v for k, v in vars(p).items() if not later(v)}) for p in case.proceedings
    )
    return replace(case, deliveries=deliveries, recordings=recordings, proceedings=proceedings)


def _unread(issued: IssuedCase, message: str) -> Swept:
    verdict = Verdict((Finding("CHK002", Level.UNKNOWN, message),))
    return Swept(issued.agency, issued.case_number, verdict, None)
