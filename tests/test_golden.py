"""金样：每种文书的文字一字不差，各页图片与看过的一样；移动一行、换一个字都看得出来。"""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from golden_pages import (
    DPI,
    GOLDEN,
    apart,
    compare,
    golden_files,
    golden_samples,
    page_pictures,
    renew,
)
from PIL import Image
from printed import Sample
from situations import catalogue

from docgen.model.draft import Draft
from docgen.render.press import Press

KINDS = tuple(sorted(catalogue().instruments))
MILLIMETRE = round(DPI / 25.4)


@pytest.fixture(scope="module")
def page(press: Press, draft: Draft) -> Image.Image:
    """听证会通知书的第一页。"""
    return first_page(press, draft, "示例市未来路一号")


def first_page(press: Press, draft: Draft, place: str) -> Image.Image:
    """听证地点换成 place 的第一页。"""
    fields = dict(draft.fields, hearing_place=place)
    document, _ = press.print(replace(draft, fields=fields), None, None)
    return page_pictures(document.data)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_instrument_is_printed_as_it_was_when_someone_looked_at_it(
    samples: tuple[Sample, ...], tmp_path: Path, kind: str
) -> None:
    wrong = compare(GOLDEN, golden_files(golden_samples(samples)[kind]), tmp_path)
    assert not wrong, f"看过 {tmp_path} 里的差别，确是所要的，再执行 make golden"


def test_there_is_a_golden_text_for_every_instrument_and_nothing_else() -> None:
    kept = {path.stem.partition("-")[0] for path in GOLDEN.iterdir()}
    assert kept == set(KINDS)
    assert sum(path.stat().st_size for path in GOLDEN.iterdir()) < 3_000_000


@pytest.mark.parametrize("place", ["示例市末来路一号", "示例市未来路二号", "示例市未来路-号"])
def test_one_changed_character_is_seen(
    press: Press, draft: Draft, page: Image.Image, place: str
) -> None:
    assert apart(page, first_page(press, draft, place)) is not None


def test_a_line_moved_by_a_millimetre_is_seen(page: Image.Image) -> None:
    above, below = round(page.height * 0.5), round(page.height * 0.5) + round(DPI / 2.54)
    for across, down in ((0, MILLIMETRE), (MILLIMETRE, 0)):
        moved = page.copy()
        moved.paste(page.crop((0, above, page.width, below)), (across, above + down))
        assert apart(page, moved) is not None


def test_the_grain_of_another_renderer_is_not_seen(page: Image.Image) -> None:
    grain = random.Random(1)
    points = bytes(min(255, max(0, v + grain.randint(-16, 16))) for v in page.tobytes())
    noisy = Image.frombytes("L", page.size, points)
    assert apart(page, page) is None
    assert apart(page, noisy) is None


def test_a_difference_is_written_as_text_and_picture(
    samples: tuple[Sample, ...], tmp_path: Path
) -> None:
    golden, folder = tmp_path / "golden", tmp_path / "difference"
    folder.mkdir()
    sample = golden_samples(samples)["interview_notice"]
    assert renew((sample,), golden)
    assert renew((sample,), golden) == []
    actual = golden_files(sample)
    text = golden / "interview_notice.txt"
    text.write_text(text.read_text("utf-8").replace("询问室", "谈话室"), "utf-8")
    (golden / "interview_notice-1.png").write_bytes(actual["interview_notice-2.png"])
    (golden / "interview_notice-3.png").write_bytes(actual["interview_notice-2.png"])
    wrong = ["interview_notice-1.png", "interview_notice-3.png", "interview_notice.txt"]
    assert compare(golden, actual, folder) == wrong
    told = (folder / "interview_notice.difference.txt").read_text("utf-8")
    assert "-二、询问地点：示例市应急管理局二楼谈话室" in told
    written = {path.name for path in folder.iterdir()}
    for part in ("expected", "actual", "difference"):
        assert f"interview_notice-1.{part}.png" in written
    assert renew((sample,), golden) == wrong
    assert compare(golden, actual, folder) == []
