"""Values as User.com writes them: times with six digits, absent ones as null, attributes listed or flat."""

from __future__ import annotations

from typing import Any

from hub.core.clock import rfc3339
from hub.doors.api.compat import timestamp
from hub.doors.api.usercom.versions import Version
from hub.people.standard import Attribute, Subject
from hub.people.vocabulary import Vocabulary

CODES = {"boolean": 1, "integer": 2, "date": 3, "string": 4, "datetime": 5, "fixed": 6, "float": 7, "json": 8}
"""type → the number that clients know it by; json has none there, and gets the next one"""


def moment(at: int | None) -> str | None:
    """Return UTC milliseconds as `2018-10-05T08:14:09.120000Z`, or None."""
    return None if at is None else rfc3339(at)[:-1] + "000Z"


def value(attribute: Attribute, kept: Any) -> Any:
    """Return a kept value in the form of its type."""
    if attribute.type == "datetime" and type(kept) is int:
        return moment(kept)
    return kept


def listed(document: dict[str, Any], words: Vocabulary, subject: Subject) -> list[dict[str, Any]]:
    """Return the application's own attributes as the first version lists them: those that have a value."""
    values = document.get("attrs")
    if not values:
        return []
    return [
        {"name_std": each.std, "name": each.name, "value": value(each, values[str(each.id)]), "id": each.id,
         "description": "", "value_type": CODES[each.type]}
        for each in words.own_attributes(subject) if values.get(str(each.id)) is not None
    ]  # fmt: skip


def flat(document: dict[str, Any], words: Vocabulary, subject: Subject) -> dict[str, Any]:
    """Return the application's own attributes as the second version has them: all, beside the standard fields."""
    values = document.get("attrs") or {}
    return {each.std: value(each, values.get(str(each.id))) for each in words.own_attributes(subject)}


def with_attributes(
    fields: dict[str, Any], document: dict[str, Any], words: Vocabulary, subject: Subject, version: Version
) -> dict[str, Any]:
    """Return the object itself, with its own attributes in the way of the version; standard fields keep their places."""
    if version == 1:
        fields["attributes"] = listed(document, words, subject)
        return fields
    fields.pop("attributes", None)
    for name, each in flat(document, words, subject).items():
        fields.setdefault(name, each)
    return fields


def with_values(
    fields: dict[str, Any], values: dict[str, Any], words: Vocabulary, subject: Subject, version: Version
) -> dict[str, Any]:
    """Return the object with attributes that come from a verb, by their `name_std`, in the way of the version."""
    own = [each for each in words.own_attributes(subject) if values.get(each.std) is not None]
    kept = {str(each.id): timestamp(values[each.std]) if each.type == "datetime" else values[each.std] for each in own}
    return with_attributes(fields, {"attrs": kept}, words, subject, version)


def page(results: list[Any], count: int, next: str | None) -> dict[str, Any]:
    """Return the envelope of a page."""
    return {"count": count, "next": next, "previous": None, "results": results}
