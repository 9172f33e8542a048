"""What is to be told is known at once where webhooks change, and is told once however often its job runs."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.webhooks import outbox, touches
from hub.webhooks.outbox import Outbox
from hub.webhooks.spreading import spread
from storage.engine import Scope, Unavailable
from tests.support.house import eventually

pytestmark = pytest.mark.annex("U11")


async def test_a_webhook_made_while_the_others_are_read_is_told_of_the_next_event(hooks, house, acme, monkeypatch):
    app, asked = acme.id, house.hub.part(Outbox)
    read, go_on = asyncio.Event(), asyncio.Event()
    really = outbox.webhooks_of

    async def slowly(*given: Any) -> list[Any]:
        found = await really(*given)
        read.set()
        await go_on.wait()
        return found

    asked.changed(app)
    monkeypatch.setattr(outbox, "webhooks_of", slowly)
    early = asyncio.create_task(asked.wants(app, "deal.created"))
    await read.wait()
    monkeypatch.setattr(outbox, "webhooks_of", really)
    await hooks.make("http://127.0.0.1:1/", "deal.created")
    go_on.set()
    assert not await early, "it was read before"
    assert await asked.wants(app, "deal.created"), "and what was read then is not believed afterwards"


async def test_an_event_whose_job_runs_twice_is_told_once(hooks, receiver, house, acme):
    hook = await hooks.make(receiver.url, "deal.deleted")
    told = {"kind": "deal.deleted", "name": "evt_1", "at": house.hub.clock.now(), "facts": {"deal": 1}}
    for _ in range(2):
        await spread(house.hub, Scope(acme.id), told)
    await eventually(lambda: len(receiver.got) == 1)
    await spread(house.hub, Scope(acme.id), told)
    while (log := await hooks.log(hook))[0]["state"] != "delivered":
        await asyncio.sleep(0.01)
    assert len(log) == len(receiver.got) == 1


async def test_a_contact_whose_creation_the_store_refuses_for_a_moment_is_told_as_created(
    hooks, receiver, api, monkeypatch
):
    await hooks.make(receiver.url, "contact.created", "contact.changed")
    really, refused = touches.order, []

    async def once_refused(*given: Any) -> None:
        if not refused:
            refused.append(given)
            raise Unavailable("The disk is full.")
        await really(*given)

    monkeypatch.setattr(touches, "order", once_refused)
    await api.post("/api/public/users/", {"email": "vera@shop.example"})
    await eventually(lambda: receiver.kinds == ["contact.created"])
    assert refused


async def test_a_change_that_comes_while_the_one_before_is_told_is_told_too(hooks, receiver, api, monkeypatch):
    await hooks.make(receiver.url, "contact.created", "contact.changed")
    really, told, go_on = touches.order, asyncio.Event(), asyncio.Event()

    async def slowly(*given: Any) -> None:
        told.set()
        await go_on.wait()
        await really(*given)

    monkeypatch.setattr(touches, "order", slowly)
    user = (await api.post("/api/public/users/", {"email": "vera@shop.example"})).json["id"]
    await told.wait()
    await api("PUT", f"/api/public/users/{user}/", {"first_name": "Vera"})
    go_on.set()
    await eventually(lambda: receiver.kinds == ["contact.created", "contact.changed"])
