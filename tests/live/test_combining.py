"""Two conversations of one contact become one: nothing is lost, and nobody is shown more than before (C2)."""

from __future__ import annotations

import asyncio
import urllib.error
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS, MESSAGES, NOTES
from hub.chat.keeping import expire_conversations
from hub.chat.places import Place, Places
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.live.test_availability import ask as rest
from tests.live.test_transcripts import exported, fetch
from tests.support.house import House, open_house

pytestmark = pytest.mark.annex("C2")


@pytest.fixture(params=["sqlite", "mongo"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    settings: dict[str, Any] = {"presence_grace": 0.1}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", **settings) as house:
        yield house
    assert house.log.tracebacks == []


async def two_talks(acme: Company, ada: Any) -> tuple[Any, int, int]:
    """Vera has an older conversation about tea, which was closed, and a newer one about coffee."""
    vera = await acme.visitor()
    tea = (await vera.says("Is there tea?"))["conversation"]
    await ada.call("conversation.close", conversation=tea)
    coffee = (await vera.says("Is there coffee?", client_id="coffee"))["conversation"]
    return vera, tea, coffee


async def kept(acme: Company, conversation: int) -> dict[str, Any]:
    found = await acme.house.hub.store.get(Scope(acme.id), CONVERSATIONS, conversation)
    assert found is not None
    return dict(found)


async def test_a_part_goes_on_in_the_whole_and_its_words_stay_where_they_were(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    vera, tea, coffee = await two_talks(acme, ada)
    label = (await rest(ada, "POST", "conversation-labels", name="Delivery"))["id"]
    await ada.call("conversation.label", conversation=tea, add=[label])
    await ada.call("conversation.priority", conversation=tea, priority="high")
    await ada.call("note.add", client_id="n1", conversation=tea, text="A regular")
    await vera.says("Green, please", tea)
    before = {each: await kept(acme, each) for each in (tea, coffee)}
    vera.forget()
    whole = await rest(ada, "POST", f"conversations/{coffee}/merge", other=tea)
    (part,) = whole["merged"]
    assert (part["conversation"], part["by"]["name"], part["position"]) == (tea, "Ada", before[tea]["position"])
    assert (whole["labels"], whole["priority"], whole["last"]["text"]) == ([label], "high", "Green, please")
    assert whole["unread"] == before[tea]["unread"]["agent"] + before[coffee]["unread"]["agent"]
    assert whole["waiting_since"] is not None
    told = await ben.hears("conversation", id=tea, merged_into=coffee)
    assert told["status"] == "closed" and (await ben.hears("conversation", id=coffee, merged=whole["merged"]))
    listed = (await ada.call("conversation.list", status="open"))["conversations"]
    assert [each["id"] for each in listed] == [coffee]
    assert (await ada.call("conversation.list", status="closed"))["conversations"] == []
    scope, store = Scope(acme.id), acme.house.hub.store
    records = await store.read(scope, MESSAGES, tea)
    assert [each["position"] for each in records] == list(range(1, before[tea]["position"] + 1)), "nothing moved"
    assert len(await store.read(scope, NOTES, tea)) == 1
    seen = {each["id"]: each for each in vera.events("conversation")}
    assert seen[tea]["status"] == "closed" and not {"merged", "merged_into"} & (set(seen[tea]) | set(seen[coffee]))


async def test_what_is_written_into_a_part_by_anybody_lands_in_the_whole(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    vera, tea, coffee = await two_talks(acme, ada)
    asked = (await ada.call("conversation.open", conversation=tea))["messages"][0]
    await rest(ada, "POST", f"conversations/{coffee}/merge", other=tea)
    places = acme.house.hub.part(Places)
    places.keep(
        acme.id, Place(tea, vera.session["contact"]["id"], (await kept(acme, tea))["browser"])
    )  # as another node
    queued = await vera.says("I wrote this offline", tea, client_id="queued")
    assert queued["conversation"] == coffee
    assert await vera.says("I wrote this offline", tea, client_id="queued") == queued, "sent twice is said once"
    assert (await ben.hears("message", text="I wrote this offline"))["conversation"] == coffee
    answer = await ben.says("From an open window", tea, reply_to=asked["id"])
    assert answer["conversation"] == coffee and answer["reply_to"]["id"] == asked["id"]
    note = (await ben.call("note.add", client_id="n2", conversation=tea, text="Written in the old window"))["note"]
    assert note["conversation"] == coffee
    number = ben.session["agent"]["id"]
    assert (await ben.call("conversation.assign", conversation=tea, agent=number))["conversation"]["id"] == coffee
    assert (await ben.call("conversation.close", conversation=tea))["conversation"]["id"] == coffee
    assert (await kept(acme, tea))["status"] == "merged" and (await kept(acme, coffee))["status"] == "closed"
    assert (await vera.says("One more thing", tea))["conversation"] == coffee
    assert (await kept(acme, coffee))["status"] == "open"
    assert (await vera.says("And without a place"))["conversation"] == coffee


async def test_merging_again_changes_nothing_and_two_agents_at_once_make_one_whole(acme):
    ada, ben = await acme.agent(), await acme.agent("ben@acme.example")
    vera, tea, coffee = await two_talks(acme, ada)

    async def merge(who: Any, into: int, other: int) -> Any:
        try:
            return (await rest(who, "POST", f"conversations/{into}/merge", other=other))["id"]
        except urllib.error.HTTPError as error:
            return error.code

    writing = asyncio.create_task(vera.says("Meanwhile", tea))
    outcomes = await asyncio.gather(merge(ada, tea, coffee), merge(ben, coffee, tea))
    said = await writing
    assert sorted(map(str, outcomes)).count("400") == 1, outcomes
    whole = next(each for each in outcomes if each in (tea, coffee))
    part = tea if whole == coffee else coffee
    after = await kept(acme, whole)
    assert await merge(ada, whole, part) == whole, "a client that lost the answer asks again"
    assert (await kept(acme, whole))["revision"] == after["revision"]
    assert await merge(ada, part, whole) == 400
    assert (await kept(acme, part))["merged_into"] == whole
    everywhere = [await acme.house.hub.store.read(Scope(acme.id), MESSAGES, each) for each in (tea, coffee)]
    assert sum(each["id"] == said["id"] for records in everywhere for each in records) == 1
    rows = (await rest(ada, "GET", "audit"))["rows"]
    assert "chat.combining.merge_conversations" in [each["verb"] for each in rows]


async def test_what_others_would_come_to_see_is_refused(acme, globex):
    ada = await acme.agent()
    vera, tea, coffee = await two_talks(acme, ada)
    walt = await acme.visitor()
    other = (await walt.says("Hello"))["conversation"]

    async def refusal(into: int, part: int) -> str:
        with pytest.raises(urllib.error.HTTPError) as refused:
            await rest(ada, "POST", f"conversations/{into}/merge", other=part)
        return f"{refused.value.code} {refused.value.read().decode()}"

    assert "merge_people" in await refusal(tea, other) and "merge_itself" in await refusal(tea, tea)
    batch = Batch(Scope(acme.id))
    batch.patch(CONVERSATIONS, other, set={"contact": vera.session["contact"]["id"]})  # as when the people were merged
    await acme.house.hub.store.commit(batch)
    assert "merge_browsers" in await refusal(tea, other) and "merge_browsers" in await refusal(other, tea)
    batch = Batch(Scope(acme.id))
    batch.patch(CONVERSATIONS, other, set={"browser": None})  # as a mail begins it
    batch.patch(CONVERSATIONS, coffee, set={"claimed": True})  # by somebody who only says to be Vera
    await acme.house.hub.store.commit(batch)
    assert "merge_browsers" in await refusal(coffee, other)
    whole = await rest(ada, "POST", f"conversations/{tea}/merge", other=other)
    assert whole["merged"][0]["conversation"] == other
    assert await vera.refused("conversation.open", conversation=other) == "not_found", "a merge shows nobody more"
    await rest(ada, "PUT", "transcripts", on=True)
    link = acme.house.url + (await vera.call("transcript.link", conversation=tea))["url"]
    own = (await fetch(link))[2]
    assert "Is there tea?" in own and "Hello" not in own
    team = (await exported(ada, tea))[2]
    assert team.index("Is there tea?") < team.index("Hello"), "the team takes both along"
    assert [each["id"] for each in (await acme.visitor(vera.token)).session["conversations"]] == [coffee, tea]
    gus = await globex.agent()
    with pytest.raises(urllib.error.HTTPError) as refused:
        await rest(gus, "POST", f"conversations/{tea}/merge", other=coffee)
    assert refused.value.code == 404


async def test_parts_of_parts_follow_and_go_with_the_whole(acme):
    ada = await acme.agent()
    vera, tea, coffee = await two_talks(acme, ada)
    number = vera.session["contact"]["id"]
    await rest(ada, "POST", f"contacts/{number}/conversations", client_id="third", text="And cake?")
    cake = (await vera.hears("message", text="And cake?"))["conversation"]
    await rest(ada, "POST", f"conversations/{coffee}/merge", other=tea)
    whole = await rest(ada, "POST", f"conversations/{cake}/merge", other=coffee)
    assert {each["conversation"] for each in whole["merged"]} == {tea, coffee}
    assert (await vera.says("Into the oldest", tea))["conversation"] == cake
    await ada.call("conversation.close", conversation=cake)
    scope, store, hub = Scope(acme.id), acme.house.hub.store, acme.house.hub
    while await expire_conversations(hub, scope, hub.clock.now() + 60_000, "") is not None:
        pass
    assert await store.count(scope, CONVERSATIONS) == 0
    for each in (tea, coffee, cake):
        assert await store.read(scope, MESSAGES, each) == []
