"""What the JSON of User.com holds, in both versions' names, read as kindly as it can be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Item = dict[str, Any]
_SECONDS = 100_000_000_000
"""A larger number is in milliseconds."""


def moment(value: Any) -> int | None:
    """Return a time (ISO 8601, or seconds since 1970) in UTC milliseconds, or None."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return int(value if value >= _SECONDS else value * 1000) if 0 < value < 10**14 else None
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        at = int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return at if at > 0 else None


def number(value: Any) -> int | None:
    """Return an id or a count, digits in a text too; of an object its `id`."""
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdecimal() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53 else None


def text(value: Any, most: int | None = None) -> str | None:
    """Return a text that says something, or None."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return None
    return value[:most]


def first(item: Item, *names: str) -> Any:
    """Return the first of these fields that says something."""
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def numbers(value: Any) -> list[int]:
    """Return the ids of a list of ids or of objects."""
    found = [number(each) for each in value] if isinstance(value, list) else []
    return [each for each in found if each is not None]


def names(value: Any) -> list[str]:
    """Return the names of a list of names or of objects with one."""
    found = (
        [text(each.get("name") if isinstance(each, dict) else each) for each in (value or ())]
        if isinstance(value, list)
        else []
    )
    return [each.strip() for each in found if each]


def id_of(item: Item) -> str:
    """Return the id of something over there, or an empty text."""
    return str(first(item, "id") or "")[:64]
