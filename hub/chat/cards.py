"""A contact as agents see it beside a conversation: who, where now, what was talked about before."""

from __future__ import annotations

from msgspec import Struct, structs

from hub.accounts.grants import CONTACTS_READ
from hub.chat.conversations import conversations_of_contact
from hub.chat.presence import Presence
from hub.chat.records import Conversation
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import ContactDetail, ContactOpen, Page, open_contact


class PresentContact(ContactDetail, frozen=True):
    """What is known of a contact, and whether it is there."""

    online: bool = False


class Card(Struct, frozen=True):
    """A contact with its newest pages and conversations."""

    contact: PresentContact
    pages: list[Page]
    conversations: list[Conversation]


@verb(CONTACTS_READ)
async def open_card(hub: Hub, actor: Actor, asked: ContactOpen) -> Card:
    """Return a contact with its newest pages and conversations. Raises NotFound."""
    contact, pages = await open_contact(hub, actor, asked)
    return Card(
        present_contact(hub, actor.scope.app, contact), pages, await conversations_of_contact(hub, actor, asked.contact)
    )


def present_contact(hub: Hub, app: int, contact: ContactDetail) -> PresentContact:
    """Return the contact with its presence."""
    online = hub.part(Presence).online(app, "contact", contact.id)
    return PresentContact(**structs.asdict(contact), online=online)
