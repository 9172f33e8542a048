"""What text and open data may hold, checked once at the door of each verb."""

from __future__ import annotations

import math
import re
from typing import Any

from hub.core.errors import InvalidPayload

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LARGEST = 2**63


def check_text(text: str, field: str) -> str:
    """Return the text, or raise InvalidPayload where it holds NUL or half of a surrogate pair."""
    if _UNSTORABLE.search(text):
        raise InvalidPayload(f"`{field}` holds a character that can't be stored (NUL or half of a surrogate pair).")
    return text


def check_data(data: Any, field: str, depth: int = 8) -> Any:
    """Return open JSON data, or raise InvalidPayload where a text, a number or the depth can't be stored."""
    if depth < 0:
        raise InvalidPayload(f"`{field}` is nested too deeply.")
    if isinstance(data, str):
        check_text(data, field)
    elif isinstance(data, dict):
        for name, value in data.items():
            check_text(name, field)
            check_data(value, f"{field}.{name}", depth - 1)
    elif isinstance(data, list):
        for value in data:
            check_data(value, field, depth - 1)
    elif isinstance(data, float) and not math.isfinite(data):
        raise InvalidPayload(f"`{field}` holds a number that is not finite.")
    elif isinstance(data, int) and not -_LARGEST <= data < _LARGEST:
        raise InvalidPayload(f"`{field}` holds a number beyond 64 bits.")
    return data
