"""画面附页的取与印：一个案件在册的录像，各取几张画面，印成 PDF 并读回来核对。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from docgen.compare import prove_printed
from docgen.contact import moments
from docgen.link.judge import Bound
from docgen.media.frames import pictures_at
from docgen.media.vault import Vault, fault_in_store
from docgen.model.checklist import Checklist
from docgen.model.contact import ContactSheet, Frame, Strip
from docgen.model.document import Document
from docgen.model.footage import Footage, Medium
from docgen.read.presented import read_printed
from docgen.render.press import Press

WIDTH = 640
"""画面的像素宽；印出来 53 毫米，合 300 DPI。"""


def strip_of(
    number: int, footage: Footage, bound: Sequence[Bound], checklist: Checklist, vault: Vault
) -> tuple[Strip, Mapping[str, bytes]]:
    """一个录像的画面，与图片；丢了、变了的没有画面，说明为什么。number: of the strip."""
    wanted = moments(footage, bound, checklist)
    pictures: tuple[bytes, ...] = ()
    fault = fault_in_store(footage, vault) if wanted else ""
    if fault:
        strip = Strip(footage.label, _facts(footage), footage.sha256, (), f"{fault}，没有画面。")
        return replace(strip, lost=True), {}
    if wanted:
        with vault.local(footage.location) as path:
            seconds = [moment.seconds for moment in wanted]
            pictures = pictures_at(path, footage.name, footage.container, seconds, WIDTH)
    frames = tuple(
        Frame(f"{number}-{index}.jpg", moment.caption)
        for index, (moment, _) in enumerate(zip(wanted, pictures, strict=True))
    )
    strip = Strip(footage.label, _facts(footage), footage.sha256, frames, _told(footage))
    named = zip((frame.name for frame in frames), pictures, strict=True)
    return strip, dict(named)


def print_contact(
    agency: str,
    case_number: str,
    day: date,
    strips: Sequence[tuple[Strip, Mapping[str, bytes]]],
    press: Press,
) -> Document:
    """印成 PDF，并读回来核对文字。Raises Defect."""
    told = tuple(
        replace(strip, label=_drawn(strip.label, press), facts=_drawn(strip.facts, press))
        for strip, _ in strips
    )
    sheet = ContactSheet(case_number, agency, day, told)
    pictures = {name: data for _, own in strips for name, data in own.items()}
    document = press.print_contact(sheet, pictures)
    pages = read_printed(document, case_number).pages
    prove_printed(press.contact_words(sheet), pages, "画面附页")
    return document


def _drawn(text: str, press: Press) -> str:
    """文件名、设备名里没有字形的换成“？”：它们不是我们写的，不能因此印不出来。"""
    missing = set(press.fonts.missing(text))
    return "".join("？" if char in missing else char for char in text)


def _facts(footage: Footage) -> str:
    box = footage.container
    started = f"{footage.started_at:%Y-%m-%d %H:%M:%S} 起" if footage.started_at else "时间不明"
    length = f"{box.duration:.1f} 秒" if box.duration is not None else ""
    who = f"记录人 {footage.said.recorder}" if footage.said.recorder else ""
    return "　".join(part for part in (started, length, footage.device or "", who) if part)


def _told(footage: Footage) -> str:
    if footage.deleted is not None:
        return f"保存期满，已于 {footage.deleted.at.date()} 删去（{footage.deleted.rule}）。"
    return "只有声音，没有画面。" if footage.container.medium is Medium.SOUND else ""
