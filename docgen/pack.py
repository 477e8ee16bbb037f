"""打印文件：把封面、各份文书与音像记录单按份数合成一个 PDF。纯函数。

Pages are taken over as they are: their content streams stay byte for byte those of the issued
PDFs. With duplex every copy begins on a right-hand (odd) page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import pikepdf

from docgen.errors import Refused
from docgen.model.case import Case
from docgen.model.document import PDF, Document, Printed
from docgen.model.layout import PAGE_HEIGHT, PAGE_WIDTH, POINTS_PER_MM
from docgen.model.pack import Cover, Pack, Part, Placed, in_duplex, place
from docgen.model.sheet import Sheet

PRODUCER = "docgen pack"
_BLANK = (PAGE_WIDTH * POINTS_PER_MM, PAGE_HEIGHT * POINTS_PER_MM)
_SHEET_COPY = "一份交记录人"
_COVER = "封面：本文件所含"


def parts_of(
    printed: Sequence[Printed], sheets: Sequence[tuple[Sheet, Document]], copies: int | None
) -> tuple[Part, ...]:
    """各份文件，按打印的次序：文书如案件，然后送达回执，最后音像记录单。

    copies: how many of each instrument, None for as many as its form has.
    """
    ordered = sorted(printed, key=lambda item: item.draft.instrument.brought_by is not None)
    titles = {item.draft.key: f"《{item.title}》" for item in printed}
    papers = [_paper(item, copies, titles) for item in ordered]
    films = [
        Part(
            key=sheet.key,
            title=f"音像记录单（《{sheet.title}》）",
            number=sheet.number,
            copies=(_SHEET_COPY,),
            pdf=document.data,
            pages=document.pages or 0,
            sheet=True,
        )
        for sheet, document in sheets
    ]
    return (*papers, *films)


def _paper(printed: Printed, copies: int | None, titles: dict[str, str]) -> Part:
    document = next(d for d in printed.documents if d.media_type == PDF)
    draft = printed.draft
    own = draft.instrument.copies
    wanted = own if copies is None else tuple(f"第 {n} 份" for n in range(1, copies + 1))
    mains = "、".join(titles[key] for key in draft.delivers if key in titles)
    return Part(
        key=draft.key,
        title=f"《{printed.title}》" + (f"（送达{mains}）" if mains else ""),
        number=draft.number.text if draft.number and draft.instrument.numbered else None,
        copies=wanted,
        pdf=document.data,
        pages=document.pages or 0,
    )


def pack(
    case: Case,
    parts: Sequence[Part],
    print_cover: Callable[[Cover], Document],
    *,
    duplex: bool,
) -> Pack:
    """合成打印文件；同样的各份总是同样的字节。print_cover: the cover's words → its PDF.

    Raises Refused when there is nothing to print.
    """
    if not parts:
        raise Refused("没有可以打印的文书。", advice="docgen register list 说明各份的状态。")
    placed, before = place(parts, 1, duplex=duplex), 0
    cover = Document(PDF, b"", 1)
    while cover.pages != before:  # the cover says where the rest begins, which its length moves
        before = cover.pages or 1
        taken = in_duplex(before) if duplex else before
        placed = place(parts, taken, duplex=duplex)
        pages = placed[-1].first_page - 1 + _taken(placed[-1], duplex)
        leaves = (taken // 2 if duplex else taken) + sum(item.leaves for item in placed)
        told = Cover(
            case_number=case.case_number,
            cause=case.cause,
            agency=case.agency.name,
            party=case.party.name,
            date=max(request.date for request in case.instruments),
            officers=case.officers,
            placed=placed,
            duplex=duplex,
            pages=pages,
            leaves=leaves,
        )
        cover = print_cover(told)
    contents = [Bound(_COVER, cover.data, ("",)), *(_bound(item.part) for item in placed)]
    data = bind(case.case_number, contents, duplex=duplex)
    return Pack(case.case_number, data, placed, pages, leaves)


def case_of(data: bytes) -> str | None:
    """一个文件若是打印文件，是哪个案件的；不是则 None。"""
    try:
        with pikepdf.open(io.BytesIO(data)) as document:
            producer = str(document.docinfo.get("/Producer", ""))
            return str(document.docinfo.get("/Subject", "")) if producer == PRODUCER else None
    except pikepdf.PdfError:
        return None


def _bound(part: Part) -> Bound:
    return Bound(part.label, part.pdf, part.copies)


def _taken(placed: Placed, duplex: bool) -> int:
    pages = placed.part.pages
    return len(placed.part.copies) * (in_duplex(pages) if duplex else pages)


@dataclass(frozen=True)
class Bound:
    """装进去的一份。copies: whom each copy is for."""

    label: str
    pdf: bytes
    copies: tuple[str, ...]


def bind(subject: str, contents: Iterable[Bound], *, duplex: bool) -> bytes:
    """依次装成一个 PDF，书签跳到各份；同样的各份总是同样的字节。"""
    with pikepdf.new() as target, ExitStack() as opened:
        with target.open_outline() as outline:
            for item in contents:
                source = opened.enter_context(pikepdf.open(io.BytesIO(item.pdf)))
                outline.root.append(_added(target, source, item, duplex))
        return _saved(target, subject, duplex)


def _added(
    target: pikepdf.Pdf, source: pikepdf.Pdf, item: Bound, duplex: bool
) -> pikepdf.OutlineItem:
    """放进一份文件的各份，给出它的书签。"""
    mark = pikepdf.OutlineItem(item.label, len(target.pages))
    for name in item.copies:
        mark.children.append(pikepdf.OutlineItem(name, len(target.pages)))
        _append(target, source, duplex)
    if len(mark.children) == 1:
        mark.children.clear()
    return mark


def _append(target: pikepdf.Pdf, source: pikepdf.Pdf, duplex: bool) -> None:
    before = len(target.pages)
    target.pages.extend(source.pages)
    for page in target.pages[before:]:
        if "/StructParents" in page.obj:  # the structure tree stays with the issued file
            del page.obj["/StructParents"]
    if duplex and len(source.pages) % 2:
        target.add_blank_page(page_size=_BLANK)


def _saved(target: pikepdf.Pdf, case_number: str, duplex: bool) -> bytes:
    target.docinfo["/Producer"] = PRODUCER
    target.docinfo["/Title"] = f"{case_number} 打印文件"
    target.docinfo["/Subject"] = case_number
    target.Root.PageMode = pikepdf.Name.UseOutlines
    target.Root.ViewerPreferences = pikepdf.Dictionary(
        DisplayDocTitle=True,
        PrintScaling=pikepdf.Name("/None"),
        Duplex=pikepdf.Name.DuplexFlipLongEdge if duplex else pikepdf.Name.Simplex,
    )
    buffer = io.BytesIO()
    target.save(buffer, deterministic_id=True)
    return buffer.getvalue()
