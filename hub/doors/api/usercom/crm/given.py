"""What comes in about the CRM, in either version's words, as the structs that its verbs take."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import TracebackType
from typing import Any, TypeVar

import msgspec

from hub.core.errors import InvalidPayload, Taken, TextEmpty, TextTooLong
from hub.doors.api.compat import FieldErrors, milliseconds
from hub.doors.api.usercom import bodies
from hub.doors.api.usercom.versions import Version

T = TypeVar("T")
_QUOTED = re.compile(r"`\$?\.?([a-z_]+)[^`]*`")
_LATEST = 253_402_300_799
"""The last second of the year 9999."""


class in_words:
    """Turns what a verb refuses into errors by field. `names` says how the client calls our fields."""

    def __init__(self, of: str, names: Mapping[str, str] | None = None, default: str = "non_field_errors") -> None:
        self._of, self._names, self._default = of, names or {}, default

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if isinstance(error, Taken):
            raise FieldErrors(custom_id=f"{self._of} with this custom_id already exists.") from None
        if isinstance(error, TextEmpty | TextTooLong):
            raise FieldErrors(**{self._default: error.message}) from None
        if isinstance(error, InvalidPayload):
            found = _QUOTED.search(error.message)
            ours = found[1] if found else "currency" if "no currency" in error.message else ""
            raise FieldErrors(**{self._names.get(ours, ours) or self._default: error.message}) from None


def as_struct(type: type[T], values: dict[str, Any], names: Mapping[str, str] | None = None) -> T:
    """Return the struct of values. Raises FieldErrors, by the client's name of the field, also for one that is missing."""
    fields = msgspec.structs.fields(type)  # type: ignore[arg-type]
    missing = [each.name for each in fields if each.required and values.get(each.name) in (None, "")]
    names = names or {}
    if missing:
        raise FieldErrors(**{names.get(name, name): "This field is required." for name in missing})
    try:
        return msgspec.convert(values, type)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        ours = re.split(r"[.\[`]", where)[0]
        raise FieldErrors(**{names.get(ours, ours) or "non_field_errors": f"{what}."}) from None


def first_of(body: dict[str, Any], *names: str) -> tuple[str, Any] | None:
    """Take the first of these names out of a body, with its value, and drop the others; None where none is there."""
    found = [(name, body.pop(name)) for name in names if name in body]
    return next((each for each in found if each[1] not in (None, "")), found[0] if found else None)


def take(body: dict[str, Any], values: dict[str, Any], ours: str, *names: str, as_: Any = None) -> None:
    """Move a field from a body to the values, under our name; `as_` turns it, and null stays null."""
    found = first_of(body, *(names or (ours,)))
    if found is not None:
        name, value = found
        values[ours] = None if value in (None, "") else as_(value, name) if as_ else value


def take_person(body: dict[str, Any], values: dict[str, Any], version: Version) -> None:
    """Move whoever a body names to `contact` or `contact_custom_id`.

    `user_id` is our id in the second version. In the first it is our id where it is a number, and the client's own id
    where it is a text.
    """
    own = body.get("user_id")
    if version == 1 and isinstance(own, str) and own:
        body.setdefault("user_custom_id", own)
        del body["user_id"]
    take(body, values, "contact", "user_id", "person", "client", as_=bodies.whole)
    take(body, values, "contact_custom_id", "user_custom_id", "person_user_id", "person_id", as_=bodies.own_id)
    _one_way(values, "contact")


def take_company(body: dict[str, Any], values: dict[str, Any]) -> None:
    """Move the company that a body names to `company` or `company_custom_id`."""
    take(body, values, "company", "company_id", "company", as_=bodies.whole)
    take(body, values, "company_custom_id", as_=bodies.own_id)
    _one_way(values, "company")


def take_deal(body: dict[str, Any], values: dict[str, Any]) -> None:
    """Move the deal that a body names to `deal` or `deal_custom_id`."""
    take(body, values, "deal", "deal_id", "deal", as_=bodies.whole)
    take(body, values, "deal_custom_id", as_=bodies.own_id)
    _one_way(values, "deal")


def _one_way(values: dict[str, Any], field: str) -> None:
    """Leave one of an id and an own id: ours, or the client's where ours is null. Both null take the value away."""
    own = f"{field}_custom_id"
    if own not in values:
        return
    if values[own] is None:
        del values[own]
        values.setdefault(field, None)
    elif values.get(field) is not None:
        del values[own]
    else:
        values.pop(field, None)


def text(value: Any, name: str) -> str:
    """Return a text. Raises FieldErrors."""
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Not a valid string."})
    return value


def moment(value: Any, name: str) -> int:
    """Return a date-time, or UNIX seconds, as UTC milliseconds. Raises FieldErrors."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LATEST:
        return value * 1000
    if not isinstance(value, str):
        raise FieldErrors(**{name: "Datetime has wrong format. Use ISO 8601."})
    return milliseconds(value.strip(), name)


def day(value: Any, name: str) -> str:
    """Return a date; of a date-time its date. Raises FieldErrors."""
    if isinstance(value, str) and len(value) > 10 and value[10] in "T ":
        value = value[:10]
    try:
        return msgspec.convert(value, date).isoformat()
    except msgspec.ValidationError:
        wrong = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
        raise FieldErrors(**{name: wrong}) from None


def flag(value: Any, name: str) -> bool:
    """Return a boolean, also one written as a text or as 0 and 1. Raises FieldErrors."""
    known = {"true": True, "1": True, "false": False, "0": False}
    found = known.get(str(value).lower()) if isinstance(value, bool | int | str) else None
    if found is None:
        raise FieldErrors(**{name: "Must be a valid boolean."})
    return found


def many_of(one: Any) -> Any:
    """Return what reads a list of values each of which `one` reads."""

    def read(value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise FieldErrors(**{name: f'Expected a list of items but got type "{type(value).__name__}".'})
        return [one(each, name) for each in value]

    return read


def one_of(value: Any, name: str, words: tuple[str, ...]) -> str:
    """Return the word that a code (its place, from 0) or the word itself stands for. Raises FieldErrors."""
    if isinstance(value, str) and value in words:
        return value
    code = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if code in [str(place) for place in range(len(words))]:
        return words[int(code)]
    raise FieldErrors(**{name: f'"{str(value)[:64]}" is not a valid choice.'})
