"""Money is exact, from the wire to the sum of a stage."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from hub.core.decimals import LARGEST, read_decimal, write_decimal
from hub.core.errors import InvalidPayload
from hub.crm.money import check_currency, places_of, read_value, write_value

pytestmark = pytest.mark.annex("R2")
CODES = [each.code for each in Currency if each.exponent is not None]
cents = st.integers(-(LARGEST - 1) * 100, (LARGEST - 1) * 100).map(lambda whole: Decimal(whole).scaleb(-2))


@given(cents)
def test_what_is_given_as_text_comes_back_as_the_same_number(value):
    assert Decimal(write_decimal(read_decimal(str(value), "value"))) == value
    assert write_decimal(read_decimal(str(value), "value")) == f"{value:.2f}"


@given(st.lists(cents, max_size=50))
def test_sums_are_exact(values):
    assert Decimal(write_decimal(sum(read_decimal(str(each), "value") for each in values))) == sum(values, Decimal())


@given(st.integers(-(10**9), 10**9), st.integers(1, 1000))
def test_a_number_with_a_point_is_what_somebody_wrote_and_not_what_binary_made_of_it(cents, parts):
    written = float(f"{Decimal(cents).scaleb(-2)}")
    assert Decimal(write_value(read_value(written, "USD"), "USD")) == Decimal(cents).scaleb(-2)
    crooked = cents / parts
    wanted = Decimal(repr(crooked)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert Decimal(write_value(read_value(crooked, "USD"), "USD")) == wanted


@given(st.sampled_from(CODES), st.integers(0, 10**12))
def test_every_currency_has_its_places_and_no_more(code, units):
    places = places_of(code)
    text = str(Decimal(units).scaleb(-places))
    assert Decimal(write_value(read_value(text, code), code)) == Decimal(text)
    with pytest.raises(InvalidPayload):
        read_value(f"1.{'0' * places}1", code)


@pytest.mark.parametrize(
    "wrong", [True, "", "1e5", "NaN", "12 000", "1,5,0", float("inf"), 10**11, "100000000000", [], None]
)
def test_what_is_no_decimal_is_refused(wrong):
    with pytest.raises(InvalidPayload):
        read_decimal(wrong, "value")


@pytest.mark.parametrize(("value", "currency", "shown"), [
    ("525", "USD", "525.00"), (525.5, "USD", "525.50"), ("1.234", "KWD", "1.234"), ("7", "JPY", "7.00"), ("0.5", "CLF", "0.5000"),
    ("-3.20", "EUR", "-3.20"), (0.1 + 0.2, "USD", "0.30"), ("1,25", "PLN", "1.25"),
])  # fmt: skip
def test_values_are_shown_as_user_com_shows_them(value, currency, shown):
    assert write_value(read_value(value, currency), currency) == shown


@pytest.mark.parametrize("wrong", ["", "US", "DOLLAR", "XAU", "XXX", "ABC", "1"])
def test_what_is_no_currency_is_refused(wrong):
    with pytest.raises(InvalidPayload):
        check_currency(wrong)
    assert check_currency(" usd ") == "USD"
