"""Everything that is known of one contact, and the names of events: what the people's screens ask for beside the lists."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import ContactDetail, detail, get_contact
from hub.people.editing import at
from hub.people.standard import STANDARD
from hub.people.values import shown_value
from hub.people.vocabulary import Named, vocabulary
from storage.filters import fold


class ProfileOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose profile."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]


class Profile(Struct, frozen=True):
    """A contact, and its values of all attributes, the standard ones too, by their `std`."""

    contact: ContactDetail
    values: dict[str, Any]


@verb(CONTACTS_READ)
async def read_profile(hub: Hub, actor: Actor, which: ProfileOf) -> Profile:
    """Return a contact with its values of all attributes. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, which.contact)
    words = await vocabulary(hub, actor.scope)
    values = {
        attribute.std: shown_value(attribute, value)
        for attribute in STANDARD["contact"]
        if (value := at(contact, attribute.path)) is not None
    }
    shown = detail(contact, words)
    return Profile(shown, values | shown.attributes)


@verb(CONTACTS_READ)
async def list_event_names(hub: Hub, actor: Actor) -> list[Named]:
    """Return the names of all events that contacts have sent, by name."""
    words = await vocabulary(hub, actor.scope)
    return sorted(words.events.values(), key=lambda event: fold(event.name))
