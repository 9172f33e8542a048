"""Everything that is kept of one person, to be handed out: as items, from all who keep something."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from msgspec import Struct

from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import COMPANIES
from hub.people.contacts import get_contact, own_values
from hub.people.privacy.keepers import Item, Keepers
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope

_OURS = {"alike", "timer", "revision", "attrs", "counted", "asking"}
"""Fields that say nothing which others do not."""


class DossierOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose dossier."""

    contact: int


class Dossier(Struct, frozen=True):
    """Everything of one contact: items of one kind come one after the other, files between them."""

    contact: int
    items: Any


@verb(CONTACTS_PRIVACY)
async def open_dossier(hub: Hub, actor: Actor, of: DossierOf) -> Dossier:
    """Return everything that is kept of a contact, as a stream of items. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, of.contact)
    return Dossier(contact["id"], _items(hub, Scope(actor.scope.app), contact))


async def _items(hub: Hub, scope: Scope, contact: Document) -> AsyncIterator[Item]:
    words = await vocabulary(hub, scope)
    shown = {name: value for name, value in contact.items() if name not in _OURS and value is not None}
    shown["attributes"] = own_values(contact, words, "contact")
    shown["tags"] = [tag.name for tag in words.tag_names(contact.get("tags") or ())]
    shown["lists"] = [words.lists[id].name for id in contact.get("lists") or () if id in words.lists]
    shown["segments"] = [words.segments[id]["name"] for id in contact.get("segments") or () if id in words.segments]
    if contact.get("group") in words.groups:
        shown["group"] = words.groups[contact["group"]].name
    known = await hub.store.get_many(scope, COMPANIES, [each["id"] for each in contact.get("companies") or ()])
    shown["companies"] = [
        {**each, "name": known[each["id"]]["name"]} for each in contact.get("companies") or () if each["id"] in known
    ]
    yield Item("contact", shown)
    for keeper in hub.part(Keepers).all:
        async for item in keeper.items(hub, scope, contact):
            yield item
