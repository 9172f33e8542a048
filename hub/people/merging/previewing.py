"""What would become of contacts if they were merged: the very join that a merge makes, and nothing written."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import ContactDetail, detail, get_contact
from hub.people.editing import UNIQUE
from hub.people.merging.joining import joined
from hub.people.merging.merges import Merge, others_of
from hub.people.profile import values_of
from hub.people.segments.needs import needs_of
from hub.people.vocabulary import vocabulary


class MergePreview(Struct, frozen=True):
    """The contact as it would be, with its values of all attributes by their `std`.

    also  addresses and ids of the others that would still find it
    """

    contact: ContactDetail
    values: dict[str, Any]
    also: list[str]


@verb(CONTACTS_READ)
async def preview_merge(hub: Hub, actor: Actor, given: Merge) -> MergePreview:
    """Return what one contact would be if others became part of it. Raises NotFound, InvalidPayload."""
    parent = await get_contact(hub, actor.scope, given.contact)
    others = await others_of(hub, actor.scope, parent, given)
    words = await vocabulary(hub, actor.scope)
    whole = {**parent, **joined(parent, others, needs_of(words).deepest)}
    also: list[str] = []
    for other in sorted(others, key=lambda each: each["id"]):
        for field in UNIQUE:
            if other.get(field) and not whole.get(field):
                whole[field] = other[field]
            elif other.get(field):
                also.append(other[field])
    return MergePreview(detail(whole, words), values_of(whole, words), also)
