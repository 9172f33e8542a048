"""Takes an import back: contacts that it made go, values that it changed come back, unless somebody changed them since.

Newest chunk first, one batch for each, which also forgets the chunk: broken off, it goes on where it stopped.
"""

from __future__ import annotations

import time
from typing import Any

from hub.core.hub import Hub
from hub.people.collections import CONTACTS, IMPORT_CHUNKS, IMPORTS
from hub.people.editing import at, touched
from hub.people.importing.planning import is_untouched, unique_refs
from hub.people.merging.likeness import alike_of
from hub.people.provenance import typed
from storage.engine import Batch, Document, GuardFailed, Missing, Scope, Sort
from storage.filters import Eq

UNDO = "imports.undo"
_TURN = 20.0
_TRIES = 20
_AT_ONCE = 10


async def undo(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Go on taking an import back (a job)."""
    if await undo_turn(hub, scope, payload["import"], time.monotonic() + _TURN):
        batch = Batch(scope)
        await hub.jobs.add(batch, UNDO, payload)
        await hub.commit(batch)


async def undo_turn(hub: Hub, scope: Scope, id: int, until: float) -> bool:
    """Take chunks of an import back until a moment (`time.monotonic`); return whether there is more to do."""
    document = await hub.store.get(scope, IMPORTS, id)
    if document is None or document["state"] != "undoing":
        return False
    while True:
        page = await hub.store.find(scope, IMPORT_CHUNKS, Eq("import", id), sort=Sort("offset", True), limit=_AT_ONCE)
        for chunk in page.items:
            await _take_back(hub, scope, id, chunk)
        if not page.items:
            break
        if time.monotonic() > until:
            return True
    batch = Batch(scope)
    batch.guard(IMPORTS, id, Eq("state", "undoing"))
    batch.patch(IMPORTS, id, set={"state": "undone", "finished": hub.clock.now()})
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    await hub.files.delete(document["file"])
    return False


async def _take_back(hub: Hub, scope: Scope, id: int, chunk: Document) -> None:
    taken: set[tuple[str, str]] = set()  # somebody else has these by now
    for _ in range(_TRIES):
        concerned = [*chunk["created"], *(each[0] for each in chunk["changed"])]
        contacts = await hub.store.get_many(scope, CONTACTS, concerned)
        batch = Batch(scope)
        batch.guard(IMPORTS, id, Eq("state", "undoing"))
        batch.guard(IMPORT_CHUNKS, chunk["id"])
        deleted = [
            contact for each in chunk["created"] if (contact := contacts.get(each)) and is_untouched(contact, id)
        ]
        for contact in deleted:
            _delete(batch, contact)
        restored = {}
        for each, olds, news in chunk["changed"]:
            if each in contacts and (back := _restore(hub, batch, contacts[each], olds, news, id, taken)):
                restored[each] = back
        kept = sum(each in contacts for each in concerned) - len(deleted) - len(restored)
        batch.patch(IMPORTS, id, inc={"deleted": len(deleted), "restored": len(restored), "kept": kept})
        batch.delete(IMPORT_CHUNKS, chunk["id"])
        try:
            outcome = await hub.commit(batch)
        except (GuardFailed, Missing):
            if await hub.store.get(scope, IMPORT_CHUNKS, chunk["id"]) is None:
                return  # another one took it back
            continue
        if outcome.existing is not None:
            taken.add((outcome.existing.kind, outcome.existing.value))
        else:
            for each in [contact["id"] for contact in deleted]:
                touched(hub, scope, each)
            for each, fields in restored.items():
                touched(hub, scope, each, fields)
            return
    raise RuntimeError(f"the contacts of chunk {chunk['id']} change all the time")


def _delete(batch: Batch, contact: Document) -> None:
    batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
    batch.release("contact.key", contact["key"])
    for kind, value in unique_refs(contact).values():
        batch.release(kind, value)
    batch.delete(CONTACTS, contact["id"])


def _restore(
    hub: Hub,
    batch: Batch,
    contact: Document,
    olds: Document,
    news: Document,
    by: int,
    taken: set[tuple[str, str]],
) -> Document:
    """Give a contact its old values where it still has those of the import; return what changes."""
    back = {path: old for path, old in olds.items() if at(contact, path) == news[path]}
    for name, ref in unique_refs(olds).items():
        if ref in taken:
            back.pop(name, None)
    if not back:
        return {}
    before, after = unique_refs(contact), unique_refs({**contact, **back})
    for name, ref in after.items():
        if name in back and before.get(name) != ref:
            batch.claim(*ref, contact["id"])
    for name, ref in before.items():
        if name in back and after.get(name) != ref:
            batch.release(*ref)
    now = hub.clock.now()
    ours = {"imported": {"by": by, "at": now}} if is_untouched(contact, by) else {}
    batch.guard(CONTACTS, contact["id"], Eq("revision", contact["revision"]))
    alike = {"alike": alike_of({**contact, **back})}
    whose, gone = typed(back)
    changes = {"updated": now, **back, **whose, **ours, **alike}
    batch.patch(CONTACTS, contact["id"], set=changes, inc={"revision": 1}, unset=gone)
    return back
