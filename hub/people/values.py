"""Values of attributes: what fits which type, read liberally, kept in one form.

boolean, integer, float and string as themselves; a date as `2026-11-22`; a datetime as UTC milliseconds; fixed as an
array of choices, as User.com shows it (`usercom-wire`, section 1.5); decimal as an exact integer (hub/core/decimals.py);
json as it is. A null takes the value away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from hub.core.clock import rfc3339
from hub.core.decimals import read_decimal, write_decimal
from hub.core.errors import InvalidPayload
from hub.core.text import check_data, check_text
from hub.people.standard import Attribute, KeptType, ValueType

LARGEST_JSON = 16 * 1024
DAY = 86_400_000
_FOUND = re.compile(r"[+-]?\d{1,19}")
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999
"""The years 1 to 9999 in UTC milliseconds: what a date can say."""


def checked_value(attribute: Attribute, value: Any) -> Any:
    """Return the value as it is kept, or None for one that is taken away. Raises InvalidPayload, naming the attribute."""
    if value is None or value == "" or value == []:
        return None
    try:
        return _READERS[attribute.type](attribute, value)
    except InvalidPayload:
        raise
    except (ValueError, OverflowError, TypeError):
        raise InvalidPayload(
            f"`{attribute.std}` takes {_TAKES[attribute.type]}, not {_short(value)}.",
            reason=f"value_{attribute.type}", attribute=attribute.name,
        ) from None  # fmt: skip


def shown_value(attribute: Attribute, value: Any) -> Any:
    """Return a kept value as our own API shows it: a datetime as RFC 3339, a decimal as text."""
    if attribute.type == "datetime" and type(value) is int:
        return rfc3339(value)
    if attribute.type == "decimal" and type(value) is int:
        return write_decimal(value)
    if attribute.id == 0 and attribute.type == "fixed" and type(value) is str:
        return value
    return value


def guessed_type(value: Any) -> ValueType:
    """Return the type for an attribute that a value of which comes before its definition."""
    if type(value) is bool:
        return "boolean"
    if type(value) is int:
        return "integer"
    if type(value) is float:
        return "float"
    return "json" if type(value) in (dict, list) else "string"


def _string(attribute: Attribute, value: Any) -> str:
    if type(value) is bool or type(value) not in (str, int, float):
        raise ValueError
    text = check_text(str(value), attribute.std)
    if len(text) > attribute.longest:
        raise InvalidPayload(
            f"`{attribute.std}` is longer than {attribute.longest:,} characters.",
            reason="value_length", attribute=attribute.name, most=attribute.longest,
        )  # fmt: skip
    return text


def _integer(attribute: Attribute, value: Any) -> int:
    if type(value) is str and _FOUND.fullmatch(value.strip()):
        value = int(value)
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ValueError
    return int(check_data(value, attribute.std))


def _float(attribute: Attribute, value: Any) -> float | int:
    if type(value) is str:
        value = float(value.strip().replace(",", "."))
    if type(value) not in (int, float):
        raise ValueError
    found: float | int = check_data(value, attribute.std)
    return found


def _decimal(attribute: Attribute, value: Any) -> int:
    return read_decimal(value, attribute.std)


def _boolean(attribute: Attribute, value: Any) -> bool:
    if type(value) is bool:
        return value
    found = _BOOLEANS.get(str(value).strip().lower())
    if found is None:
        raise ValueError
    return found


_BOOLEANS = {
    **dict.fromkeys(("true", "1", "1.0", "yes", "y", "t", "tak", "on"), True),
    **dict.fromkeys(("false", "0", "0.0", "no", "n", "f", "nie", "off"), False),
}


def _date(attribute: Attribute, value: Any) -> str:
    if type(value) is not str:
        raise ValueError
    return date.fromisoformat(value.strip()[:10]).isoformat()


def _datetime(attribute: Attribute, value: Any) -> int:
    if type(value) is str:
        moment = datetime.fromisoformat(value.strip())
        value = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    elif type(value) is int:
        value = value * 1000 if abs(value) < 10**11 else value  # seconds, as every UNIX tool writes them
    if type(value) is not int or not _FIRST <= value <= _LAST:
        raise ValueError
    return value


def _fixed(attribute: Attribute, value: Any) -> Any:
    values = value if type(value) is list else [value]
    if not attribute.id:  # a standard one holds a single word, or its code from 1 on
        if len(values) != 1:
            raise ValueError
        word = values[0]
        if type(word) is int or (type(word) is str and word.isdigit()):
            place = int(word) - 1
            word = attribute.choices[place] if 0 <= place < len(attribute.choices) else word
        if word not in attribute.choices:
            raise _no_choice(attribute, word)
        return word
    for each in values:
        if each not in attribute.choices:
            raise _no_choice(attribute, each)
    if len(values) > 1 and not attribute.multiple:
        raise InvalidPayload(f"`{attribute.std}` takes one of its choices, not several.")
    return list(dict.fromkeys(values))


def _json(attribute: Attribute, value: Any) -> Any:
    check_data(value, attribute.std)
    if len(msgspec.json.encode(value)) > LARGEST_JSON:
        raise InvalidPayload(f"`{attribute.std}` is larger than {LARGEST_JSON // 1024} KB.")
    return value


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


_READERS: dict[KeptType, Callable[[Attribute, Any], Any]] = {
    "string": _string, "integer": _integer, "float": _float, "boolean": _boolean, "date": _date,
    "datetime": _datetime, "fixed": _fixed, "json": _json, "decimal": _decimal,
}  # fmt: skip
_TAKES = {
    "string": "text", "integer": "a whole number", "float": "a number", "boolean": "true or false",
    "date": "a date (2026-11-22)", "datetime": "a date and time (2026-11-22T12:00:00Z)", "fixed": "one of its choices",
    "json": "JSON", "decimal": "a decimal number (525.00)",
}  # fmt: skip


def _no_choice(attribute: Attribute, word: object) -> InvalidPayload:
    choices = ", ".join(attribute.choices)
    return InvalidPayload(
        f"`{attribute.std}` takes one of {choices}, not {_short(word)}.",
        reason="value_choice", attribute=attribute.name, choices=choices,
    )  # fmt: skip
