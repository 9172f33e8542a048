"""How much is kept of a person, by kind: what an erasure would take away."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_PRIVACY
from hub.core.actor import Actor
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.contacts import get_contact, ids_of
from hub.people.privacy.keepers import Keepers
from storage.engine import Scope


class KeptOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Of whom."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]


class Kept(Struct, frozen=True):
    """How much of each kind there is; `contacts` counts those that were merged too."""

    counts: dict[str, int]


@verb(CONTACTS_PRIVACY)
async def count_kept(hub: Hub, actor: Actor, of: KeptOf) -> Kept:
    """Return how much of each kind is kept of a contact, as an erasure would count it. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, of.contact)
    return Kept(await counts_of(hub, Scope(actor.scope.app), ids_of(contact)))


async def counts_of(hub: Hub, scope: Scope, contacts: list[int]) -> dict[str, int]:
    """Return how much of each kind is kept of a contact and of those that were merged into it."""
    counts: Counter[str] = Counter(contacts=len(contacts))
    own, *merged = contacts
    for keeper in hub.part(Keepers).all:
        async for item in keeper.items(hub, scope, {"id": own, "merged": merged}):
            counts[item.kind] += 1
            counts.update(item.inside)
    return dict(counts)
