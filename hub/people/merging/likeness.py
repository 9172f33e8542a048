"""What contacts may have in common who are one person: kept on each of them as short keys, so that equals are found by index."""

from __future__ import annotations

import hashlib
import re

from storage.engine import Document
from storage.filters import fold

_NO_DIGIT = re.compile(r"\D+")
FIELDS = frozenset({"email", "phone_number", "name", "first_name", "last_name", "city"})
"""What the keys are made of."""
_DIGITS = 7
"""A phone number with fewer is an extension or a placeholder."""


def alike_of(contact: Document) -> list[str]:
    """Return the keys of a contact: of its address where that has a plus-part, its phone number, its name and city.

    An address without a plus-part has a unique key already, and takes no room here.
    """
    keys = []
    if (contact.get("email") or "") != plain_email(contact.get("email")):
        keys.append(email_key(contact["email"]))
    digits = _NO_DIGIT.sub("", contact.get("phone_number") or "").lstrip("0")
    if len(digits) >= _DIGITS:
        keys.append(_key("p", digits))
    name, city = full_name(contact), contact.get("city")
    if name and city:
        keys.append(_key("n", f"{fold(name)}\n{fold(city)}"))
    return keys


def plain_email(email: str | None) -> str:
    """Return an address without its plus-part."""
    name, at, domain = (email or "").rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{domain}"


def email_key(email: str) -> str:
    """Return the key of an address, the same with and without a plus-part."""
    return _key("e", fold(plain_email(email)))


def full_name(contact: Document) -> str:
    """Return the name where it is a whole one: a first name alone is many people's."""
    parts = (contact.get("first_name"), contact.get("last_name"))
    name = " ".join((contact.get("name") or " ".join(part for part in parts if part)).split())
    return name if " " in name else ""


def _key(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.blake2s(text.encode(), digest_size=9).hexdigest()}"
