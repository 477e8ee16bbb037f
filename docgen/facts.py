"""事实：一个字段的值从案件、法律参数或者同案的别的文书里来。纯函数。

Sources that an instrument.yaml may name in `from:`

    cause, case_number, officers, agency.<name>, party.<name>     the case's own facts
    instrument.<field>                                            what this request says itself
    law.<parameter>, wording.<parameter>                          in force on the document's date
    beside.<instrument>.<field>     of the only document of that kind in the case; also its
                                    number and its date; the kind by its id, or by the title
                                    that another field gives: beside.{earlier_title}.number
    delivery.<name>                 of the delivery that this receipt certifies
    delivered.documents, delivered.addressee                      what it delivers, and to whom
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Template
from types import MappingProxyType

from docgen.model.case import Case, Delivery, InstrumentRequest, Scalar, Value
from docgen.model.instrument import Instrument
from docgen.model.law import Law
from docgen.model.number import PendingNumber, parse_number, unnumbered_text

NO_NUMBER = "无"


@dataclass(frozen=True)
class Facts:
    """一份文书填写时能用到的全部事实。"""

    case: Case
    instruments: Mapping[str, Instrument]
    law: Law
    request: InstrumentRequest

    @property
    def instrument(self) -> Instrument:
        """这份文书的种类。"""
        return self.instruments[self.request.type]

    def find(self, source: str) -> Value:
        """按一个来源取值；没有则 None。"""
        kind, _, path = source.partition(".")
        match kind:
            case "instrument":
                return self.request.values.get(path)
            case "law":
                found = self.law.at(path, self.request.date)
                return None if found is None else found.value
            case "wording":
                return self._wording(path)
            case "agency" | "party":
                value: Value = getattr(getattr(self.case, kind), path, None)
                return value
            case "officers":
                return tuple(
                    MappingProxyType[str, Scalar]({"name": o.name, "certificate": o.certificate})
                    for o in self.case.officers
                )
            case "beside":
                return self._beside(*path.rpartition(".")[::2])
            case "delivery" | "delivered":
                return self._delivered(kind, path) if self.request.delivers else None
        return {"cause": self.case.cause, "case_number": self.case.case_number}.get(kind)

    def others(self, kind: str) -> tuple[InstrumentRequest, ...]:
        """同案的别的文书里，种类的 id 或者名称是 kind 的各份。"""
        return tuple(
            r
            for r in self.case.instruments
            if self.instruments[r.type].called(kind) and r is not self.request
        )

    def _wording(self, parameter: str) -> str | None:
        """把法律用语里的 ${…} 换成当日的参数、机关的名称与本文书的称谓。"""
        day = self.request.date
        wording = self.law.at(parameter, day)
        if wording is None:
            return None
        template = Template(str(wording.value))
        values: dict[str, str] = {"act": self.instrument.act}
        for name in template.get_identifiers():
            found = self.law.at(name, day)
            given = found.value if found is not None else getattr(self.case.agency, name, None)
            if given is not None:
                values.setdefault(name, str(given))
        try:
            return template.substitute(values)
        except KeyError:
            return None

    def _beside(self, kind: str, name: str) -> Value:
        """同案里唯一的一份某种文书的文号、日期或者字段；有几份就说不清，不取。"""
        found = self.others(kind)
        if len(found) != 1:
            return None
        if name == "number":
            return self._number(found[0])
        return found[0].date if name == "date" else replace(self, request=found[0])._own(name)

    def _number(self, other: InstrumentRequest) -> str | None:
        instrument = self.instruments[other.type]
        if not instrument.numbered:
            return None
        if given := parse_number(other.number or ""):
            return given.text
        region, code = self.case.agency.region, instrument.number_code
        return PendingNumber(other.key, unnumbered_text(region, code, other.date.year))

    def _delivered(self, kind: str, path: str) -> Value:
        mains = [main for key in self.request.delivers if (main := self.case.instrument(key))]
        if kind == "delivery":
            delivery = self._delivery_of(mains[0])
            return getattr(delivery, path, None)
        if path == "documents":
            return tuple(self._document(main) for main in mains)
        if path != "addressee":
            return None
        told = replace(self, request=mains[0])
        return told._own(told.instrument.addressee)

    def _delivery_of(self, main: InstrumentRequest) -> Delivery | None:
        if self.request.delivery is not None:
            return self.case.deliveries[self.request.delivery]
        return next((d for d in self.case.deliveries if d.instrument == main.key), None)

    def _document(self, main: InstrumentRequest) -> Mapping[str, Scalar]:
        delivery = self._delivery_of(main)
        return MappingProxyType(
            {
                "title": self.instruments[main.type].title,
                "number": self._number(main) or NO_NUMBER,
                "place": delivery.place if delivery else None,
                "delivered_on": None,
            }
        )

    def _own(self, name: str) -> Value:
        """这份文书的一项：案件自己写的，没有写的按它的来源。"""
        own, field = self.request.values.get(name), self.instrument.field(name)
        sources = field.source if field else ("party.name",) if name == "party_name" else ()
        ready = (source.format(**self.request.values) for source in sources if own is None)
        return next((v for s in ready if (v := self.find(s)) is not None), own)
