"""Everything that an application has in the store, to compare before and after."""

from __future__ import annotations

from typing import Any

from hub.core.collections import MARKS
from server import COLLECTIONS, STREAMS
from storage.engine import INSTALLATION, Scope
from storage.filters import EVERYTHING


def _is_of(app: int, collection: str, document: dict[str, Any]) -> bool:
    return bool(app == document["id"] if collection == "applications" else app == document.get("app"))


async def everything_of(store: Any, app: int) -> dict[str, Any]:
    """Return all documents, and all records of all streams, of an application."""
    found: dict[str, Any] = {}
    for collection in COLLECTIONS:
        if collection == MARKS:
            continue  # how far a process has come with its work: nobody's, and written by its own clock
        scope = Scope(app) if collection.tenant else INSTALLATION
        documents = [doc async for chunk in store.export(scope, collection, EVERYTHING) for doc in chunk]
        found[collection.name] = [
            document for document in documents if collection.tenant or _is_of(app, collection.name, document)
        ]
    for stream in STREAMS:
        for key in [document["id"] for name in ("conversations", "contacts") for document in found[name]]:
            records = await store.read(Scope(app), stream, key, limit=10_000)
            if records:
                found[f"{stream.name} of {key}"] = records
    return found
