"""Canned answers and macros: whose they are, how they are filled in, and that a macro does each step once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from hub.chat import canned_csv
from hub.chat.attachments import forget_unsent
from hub.chat.collections import ATTACHMENTS, CANNED, INBOX_VIEWS, MACROS
from storage.engine import Scope

pytestmark = pytest.mark.annex("C7")


class Api:
    """Our own API as one of the agents."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self.http = http

    async def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer; a refusal is its status and body."""
        async with self.http.request(method, f"/api/app/{path}", json=body) as response:
            answer = await response.json(content_type=None) if response.status != 204 else None
            return answer if response.status < 400 else (response.status, answer)

    async def titles(self) -> list[str]:
        """The titles that are offered to this agent."""
        return [each["title"] for each in (await self("GET", "canned-answers"))["answers"] if each["offered"]]


@pytest.fixture
async def team(acme: Any) -> AsyncIterator[tuple[Api, Api]]:
    """Ada, who owns the application, and Ben."""
    apis = []
    for email in ("ada@acme.example", "ben@acme.example"):
        headers = {"Authorization": f"Bearer {await acme.token(email)}"}
        apis.append(Api(aiohttp.ClientSession(acme.house.url, headers=headers)))
    yield apis[0], apis[1]
    for each in apis:
        await each.http.close()


async def test_an_answer_is_its_makers_its_groups_or_everybodys(house, acme, team):
    ada, ben = team
    agents = {each["name"]: each["id"] for each in (await ada("GET", "agents"))["agents"]}
    mine = await ada("POST", "canned-answers", {"title": "Mine", "text": "Hello", "shortcut": "/hi"})
    assert (mine["for"], mine["shortcut"], mine["own"]) == ("me", "hi", True)
    everybodys = await ada("POST", "canned-answers", {"title": "All", "text": "Hello", "for": "all"})
    ben_id = agents.get("Ben") or max(agents.values())
    group = await ada("POST", "groups", {"name": "Sales", "agents": [ben_id]})
    await ada("POST", "canned-answers", {"title": "Sales", "text": "Hi", "for": "group", "group": group["id"]})
    assert set(await ada.titles()) == {"Mine", "All"} and set(await ben.titles()) == {"All", "Sales"}
    # Who shares sees a group's answer in the settings, though it is not offered while writing.
    assert len((await ada("GET", "canned-answers"))["answers"]) == 3
    assert (await ben("PATCH", f"canned-answers/{mine['id']}", {"title": "Ben's"}))[0] == 404
    await ben("PATCH", f"canned-answers/{everybodys['id']}", {"for": "me"})
    assert set(await ada.titles()) == {"Mine"}
    assert (await ada("POST", "canned-answers", {"title": "x", "text": "x", "for": "group"}))[0] == 400
    assert (await ada("POST", "canned-answers", {"title": "x", "text": "x", "shortcut": "two words"}))[0] == 400
    assert (await ada("POST", "canned-answers", {"title": "x", "text": "{% if %}"}))[0] == 400
    await ben("POST", "macros", {"name": "Ben's", "does": {"turn": {"to": "closed"}}})
    await ben("POST", "inbox-views", {"name": "Ben's", "where": {"unread": True}})
    await ada("DELETE", f"agents/{ben_id}")

    async def gone() -> bool:
        kept = [await house.hub.store.count(Scope(acme.id), each) for each in (CANNED, MACROS, INBOX_VIEWS)]
        return kept == [2, 0, 0]

    await eventually_async(gone)


async def eventually_async(holds: Any) -> None:
    """Wait until something that has to be asked for is true."""
    import asyncio

    for _ in range(200):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


async def test_variables_are_filled_in_and_what_is_missing_stays_in_its_braces(acme, team):
    ada, _ = team
    vera = await acme.visitor()
    await vera.call("contact.update", name="Vera Green", first_name="Vera")
    conversation = (await vera.says("Hello"))["conversation"]
    text = (
        "Hi {{ contact.first_name }}, {{ contact.city | default: 'there' }}: "
        "{{ contact.phone_number | upcase }} {{ agent.name }} {{ app.name }}"
    )
    answer = await ada("POST", "canned-answers", {"title": "T", "text": text})
    filled = await ada("POST", f"canned-answers/{answer['id']}/fill", {"conversation": conversation})
    assert filled["text"].startswith("Hi Vera, there: {{ contact.phone_number }} ")
    assert filled["text"].endswith(" Acme") and filled["missing"] == ["contact.phone_number"]
    assert (await ada("GET", "canned-answers"))["answers"][0]["used"] == 1
    # What a contact calls itself is text, never a template.
    await vera.call("contact.update", first_name="{{ agent.name }}<b>")
    filled = await ada("POST", f"canned-answers/{answer['id']}/fill", {"conversation": conversation})
    assert filled["text"].startswith("Hi {{ agent.name }}<b>, there")


async def test_files_of_an_answer_go_with_it_and_are_nobody_elses(house, acme, team):
    ada, ben = team
    agent = await acme.agent()

    async def uploaded(name: str) -> int:
        begun = await agent.call("attachment.start", name=name, size=3, type="text/plain")
        async with ada.http.put(begun["url"], data=b"tea") as answer:
            assert answer.status < 300
        return begun["id"]

    async def fetched(url: str) -> tuple[int, bytes]:
        async with ada.http.get(url) as answer:
            return answer.status, await answer.read()

    menu, map = await uploaded("menu.txt"), await uploaded("map.txt")
    given = {"title": "Menu", "text": "Here it is", "for": "all", "attachments": [menu, map, menu]}
    made = await ada("POST", "canned-answers", given)
    assert [file["name"] for file in made["attachments"]] == ["menu.txt", "map.txt"]
    (seen,) = (await ben("GET", "canned-answers"))["answers"]
    assert await fetched(seen["attachments"][0]["url"]) == (200, b"tea")
    # A day later it is still there, though no message has it; and no message takes it away.
    await forget_unsent(house.hub, Scope(acme.id), {"attachment": menu})
    assert await fetched(seen["attachments"][0]["url"]) == (200, b"tea")
    talk = (await (await acme.visitor()).says("Hello"))["conversation"]
    sent = {"client_id": "a", "conversation": talk, "text": "x", "attachments": [menu]}
    assert await agent.refused("message.send", **sent) == "attachment_missing"
    assert (await ada("POST", "canned-answers", given))[1]["code"] == "attachment_missing"
    said = await uploaded("said.txt")
    await agent.call("message.send", client_id="b", conversation=talk, text="x", attachments=[said])
    assert (await ada("POST", "canned-answers", given | {"attachments": [said]}))[1]["code"] == "attachment_missing"
    # Whoever may change the answer keeps its files, and adds none that is somebody else's upload.
    path = f"canned-answers/{made['id']}"
    theirs = await uploaded("theirs.txt")
    assert (await ben("PATCH", path, {"attachments": [theirs]}))[1]["code"] == "attachment_missing"
    changed = await ada("PATCH", path, {"title": "The menu", "attachments": [menu]})
    assert [file["name"] for file in changed["attachments"]] == ["menu.txt"]
    async with asyncio.timeout(10):
        while (await fetched(made["attachments"][1]["url"]))[0] == 200:
            await asyncio.sleep(0.05)
    assert await ada("DELETE", path) is None
    async with asyncio.timeout(10):
        while await house.hub.store.get(Scope(acme.id), ATTACHMENTS, menu) is not None:
            await asyncio.sleep(0.05)
    assert (await fetched(made["attachments"][0]["url"]))[0] == 404


async def test_a_table_goes_out_and_comes_in_again_without_running_anything(team):
    ada, ben = team
    new = {"title": "=1+1", "text": 'a, "b"\nc', "shortcut": "s", "texts": {"pl": "Cześć"}, "for": "all"}
    await ada("POST", "canned-answers", new)
    table = (await ada("GET", "canned-answers/table"))["csv"]
    assert "'=1+1" in table and table.startswith("shortcut,title,text")
    assert await ada("POST", "canned-answers/table", {"csv": table}) == {"made": 0, "known": 1}
    await ada("DELETE", f"canned-answers/{(await ada('GET', 'canned-answers'))['answers'][0]['id']}")
    assert await ada("POST", "canned-answers/table", {"csv": table}) == {"made": 1, "known": 0}
    (again,) = (await ben("GET", "canned-answers"))["answers"]
    assert {name: again[name] for name in new} == new
    excel = "\ufefftitle;text\nA;B\nC;{% if %}\n"
    status, refused = await ada("POST", "canned-answers/table", {"csv": excel})
    assert status == 400 and refused["details"] == {"reason": "line", "line": 3}
    assert len(await ada.titles()) == 1
    assert (await ada("POST", "canned-answers/table", {"csv": "a,b\n1,2"}))[1]["details"]["reason"] == "columns"
    old = "title,text\rHours,From nine to five\r"  # lines as old spreadsheets end them
    assert await ada("POST", "canned-answers/table", {"csv": old}) == {"made": 1, "known": 0}


async def test_a_table_that_is_too_large_is_refused_before_it_is_read_to_its_end(team, monkeypatch):
    ada, ben = team
    monkeypatch.setattr(canned_csv, "MOST", 4)
    await ben(
        "POST", "canned-answers", {"title": "Ben's own", "text": "Nobody else sees it, and all the same it counts"}
    )

    def table(count: int) -> dict[str, str]:
        return {"csv": "title,text\n" + "".join(f"Number {n},Text\n" for n in range(count))}

    for count in (4, 5):
        status, refused = await ada("POST", "canned-answers/table", table(count))
        assert (status, refused["details"]) == (400, {"reason": "too_many", "most": 4})
    endless = {"csv": table(5)["csv"] + "Wrong,{% if %}\n" + '"' * 1000}
    assert (await ada("POST", "canned-answers/table", endless))[1]["details"]["reason"] == "too_many"
    assert await ada.titles() == []
    assert await ada("POST", "canned-answers/table", table(3)) == {"made": 3, "known": 0}
    assert await ada("POST", "canned-answers/table", table(3)) == {"made": 0, "known": 3}


async def test_filling_one_answer_in_reads_no_other(acme, team, monkeypatch):
    ada, ben = team
    vera = await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    answer = await ada("POST", "canned-answers", {"title": "Mine", "text": "Hello"})
    read, export = [], type(acme.house.hub.store).export

    def watched(self: Any, scope: Any, collection: Any, *more: Any) -> Any:
        read.append(collection.name)
        return export(self, scope, collection, *more)

    monkeypatch.setattr(type(acme.house.hub.store), "export", watched)
    path = f"canned-answers/{answer['id']}/fill"
    assert (await ada("POST", path, {"conversation": conversation}))["text"] == "Hello"
    assert (await ben("POST", path, {"conversation": conversation}))[0] == 404
    assert "canned" not in read


async def test_a_macro_does_its_steps_once_and_says_which_one_failed(house, acme, team):
    ada, _ = team
    vera, screen = await acme.visitor(), await acme.agent()
    await vera.call("contact.update", first_name="Vera")
    conversation = (await vera.says("It broke"))["conversation"]
    label = await ada("POST", "conversation-labels", {"name": "Bug"})
    does = {
        "message": "Sorry, {{ contact.first_name }}.", "note": "Known bug of {{ app.name }}", "labels": [label["id"]],
        "priority": "high", "assign": {"to": "me"}, "turn": {"to": "closed"},
    }  # fmt: skip
    macro = await ada("POST", "macros", {"name": "Bug", "does": does, "for": "all"})
    run = {"conversation": conversation, "client_id": "r1"}
    done = ["assign", "label", "priority", "note", "message", "turn"]
    for _ in range(2):
        assert await ada("POST", f"macros/{macro['id']}/run", run) == {"done": done, "failed": None}
    assert (await vera.hears("message", kind="text", text="Sorry, Vera."))["position"] == 2
    opened = await screen.call("conversation.open", conversation=conversation)
    assert [each["text"] for each in opened["messages"]] == ["It broke", "Sorry, Vera.", "closed"]
    assert [each["text"] for each in opened["notes"]] == ["Known bug of Acme"]
    state = opened["conversation"]
    assert (state["status"], state["priority"], state["labels"]) == ("closed", "high", [label["id"]])
    assert state["assignee"]["id"] == screen.session["agent"]["id"]
    await ada("DELETE", f"conversation-labels/{label['id']}")
    run["client_id"] = "r2"
    answer = await ada("POST", f"macros/{macro['id']}/run", run)
    assert (
        answer["done"] == ["assign"] and answer["failed"]["step"] == "label" and answer["failed"]["code"] == "not_found"
    )
    assert len((await screen.call("conversation.open", conversation=conversation))["messages"]) == 3


async def test_a_macro_that_lacks_a_value_does_nothing_at_all(acme, team):
    ada, _ = team
    vera, screen = await acme.visitor(), await acme.agent()
    conversation = (await vera.says("Hello"))["conversation"]
    does = {"message": "Hi {{ contact.phone_number }}", "assign": {"to": "me"}}
    macro = await ada("POST", "macros", {"name": "Hi", "does": does})
    status, refused = await ada("POST", f"macros/{macro['id']}/run", {"conversation": conversation, "client_id": "r"})
    assert status == 400 and refused["details"] == {"reason": "values_missing", "names": "contact.phone_number"}
    opened = await screen.call("conversation.open", conversation=conversation)
    assert opened["conversation"]["assignee"] is None and len(opened["messages"]) == 1
    assert (await ada("POST", "macros", {"name": "None", "does": {}}))[1]["details"]["reason"] == "macro_empty"
