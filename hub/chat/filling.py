"""Fills canned answers and macros in: with what is known of the contact, the agent who writes, and the company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.accounts.applications import application
from hub.chat.conversations import get_conversation
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.rendering import fill
from hub.people.companies.companies import Company, CompanyOpen, get_company
from hub.people.contacts import get_contact, own_values
from hub.people.standard import STANDARD
from hub.people.values import shown_value
from hub.people.vocabulary import vocabulary
from storage.engine import Document


async def filled(
    hub: Hub, actor: Actor, conversation: int, texts: Mapping[Any, str], text: str
) -> tuple[str, list[str]]:
    """Return a text for a conversation, and the names that have no value. `texts` are its translations, by language.

    Raises NotFound, and InvalidPayload for a text that is no template.
    """
    document = await get_conversation(hub, actor, conversation)
    contact = await get_contact(hub, actor.scope, document["contact"])
    if document.get("claimed"):
        # Whoever only claims to be a known contact is told nothing that the company knows about it.
        contact = {"id": contact["id"], "facts": contact.get("facts")}
    language = str((contact.get("facts") or {}).get("language") or "")[:2].lower()
    return fill(texts.get(language) or text, await _values(hub, actor, contact))


async def _values(hub: Hub, actor: Actor, contact: Document) -> dict[str, Any]:
    words = await vocabulary(hub, actor.scope)
    known: dict[str, Any] = {
        each.std: shown_value(each, contact.get(each.path)) for each in STANDARD["contact"] if "." not in each.path
    }
    known = own_values(contact, words, "contact") | known
    name = " ".join(part for part in (contact.get("first_name"), contact.get("last_name")) if part)
    person = _there(known | {"id": contact["id"], "name": contact.get("name") or name})
    agent = _there({"name": actor.name, "first_name": actor.name.split(" ")[0]})
    team = (await application(hub, actor.scope.app)).name
    return {
        "contact": person, "user": person, "agent": agent, "app": {"name": team},
        "company": await _company(hub, actor, contact),
    }  # fmt: skip


async def _company(hub: Hub, actor: Actor, contact: Document) -> dict[str, Any]:
    """The first company that the contact belongs to."""
    for belongs in (contact.get("companies") or ())[:1]:
        try:
            company: Company = await get_company(hub, actor, CompanyOpen(belongs["id"]))
        except NotFound:
            return {}
        return _there({**company.attributes, **company.values, "name": company.name})
    return {}


def _there(values: dict[str, Any]) -> dict[str, Any]:
    """An empty value is none: what has it stays in its braces, or becomes what `default` says."""
    return {name: value for name, value in values.items() if value not in (None, "")}
