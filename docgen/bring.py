"""带来：每次送达带来它的送达回执，案件里不必另写。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from docgen.errors import InputInvalid, Problem
from docgen.model.case import Case, InstrumentRequest, brought_key
from docgen.model.instrument import Instrument

_WITHOUT_RECEIPT = ("announcement",)  # 公告送达以公告为凭（民事诉讼法第九十五条）


def bring(case: Case, instruments: Mapping[str, Instrument]) -> Case:
    """同一个案件，加上各次送达带来的回执，排在案件自己的文书之后。

    A request that says itself what it delivers (`delivers`) stands instead of the receipts of
    those documents. Raises InputInvalid when the documents on one receipt are delivered
    differently.
    """
    receipt = next((i for i in instruments.values() if i.brought_by == "delivery"), None)
    if receipt is None:
        return case
    problems = [
        *_repeated(case),
        *_of_receipts(case, receipt),
        *_misnamed(case, instruments),
        *_mixed(case, instruments),
        *_contradicting(case),
    ]
    if problems:
        raise InputInvalid(
            f"案件 {case.case_number} 的送达写得不对，什么也没有生成。",
            problems=[Problem(case.where(p.where), p.message) for p in problems],
            advice="请改正以上各处；送达方式或者受送达人不同的各用一张回执，或者不写 delivers。",
        )
    return replace(case, instruments=(*case.instruments, *_brought(case, receipt)))


def _brought(case: Case, receipt: Instrument) -> Iterator[InstrumentRequest]:
    told = {key for request in case.instruments for key in request.delivers}
    times: dict[str, int] = {}
    for index, delivery in enumerate(case.deliveries):
        main = case.instrument(delivery.instrument)
        if main is None or main.key in told or delivery.mode in _WITHOUT_RECEIPT:
            continue
        times[main.key] = times.get(main.key, 0) + 1
        yield InstrumentRequest(
            type=receipt.id,
            key=brought_key(main.key, times[main.key]),
            date=main.date,
            number=None,
            values=MappingProxyType({}),
            place=f"deliveries[{index}]",
            delivers=(main.key,),
            delivery=index,
        )


def _repeated(case: Case) -> Iterator[Problem]:
    """同一次送达只写一次：写两次会印出两张回执。"""
    first: dict[object, int] = {}
    for index, delivery in enumerate(case.deliveries):
        when = delivery.planned_at or delivery.at
        same = first.setdefault((delivery.instrument, delivery.mode, when), index)
        if same != index:
            message = f"与 {case.where(f'deliveries[{same}]')}是同一次送达，写了两次；请删去一处。"
            yield Problem(f"deliveries[{index}]", message)


def _of_receipts(case: Case, receipt: Instrument) -> Iterator[Problem]:
    """送达回执证明送达，自己不送达。"""
    kinds = {request.key: request.type for request in case.instruments}
    for index, delivery in enumerate(case.deliveries):
        if kinds.get(delivery.instrument) == receipt.id:
            message = f"“{delivery.instrument}”是送达回执，自己不送达；请删去这一次送达。"
            yield Problem(f"deliveries[{index}].instrument", message)


def _misnamed(case: Case, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """delivers 只能指向本案件里要送达的文书，每份文书只在一张回执上。"""
    types = {r.key: instruments[r.type] for r in case.instruments}
    keys = [key for key, kind in types.items() if "delivery" in kind.events]
    told: set[str] = set()
    for request in case.instruments:
        where = f"{request.place}.delivers"
        for key in request.delivers:
            if key not in keys:
                title = f"《{types[key].title}》" if key in types else ""
                said = f"{title}（{key}）不送达" if title else f"本案件没有“{key}”这份文书"
                yield Problem(where, f"{said}；可以送达的：{'、'.join(keys) or '没有'}。")
            elif key in told:
                yield Problem(where, f"“{key}”已写在另一张回执上。")
            elif (count := sum(d.instrument == key for d in case.deliveries)) != 1:
                said = f"有 {count} 次“{key}”的送达，一张回执说不清是哪一次；请不写 delivers。"
                yield Problem(where, said if count else f"deliveries 里没有“{key}”的送达。")
            told.add(key)


def _mixed(case: Case, instruments: Mapping[str, Instrument]) -> Iterator[Problem]:
    """写在一张回执上的文书，送达方式和受送达人要相同。"""
    for request in case.instruments:
        ways = {}
        for key in request.delivers:
            main = case.instrument(key)
            modes = [d.mode for d in case.deliveries if d.instrument == key]
            if main is not None and modes:
                addressee = instruments[main.type].addressee
                ways[key] = (modes[-1], main.values.get(addressee) or addressee)
        if len({mode for mode, _ in ways.values()}) > 1:
            told = "、".join(f"{key} 为 {mode}" for key, (mode, _) in ways.items())
            yield Problem(f"{request.place}.delivers", f"送达方式不同：{told}。")
        elif len(set(ways.values())) > 1:
            yield Problem(f"{request.place}.delivers", f"受送达人不同：{'、'.join(ways)}。")


def _contradicting(case: Case) -> Iterator[Problem]:
    """写了 delivers 的回执，送达方式和所列文书都取自送达，不能另写一套。"""
    for request in case.instruments:
        for name in ("mode", "documents") if request.delivers else ():
            if request.values.get(name) is not None:
                message = "已写 delivers，这一项取自案件里的送达，请删去。"
                yield Problem(f"{request.place}.{name}", message)
