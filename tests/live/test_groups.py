"""New conversations go to the group of their contact, at once and for everybody to see; a group routes, it hides nothing."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS
from hub.people.collections import CONTACTS
from storage.engine import Batch, Scope
from tests.conftest import Company
from tests.support.cast import Agent, Refused, Visitor
from tests.support.house import House, open_house
from tests.support.people import settled

pytestmark = pytest.mark.annex("C8")
PRO = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}


class Team:
    """Acme with Ada in the group Sales, Ben in none, and contacts of the plan "pro" going to Sales."""

    def __init__(self, house: House, company: Company, token: str) -> None:
        self.house, self.company, self._token = house, company, token
        self.scope = Scope(company.id)

    async def ask(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """Ask one of the two APIs."""
        request = urllib.request.Request(
            f"{self.house.url}/api/{path}", None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": f"Token {key}" if key else f"Bearer {self._token}", "Content-Type": "application/json"},
        )  # fmt: skip
        return json.loads(await asyncio.to_thread(lambda: urllib.request.urlopen(request).read()) or b"null")

    async def gather(self) -> Team:
        self.ada, self.ben = await self.company.agent("ada@acme.example"), await self.company.agent("ben@acme.example")
        agents = [self.ada.session["agent"]["id"]]
        self.sales = (await self.ask("POST", "app/groups", {"name": "Sales", "agents": agents}))["id"]
        self.care = (await self.ask("POST", "app/groups", {"name": "Care"}))["id"]
        self.pros = (await self.ask("POST", "app/segments", {"name": "Pros", "where": PRO}))["id"]
        await self.rules((self.pros, self.sales))
        return self

    async def rules(self, *rules: tuple[int, int], otherwise: int | None = None) -> None:
        """Change the rules, and wait until they are applied."""
        listed = [{"segment": segment, "group": group} for segment, group in rules]
        await self.ask("PUT", "app/group-rules", {"rules": listed, "otherwise": otherwise})
        await settled(self.house)

    async def customer(self, plan: str = "pro") -> Visitor:
        """A visitor of a plan, whose segments are known."""
        visitor: Visitor = await self.company.visitor()
        await visitor.call("contact.update", attributes={"plan": plan})
        await settled(self.house)
        return visitor

    async def listed(self, who: Agent, **asked: Any) -> list[int]:
        return [each["id"] for each in (await who.call("conversation.list", **asked))["conversations"]]

    async def group_of(self, conversation: int) -> int | None:
        found: int | None = (await self.house.hub.store.get(self.scope, CONVERSATIONS, conversation))["group"]
        return found


@pytest.fixture(params=["sqlite", "mongo"])
async def either(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Team]:
    """The team on each engine."""
    settings = {}
    if request.param == "mongo":
        settings["mongo_url"] = request.getfixturevalue("mongo_url")
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        company = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        yield await Team(house, company, await company.token()).gather()
        await company.go_home()


@pytest.fixture
async def team(house: House, acme: Company) -> Team:
    return await Team(house, acme, await acme.token()).gather()


async def test_a_new_conversation_is_its_groups_from_its_first_word_and_everybody_sees_it(either, request):
    team = either
    vera, walt = await team.customer(), await team.customer("free")
    begun, other = (await vera.says("Hello"))["conversation"], (await walt.says("Hi"))["conversation"]
    for agent in (team.ada, team.ben):
        states = [state["group"] for state in agent.events("conversation") if state["id"] == begun]
        await agent.hears("conversation", id=begun, group=team.sales)
        await agent.hears("conversation", id=other, group=None)
        assert set(states) <= {team.sales}, "there was a moment in which it was nobody's"
    assert await team.listed(team.ada, group="mine") == await team.listed(team.ben, group=team.sales) == [begun]
    assert await team.listed(team.ben, group="mine") == [] == await team.listed(team.ben, group=team.care)
    assert set(await team.listed(team.ben)) == {begun, other}, "a group hides nothing"
    assert await team.listed(team.ben, group="none") == [other]
    counts = (await team.ben.call("conversation.list"))["counts"]
    assert counts["groups"] == {str(team.sales): 1, str(team.care): 0}
    assert all("group" not in state for state in vera.events("conversation")), "who works where is nobody's business"
    assert "group" not in (await vera.call("conversation.open", conversation=begun))["conversation"]


async def test_the_group_is_written_in_the_batch_that_begins_the_conversation_and_costs_no_trip_more(team):
    store, asked = team.house.hub.store, []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(store, name)

    trips = []
    for _ in range(5):
        vera = await team.customer()
        asked.clear()
        team.house.hub.store = Counting()
        begun = (await vera.says("Hello"))["conversation"]
        team.house.hub.store = store
        trips.append([name for name in asked[: asked.index("commit") + 1] if name not in ("claim_jobs", "reserve")])
        assert await team.group_of(begun) == team.sales
    # What others do at this moment only adds to it.
    assert min(trips, key=len) == ["find", "get", "commit"], "which is what it was before there were groups"


async def test_whoever_begins_a_conversation_and_by_whichever_door_it_goes_to_the_group(team):
    key = team.company.api_key
    contact = (await team.ask("POST", "app/contacts", {"attributes": {"plan": "pro"}}))["id"]
    await settled(team.house)
    by_company = (await team.ask("POST", f"public/users/{contact}/conversations/", {"content": "Hello"}, key=key))["id"]
    assert await team.group_of(by_company) == team.sales
    vera = await team.customer()
    own = vera.session["contact"]["id"]
    sent = {"user_id": own, "content": "By program", "source": "email", "source_context": {}}
    await team.ask("POST", "public/message/send_message_as_user/", sent, key=key)
    page = await team.house.hub.store.find(team.scope, CONVERSATIONS)
    assert {each["group"] for each in page.items if each["contact"] == own} == {team.sales}


async def test_a_conversation_that_no_rule_concerns_goes_to_the_group_of_all_others(team):
    await team.rules((team.pros, team.sales), otherwise=team.care)
    vera, walt = await team.customer(), await team.customer("free")
    assert await team.group_of((await vera.says("Hello"))["conversation"]) == team.sales
    begun = (await walt.says("Hello"))["conversation"]
    assert await team.group_of(begun) == team.care
    await walt.call("contact.update", attributes={"plan": "pro"})
    await team.ben.hears("conversation", id=begun, group=team.sales)
    contact = await team.house.hub.store.get(team.scope, CONTACTS, walt.session["contact"]["id"])
    assert contact["group"] == team.sales


async def test_what_waits_follows_its_contact_until_somebody_takes_or_moves_it(either):
    team = either
    waiting, taken, moved = [await team.company.visitor() for _ in range(3)]
    first, second, third = [(await each.says("Hello"))["conversation"] for each in (waiting, taken, moved)]
    await team.ben.call("conversation.assign", conversation=second, agent=team.ben.session["agent"]["id"])
    await team.ben.call("conversation.group", conversation=third, group=team.care)
    for visitor in (waiting, taken, moved):
        await visitor.call("contact.update", attributes={"plan": "pro"})
    await team.ada.hears("conversation", id=first, group=team.sales)
    await settled(team.house)
    assert [await team.group_of(each) for each in (first, second, third)] == [team.sales, None, team.care]
    await waiting.call("contact.update", attributes={"plan": "free"})
    await settled(team.house)
    assert await team.group_of(first) == team.sales, "it is not taken out of sight of those who were told of it"


async def test_a_change_of_the_rules_moves_what_waits_and_nothing_else(team):
    vera, walt = await team.customer(), await team.customer()
    waits, taken = (await vera.says("Hello"))["conversation"], (await walt.says("Hello"))["conversation"]
    closed = (await (await team.customer()).says("Thanks"))["conversation"]
    await team.ada.call("conversation.assign", conversation=taken, agent=team.ada.session["agent"]["id"])
    await team.ada.call("conversation.close", conversation=closed)
    await team.rules((team.pros, team.care))
    await team.ben.hears("conversation", id=waits, group=team.care)
    assert [await team.group_of(each) for each in (waits, taken, closed)] == [team.care, team.sales, team.sales]


async def test_a_conversation_that_begins_while_its_contact_moves_ends_up_in_the_right_group(team):
    """The two may overtake each other in any order; who comes last sees what the other one did."""
    for number in range(12):
        vera = await team.company.visitor()
        _, said = await asyncio.gather(
            vera.call("contact.update", attributes={"plan": "pro"}), vera.says(f"Hello {number}")
        )
        await settled(team.house)
        assert await team.group_of(said["conversation"]) == team.sales


async def test_a_group_and_an_agent_are_assigned_by_hand_and_the_agent_keeps_the_group(either):
    team = either
    begun = (await (await team.customer("free")).says("Hello"))["conversation"]
    state = (await team.ben.call("conversation.group", conversation=begun, group=team.sales))["conversation"]
    assert (state["group"], state["assignee"]) == (team.sales, None)
    await team.ada.hears("conversation", id=begun, group=team.sales)
    mine = team.ada.session["agent"]["id"]
    state = (await team.ada.call("conversation.assign", conversation=begun, agent=mine))["conversation"]
    assert (state["group"], state["assignee"]["id"]) == (team.sales, mine)
    state = await team.ask("PUT", f"app/conversations/{begun}/group", {"group": None})
    assert (state["group"], state["assignee"]["id"]) == (None, mine)


async def test_a_deleted_group_gives_its_conversations_back(either):
    team = either
    vera, walt = await team.customer(), await team.customer()
    begun, by_hand = (await vera.says("Hello"))["conversation"], (await walt.says("Hello"))["conversation"]
    await team.ada.call("conversation.group", conversation=by_hand, group=team.care)
    await team.ask("DELETE", f"app/groups/{team.care}")
    await team.ben.hears(
        "groups", groups=[{"id": team.sales, "name": "Sales", "agents": [team.ada.session["agent"]["id"]]}]
    )
    await settled(team.house)
    assert await team.group_of(by_hand) == team.sales, "it is where its contact belongs again"
    await team.ask("DELETE", f"app/groups/{team.sales}")
    await settled(team.house)
    assert [await team.group_of(each) for each in (begun, by_hand)] == [None, None]
    await team.ben.hears("conversation", id=begun, group=None)
    assert (await team.ben.call("conversation.list"))["counts"]["groups"] == {}


async def test_agents_hear_of_groups_live_and_find_them_when_they_come(team):
    ben = team.ben.session["agent"]["id"]
    await team.ask("PUT", f"app/groups/{team.care}/agents/{ben}")
    heard = (await team.ada.hears("groups", groups=[
        {"id": team.care, "name": "Care", "agents": [ben]},
        {"id": team.sales, "name": "Sales", "agents": [team.ada.session["agent"]["id"]]},
    ]))["groups"]  # fmt: skip
    again = await team.company.agent("ben@acme.example")
    assert again.session["groups"] == heard
    begun = (await (await team.customer()).says("Hello"))["conversation"]
    await again.hears("conversation", id=begun)
    assert (await team.company.agent()).session["counts"]["groups"] == {str(team.sales): 1, str(team.care): 0}


async def test_gus_of_globex_hears_nothing_and_can_do_nothing(team, globex):
    gus = await globex.agent()
    gus.forget()
    vera = await team.customer()
    begun = (await vera.says("Hello"))["conversation"]
    await team.ask("POST", "app/groups", {"name": "Third"})
    await team.ada.hears("conversation", id=begun)
    assert await gus.refused("conversation.group", conversation=begun, group=None) == "not_found"
    assert (await gus.call("conversation.list", group=team.sales))["conversations"] == []
    walt = await globex.visitor()
    own = (await walt.says("Hi"))["conversation"]
    await gus.hears("conversation", id=own)
    assert await gus.refused("conversation.group", conversation=own, group=team.sales) == "not_found"
    assert {name for name, _ in gus.heard} <= {"message", "conversation", "presence", "first.hour"}
    assert {payload["contact"]["id"] for name, payload in gus.heard if name == "conversation"} == {
        walt.session["contact"]["id"]
    }


async def test_a_group_that_does_not_exist_is_refused_and_nothing_moves(team):
    begun = (await (await team.customer()).says("Hello"))["conversation"]
    assert await team.ada.refused("conversation.group", conversation=begun, group=999) == "not_found"
    assert await team.ada.refused("conversation.group", conversation=999, group=team.care) == "not_found"
    for wrong in ({"group": "x"}, {"group": 0}, {}):
        assert await team.ada.refused("conversation.group", conversation=begun, **wrong) == "invalid_payload"
    assert await team.ada.refused("conversation.list", group="ours") == "invalid_payload"
    with pytest.raises(Refused):
        await (await team.customer()).call("conversation.group", conversation=begun, group=None)
    assert await team.group_of(begun) == team.sales


async def test_conversations_of_a_merged_contact_go_where_it_belongs(team):
    walt = await team.customer("free")
    begun = (await walt.says("Hello"))["conversation"]
    assert await team.group_of(begun) is None
    vera = (await team.ask("POST", "app/contacts", {"attributes": {"plan": "pro"}}))["id"]
    await settled(team.house)
    await team.ask("POST", f"app/contacts/{vera}/merge", {"others": [walt.session["contact"]["id"]]})
    await settled(team.house)
    assert await team.group_of(begun) == team.sales


async def test_an_older_conversation_that_knows_no_group_is_in_none(team):
    vera = await team.customer("free")
    begun = (await vera.says("Hello"))["conversation"]
    batch = Batch(team.scope)
    batch.patch(CONVERSATIONS, begun, unset=["group", "moved"])
    await team.house.hub.commit(batch)
    assert (await team.ada.call("conversation.open", conversation=begun))["conversation"]["group"] is None
    assert await team.listed(team.ada, group="none") == [begun]
    await vera.call("contact.update", attributes={"plan": "pro"})
    await team.ada.hears("conversation", id=begun, group=team.sales)
