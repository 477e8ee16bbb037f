"""说法：比对的结果怎样成为认定 VER005。纯函数。

Reading by OCR is evidence, not proof: a pass needs every word issued to have been found.
"""

from __future__ import annotations

from docgen.model.scan import Difference, PaperReading
from docgen.model.verdict import Finding, Level

LEAST = 0.9
"""签发的文字至少要读到这么多，才说得上哪里不同。"""
CLEAR = 0.9
"""读得这样清楚而仍对不上的，就是不同，不是读不清。"""
_MOST = 8


def words_finding(reading: PaperReading) -> Finding:
    """VER005。"""
    return Finding("VER005", *_told(reading), source="OCR 比对")


def by_hand_told(reading: PaperReading) -> tuple[str, ...]:
    """填写处读出的字，逐处。"""
    return tuple(
        f"第 {one.page} 页{one.field or f'第 {one.line} 行'}“{one.read[:20]}”"
        for one in reading.by_hand
        if one.read.strip("_—-.。、，")
    )


def by_hand_finding(reading: PaperReading) -> Finding | None:
    """填写处读出的字，不在签封之内。"""
    told = by_hand_told(reading)
    if not told:
        return None
    more = f"等 {len(told)} 处" if len(told) > _MOST else ""
    message = f"纸面上在填写处读出的，不在签封之内：{'；'.join(told[:_MOST])}{more}。"
    return Finding("VER008", Level.NOT_APPLICABLE, message)


def _told(reading: PaperReading) -> tuple[Level, str]:
    if reading.coverage < LEAST and not _other_words(reading):
        return Level.UNKNOWN, (
            f"签发的文字只读到 {reading.coverage:.0%}，太少，是否被改动不能判定；"
            "请平整、清晰、完整地重拍，或者用 200 DPI 以上重扫。"
        )
    if reading.differences:
        return Level.FAIL, _differs(reading)
    doubts = tuple(_doubts(reading))
    if doubts:
        return Level.UNKNOWN, f"读到的文字没有发现不同，但是{'；'.join(doubts)}。"
    return Level.PASS, (
        f"按 OCR 读出的文字没有发现不同，签发的 {reading.total} 个字都对上了；"
        "OCR 是旁证，只认印出的字：要紧的数额、日期、姓名，有没有涂抹、划去，请再看一眼原件。"
    )


def _other_words(reading: PaperReading) -> bool:
    """没有对上的地方，清楚地写着别的字。"""
    lost = reading.total - reading.compared
    instead = sum(len(one.read) for one in reading.differences)
    return reading.confidence >= CLEAR and instead >= lost / 2


def _differs(reading: PaperReading) -> str:
    told = [one.message for one in reading.differences]
    more = f"；等共 {len(told)} 处" if len(told) > _MOST else ""
    absent = _absent(reading)
    tail = f"。另外{absent}" if absent else ""
    return f"纸面上的文字与签发的不同：{'；'.join(told[:_MOST])}{more}{tail}。"


def _doubts(reading: PaperReading) -> list[str]:
    found = []
    if reading.doubtful:
        found.append(f"{_places(reading.doubtful)}看不真切，请人看")
    if reading.unread:
        found.append(f"{_places(reading.unread)}有东西而没有读出来，请人看或者重扫")
    if reading.struck:
        found.append(f"{_struck(reading)}有线划过，是不是划去了，请人看")
    if absent := _absent(reading):
        found.append(absent)
    elif reading.unnumbered:
        found.append("有的页没有读到页码，是否缺页不能判定")
    if reading.unknown:
        found.append(f"OCR 不认得“{'、'.join(reading.unknown)}”，请人看这些字")
    return found


def _struck(reading: PaperReading) -> str:
    told = [f"第 {line.page} 面“{line.text[:20]}”" for line in reading.struck]
    more = f"等 {len(told)} 处" if len(told) > _MOST else ""
    return "、".join(told[:_MOST]) + more


def _absent(reading: PaperReading) -> str:
    if not reading.absent:
        return ""
    return f"缺第 {'、'.join(str(page) for page in reading.absent)} 页，请交来全部各页"


def _places(differences: tuple[Difference, ...]) -> str:
    told = [
        f"第 {one.page} 页第 {one.line} 行“{one.issued_words or one.read_words}”"
        for one in differences
    ]
    more = f"等 {len(told)} 处" if len(told) > _MOST else ""
    return "、".join(told[:_MOST]) + more
