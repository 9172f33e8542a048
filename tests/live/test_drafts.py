"""Drafts: what an agent has half written goes on with them on another device; the newer one wins, and nobody else is told."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from hub.chat.collections import DRAFTS
from storage.engine import Scope

pytestmark = pytest.mark.annex("C2")


async def call(acme: Any, token: str, method: str, path: str, **body: Any) -> Any:
    """Call our own API as whoever has the token; a refusal is its status."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(acme.house.url, headers=headers) as http,
        http.request(method, f"/api/app/{path}", json=body or None) as response,
    ):
        return response.status if response.status >= 300 or response.status == 204 else await response.json()


async def keep(acme: Any, token: str, conversation: int, text: str, written: int, kind: str = "message") -> Any:
    return await call(acme, token, "PUT", f"conversations/{conversation}/draft", kind=kind, text=text, written=written)


async def drafts(acme: Any, token: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["text"]) for each in (await call(acme, token, "GET", "me/drafts"))["drafts"]]


async def test_a_draft_is_there_on_the_other_device_and_the_newer_one_wins(acme: Any) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    desktop, phone = await acme.token(), await acme.token()
    await keep(acme, desktop, conversation, "Good mor", 1000)
    await keep(acme, desktop, conversation, "She asked twice", 1001, "note")
    assert await drafts(acme, phone) == [("note", "She asked twice"), ("message", "Good mor")]
    assert (await keep(acme, phone, conversation, "Good morning!", 3000))["text"] == "Good morning!"
    older = await keep(acme, desktop, conversation, "Good mor…", 2000)
    assert (older["text"], older["written"]) == ("Good morning!", 3000)
    assert await drafts(acme, desktop) == [("message", "Good morning!"), ("note", "She asked twice")]
    assert (await keep(acme, desktop, conversation, "", 2500))["text"] == "Good morning!", "an older end ends nothing"
    assert (await keep(acme, phone, conversation, "", 4000))["text"] == ""
    assert await drafts(acme, desktop) == [("note", "She asked twice")]


async def test_a_clock_that_is_ahead_does_not_win_for_ever(acme: Any, house: Any) -> None:
    vera, token = await acme.visitor(), await acme.token()
    conversation = (await vera.says("Hello"))["conversation"]
    kept = await keep(acme, token, conversation, "From tomorrow", house.hub.clock.now() + 86_400_000)
    assert kept["written"] <= house.hub.clock.now()
    assert (await keep(acme, token, conversation, "From today", house.hub.clock.now()))["text"] == "From today"


async def test_drafts_are_each_agents_own_and_what_can_not_be_kept_is_refused(acme: Any, globex: Any) -> None:
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    ada, ben, gus = await acme.token(), await acme.token("ben@acme.example"), await globex.token()
    await keep(acme, ada, conversation, "Ada's words", 1000)
    assert await drafts(acme, ben) == [] and await drafts(globex, gus) == []
    assert (await keep(acme, ben, conversation, "Ben's words", 500))["text"] == "Ben's words"
    assert await drafts(acme, ada) == [("message", "Ada's words")]
    assert await keep(globex, gus, conversation, "Theirs", 1) == 404
    assert await keep(acme, ada, conversation, "ż" * 40_000, 2000) == 413
    for unstorable in ("half of an emoji \ud83d", "nothing \0"):
        assert await keep(acme, ada, conversation, unstorable, 2000) == 400
    assert await drafts(acme, ada) == [("message", "Ada's words")]


async def test_drafts_of_a_removed_agent_are_forgotten(acme: Any, house: Any) -> None:
    vera, ada, ben = await acme.visitor(), await acme.token(), await acme.token("ben@acme.example")
    conversation = (await vera.says("Hello"))["conversation"]
    await keep(acme, ada, conversation, "Ada's words", 1000)
    await keep(acme, ben, conversation, "Ben's words", 1000)
    (id,) = [each["id"] for each in (await call(acme, ada, "GET", "agents"))["agents"] if each["name"] == "Ben"]
    await call(acme, ada, "DELETE", f"agents/{id}")
    for _ in range(200):
        if await house.hub.store.count(Scope(acme.id), DRAFTS) == 1:
            break
        await asyncio.sleep(0.05)
    assert await house.hub.store.count(Scope(acme.id), DRAFTS) == 1
    assert await drafts(acme, ada) == [("message", "Ada's words")]


async def test_drafts_go_with_their_conversation(acme: Any, house: Any) -> None:
    vera, token = await acme.visitor(), await acme.token()
    conversation = (await vera.says("Hello"))["conversation"]
    await keep(acme, token, conversation, "Dear Vera", 1000)
    contact = vera.session["contact"]["id"]
    await call(acme, token, "POST", f"contacts/{contact}/erase")
    for _ in range(200):
        if await house.hub.store.count(Scope(acme.id), DRAFTS) == 0:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the drafts of an erased conversation are still kept")
