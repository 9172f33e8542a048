"""Segments follow what people talk and who is here."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.chat.dealings import Dealings
from hub.core.clock import rfc3339
from hub.people.segments.sizes import count_sizes
from hub.people.values import DAY
from storage.engine import Scope
from tests.support.people import settled

pytestmark = pytest.mark.annex("U5", "X2")


async def test_open_waiting_answered_and_closed(house, acme, panel):
    segments = {
        name: await panel.segment(name, where)
        for name, where in {
            "open": {"type": "conversation", "state": "open"}, "closed": {"type": "conversation", "state": "closed"},
            "none": {"type": "conversation", "state": "none"}, "waiting": {"type": "waiting"},
            "answered": {"type": "answered"}, "wrote twice": {"type": "wrote", "at_least": 2},
        }.items()
    }  # fmt: skip
    await settled(house)
    names = {id: name for name, id in segments.items()}
    vera, ada = await acme.visitor(), await acme.agent()
    contact = vera.session["contact"]["id"]

    async def inside() -> set[str]:
        await settled(house)
        return {names[id] for id in await panel.segments_of(contact)}

    assert await inside() == {"none"}
    conversation = (await vera.says("Hello?"))["conversation"]
    assert await inside() == {"open", "waiting"}
    await vera.says("Anybody?", conversation)
    assert await inside() == {"open", "waiting"}
    await ada.says("Yes!", conversation)
    assert await inside() == {"open", "answered"}
    await vera.says("One more thing", conversation)
    assert await inside() == {"open", "waiting", "answered", "wrote twice"}
    await ada.says("Sure.", conversation)
    await ada.call("conversation.close", conversation=conversation)
    assert await inside() == {"closed", "answered", "wrote twice"}


async def test_who_is_here_enters_and_who_goes_leaves(house, acme, panel):
    walt = await acme.visitor()
    here = await panel.segment("Here", {"type": "presence"})
    away = await panel.segment("Away", {"type": "presence", "online": False})
    await settled(house)
    house.hub.part(Dealings)._reconciled.clear()
    vera = await acme.visitor()
    first, second = (who.session["contact"]["id"] for who in (walt, vera))

    async def is_in(contact: int, segments: list[int]) -> None:
        for _ in range(700):
            if await panel.segments_of(contact) == segments:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(await panel.segments_of(contact))

    await is_in(second, [here])
    await is_in(first, [here])  # who was here before the segment was made is found within five seconds
    await vera.leave()
    await is_in(second, [away])


async def test_the_size_of_a_segment_is_kept_by_day(house, acme, panel):
    for _ in range(3):
        await panel.contact(plan="pro")
    pros = await panel.segment("Pros", {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"})
    await settled(house)
    midnight = house.hub.clock.now() // DAY * DAY
    for _ in range(2):  # a job may run twice
        await count_sizes(house.hub, Scope(0), {"midnight": midnight})
    await panel.contact(plan="pro")
    await settled(house)
    days: list[dict[str, Any]] = (await panel("GET", f"segments/{pros}/sizes"))["days"]
    assert [each["size"] for each in days] == [3, 4]
    assert [each["day"] for each in days] == [rfc3339(midnight - 1)[:10], rfc3339(midnight)[:10]]
