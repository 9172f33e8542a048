"""Which of our languages a person is spoken to in."""

from __future__ import annotations

from typing import Literal

from storage.engine import Document

Language = Literal["en", "pl"]


def language_of(contact: Document, otherwise: str) -> Language:
    """Return the language of a person's browser where we speak it, else the one named, and English without one."""
    for each in ((contact.get("facts") or {}).get("language"), otherwise):
        match str(each or "").lower()[:2]:
            case "pl":
                return "pl"
            case "en":
                return "en"
    return "en"
