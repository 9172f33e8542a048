"""Exact decimals: kept as whole ten-thousandths, so that they add up, are compared and indexed as integers.

Never a float: 0.1 + 0.2 is 0.30 here. Four places are enough for every currency of ISO 4217.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hub.core.errors import InvalidPayload

PLACES = 4
_SCALE = 10**PLACES
LARGEST = 10**11
"""Values stay below a hundred billion: sums of nine thousand of the largest still fit into 64 bits."""
_WRITTEN = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?")


def read_decimal(given: Any, field: str, places: int = PLACES) -> int:
    """Return a number as ten-thousandths. Raises InvalidPayload, naming the field.

    A whole number and a text (`"525.00"`) are taken exactly, and a text with more decimal places is refused. A number
    with a point came as a float, which is not exact anyhow: it is rounded to the places, half up.
    """
    if type(given) is str and _WRITTEN.fullmatch(given.strip().replace(",", ".")):
        number = Decimal(given.strip().replace(",", "."))
    elif type(given) is int:
        number = Decimal(given)
    elif type(given) is float and math.isfinite(given):
        # Its shortest form is what somebody wrote; through binary it would be 525.54999….
        number = Decimal(repr(given))
    else:
        raise InvalidPayload(f'`{field}` takes a decimal number like "525.00".')
    if abs(number) >= LARGEST:
        raise InvalidPayload(f"`{field}` is a number below {LARGEST:,}.")
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    if type(given) is str and rounded != number:
        raise InvalidPayload(f"`{field}` has at most {places} decimal places here.")
    return int(rounded.scaleb(PLACES))


def write_decimal(kept: int, places: int = 2) -> str:
    """Return ten-thousandths as text with at least so many decimal places, and more where they say something."""
    sign, (whole, rest) = "-" if kept < 0 else "", divmod(abs(kept), _SCALE)
    digits = f"{rest:0{PLACES}d}"
    shown = digits[:places] + digits[places:].rstrip("0")
    return f"{sign}{whole}.{shown}" if shown else f"{sign}{whole}"
