"""Programs are told when a promised time is nearly over, and when it is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from storage.engine import Scope
from tests.support.house import eventually

pytestmark = pytest.mark.annex("C5")
MINUTE = 60_000


async def test_each_stage_of_a_promise_is_told_once(hooks: Any, receiver: Any, acme: Any, house: Any, monkeypatch: Any):
    await hooks.make(receiver.url, "conversation.sla_warning", "conversation.sla_breach")
    answer = await hooks.api(
        "PUT", "/api/app/sla", {"policies": [{"id": 0, "name": "Quick", "first": 10, "business": False}]}
    )
    assert answer.status == 200, answer.body
    vera = await acme.visitor()
    talk = (await vera.says("Is there tea?"))["conversation"]
    while not (await house.hub.store.get(Scope(acme.id), CONVERSATIONS, talk)).get("sla"):
        await asyncio.sleep(0.02)
    now = house.hub.clock.now
    for minutes in (8.1, 10.1, 30):
        monkeypatch.setattr(house.hub.clock, "now", lambda minutes=minutes: now() + int(minutes * MINUTE))
        for lane in house.hub.jobs._lanes:
            lane.wake.set()
        await eventually(lambda minutes=minutes: len(receiver.bodies) == (1 if minutes < 9 else 2), 15)
    near, late = receiver.bodies
    assert [each["type"] for each in (near, late)] == ["conversation.sla_warning", "conversation.sla_breach"]
    assert (near["data"]["promise"], near["data"]["what"]) == ("first", "warning")
    assert near["data"]["conversation"]["id"] == talk and near["data"]["due"] == late["data"]["due"]
    assert near["data"]["contact"]["id"] == vera.session["contact"]["id"]
