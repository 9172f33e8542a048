"""The end of an application: nobody gets in any more, then everything that it had is erased, in parts that give way.

A job that goes on where it was killed: `erasing` on the application says that there is no way back, each part deletes what
it still finds, and the application's own document goes last.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from hub.accounts.collections import AGENTS, APPLICATIONS, GROUPS, INVITATIONS, KEYS, ROLES, SESSIONS
from hub.accounts.deleting import DELETE
from hub.accounts.deletion_letters import letters
from hub.accounts.events import ApplicationDeleted, DeletionTold, SignedOut
from hub.accounts.forgetting import forget_agent, forget_person
from hub.accounts.groups import name_key
from hub.accounts.keyring import Keyring
from hub.core.hub import Hub
from hub.core.jobs import Later
from storage.engine import INSTALLATION, Batch, Collection, Document, GuardFailed, Scope, StorageError
from storage.filters import All, Eq

CHANNEL = "deleted"
_TURN = 30.0
"""Seconds of one turn of the job: less than it has."""
_PAUSE = 0.004
"""Seconds between two parts, in which others write."""
_SETTLE = 5_000
"""Milliseconds after which what was under way when the doors were shut has ended, and is erased too."""
_STORE_AWAY = 15_000

ROWS = (KEYS, SESSIONS, AGENTS, GROUPS, ROLES, INVITATIONS)
"""What accounts keep of an application in the installation's collections; of other areas `Erasing.rows` tells."""


class Erasing:
    """What of an application lies where clearing its data does not reach; `hub/subscribers.py` fills it in."""

    def __init__(self, hub: Hub) -> None:
        self.rows: list[Collection] = []


async def delete_application(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Delete an application whose time has come (a job), unless the order was taken back."""
    app = payload["app"]
    try:
        document = await hub.store.get(INSTALLATION, APPLICATIONS, app)
        if document is None or (document.get("deletion") or {}).get("ordered") != payload["ordered"]:
            return
        if not document.get("erasing"):
            left = document["deletion"]["at"] - hub.clock.now()
            if left > 0:
                raise Later(left)
            if not await _shut(hub, document):
                return
        if not payload.get("told"):
            await _leave(hub, app)
            raise Later(_SETTLE, told=True)
        await _erase(hub, app)
        await _end(hub, document)  # read after the doors were shut: `told` says so
    except StorageError as error:  # nothing is given up: a store that is away only makes it later
        hub.log.warning("erasing an application waits for the store", application=app, error=str(error))
        raise Later(_STORE_AWAY) from None


async def _shut(hub: Hub, document: Document) -> bool:
    """Let nobody in any more, and keep what its owners are told at the end; tell whether it was still to be deleted."""
    app = document["id"]
    last = await letters(hub, app, "done", hub.clock.now())
    batch = Batch(INSTALLATION)
    batch.guard(APPLICATIONS, app, All((Eq("deletion.ordered", document["deletion"]["ordered"]), Eq("erasing", None))))
    batch.patch(APPLICATIONS, app, set={"erasing": True, "deletion.letters": last})
    batch.release("application.key", document["key"])
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    hub.log.info("an application is being deleted", application=app)
    return True


async def _leave(hub: Hub, app: int) -> None:
    """End all sign-ins and keys, and cut all sockets. Done again after a crash, it does no harm."""
    sessions = [row["id"] async for row in _rows(hub, SESSIONS, app)]
    keys = [row["id"] async for row in _rows(hub, KEYS, app)]
    agents = [row async for row in _rows(hub, AGENTS, app)]
    for collection in (KEYS, SESSIONS):
        await _delete_rows(hub, collection, app)
    for agent in agents:
        await _forget_agent(hub, agent)
    for key in keys:
        hub.part(Keyring).revoked(key)
    for session in sessions:
        hub.publish(SignedOut(app=app, session=session))
    hub.publish(ApplicationDeleted(app=app))
    hub.bus.publish(CHANNEL, str(app).encode())


async def _forget_agent(hub: Hub, agent: Document) -> None:
    """Erase an agent, and with it the person where this was the only application."""
    batch = Batch(INSTALLATION)
    forget_agent(batch, agent)
    await forget_person(hub, batch, agent)
    await hub.commit(batch)


async def _erase(hub: Hub, app: int) -> None:
    """Erase what is left; the job comes back where a turn does not suffice."""
    until = time.monotonic() + _TURN
    for agent in [row async for row in _rows(hub, AGENTS, app)]:  # invited at that very moment
        await _forget_agent(hub, agent)
    for collection in (KEYS, SESSIONS, GROUPS, ROLES, INVITATIONS, *hub.part(Erasing).rows):
        await _delete_rows(hub, collection, app)
    await hub.jobs.redact(app, lambda kind, payload: payload if kind == DELETE else None)
    await hub.files.clear(str(app))
    while await hub.store.clear(Scope(app)):
        if time.monotonic() > until:
            raise Later(0)
        await asyncio.sleep(_PAUSE)


async def _end(hub: Hub, document: Document) -> None:
    """Delete the application itself, and let its owners hear of it over the installation's mail server."""
    app = document["id"]
    batch = Batch(INSTALLATION)
    batch.guard(APPLICATIONS, app)
    for letter in document["deletion"].get("letters", ()):
        await hub.follow_up(batch, DeletionTold, letter)
    batch.delete(APPLICATIONS, app)
    await hub.commit(batch)
    hub.log.info("an application was deleted", application=app)


async def _rows(hub: Hub, collection: Collection, app: int) -> Any:
    async for chunk in hub.store.export(INSTALLATION, collection, Eq("app", app)):
        for row in chunk:
            yield row


async def _delete_rows(hub: Hub, collection: Collection, app: int) -> None:
    async for chunk in hub.store.export(INSTALLATION, collection, Eq("app", app)):
        for start in range(0, len(chunk), 50):
            batch = Batch(INSTALLATION)
            for row in chunk[start : start + 50]:
                for kind, value in _unique(collection, row):
                    batch.release(kind, value)
                batch.delete(collection, row["id"])
            await hub.commit(batch)


def _unique(collection: Collection, row: Document) -> Iterable[tuple[str, str]]:
    """Return the unique keys of a row that stand under the installation's name."""
    if collection is SESSIONS:
        yield "session", row["hash"]
    elif collection is KEYS and row.get("hash"):
        yield row["kind"], row["hash"]
    elif collection in (GROUPS, ROLES):
        yield "group.name" if collection is GROUPS else "role.name", name_key(row["app"], row["name"])
