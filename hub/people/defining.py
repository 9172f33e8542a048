"""Gives something a name in an application: unique, bounded in number, known on every node at once."""

from __future__ import annotations

from typing import Any

from hub.core.errors import InvalidPayload, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.people.vocabulary import Vocabularies
from storage.engine import Batch, Collection, Document, Scope


def checked_name(name: str, longest: int = 64) -> str:
    """Return a name without white space around it. Raises InvalidPayload."""
    name = check_text(name, "name").strip()
    if not 1 <= len(name) <= longest:
        raise InvalidPayload(f"A name has 1 to {longest} characters.", reason="name_length", most=longest)
    return name


async def define(
    hub: Hub, scope: Scope, collection: Collection, kind: str, key: str, document: dict[str, Any]
) -> tuple[int, bool]:
    """Insert under a unique key unless it is taken; return the id, and whether it is new."""
    id = await hub.ids.next(kind)
    batch = Batch(Scope(scope.app))
    batch.claim(f"{kind}.name", key, id)
    batch.insert(collection, {"id": id, **document})
    outcome = await hub.commit(batch)
    if outcome.existing:
        return int(outcome.existing.holds), False
    hub.part(Vocabularies).changed(scope.app)
    return id, True


async def rename(
    hub: Hub, scope: Scope, collection: Collection, kind: str, old: str, new: str, id: int, changes: Document
) -> Document:
    """Change a named thing, and its unique key with it; return the document. Raises Taken."""
    batch = Batch(Scope(scope.app))
    if old != new:
        batch.claim(f"{kind}.name", new, id)
        batch.release(f"{kind}.name", old)
    changed = batch.patch(collection, id, set=changes)
    outcome = await hub.commit(batch)
    if outcome.existing:
        raise Taken
    hub.part(Vocabularies).changed(scope.app)
    document: Document = outcome[changed]
    return document


async def undefine(hub: Hub, scope: Scope, collection: Collection, kind: str, key: str, id: int) -> None:
    """Delete a named thing and free its name."""
    batch = Batch(Scope(scope.app))
    batch.release(f"{kind}.name", key)
    batch.delete(collection, id)
    await hub.commit(batch)
    hub.part(Vocabularies).changed(scope.app)


def at_most(count: int, most: int, what: str) -> None:
    """Raise InvalidPayload where an application has named as many as it can."""
    if count >= most:
        raise InvalidPayload(
            f"An application has at most {most:,} {what}. Delete some that nobody uses.", reason="too_many", most=most
        )
