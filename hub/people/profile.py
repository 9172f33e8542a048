"""Everything that is known of one contact, and the names of events: what the people's screens ask for beside the lists."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import ContactDetail, detail, get_contact, own_values
from hub.people.editing import at
from hub.people.enriching.setting import stored_setting
from hub.people.provenance import is_enriched, source_of
from hub.people.standard import STANDARD
from hub.people.values import shown_value
from hub.people.vocabulary import Named, Vocabulary, vocabulary
from storage.engine import Document
from storage.filters import fold


class ProfileOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose profile."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]


class Source(Struct, frozen=True):
    """Which provider said a value, and when."""

    by: str
    at: str


class Enriched(Struct, frozen=True):
    """Whether a contact can be enriched, and what came of it the last time."""

    offered: bool
    status: str | None = None
    by: str | None = None
    at: str | None = None


class Profile(Struct, frozen=True):
    """A contact, and its values of all attributes, the standard ones too, by their `std`.

    `sources` has those that enrichment filled in; all others are from people.
    """

    contact: ContactDetail
    values: dict[str, Any]
    sources: dict[str, Source]
    enriched: Enriched


@verb(CONTACTS_READ)
async def read_profile(hub: Hub, actor: Actor, which: ProfileOf) -> Profile:
    """Return a contact with its values of all attributes. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, which.contact)
    words = await vocabulary(hub, actor.scope)
    values = values_of(contact, words)
    sources = {
        attribute.std: Source(source["by"], rfc3339(source["at"]))
        for attribute in (*STANDARD["contact"], *words.own_attributes("contact"))
        if attribute.std in values and is_enriched(contact, attribute.path)
        and (source := source_of(contact, attribute.path))
    }  # fmt: skip
    return Profile(detail(contact, words), values, sources, await _enriched(hub, actor, contact))


async def _enriched(hub: Hub, actor: Actor, contact: Document) -> Enriched:
    setting = await stored_setting(hub, actor.scope)
    offered = bool(setting["key"] and setting["on_demand"])
    known = contact.get("enriched")
    if not known:
        return Enriched(offered)
    return Enriched(offered, known["status"], known["by"], rfc3339(known["at"]))


def values_of(contact: Document, words: Vocabulary) -> dict[str, Any]:
    """Return the values of all attributes of a contact, the standard ones too, by their `std`."""
    standard = {
        attribute.std: shown_value(attribute, value)
        for attribute in STANDARD["contact"]
        if (value := at(contact, attribute.path)) is not None
    }
    return standard | own_values(contact, words, "contact")


@verb(CONTACTS_READ)
async def list_event_names(hub: Hub, actor: Actor) -> list[Named]:
    """Return the names of all events that contacts have sent, by name."""
    words = await vocabulary(hub, actor.scope)
    return sorted(words.events.values(), key=lambda event: fold(event.name))
