"""The cast of the storage tests: two applications, and collections that use everything an engine offers."""

from __future__ import annotations

import itertools
import os
import socket
from typing import Any

from storage.engine import Batch, Collection, Engine, Index, Scope, Stream

ACME, GLOBEX = Scope(app=1), Scope(app=2)

CONTACTS = Collection(
    "contacts",
    indexes=(Index(("email",)), Index(("last_seen",)), Index(("status", "last_seen")), Index(("place.city",))),
    values=("tags", "attrs.*", "companies.id"),
    words=("name", "email"),
    folded=("name", "email", "attrs.*"),
    marks=("alike",),
)
CONVERSATIONS = Collection("conversations", indexes=(Index(("status", "updated")), Index(("updated",))))
JOBS = Collection("jobs", tenant=False, indexes=(Index(("due",)),))
MESSAGES, NOTES = Stream("messages"), Stream("notes")

COLLECTIONS, STREAMS = (CONTACTS, CONVERSATIONS, JOBS), (MESSAGES, NOTES)


async def insert(
    engine: Engine, *documents: dict[str, Any], scope: Scope = ACME, collection: Collection = CONTACTS
) -> None:
    """Insert the documents in one batch."""
    batch = Batch(scope)
    for document in documents:
        batch.insert(collection, document)
    await engine.commit(batch)


_databases = itertools.count(1)


def database_name() -> str:
    """Return the name of a database that no other test uses."""
    return f"own_{os.getpid()}_{next(_databases)}"


def free_port() -> int:
    """Return a port of the loopback interface on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Log:
    """Keeps what an engine logs."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    error = info
