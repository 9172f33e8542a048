"""Whose a submission is, and how much it may say of them.

Nobody has to prove the address that they write into a form. So it leads to the contact of that address, as an unsigned
identity does: what is not known of it yet is added, what is known stays as it is, and nothing of it is shown. What a
browser made by itself, or a signature has proven, is one's own to change.
"""

from __future__ import annotations

from hub.core.actor import Actor
from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.contacts import is_own
from hub.people.identifying import begin_contact
from hub.people.merging.replacing import standing_contact
from storage.engine import Batch, Document
from storage.filters import fold

_TRIES = 5


async def whose(hub: Hub, actor: Actor, email: str | None) -> tuple[Document, bool]:
    """Return the contact that submits a form, and whether it may change what is known of it. Raises Conflict."""
    for _ in range(_TRIES):
        found = await _known(hub, actor, email)
        if found is not None:
            return found
        batch = Batch(actor.scope)
        contact = await begin_contact(hub, batch, {})
        if not (await hub.commit(batch)).existing:
            return contact, True
    raise Conflict


async def _known(hub: Hub, actor: Actor, email: str | None) -> tuple[Document, bool] | None:
    scope = actor.scope
    mine = None if scope.contact is None else await standing_contact(hub, scope, scope.contact)
    own = mine is not None and await is_own(hub, actor, mine)
    if mine is not None and (email is None or scope.browser is None):
        return mine, own
    if email is None:
        return None
    id = await hub.store.key(scope, "contact.email", fold(email))
    holder = None if id is None else await hub.store.get(scope, CONTACTS, id)
    if holder is not None:
        return holder, own and mine is not None and holder["id"] == mine["id"]
    if mine is not None and not mine.get("email"):
        return mine, own
    return None  # an address that nobody has yet, from the browser of somebody with another one
