"""What a query asks for: `city__icontains=oslo`, `score__gte=5`, `search=last_seen&min=…&max=…` as conditions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from aiohttp import web

from hub.doors.api.compat import FieldErrors
from hub.doors.api.usercom.versions import NAMES
from hub.people.conditions.attribute import OPERATORS
from hub.people.standard import Attribute, Subject
from hub.people.vocabulary import Vocabulary

_SUFFIXES = {
    "contains": "contains", "icontains": "contains", "startswith": "starts_with", "istartswith": "starts_with",
    "endswith": "ends_with", "iendswith": "ends_with", "gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte",
    "exact": "equals", "iexact": "equals",
}  # fmt: skip
"""How a look-up ends → the operator. Text is compared whatever its case, with and without the `i`."""
_MOMENTS = {"gt": "after", "gte": "after", "lt": "before", "lte": "before"}
_TIMES = ("first_seen", "last_seen", "last_contacted", "updated_at", "created_at")
_NO_CONDITIONS = {
    "cursor",
    "page",
    "limit",
    "offset",
    "page_size",
    "format",
    "many",
    "min",
    "max",
    "search",
    "with_email",
}
_MOST = 20
_WIRE = {"contact": "user", "company": "company", "deal": "deal", "activity": "activity", "product": "product"}


def conditions_of(
    request: web.Request, words: Vocabulary, subject: Subject, besides: Collection[str] = ()
) -> dict[str, Any] | None:
    """Return the conditions of a query, or None where it has none. Raises FieldErrors for what can't be asked.

    `besides` are names that the call itself takes care of.
    """
    found: list[dict[str, Any]] = []
    for name, text in request.query.items():
        if name not in _NO_CONDITIONS and name not in besides:
            found.append(_condition(name, text, words, subject))
        if len(found) > _MOST:
            raise FieldErrors(non_field_errors=f"At most {_MOST} conditions can be asked for at once.")
    found += _between(request, words, subject)
    if request.query.get("with_email", "").strip("/").lower() in ("true", "1"):
        found.append({"type": "attribute", "attribute": "email", "op": "is_set"})
    return {"all": found} if found else None


def _condition(name: str, text: str, words: Vocabulary, subject: Subject) -> dict[str, Any]:
    field, separator, suffix = name.rpartition("__")
    if not separator and name.endswith("_gte") and words.attribute(subject, name) is None:
        field, separator, suffix = name[:-4], "__", "gte"  # one client misspells it
    if not separator:
        field, suffix = name, "exact"
    operator = _SUFFIXES.get(suffix)
    attribute = words.attribute(subject, _ours(field, subject))
    if operator is None or attribute is None:
        raise FieldErrors(**{name[:64]: "Unknown look-up."})
    if attribute.type in ("date", "datetime"):
        operator = _MOMENTS.get(operator, operator)
    if operator not in OPERATORS[attribute.type]:
        raise FieldErrors(**{name: f"`{suffix}` does not go with this field."})
    return {"type": "attribute", "attribute": attribute.std, "op": operator, "value": _value(attribute, text)}


def _ours(field: str, subject: Subject) -> str:
    """Return our name of a field that a version calls otherwise."""
    for ours, names in NAMES[_WIRE[subject]].items():
        if field in names:
            return ours
    return field


def _between(request: web.Request, words: Vocabulary, subject: Subject) -> list[dict[str, Any]]:
    asked = request.query.get("search", "").strip("/")
    if not asked:
        return []
    if asked not in _TIMES:
        raise FieldErrors(search=f'"{asked[:64]}" is not a valid choice.')
    attribute = words.attribute(subject, asked)
    assert attribute is not None, "every subject has its times"
    # The ends belong to it: seconds come in, and milliseconds are compared.
    low, high = (_seconds(request, end) for end in ("min", "max"))
    found: list[dict[str, Any]] = []
    if low:
        found.append({"type": "attribute", "attribute": asked, "op": "after", "value": low * 1000 - 1})
    if high is not None:
        found.append({"type": "attribute", "attribute": asked, "op": "before", "value": high * 1000 + 1000})
    return found or [{"type": "attribute", "attribute": asked, "op": "is_set"}]


def _seconds(request: web.Request, name: str) -> int | None:
    text = request.query.get(name, "").strip("/").partition(".")[0]
    if not text:
        return None
    # Milliseconds would mean a year beyond 5000; zero is what clients send for "since ever".
    if not (text.isascii() and text.isdecimal() and int(text[:12]) < 100_000_000_000):
        raise FieldErrors(**{name: "A UNIX time in seconds is required."})
    return int(text)


def _value(attribute: Attribute, text: str) -> Any:
    if attribute.type == "datetime" and text.isascii() and text.isdecimal() and len(text) < 15:
        return int(text)  # UNIX seconds
    if attribute.std == "phone_number" and text.startswith(" "):
        return f"+{text[1:]}"  # a plus that was not escaped arrives as a space
    return text
