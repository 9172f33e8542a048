"""Which values of a contact or a company came from enrichment, so that what people typed is never overwritten.

`sources` of a document names the provider of each value that enrichment wrote. Whoever writes such a value otherwise
(an agent, an import, the API, the contact itself) makes it a person's: the entry goes. A value that a person took away
leaves a word of it, so that it is not filled in again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.engine import Document

FIELD = "sources"
TAKEN_AWAY = "taken away"
"""In the place of a provider: a person does not want a value here."""

_STANDARD = frozenset(
    {
        "name", "first_name", "last_name", "gender", "phone_number", "city", "region", "country", "facebook_url",
        "linkedin_url", "twitter_url", "email", "address", "postal_code", "description", "category", "size",
    }
)  # fmt: skip
"""Fields that enrichment may write, of contacts and companies, beside own attributes."""


def place_of(path: str) -> str:
    """Return where the source of a field is kept."""
    return f"{FIELD}.{_key(path)}"


def source_of(document: Mapping[str, Any], path: str) -> Document | None:
    """Return the provider (`by`) and the time (`at`) of a field, or None where it is a person's."""
    found: Document | None = (document.get(FIELD) or {}).get(_key(path))
    return found


def is_enriched(document: Mapping[str, Any], path: str) -> bool:
    """Tell whether the value of a field is enrichment's."""
    source = source_of(document, path)
    return source is not None and source["by"] != TAKEN_AWAY


def typed(changes: Mapping[str, Any]) -> tuple[Document, list[str]]:
    """Return what else is set and what is unset when somebody other than enrichment changes these fields."""
    more: Document = {}
    gone: list[str] = []
    if FIELD in changes:  # a merge says what is whose
        return more, gone
    for path, value in changes.items():
        if (path not in _STANDARD and not path.startswith("attrs.")) or place_of(path) in changes:
            continue
        if value is None:
            more[place_of(path)] = {"by": TAKEN_AWAY}
        else:
            gone.append(place_of(path))
    return more, gone


def told_apart(order: Sequence[Document]) -> tuple[Document, Document]:
    """Return what several documents make together where enrichment wrote in one: values by path, and their sources.

    What a person wrote comes before what enrichment did, whichever document it stands in.
    """
    values: Document = {}
    sources: Document = {}
    for key in dict.fromkeys(key for each in order for key in each.get(FIELD) or ()):
        path = _path(key)
        holders = [each for each in order if _at(each, path) is not None]
        holder = next((each for each in holders if not is_enriched(each, path)), holders[0] if holders else order[0])
        if holders:
            values[path] = _at(holder, path)
        if key in (holder.get(FIELD) or {}):
            sources[key] = holder[FIELD][key]
    return values, sources


def _key(path: str) -> str:
    return path.replace(".", ":")


def _path(key: str) -> str:
    return key.replace(":", ".")


def _at(document: Mapping[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
