"""打印册：一批里的文书排好次序，装成几个 PDF，每个不超过给定的张数，有目录与分隔页。"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from docgen.batch.places import NOWHERE
from docgen.batch.volumes import settled, shares
from docgen.errors import EnvironmentLacking
from docgen.model.batch import BatchDocument, Outcome
from docgen.model.document import PDF, Document
from docgen.model.pack import Pack
from docgen.model.volume import Divider, Paper, Sort, Volume
from docgen.pack import Bound, bind
from docgen.seal.file import seal_pack
from docgen.seal.keys import Signer
from docgen.store.output import Output

_VOLUME = re.compile(r"第[0-9]{4,}册，共[0-9]+册\.pdf")


@dataclass(frozen=True)
class PrintOrder:
    """要怎样的打印册。sheets: of paper in one volume; folder: where the volumes go."""

    sheets: int
    sort: Sort
    duplex: bool
    folder: str


class Papers:
    """要印的各份，排好次序给出；在磁盘的临时文件里，用过即弃。"""

    def __init__(self, sort: Sort) -> None:
        self._sort = sort
        self._kept = sqlite3.connect("", isolation_level=None)
        columns = "agency TEXT, region TEXT, party_group TEXT, number INTEGER, data TEXT"
        self._kept.execute(f"CREATE TABLE paper ({columns})")
        self._kept.execute("BEGIN")

    def add(self, outcome: Outcome) -> None:
        """一条记录的各份。"""
        for document in outcome.documents:
            paper = _paper(document, self._sort, outcome.index)
            data = json.dumps({**asdict(paper), "date": paper.date.isoformat()})
            row = (paper.agency, paper.region, paper.group, paper.order, data)
            self._kept.execute("INSERT INTO paper VALUES (?, ?, ?, ?, ?)", row)

    def __iter__(self) -> Iterator[Paper]:
        query = "SELECT data FROM paper ORDER BY agency, region, party_group, number, rowid"
        for (data,) in self._kept.execute(query):
            told = json.loads(data)
            told |= {"date": date.fromisoformat(told["date"]), "copies": tuple(told["copies"])}
            yield Paper(**told)


def bind_volumes(
    papers: Papers,
    order: PrintOrder,
    output: Output,
    print_leaf: Callable[[Volume | Divider], Document],
    signer_of: Callable[[Volume], Signer],
) -> Iterator[str]:
    """装好各册，给出写出的名字。Raises EnvironmentLacking when an issued file is gone."""
    of = sum(1 for _ in shares(papers, order.sheets, duplex=order.duplex))
    for number, share in enumerate(shares(papers, order.sheets, duplex=order.duplex), 1):
        indexes: dict[int, Document] = {}

        def index_pages(volume: Volume, kept: dict[int, Document] = indexes) -> int:
            kept[volume.index_pages] = print_leaf(volume)
            return kept[volume.index_pages].pages or 1

        volume = settled(share, number, of, order.sort, index_pages, duplex=order.duplex)
        contents = _contents(volume, indexes[volume.index_pages], output, print_leaf)
        data = bind(volume.case_number, contents, duplex=order.duplex)
        made = seal_pack(
            Pack(volume.case_number, data, (), volume.pages, volume.leaves),
            signer_of(volume).sign,
        )
        name = f"{order.folder}/第{number:04d}册，共{of}册.pdf"
        with output.staged({name: made.data}) as put:
            put()
        yield name


def remove_others(volumes: Sequence[str], order: PrintOrder, output: Output) -> int:
    """删去以前装的册，只留这次的；给出删了几册。册是从各份文书装出来的，随时可以再装。"""
    others = [
        name
        for name in output.names(order.folder)
        if name not in volumes and _VOLUME.fullmatch(name.rpartition("/")[2])
    ]
    for name in others:
        output.remove(name)
    return len(others)


def _contents(
    volume: Volume,
    index: Document,
    output: Output,
    print_leaf: Callable[[Volume | Divider], Document],
) -> Iterator[Bound]:
    yield Bound("目录", index.data, ("",))
    for group in volume.groups:
        divider = print_leaf(Divider(volume, group))
        yield Bound(f"{volume.sort.label}：{group.name}", divider.data, ("",))
        for item in group.listed:
            paper = item.paper
            yield Bound(f"《{paper.title}》{paper.number}", _issued(paper, output), paper.copies)


def _issued(paper: Paper, output: Output) -> bytes:
    """签发的那个文件，一个字节不差。"""
    data = output.read(paper.place)
    if data is None or hashlib.sha256(data).hexdigest() != paper.sha256:
        raise EnvironmentLacking(
            f"{output.name_of(paper.place)} 不见了，或者不是签发的样子。",
            advice="请再执行一次同样的命令：缺的会照样重印。",
        )
    return data


def _paper(document: BatchDocument, sort: Sort, order: int) -> Paper:
    file = next(file for file in document.files if file.media_type == PDF)
    groups = {
        Sort.DISTRICT: document.district or NOWHERE,
        Sort.PARTY: document.party,
        Sort.OFFICER: document.officer,
    }
    return Paper(
        agency=document.agency,
        region=document.region,
        group=groups[sort],
        order=order,
        place=file.path,
        sha256=file.sha256,
        title=document.title,
        number=document.number,
        case_number=document.case_number,
        party=document.party,
        date=document.date,
        copies=document.copies,
        pages=file.pages or 0,
    )
