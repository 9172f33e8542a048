"""Habits of existing REST clients: pages by number, sources by code."""

from __future__ import annotations

import aiohttp
import pytest

pytestmark = pytest.mark.annex("H11")


async def test_clients_that_count_pages_see_each_conversation_once(acme, house):
    vera = await acme.visitor()
    user = vera.session["contact"]["id"]
    headers = {"Authorization": f"Token {acme.api_key}"}
    async with aiohttp.ClientSession(house.url, headers=headers) as api:
        for number in range(103):
            await api.post(f"/api/public/users/{user}/conversations/", json={"content": f"News {number}"})
        seen = []
        for page in (1, 2):
            answer = await api.get(f"/api/public/users/{user}/conversations/?page={page}")
            seen += [item["id"] for item in (await answer.json())["results"]]
        assert len(seen) == len(set(seen)) == 103
        assert (await api.get(f"/api/public/users/{user}/conversations/?page=3")).status == 404


async def test_the_source_of_a_message_goes_in_as_a_code_and_comes_out_as_a_word_with_its_context(acme, house):
    vera = await acme.visitor()
    user = vera.session["contact"]["id"]
    headers = {"Authorization": f"Token {acme.api_key}"}
    async with aiohttp.ClientSession(house.url, headers=headers) as api:
        body = {"content": "By mail", "source": 2, "source_context": {"subject": "Order 4711"}}
        begun = await (await api.post(f"/api/public/users/{user}/conversations/", json=body)).json()
        body = {"conversation": begun["id"], "content": "By API", "source": 3}
        assert (await (await api.post("/api/public/message/", json=body)).json())["source"] == "api"
        await vera.says("In the chat", begun["id"])
        shown = await (await api.get(f"/api/public/conversations/{begun['id']}/")).json()
        told = [(m["content"], m["source"], m["source_context"]) for m in shown["results"]["messages"]]
        assert told == [
            ("By mail", "email", {"subject": "Order 4711"}),
            ("By API", "api", {}),
            ("In the chat", "chat", {}),
        ]
        refused = await api.post("/api/public/message/", json=body | {"source": 9})
        assert (refused.status, await refused.json()) == (400, {"errors": {"source": ['"9" is not a valid choice.']}})
