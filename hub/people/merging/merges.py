"""Several contacts become one: in one batch where they are people's, and the rest of what belongs to them behind it.

The batch that counts is atomic: the values, the unique keys and the first browsers and conversations. What is left of
these follows in chunks, as a job that a killed process does not lose. The contact that was merged is not a contact any
more; a stub tells what became of its id.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.accounts.system import system_of
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import CONTACTS, HISTORY, MERGED
from hub.people.contacts import ContactDetail, announce_contact, detail, get_contact
from hub.people.editing import UNIQUE, change_contact, name_of, touched, unique_value
from hub.people.merging.joining import joined
from hub.people.merging.replacing import Replacements, standing_contact
from hub.people.privacy.keepers import Keeper, Keepers
from hub.people.segments.needs import needs_of
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Outcome, Result, Scope
from storage.filters import Eq

MOVE = "contacts.move"
MOST = 50
_CHUNK = 50
"""Things that move in one batch."""
_TURN = 20.0
"""Seconds of work for one job: then it hands over to the next, well within its lease."""
_LATE = 90_000
"""Milliseconds after which what somebody wrote at the very moment of the merge, on another node, is looked for."""
_TRIES = 10

Id = Annotated[int, Meta(ge=1, le=2**53)]


class Merge(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contacts become part of `contact`."""

    contact: Id
    others: Annotated[list[Id], Meta(min_length=1, max_length=MOST)]


@verb(CONTACTS_WRITE)
async def merge_contacts(hub: Hub, actor: Actor, given: Merge) -> ContactDetail:
    """Make one contact of several: values come from `contact`, then from the lowest id of the others.

    Asked again it changes nothing. Raises NotFound; InvalidPayload for a merge with itself, also by way of others.
    """
    for _ in range(_TRIES):
        parent = await get_contact(hub, actor.scope, given.contact)
        others = await others_of(hub, actor.scope, parent, given)
        if not others:
            return detail(parent, await vocabulary(hub, actor.scope))
        try:
            return await _merge(hub, actor, parent, others)
        except GuardFailed:  # one of them changed meanwhile
            continue
    raise Conflict


async def merge_anonymous(hub: Hub, scope: Scope, contact: int, other: int) -> None:
    """Let an anonymous contact become part of the one that it turned out to be."""
    system = system_of(scope)
    await merge_contacts(hub, system, Merge(contact, [other]))


def is_anonymous(contact: Document) -> bool:
    """Tell whether nobody has said who a contact is."""
    return not contact.get("email") and not contact.get("custom_id")


async def others_of(hub: Hub, scope: Scope, parent: Document, given: Merge) -> list[Document]:
    """Return the contacts that are still to be merged. Raises NotFound, InvalidPayload."""
    if parent["id"] in given.others or given.contact in given.others:
        raise InvalidPayload("A contact can't be merged with itself.", reason="contact_itself")
    ids = list(dict.fromkeys(given.others))
    found = await hub.store.get_many(scope, CONTACTS, ids)
    for id in ids:
        if id in found:
            continue
        stands = await standing_contact(hub, scope, id)
        if stands is None:
            raise NotFound(f"There is no contact by the id {id}.")
        if stands["id"] != parent["id"]:
            raise InvalidPayload(f"Contact {id} was merged into {stands['id']} before. Merge that one.")
    return list(found.values())


async def _merge(hub: Hub, actor: Actor, parent: Document, others: list[Document]) -> ContactDetail:
    scope = Scope(actor.scope.app)
    words = await vocabulary(hub, scope)
    batch = Batch(scope)
    for each in (parent, *others):
        batch.guard(CONTACTS, each["id"], Eq("revision", each["revision"]))
    changes = joined(parent, others, needs_of(words).deepest)
    changes |= await _move_keys(hub, batch, parent, others)
    changed = change_contact(hub, batch, parent["id"], changes)
    ids, now = [each["id"] for each in others], hub.clock.now()
    for each in others:
        batch.delete(CONTACTS, each["id"])
        batch.insert(MERGED, {"id": each["id"], "merged_into": parent["id"], "at": now})
    record = {
        "id": await hub.ids.next("history"), "kind": "merge", "word": "merged", "contacts": ids,
        "names": [name_of(each) for each in others],
        "by": {"kind": actor.kind, "id": actor.id, "name": actor.name}, "at": now,
    }  # fmt: skip
    batch.append(HISTORY, parent["id"], record)
    moves = await _move(hub, batch, parent["id"], ids)
    payload = {"into": parent["id"], "others": ids}
    if moves:  # perhaps there are more than went into this batch
        await hub.jobs.add(batch, MOVE, payload)
    await hub.jobs.add(batch, MOVE, payload, after=_LATE)
    outcome = await hub.commit(batch)
    _tell(hub, scope, parent["id"], ids, moves, outcome)
    touched(hub, scope, parent["id"])
    return await announce_contact(hub, scope, outcome[changed])


async def _move_keys(hub: Hub, batch: Batch, parent: Document, others: list[Document]) -> Document:
    """Let all unique keys of the others find the parent; return the values that it takes over, and which keys it has so."""
    taken: Document = {}
    also = list(parent.get("also") or ())
    for other in sorted(others, key=lambda each: each["id"]):
        for field, kind in (*UNIQUE.items(), ("key", "contact.key")):
            value = unique_value(field, other[field]) if other.get(field) else None
            if value is None or await hub.store.key(batch.scope, kind, value) != other["id"]:
                continue
            batch.hold(kind, value, parent["id"])
            if field != "key" and not parent.get(field) and field not in taken:
                taken[field] = other[field]
            else:
                also.append({"kind": kind, "value": value})
        for each in other.get("also") or ():
            if (
                await hub.store.key(batch.scope, each["kind"], each["value"]) == other["id"]
            ):  # it has not given it up since
                batch.hold(each["kind"], each["value"], parent["id"])
                also.append(each)
    return taken | {"also": also}


# ── what follows ─────────────────────────────────────────────────────────────────────────────────────────────────────


Moves = list[tuple[Keeper, list[Result]]]


async def _move(hub: Hub, batch: Batch, into: int, others: Sequence[int]) -> Moves:
    """Put the next moves into the batch."""
    moves = [(keeper, await keeper.move(hub, batch, into, others, _CHUNK)) for keeper in hub.part(Keepers).all]
    return [(keeper, results) for keeper, results in moves if results]


def _tell(hub: Hub, scope: Scope, into: int, others: list[int], moves: Moves, outcome: Outcome) -> None:
    hub.part(Replacements).tell(scope.app, others, into)
    for keeper, results in moves:
        keeper.moved(hub, scope, [outcome[result] for result in results])


async def move_rest(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Move what is left of merged contacts to the one that they are now (a job)."""
    stands = await standing_contact(hub, scope, payload["into"])
    if stands is None:
        return  # erased meanwhile, and everything of it with it
    into, others = stands["id"], payload["others"]
    until = time.monotonic() + _TURN
    while time.monotonic() < until:
        batch = Batch(scope)
        moves = await _move(hub, batch, into, others)
        if not moves:
            hub.part(Replacements).tell(scope.app, others, into)
            return
        try:
            _tell(hub, scope, into, others, moves, await hub.commit(batch))
        except GuardFailed:
            continue
    batch = Batch(scope)
    await hub.jobs.add(batch, MOVE, payload)
    await hub.commit(batch)
