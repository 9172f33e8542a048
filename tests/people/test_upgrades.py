"""Data of an older version is brought into today's form at the start, once, whatever is in it."""

from __future__ import annotations

import pytest

from hub.core.migrations import migrate
from hub.people.collections import CONTACTS
from hub.people.upgrades import attributes_by_id
from hub.people.vocabulary import Vocabularies, vocabulary
from storage.engine import Batch, Scope

pytestmark = pytest.mark.annex("U2")


async def test_attributes_by_name_become_attributes_by_id(house, acme, panel):
    scope, now = Scope(acme.id), house.hub.clock.now()
    common = {"tags": [], "lists": [], "facts": {}, "page_views": 1, "first_seen": now, "last_seen": now,
              "created": now, "updated": now, "revision": 1}  # fmt: skip
    batch = Batch(scope)
    old = [{"plan": "gold", "5": "a digit", "Seats": 3}, {"plan": "free", "Seats": "many"}, {}]
    for number, attrs in enumerate(old, 901):
        batch.insert(CONTACTS, {"id": number, "key": f"k{number}", "attrs": attrs, **common})
    await house.hub.commit(batch)
    for _ in range(2):  # interrupted and run again
        await attributes_by_id(house.hub)
    shown = [(await panel("GET", f"contacts/{number}"))["attributes"] for number in (901, 902, 903)]
    assert shown == [{"plan": "gold", "5": "a digit", "seats": 3}, {"plan": "free"}, {}]
    words = await vocabulary(house.hub, scope)
    assert [each.name for each in words.own_attributes("contact")] == ["plan", "5", "Seats"]
    gold = await panel.segment("Gold", {"type": "attribute", "attribute": "plan", "op": "equals", "value": "gold"})
    house.hub.part(Vocabularies).changed(acme.id)
    assert gold and await migrate(house.hub, [(1, "again", attributes_by_id)]) == []
