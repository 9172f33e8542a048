"""Programs are told of calls: that one comes in or goes out, that one was missed, how one ended and how long it was."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.live.test_calls import leg, starts, takes_calls
from tests.support.house import eventually

pytestmark = pytest.mark.annex("T10")


async def test_calls_are_told_with_their_way_and_their_end(hooks: Any, receiver: Any, acme: Any):
    await hooks.make(receiver.url, "call.incoming", "call.outgoing", "call.missed", "call.ended")
    ada, vera = await takes_calls(acme), await acme.visitor()
    contact = vera.session["contact"]["id"]

    async def told(count: int) -> dict[str, Any]:
        await eventually(lambda: len(receiver.bodies) == count, 15)
        body = receiver.bodies[-1]
        assert body["data"]["contact"]["id"] == contact and body["data"]["call"]["contact"]["id"] == contact
        return body

    missed = (await starts(vera, leg("vera")))["call"]["id"]
    assert (await told(1))["type"] == "call.incoming"
    await vera.call("call.hangup", call=missed)
    end = await told(2)
    assert (end["type"], end["data"]["reason"], end["data"]["answered"]) == ("call.missed", "cancelled", False)

    taken = (await starts(vera, leg("vera")))["call"]["id"]
    await told(3)
    await ada.call("call.accept", call=taken, leg=leg("ada"))
    await asyncio.sleep(1.2)  # of talk
    await vera.call("call.hangup", call=taken)
    end = await told(4)
    assert (end["type"], end["data"]["answered"], end["data"]["call"]["agent"]["name"]) == ("call.ended", True, "Ada")
    assert 1 <= end["data"]["seconds"] == end["data"]["call"]["seconds"] < 15

    outgoing = (await starts(ada, leg("ada"), to={"kind": "contact", "id": contact}))["call"]["id"]
    assert (await told(5))["type"] == "call.outgoing"
    await vera.call("call.decline", call=outgoing)
    end = await told(6)
    assert (end["type"], end["data"]["reason"]) == ("call.ended", "declined")
