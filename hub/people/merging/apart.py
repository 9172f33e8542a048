"""Contacts that look like one person and are several: said once, and never asked again."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

FIELD = "apart"
"""Ids of those who are known to be somebody else; ids of contacts that have gone since mean nothing."""
MOST = 60
"""Contacts that are told apart at once: more than a group of duplicates shows."""
_MOST_OF_ONE = 1_000
"""Others that one contact is told apart from; the oldest are forgotten first."""
_TRIES = 20

Id = Annotated[int, Meta(ge=1, le=2**53)]


class Apart(Struct, frozen=True, forbid_unknown_fields=True):
    """Contacts of whom each is somebody else than the others; with `apart` false that is taken back."""

    contacts: Annotated[list[Id], Meta(min_length=2, max_length=MOST)]
    apart: bool = True


@verb(CONTACTS_WRITE)
async def tell_apart(hub: Hub, actor: Actor, given: Apart) -> None:
    """Let contacts be no duplicates of each other, or let them be again. Raises NotFound, InvalidPayload, Conflict."""
    ids = list(dict.fromkeys(given.contacts))
    if len(ids) < 2:
        raise InvalidPayload("Name at least two contacts.", reason="contact_itself")
    for _ in range(_TRIES):
        found = await hub.store.get_many(actor.scope, CONTACTS, ids)
        for id in ids:
            if id not in found:
                raise NotFound(f"There is no contact by the id {id}.")
        batch = Batch(Scope(actor.scope.app))
        for contact in found.values():
            batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
            # Nothing that segments, webhooks or a table's order look at: it is about this list only.
            batch.patch(CONTACTS, contact["id"], set={FIELD: _others(contact, ids, given.apart)}, inc={"revision": 1})
        try:
            await hub.commit(batch)
            return
        except (GuardFailed, Missing):
            continue
    raise Conflict


def are_apart(one: Document, other: Document) -> bool:
    """Tell whether somebody has said that these are two persons."""
    return other["id"] in (one.get(FIELD) or ()) or one["id"] in (other.get(FIELD) or ())


def _others(contact: Document, ids: list[int], apart: bool) -> list[int]:
    others = [id for id in ids if id != contact["id"]]
    known = [id for id in contact.get(FIELD) or () if id not in others]
    return [*known, *others][-_MOST_OF_ONE:] if apart else known
