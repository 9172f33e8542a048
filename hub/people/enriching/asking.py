"""What a provider is told of a contact or a company to find it by, and whether it may be told at all."""

from __future__ import annotations

import re

from hub.core.hub import Hub
from hub.people.editing import at
from hub.people.enriching.enricher import PersonAsked
from hub.people.provenance import is_enriched
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Document, Scope

PURPOSE = "enrichment"
"""The purpose of consent by which a contact allows or forbids it."""

_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])")
_PHONE = re.compile(r"\+[0-9]{7,15}")
_FREE = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com",
        "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "gmx.com", "gmx.net", "gmx.de", "web.de", "mail.com",
        "yandex.com", "wp.pl", "o2.pl", "onet.pl", "op.pl", "interia.pl", "interia.eu", "poczta.fm", "tlen.pl", "vp.pl",
        "gazeta.pl",
    }
)  # fmt: skip
"""Domains at which everybody has an address: they are no company's."""


def agrees(contact: Document, needs_consent: bool) -> bool:
    """Tell whether a provider may be told of a contact: not where it forbade that, or has to agree and did not."""
    said = (contact.get("consents") or {}).get(PURPOSE)
    return not needs_consent if said is None else bool(said["given"])


def person_of(contact: Document) -> PersonAsked:
    """Return what a contact is found by; what enrichment itself filled in is not told."""
    phone = re.sub(r"[\s().-]", "", _said(contact, "phone_number"))
    linkedin = _said(contact, "linkedin_url")
    return PersonAsked(
        email=contact.get("email") or None, phone=phone if _PHONE.fullmatch(phone) else None,
        linkedin=linkedin if linkedin.startswith(("https://", "http://")) else None,
    )  # fmt: skip


def domain_of(company: Document, words: Vocabulary) -> str | None:
    """Return the domain a company is found by: of its website, its name where that is one, or its e-mail address."""
    for name in ("domain", "website", "www", "url"):
        attribute = words.attribute("company", name)
        value = at(company, attribute.path) if attribute else None
        if isinstance(value, str) and (found := _domain(value)):
            return found
    found = _domain(company.get("name") or "")
    if found:
        return found
    found = _domain((company.get("email") or "").rpartition("@")[2])
    return found if found not in _FREE else None


async def question_of(hub: Hub, scope: Scope, subject: str, document: Document) -> PersonAsked | str | None:
    """Return what a provider is told of a person, or the domain of a company; None where there is nothing to find it by."""
    if subject == "company":
        return domain_of(document, await vocabulary(hub, scope))
    asked = person_of(document)
    return None if asked.is_empty else asked


def mark_of(hub: Hub, question: PersonAsked | str) -> str:
    """Return what tells one question from another, so that a new address is asked for at once."""
    text = (
        question
        if isinstance(question, str)
        else "\n".join((question.email or "", question.phone or "", question.linkedin or ""))
    )
    return hub.signer.hash(f"enrichment:{text.lower()}")[:16]


def _domain(text: str) -> str | None:
    """Return the domain of an address of the web or of a bare domain, without its `www.`."""
    text = text.strip().lower().partition("://")[2] or text.strip().lower()
    host = re.split(r"[/?#:]", text)[0].removeprefix("www.").rstrip(".")
    return host if _DOMAIN.fullmatch(host) else None


def _said(document: Document, path: str) -> str:
    value = document.get(path)
    return value.strip() if isinstance(value, str) and not is_enriched(document, path) else ""
