"""批量的进度：说得出多快、还要多久，启动的时间不算在里面。"""

from __future__ import annotations

from types import MappingProxyType

import pytest

from docgen.cli.shared.progress import progress_of
from docgen.model.batch import Status, Tally


def tally(seconds: float, issued: int, refused: int = 0) -> Tally:
    return Tally(seconds, MappingProxyType({Status.ISSUED: issued, Status.REFUSED: refused}))


def test_the_rate_counts_from_the_first_result_and_tells_the_time_left(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell = progress_of(620)
    for one in (tally(15, 20), tally(20, 60), tally(25, 110, 10), tally(26, 111, 10)):
        tell(one)
    assert capsys.readouterr().err.splitlines() == [
        "已做 20／620 条",
        "已做 120／620 条，每秒 10.0 条，10 条没有签发，还要 1 分",
    ]


def test_without_a_total_no_time_is_promised(capsys: pytest.CaptureFixture[str]) -> None:
    tell = progress_of(None)
    tell(tally(5, 1))
    tell(tally(65, 31))
    assert capsys.readouterr().err == "已做 31 条，每分钟 30 条\n"
