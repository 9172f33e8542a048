"""Money: an exact value and a currency of ISO 4217."""

from __future__ import annotations

from typing import Any

from iso4217 import Currency

from hub.core.decimals import PLACES, read_decimal, write_decimal
from hub.core.errors import InvalidPayload

_BY_CODE = {each.code: each for each in Currency if each.exponent is not None}
"""Gold, test codes and the like have no smallest unit: nobody pays with them."""


def check_currency(code: str) -> str:
    """Return the code of a currency in capitals. Raises InvalidPayload where ISO 4217 has none of it."""
    code = code.strip().upper()
    if code not in _BY_CODE:
        raise InvalidPayload(f"{code[:16]!r} is no currency of ISO 4217. Give a code like EUR, PLN or USD.")
    return code


def places_of(currency: str) -> int:
    """Return the decimal places of a currency, at least two: so User.com writes them all."""
    return max(2, _BY_CODE[currency].exponent or 0)


def read_value(given: Any, currency: str, field: str = "value") -> int:
    """Return a value as it is kept (hub/core/decimals.py). Raises InvalidPayload, also for more places than the currency has."""
    return read_decimal(given, field, places_of(currency))


def write_value(kept: int, currency: str) -> str:
    """Return a kept value as text: `525.00`, of Kuwaiti dinars `525.000`."""
    return write_decimal(kept, places_of(currency))


def check_places(kept: int, currency: str) -> None:
    """Return when the currency has places enough for a kept value. Raises InvalidPayload."""
    if kept % 10 ** (PLACES - places_of(currency)):
        raise InvalidPayload(f"{currency} has fewer decimal places than the value {write_decimal(kept)}. Give both.")
