"""Facts of the installation: one document, made at the first start, with the secret that everything is signed under."""

from __future__ import annotations

import secrets

from hub.core.collections import INSTALLATION_FACTS
from storage.engine import INSTALLATION, Batch, Document, Duplicate, Engine

_THE_ONE = 1


async def installation_facts(store: Engine) -> Document:
    """Return the facts, making them where this is the first start. Two nodes that start at once agree."""
    facts = await store.get(INSTALLATION, INSTALLATION_FACTS, _THE_ONE)
    if facts is None:
        batch = Batch(INSTALLATION)
        batch.insert(INSTALLATION_FACTS, {"id": _THE_ONE, "secret": secrets.token_hex(32), "demo": None})
        try:
            await store.commit(batch)
        except Duplicate:
            pass
        facts = await store.get(INSTALLATION, INSTALLATION_FACTS, _THE_ONE)
        assert facts is not None
    return facts


async def remember_demo(store: Engine, app: int) -> None:
    """Keep which application is the demo."""
    batch = Batch(INSTALLATION)
    batch.patch(INSTALLATION_FACTS, _THE_ONE, set={"demo": app})
    await store.commit(batch)
