"""What an application has named is read once and kept, and never kept when it is old already."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.people.collections import TAGS
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.support.house import House


async def test_what_is_named_while_the_names_are_read_is_known_to_the_next_who_asks(
    house: House, acme: Company, monkeypatch
):
    hub, scope = house.hub, Scope(acme.id)
    export, begun, go_on = hub.store.export, asyncio.Event(), asyncio.Event()

    async def slow(*asked: Any) -> Any:
        chunks = [chunk async for chunk in export(*asked)]
        if asked[1] is TAGS:
            begun.set()
            await go_on.wait()
        for chunk in chunks:
            yield chunk

    monkeypatch.setattr(hub.store, "export", slow)
    hub.part(Vocabularies).forget(acme.id)
    early = asyncio.create_task(vocabulary(hub, scope))
    await begun.wait()
    batch = Batch(scope)
    batch.insert(TAGS, {"id": await hub.ids.next("tag"), "name": "VIP"})
    await hub.commit(batch)
    hub.part(Vocabularies).changed(acme.id)
    go_on.set()
    assert "vip" not in (await early).tags
    assert "vip" in (await vocabulary(hub, scope)).tags
