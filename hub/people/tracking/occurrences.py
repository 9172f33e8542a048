"""Counts what contacts did, on the contact, in the batch that keeps what they did.

Read and written back under the contact's revision: a count, its first and last time and the newest times have to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hub.core.errors import Conflict, NotFound
from hub.core.hub import Hub
from hub.people.collections import CONTACTS
from hub.people.conditions.counted import with_occurrence
from hub.people.conditions.presence import ONLINE
from hub.people.editing import change_contact, touched
from hub.people.merging.replacing import standing_contact
from hub.people.segments.needs import Needs, needs_of
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

_TRIES = 20

Occurrence = tuple[str, int]
"""What happened, by its key, and when (UTC milliseconds)."""


async def occur(
    hub: Hub,
    scope: Scope,
    contact: int,
    occurrences: Callable[[Needs], Iterable[Occurrence]],
    also: Callable[[Batch, Document], Document | None] | None = None,
) -> Document:
    """Count what a contact did; return the contact as it was before.

    `also` adds to the batch, and returns fields of the contact to set with it. Raises NotFound, Conflict.
    """
    for _ in range(_TRIES):
        words = await vocabulary(hub, scope)
        document = await standing_contact(hub, Scope(scope.app), contact)
        if document is None:
            raise NotFound
        contact = document["id"]
        needs = needs_of(words)
        batch = Batch(Scope(scope.app))
        more = (also(batch, document) if also else None) or {}
        fields = change_with(hub, batch, document, needs, occurrences(needs), more)
        try:
            await hub.commit(batch)
        except GuardFailed:
            continue
        touched(hub, scope, contact, fields)
        return document
    raise Conflict


def change_with(
    hub: Hub, batch: Batch, document: Document, needs: Needs, occurrences: Iterable[Occurrence], more: Document
) -> Document:
    """Count occurrences of a contact in the batch, under its revision, with more fields; return all that change."""
    batch.guard(CONTACTS, document["id"], Eq("revision", document["revision"]))
    fields = {**more, **_counted(document, occurrences, needs)}
    change_contact(hub, batch, document["id"], fields)
    return fields


def _counted(document: Document, occurrences: Iterable[Occurrence], needs: Needs) -> Document:
    """Return the fields of the contact that change."""
    counts: Document = {}
    for key, at in occurrences:
        kept = counts.get(key) or (document.get("counts") or {}).get(key)
        counts[key] = with_occurrence(kept, at, needs.deepest.get(key, 1))
    if not counts:
        return {}
    changes: Document = {f"counts.{key}": kept for key, kept in counts.items()}
    known = document.get("counted") or []
    fresh = [key for key in counts if key not in known]
    return changes | ({"counted": [*known, *fresh]} if fresh else {})


# ── what other areas see, and conditions ask about ───────────────────────────────────────────────────────────────────


async def conversations_kept(hub: Hub, scope: Scope, contact: int) -> Document | None:
    """Return what is kept of a contact's conversations; None for a contact that is gone."""
    document = await hub.store.get(scope, CONTACTS, contact)
    return None if document is None else document.get("conversations") or {}


async def keep_presence(hub: Hub, scope: Scope, contact: int, online: bool) -> None:
    """Keep with the contact whether it is here, where that is new."""
    document = await hub.store.get(scope, CONTACTS, contact)
    if document is None or bool(document.get(ONLINE)) == online:
        return
    batch = Batch(scope)
    change_contact(hub, batch, contact, {ONLINE: True if online else None})
    try:
        await hub.commit(batch)
    except Missing:
        return
    touched(hub, scope, contact, (ONLINE,))


async def kept_as_present(hub: Hub, scope: Scope) -> list[int]:
    """Return the contacts of which it is kept that they are here."""
    chunks = hub.store.export(scope, CONTACTS, Eq(ONLINE, True))
    return [document["id"] async for chunk in chunks for document in chunk]
