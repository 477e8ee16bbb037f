"""场记板：编号重算不变、猜不到，输错一个字就认得出，码够大够疏。"""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from docgen.errors import EnvironmentLacking
from docgen.model.register import Edge, SlatePlace
from docgen.seal.qr import MAX_HOST
from docgen.seal.slate import draw_slate, make_slot, read_slot
from docgen.seal.token import make_identity

SECRET = b"s" * 32
TYPED = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
PLACES = st.builds(
    SlatePlace, st.binary(min_size=10, max_size=10), st.integers(1, 99), st.sampled_from(Edge)
)
SLOTS = st.builds(make_slot, st.just(SECRET), PLACES)


@given(PLACES, PLACES)
def test_a_slot_is_the_same_each_time_and_another_for_every_other_place(
    one: SlatePlace, other: SlatePlace
) -> None:
    assert make_slot(SECRET, one) == make_slot(SECRET, one)
    assert (make_slot(SECRET, one) == make_slot(SECRET, other)) == (one == other)
    assert make_slot(b"t" * 32, one) != make_slot(SECRET, one)


def test_no_slot_gives_away_a_part_of_an_identity() -> None:
    identity = make_identity(SECRET, "示例省应急管理厅", "案一", "rectification_order", 1)
    slots = {make_slot(SECRET, SlatePlace(identity, n, e)) for n in range(1, 31) for e in Edge}
    assert len(slots) == 60
    assert {len(slot) for slot in slots} == {14}


@given(SLOTS)
def test_a_slot_is_read_however_it_is_grouped_or_cased(slot: str) -> None:
    grouped = " ".join((slot[:4], slot[4:8], slot[8:12], slot[12:]))
    for typed in (slot, slot.lower(), grouped, grouped.replace(" ", "-"), f" {grouped}\n"):
        assert read_slot(typed) == slot


@given(SLOTS)
def test_any_one_wrong_character_of_a_slot_is_found(slot: str) -> None:
    for index, char in enumerate(slot):
        for other in TYPED.replace(char, ""):
            assert read_slot(slot[:index] + other + slot[index + 1 :]) is None


@given(SLOTS)
def test_any_two_neighbours_exchanged_in_a_slot_are_found(slot: str) -> None:
    for index in range(len(slot) - 1):
        one, other = slot[index], slot[index + 1]
        if one != other:
            assert read_slot(slot[:index] + other + one + slot[index + 2 :]) is None


@given(st.text(max_size=20))
def test_what_is_not_a_slot_is_never_read_as_one(text: str) -> None:
    slot = read_slot(text)
    assert slot is None or slot.isascii()


@pytest.mark.parametrize(("length", "version"), [(4, 2), (20, 3), (21, 4), (MAX_HOST, 4), (40, 4)])
def test_a_slate_is_sparse_and_says_its_url(length: int, version: int) -> None:
    slot = make_slot(SECRET, SlatePlace(b"0123456789", 9, Edge.START))
    slate = draw_slate("a" * length, slot)
    assert slate.symbol.version == version
    assert slate.url == f"https://{'a' * length}/r/{slot}"
    side = len(slate.symbol.modules) * 8
    picture = Image.frombytes("L", (side, side), pixels(slate.symbol.modules, 8))
    (code,) = zxingcpp.read_barcodes(picture)
    assert (code.text, code.ec_level) == (slate.url, "M")


def test_a_host_too_long_for_a_sparse_slate_is_refused() -> None:
    with pytest.raises(EnvironmentLacking, match="第 4 版") as caught:
        draw_slate("a" * 41, make_slot(SECRET, SlatePlace(b"0123456789", 9, Edge.END)))
    assert "更短" in caught.value.advice


def pixels(modules: tuple[tuple[bool, ...], ...], scale: int) -> bytes:
    return b"".join(
        bytes(0 if dark else 255 for dark in row for _ in range(scale)) * scale for row in modules
    )
