"""归属的毛病：归到作废的文书、同一段归到两处、早于印出、超出文件、有头无尾、时钟不一。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from docgen.link.pieces import Muddle, Seen
from docgen.link.takes import Take
from docgen.model.footage import Footage, Link, Medium, Origin, Piece
from docgen.model.register import Entry, State
from docgen.model.verdict import Finding, Level

_SOURCE = "行政处罚法第四十七条"
_APART = 60.0  # seconds that two clocks may differ before it is told


@dataclass(frozen=True)
class Bound:
    """一条归属与它所指的。"""

    link: Link
    footage: Footage
    entry: Entry


def judge_links(bound: Sequence[Bound], others: Sequence[Bound]) -> tuple[Finding, ...]:
    """各条归属逐步核对；others: what else the same files are bound to.

    1 the document is not void · 2 the stretch is not bound to another case · 3 it begins after
    the document was printed and before it was filed · 4 it lies within the file.
    """
    found: list[Finding] = []
    for one in bound:
        if one.link.end is None:
            found += _judge(one, others)
    for digest in dict.fromkeys(one.footage.sha256 for one in bound):
        mine = [b for b in bound if b.footage.sha256 == digest and b.link.end is None]
        found += _clock_faults(mine)
    return tuple(found)


def judge_piece(piece: Piece, footage: Footage) -> Finding | None:
    """第 4 步：一段在文件之内；不在的说出来。"""
    length = footage.container.duration
    if footage.container.medium is Medium.PHOTO:
        inside = piece.start == piece.until == 0
    elif length is None:
        inside = piece.until > piece.start >= 0
    else:
        inside = 0 <= piece.start < piece.until <= length + 0.5
    if inside:
        return None
    said = f"第 {piece.start:.1f} 秒至第 {piece.until:.1f} 秒，不在文件之内"
    told = f"（共 {length:.1f} 秒）" if length is not None else ""
    return Finding("LNK004", Level.FAIL, f"{footage.label} 的{said}{told}。", "", _SOURCE)


def judge_muddles(found: Sequence[Muddle]) -> Iterator[Finding]:
    """两个码同时入镜，两个都没有作数。"""
    for muddle in found:
        first, second = muddle.first, muddle.second
        at = max(first.sighting.at, second.sighting.at)
        message = (
            f"{first.footage.label} 第 {at:.1f} 秒两个码同时入镜，分不清是哪一个，都没有作数；"
            "请用 docgen record bind 由人归到文书。"
        )
        yield Finding("LNK006", Level.UNKNOWN, message, first.footage.name, _SOURCE)


def clock_findings(seen: Sequence[Seen]) -> Iterator[Finding]:
    """几台设备拍到同一块场记板，各自的时钟相差多少；只报告，不改。"""
    times: dict[str, dict[str, float]] = {}
    for one in seen:
        moment, device = one.footage.clock(one.sighting.at), _device(one.footage)
        if moment is not None:
            times.setdefault(device, {}).setdefault(one.sighting.text, moment.timestamp())
    for first, second in combinations(sorted(times), 2):
        common = times[first].keys() & times[second].keys()
        if not common:
            continue
        apart = median(times[second][text] - times[first][text] for text in common)
        level = Level.UNKNOWN if abs(apart) > _APART else Level.PASS
        message = f"“{second}”的时钟比“{first}”{'快' if apart >= 0 else '慢'} {abs(apart):.0f} 秒"
        told = "；时间没有改，请核对哪一台是准的。" if level is Level.UNKNOWN else "。"
        yield Finding("LNK007", level, message + told, "", _SOURCE, advice=True)


def _device(footage: Footage) -> str:
    return footage.device or footage.said.recorder or footage.name


def _judge(one: Bound, others: Sequence[Bound]) -> Iterator[Finding]:
    piece, footage = one.link.piece, one.footage
    name = f"{footage.label} → {one.entry.number.text}"
    name += f" 第 {piece.row} 行" if piece.row is not None else ""
    where = f"link {one.link.id}"
    if one.entry.state is State.VOIDED:
        said = f"{name}：这份文书已经作废（{one.entry.void_reason}）。"
        yield Finding("LNK001", Level.FAIL, said, where, _SOURCE)
    for other in others:
        if _elsewhere(one, other):
            said = f"{name}：同一段还归到别的案件的 {other.entry.number.text}"
            message = f"{said}（第 {other.link.id} 条）。"
            yield Finding("LNK002", Level.FAIL, message, where, _SOURCE)
        elif _beside(one, other):
            said = (
                f"{name}：同一段还归到 {other.entry.number.text}（第 {other.link.id} 条），请核对。"
            )
            yield Finding("LNK002", Level.UNKNOWN, said, where, _SOURCE, advice=True)
    if (outside := judge_piece(piece, footage)) is not None:
        yield outside
    if piece.row is not None and footage.container.medium is not Medium.VIDEO:
        what = (
            "只有声音没有画面" if footage.container.medium is Medium.SOUND else "是照片，不是过程"
        )
        said = f"{name}：{what}，够不够由法制审核判断。"
        yield Finding("LNK011", Level.UNKNOWN, said, where, _SOURCE, advice=True)


def _clock_faults(mine: Sequence[Bound]) -> Iterator[Finding]:
    """第 3 步，一个文件说一次：最早的一段不早于印出，最晚的一段不晚于登记。"""
    early = [b for b in mine if _before_print(b)]
    for one in early[:1]:
        began, printed = one.footage.clock(one.link.piece.start), one.entry.issued_at
        said = f"{one.footage.label} 第 {one.link.piece.start:.1f} 秒是 {began:%Y-%m-%d %H:%M:%S}"
        told = f"，早于 {one.entry.number.text} 印出的 {printed:%Y-%m-%d %H:%M:%S}"
        more = f"（共 {len(early)} 段这样）" if len(early) > 1 else ""
        message = f"{said}{told}{more}；请核对设备的时钟。"
        yield Finding("LNK003", Level.FAIL, message, f"link {one.link.id}", _SOURCE)
    for one in mine[:1]:
        label, where = one.footage.label, f"link {one.link.id}"
        last = one.footage.clock(max(b.link.piece.until for b in mine))
        if last is None:
            said = f"{label} 不知道录于什么时候，不能判定是否在文书印出之后；请写 --started-at。"
            yield Finding("LNK003", Level.UNKNOWN, said, where, _SOURCE)
        elif last > one.footage.added_at:
            when = f"{last:%Y-%m-%d %H:%M:%S}，晚于登记的 {one.footage.added_at:%Y-%m-%d %H:%M:%S}"
            said = f"{label} 录到 {when}；请核对设备的时钟。"
            yield Finding("LNK003", Level.FAIL, said, where, _SOURCE)


def _before_print(one: Bound) -> bool:
    began, printed = one.footage.clock(one.link.piece.start), one.entry.issued_at
    return began is not None and printed is not None and began < printed


def _elsewhere(one: Bound, other: Bound) -> bool:
    """同一段归到别的案件。"""
    mine, theirs = one.entry.slot, other.entry.slot
    same = (mine.agency, mine.case_number) == (theirs.agency, theirs.case_number)
    return not same and _overlap(one, other)


def _beside(one: Bound, other: Bound) -> bool:
    """同一段由人归到同案的另一份文书；机器认出的可以一段里有几份。"""
    pieces = one.link.piece, other.link.piece
    said = Origin.PERSON in (pieces[0].origin, pieces[1].origin)
    rows = all(piece.row is not None for piece in pieces)
    return said and rows and pieces[0].identity != pieces[1].identity and _overlap(one, other)


def _overlap(one: Bound, other: Bound) -> bool:
    a, b = one.link.piece, other.link.piece
    standing = other.link.end is None and one.link.id != other.link.id
    return standing and a.sha256 == b.sha256 and a.start < b.until and b.start < a.until


def open_ends(takes: Sequence[Take]) -> Iterator[Finding]:
    """第 5 步：没有看到开始或者结束的场记板，前后的文件里也没有。"""
    for take in takes:
        first, last = take.parts[0], take.parts[-1]
        ends = (("开始", first.link.piece.opened), ("结束", last.link.piece.closed))
        lacking = [name for name, seen in ends if not seen]
        if lacking:
            said = f"{first.footage.label} 第 {take.row} 行没有看到{'和'.join(lacking)}的场记板"
            told = f"{said}；跨几个文件录的都要登记，漏拍的用 docgen record bind 由人写明。"
            yield Finding("LNK005", Level.UNKNOWN, told, f"link {first.link.id}", _SOURCE)


def unsaid_steps(takes: Sequence[Take]) -> Iterator[Finding]:
    """机器只认出起止；步骤没有人说过的，照案件的安排计，作为提示说出来。"""
    silent = [take for take in takes if not take.steps]
    if silent:
        rows = "、".join(str(row) for row in sorted({take.row for take in silent}))
        said = f"第 {rows} 行录到的步骤没有人写明，照案件的安排计"
        told = f"{said}；看过录像的用 docgen record bind … --steps 写明。"
        where = f"link {silent[0].parts[0].link.id}"
        yield Finding("LNK010", Level.UNKNOWN, told, where, _SOURCE, advice=True)
