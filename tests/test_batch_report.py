"""批量的报告：交来的每一格原样写回，交回来时读出的还是同样的字；放不下的不会变成别的字。"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from docgen.batch.report import BatchReport, source_named
from docgen.characters import refusal
from docgen.model.batch import Outcome, Status
from docgen.model.table import Cell, Raw, Row
from docgen.read.table.xlsx_file import open_xlsx

HEADERS = ("案号", "案由")
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)


def handed_back(path: Path, *cells: Cell) -> tuple[Cell, ...]:
    """一行写进报告，再读出来。"""
    report = BatchReport("甲.csv", HEADERS)
    report.add(Raw(0, "第 2 行", Row(cells)), Outcome(0, "第 2 行", Status.REFUSED))
    report.save(path / "report.xlsx")
    ((_, row),) = open_xlsx(path / "report.xlsx").rows()
    return row.cells[: len(cells)]


@settings(max_examples=60)
@given(TEXTS)
@example("甲\u3000示例\u3000")
@example("\u00a0示例\u200b\ufeff\u00ad？")
@example("_x0041_")
def test_what_was_handed_in_comes_back_as_it_was(text: str) -> None:
    with TemporaryDirectory() as folder:
        assert handed_back(Path(folder), "一", text) == ("一", text)


def test_a_report_says_what_was_read(tmp_path: Path) -> None:
    BatchReport("甲\u3000.csv", HEADERS).save(tmp_path / "report.xlsx")
    assert source_named((tmp_path / "report.xlsx").read_bytes()) == "甲\u3000.csv"
    assert source_named(b"PK") is None


def test_what_a_workbook_cannot_hold_is_refused_when_it_comes_back(tmp_path: Path) -> None:
    for text in ("甲\ud800", "长" * 40_000, "长\x07" * 16_384):
        (_, back) = handed_back(tmp_path, "一", text)
        assert isinstance(back, str)
        assert any(refusal(char) for char in back), text[:9]
