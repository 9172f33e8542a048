"""Which of a provider's values may be written: where nothing is, or what enrichment itself wrote before.

Values that only make sense together go together: the surname of one person is no good beside the first name that
somebody typed, nor is a country beside a typed city.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.accounts.applications import check_email
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.people.attributes import attribute_for, provisional
from hub.people.editing import at
from hub.people.provenance import TAKEN_AWAY, is_enriched, place_of, source_of
from hub.people.standard import Attribute, Subject
from hub.people.values import checked_value
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope

_TOGETHER: dict[Subject, tuple[tuple[str, ...], ...]] = {
    "contact": (("name", "first_name", "last_name"), ("city", "region", "country")),
    "company": (("address", "postal_code", "city", "region", "country"),),
}
_NEVER = {"contact": {"email", "custom_id"}, "company": {"custom_id"}}
"""Fields by which documents are found: nobody but people may say them."""


async def attributes_of(
    hub: Hub, scope: Scope, subject: Subject, values: Mapping[str, Any]
) -> list[tuple[Attribute, Any]]:
    """Return the attributes of a provider's values with what they would hold; what does not fit is left out.

    Own attributes that are not there yet are made.
    """
    words = await vocabulary(hub, scope)
    found: list[tuple[Attribute, Any]] = []
    for name, value in values.items():
        try:
            attribute = words.attribute(subject, name)
            checked = checked_value(attribute or provisional(subject, name, value), value)
            if attribute is not None and attribute.path == "email" and checked:
                checked = check_email(checked)
            if checked is not None:
                found.append((attribute or await attribute_for(hub, scope, subject, name, value), checked))
        except InvalidPayload:  # too long, of another type than the application gave it, or one attribute too many
            continue
    return found


def fill(
    subject: Subject, document: Document, values: list[tuple[Attribute, Any]], by: str, now: int
) -> tuple[Document, list[str]]:
    """Return the fields to set, the sources of the values among them, and which attributes they are, by their `std`."""
    held = {
        path for group in _TOGETHER[subject] if any(_is_persons(document, path) for path in group) for path in group
    }
    fields: Document = {}
    names: list[str] = []
    for attribute, value in values:
        path = attribute.path
        if not attribute.writable or path in held or path in _NEVER.get(subject, ()) or _is_persons(document, path):
            continue
        if at(document, path) != value:
            fields[path] = value
            fields[place_of(path)] = {"by": by, "at": now}
            names.append(attribute.std)
    return fields, names


def _is_persons(document: Document, path: str) -> bool:
    """Tell whether a value is a person's, or a person has taken it away."""
    source = source_of(document, path)
    if at(document, path) in (None, "", []):
        return source is not None and source["by"] == TAKEN_AWAY
    return not is_enriched(document, path)
