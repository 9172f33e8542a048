"""Facts of the installation: one document, made at the first start, with the secret that everything is signed under."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from hub.core.collections import INSTALLATION_FACTS
from storage.engine import INSTALLATION, Batch, Document, Duplicate, Engine, GuardFailed
from storage.filters import Eq

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


async def installation_keys(store: Engine, name: str, make: Callable[[], Document]) -> Document:
    """Return the keys that are kept under a name, making them when first asked for. Nodes that ask at once agree."""
    kept: Document | None = (await installation_facts(store)).get(name)
    if kept is None:
        batch = Batch(INSTALLATION)
        batch.guard(INSTALLATION_FACTS, _THE_ONE, Eq(name, None))
        batch.patch(INSTALLATION_FACTS, _THE_ONE, set={name: make()})
        try:
            await store.commit(batch)
        except GuardFailed:
            pass
        kept = (await installation_facts(store))[name]
    return kept


async def remember_demo(store: Engine, app: int) -> None:
    """Keep which application is the demo."""
    batch = Batch(INSTALLATION)
    batch.patch(INSTALLATION_FACTS, _THE_ONE, set={"demo": app})
    await store.commit(batch)
