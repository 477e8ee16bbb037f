"""过滤器：手写处的空格，金额的数字与大写。"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.words import squeeze
from docgen.render.filters import blank, figures, words_of_amount

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
DIGITS = {numeral: digit for digit, numeral in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def value_of(words: str) -> Decimal:
    """大写金额的数值，与 words_of_amount 无关的另一种读法。"""
    yuan, _, rest = words.rpartition("元")
    total = Decimal(whole(yuan))
    for unit, part in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        if found := re.search(f"(.){unit}", rest):
            total += DIGITS[found[1]] * part
    return total


def whole(words: str) -> int:
    """整数部分的数值：先拆亿，再拆万，再加各位。"""
    for unit, factor in (("亿", 10**8), ("万", 10**4)):
        before, found, after = words.rpartition(unit)
        if found:
            return whole(before) * factor + whole(after)
    total = 0
    for digit, unit in re.findall("(.)([拾佰仟]?)", words.replace("零", "")):
        total += DIGITS[digit] * UNITS.get(unit, 1)
    return total


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1", "壹元整"),
        ("10", "壹拾元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("50000", "伍万元整"),
        ("100001000", "壹亿零壹仟元整"),
        ("10000500000", "壹佰亿零伍拾万元整"),
        ("100000000.01", "壹亿元零壹分"),
        ("20200000", "贰仟零贰拾万元整"),
        ("999999999999.99", "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
    ],
)
def test_an_amount_is_written_as_the_rules_for_bills_write_it(amount: str, words: str) -> None:
    assert words_of_amount(Decimal(amount)) == words


@given(AMOUNTS)
def test_the_words_of_an_amount_say_the_amount(amount: Decimal) -> None:
    assert value_of(words_of_amount(amount)) == amount


@given(AMOUNTS)
def test_the_words_of_an_amount_leave_nothing_to_add(amount: Decimal) -> None:
    words = words_of_amount(amount)
    assert words.endswith("分") != words.endswith("整")
    assert "零零" not in words
    assert not re.search("零[元整角分亿万]", words) or words == "零元整"
    assert words.count("元") == (0 if 0 < amount < 1 else 1)


@given(AMOUNTS)
def test_figures_and_words_come_from_one_value(amount: Decimal) -> None:
    assert Decimal(figures(amount)) == value_of(words_of_amount(amount)) == amount
    assert figures(amount).endswith(".00") is False


@pytest.mark.parametrize("amount", ["-1", "0.001", "1000000000000"])
def test_what_is_not_an_amount_of_money_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount in words"):
        words_of_amount(Decimal(amount))


@given(st.text(), st.integers(min_value=0, max_value=40))
def test_a_value_that_is_there_is_printed_as_it_is(value: str, width: int) -> None:
    assert blank(value, width) == value


@given(st.integers(min_value=0, max_value=40))
def test_a_value_that_is_not_there_leaves_space_and_no_word(width: int) -> None:
    space = blank(None, width)
    assert space == "　" * width
    assert squeeze(str(space)) == ""
