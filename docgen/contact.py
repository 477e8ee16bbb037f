"""画面附页：在册的录像 → 要取哪几秒的画面、各写什么。纯函数。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docgen.link.judge import Bound
from docgen.model.checklist import Checklist
from docgen.model.contact import Moment
from docgen.model.footage import Footage, Medium

_NEAR = 0.3  # seconds: two moments this near show the same


def moments(footage: Footage, bound: Sequence[Bound], checklist: Checklist) -> tuple[Moment, ...]:
    """文件的开头、结尾，每条归属的起止，按先后；离得很近的并成一张。"""
    if footage.container.medium is Medium.SOUND or footage.deleted is not None:
        return ()
    found = sorted(_moments(footage, bound, checklist), key=lambda m: m.seconds)
    merged: list[Moment] = []
    for one in found:
        if merged and one.seconds - merged[-1].seconds < _NEAR:
            caption = f"{merged[-1].caption}；{one.caption}"
            merged[-1] = Moment(merged[-1].seconds, caption)
        else:
            merged.append(one)
    return tuple(Moment(m.seconds, f"{_when(footage, m.seconds)}　{m.caption}") for m in merged)


def _moments(footage: Footage, bound: Sequence[Bound], checklist: Checklist) -> Iterator[Moment]:
    length = footage.container.duration
    if footage.container.medium is Medium.PHOTO or not length:
        yield Moment(0.0, "照片" if footage.container.medium is Medium.PHOTO else "开头")
    else:
        yield Moment(0.0, "开头")
        yield Moment(max(0.0, length - _NEAR / 3), "结尾")
    for one in bound:
        piece = one.link.piece
        if one.link.end is not None or footage.container.medium is Medium.PHOTO:
            continue
        row = checklist.row(piece.row) if piece.row is not None else None
        name = f"第 {piece.row} 行“{row.item}”" if row else "文书入镜"
        name += f"　{one.entry.number.text}"
        if piece.row is None:
            yield Moment((piece.start + piece.until) / 2, name)
        else:
            yield Moment(piece.start, f"{name}　起")
            yield Moment(piece.until, f"{name}　止")


def _when(footage: Footage, seconds: float) -> str:
    clock = footage.clock(seconds)
    at = f"{int(seconds) // 60}:{int(seconds) % 60:02d}.{int(seconds * 10) % 10}"
    return f"{at}（{clock:%H:%M:%S}）" if clock else at
