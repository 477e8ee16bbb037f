"""录像各测试共用：签发过的案件与它的场记板，照时间表拍的小录像。"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import yaml
from books import location_of
from film import Camera, Labels, Shot, film
from PIL import Image
from rule_cases import sample_data
from support import Answer, Docgen

from docgen.cli import run
from docgen.cli.shared.tools import Tools
from docgen.model.register import Edge, SlatePlace
from docgen.seal.slate import draw_slate, make_slot
from docgen.seal.token import make_identity
from docgen.store.register import Register, open_register

Data = dict[str, Any]
BEIJING = timezone(timedelta(hours=8))
PRINTED = datetime(2026, 4, 9, 8, 0, tzinfo=BEIJING)
VISIT = datetime(2026, 4, 9, 8, 50, tzinfo=BEIJING)
SMALL = Camera(size=(640, 360), fps=10, blur=0.6, gop=20)
HOST = "verify.docgen.example"
START, END = Edge.START, Edge.END
ORDER = "rectification_order"
NUMBER = "（示县）应急责改〔2026〕15号"
ROWS = [
    *(("inspection_record", row) for row in (1, 2, 3, 4)),
    ("inspection_plan", 5),
    *(("inspection_record", row) for row in (6, 7, 8)),
    ("onsite_measures_decision", 9),
    (ORDER, 9),
]


@dataclass(frozen=True)
class Site:
    """一个签发过的案件。home: DOCGEN_HOME; case: its file; slates: (key, row, edge) → URL."""

    home: Path
    case: Path
    slates: dict[tuple[str, int, Edge], str]

    def url(self, key: str, row: int, edge: Edge) -> str:
        return self.slates[key, row, edge]


def visit_data() -> Data:
    """完整的检查案件在检查当天以前的样子：当天的送达与记录只有计划。"""
    data = sample_data("inspection")
    for part in ("instruments", "deliveries", "recordings"):
        kind = "type" if part == "instruments" else "instrument"
        data[part] = [row for row in data[part] if row[kind] != "reinspection_opinion"]
    facts = ("at", "receipt", "started_at", "ended_at", "file", "officers")
    for part in ("deliveries", "recordings"):
        data[part] = [{k: v for k, v in row.items() if k not in facts} for row in data[part]]
    return data


def make_site(folder: Path, data: Data) -> None:
    """签发 data 的各份文书，登记它们每一行的场记板。"""
    case = folder / "case.yaml"
    case.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    before = os.environ.get("DOCGEN_HOME")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCGEN_HOME", str(folder / "home"))
        patch.setattr(Tools, "now", PRINTED)
        assert run(["generate", str(case), "-o", str(folder / "out")]) == 0
    assert os.environ.get("DOCGEN_HOME") == before
    rows = sorted({(row["instrument"], int(row["row"])) for row in data["recordings"]})
    with_register(folder / "home", rows)


def with_register(home: Path, rows: Iterable[tuple[str, int]]) -> dict[tuple[str, int, Edge], str]:
    """各行两块场记板的网址；没有登记的登记下来。"""
    book = register(home)
    entries = {entry.slot.key: entry for entry in book.entries()}
    places = {
        (key, row, edge): SlatePlace(entries[key].identity, row, edge)
        for key, row in rows
        for edge in Edge
    }
    slots = book.slates(places.values(), PRINTED)
    book.close()
    return {spot: f"https://{HOST}/r/{slots[place]}" for spot, place in places.items()}


def register(home: Path) -> Register:
    def identity(secret: bytes, slot: Any, edition: int) -> bytes:
        return make_identity(secret, slot.agency, slot.case_number, slot.key, edition)

    return open_register(location_of(home), bytes(32), PRINTED, identity, make_slot)


def card(url: str) -> Image.Image:
    """凑近了拍的一块场记板：白纸中间一个码。"""
    host, _, slot = url.removeprefix("https://").partition("/r/")
    symbol = Image.open(io.BytesIO(draw_slate(host, slot).symbol.png(8))).convert("L")
    page = Image.new("L", (symbol.width * 2, round(symbol.height * 1.6)), 255)
    page.paste(symbol, ((page.width - symbol.width) // 2, (page.height - symbol.height) // 2))
    return page


def shots_of(plan: Sequence[tuple[str | None, float]]) -> list[Shot]:
    """时间表：网址（None 为现场）与秒数。"""
    return [Shot(s) if url is None else Shot(s, card(url), url) for url, s in plan]


def add(docgen: Docgen, *arguments: object) -> Answer:
    return docgen("record", "add", *arguments, "--recorder", "乙示例", "--json")


def record_clip(
    path: Path,
    plan: Sequence[tuple[str | None, float]],
    started_at: datetime | None = VISIT,
    camera: Camera = SMALL,
    model: str = "执法记录仪甲",
) -> Path:
    """照时间表拍一段。"""
    film(shots_of(plan), path, camera, Labels(started_at, model=model))
    return path
