"""Conversations find an agent: exactly one, who is there, takes them and has room; longest waiting first."""

from __future__ import annotations

import asyncio
import itertools
import urllib.error
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hub.chat.collections import CONVERSATIONS, ROUTING
from hub.chat.routing_queue import look
from hub.chat.routing_rules import Rules
from hub.chat.routing_watch import Routing
from storage.engine import Batch, Scope
from storage.sqlite import SqliteEngine
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.support.cast import Agent
from tests.support.house import add_agent, open_house
from tests.support.people import settled

pytestmark = pytest.mark.annex("C8", "X6")
ROUND = {"method": "round_robin"}
BUSY = {"method": "least_busy"}


class Team:
    """Acme with Ada, Ben and Cleo; Vera and more write."""

    def __init__(self, company: Company) -> None:
        self.company, self.house, self.scope = company, company.house, Scope(company.id)
        self.hub = company.house.hub

    async def gather(self) -> Team:
        await add_agent(self.hub, self.company.id, "cleo@acme.example")
        self.ada = await self.company.agent()
        self.ben = await self.company.agent("ben@acme.example")
        self.cleo = await self.company.agent("cleo@acme.example")
        self.ids = {self.id(who): who for who in (self.ada, self.ben, self.cleo)}
        return self

    @staticmethod
    def id(agent: Agent) -> int:
        return int(agent.session["agent"]["id"])

    async def rules(self, **rules: Any) -> Any:
        return await ask(self.ada, "PUT", "routing", **rules)

    async def asks(self, text: str = "Hello") -> int:
        """A new visitor begins a conversation."""
        return int((await (await self.company.visitor()).says(text))["conversation"])

    async def stored(self, conversation: int) -> Any:
        return await self.hub.store.get(self.scope, CONVERSATIONS, conversation)

    async def taken(self, conversation: int, within: float = 5.0) -> int:
        """Wait until an agent has it; return who."""
        found: list[int] = []

        async def has() -> bool:
            assignee = (await self.stored(conversation))["assignee"]
            if assignee is not None:
                found.append(assignee)
            return bool(found)

        until = asyncio.get_running_loop().time() + within
        while not await has():
            assert asyncio.get_running_loop().time() < until, f"nobody got {conversation}"
            await asyncio.sleep(0.02)
        return found[-1]

    async def waits(self, *conversations: int) -> bool:
        """Whether they are nobody's after everything was looked at."""
        await settled(self.house)
        await self.hub.part(Routing).look(self.scope)
        return all([(await self.stored(each))["assignee"] is None for each in conversations])


@pytest.fixture(params=["sqlite", "mongo"])
async def team(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Team]:
    settings = {"mongo_url": request.getfixturevalue("mongo_url")} if request.param == "mongo" else {}
    async with open_house(tmp_path / "data", presence_grace=0.2, **settings) as house:
        company = Company(house, await house.application("Acme", "ada@acme.example", "ben@acme.example"))
        try:
            yield await Team(company).gather()
        finally:
            await company.go_home()
        assert house.log.tracebacks == []


async def test_nobody_gets_anything_until_an_owner_says_how(team):
    begun = await team.asks()
    assert await team.waits(begun)
    await team.rules(usual=ROUND)
    await team.taken(begun)  # what waits already is handed out as well


async def test_round_robin_goes_round_and_tells_everybody(team):
    await team.rules(usual=ROUND)
    first = [await team.taken(await team.asks()) for _ in range(3)]
    again = [await team.taken(await team.asks()) for _ in range(3)]
    assert sorted(first) == sorted(team.ids) and again == first
    await team.ada.hears("conversation", assignee={"id": first[0], "name": team.ids[first[0]].session["agent"]["name"]})


async def test_whoever_is_busy_away_or_not_there_gets_nothing(team):
    await ask(team.ada, "PUT", "me/availability", state="busy")
    await ask(team.ben, "PUT", "me/availability", state="away")
    await team.rules(usual=ROUND)
    cleo = team.id(team.cleo)
    assert {await team.taken(await team.asks()) for _ in range(3)} == {cleo}
    await team.cleo.leave()
    await team.ada.hears("presence", id=cleo, online=False)
    late = await team.asks()
    assert await team.waits(late)
    await ask(team.ada, "PUT", "me/availability", state="available")
    assert await team.taken(late) == team.id(team.ada), "who becomes available gets what waits, without anything else"


async def test_the_least_busy_gets_it_up_to_what_each_can_take_and_the_rest_queues_longest_first(team):
    ada, ben, cleo = (team.id(each) for each in (team.ada, team.ben, team.cleo))
    await ask(team.cleo, "PUT", "me/availability", state="away")
    await team.rules(usual=BUSY, capacity=2, capacities=[{"agent": ben, "most": 1}])
    got = Counter([await team.taken(await team.asks()) for _ in range(3)])
    assert got == {ada: 2, ben: 1}
    queued = [await team.asks(f"Nr {n}") for n in range(3)]
    assert await team.waits(*queued)
    seen = await ask(team.ada, "GET", "queue")
    assert [each["id"] for each in seen["conversations"]] == queued and seen["waiting"] == 3 and seen["since"]
    loads = {each["agent"]: (each["open"], each["most"]) for each in seen["agents"]}
    assert loads == {ada: (2, 2), ben: (1, 1), cleo: (0, 2)}
    hers, *_ = await _open_of(team, ada)
    await team.ada.call("conversation.close", conversation=hers)
    assert await team.taken(queued[0]) == ada
    assert await team.waits(*queued[1:])


async def _open_of(team: Team, agent: int) -> list[int]:
    found = await team.ada.call("conversation.list", assignee=agent, status="open")
    return [each["id"] for each in found["conversations"]]


async def test_the_last_agent_comes_first_and_a_segment_may_belong_to_somebody(team):
    ben = team.id(team.ben)
    await team.rules(usual=ROUND | {"last_first": True})
    vera = await team.company.visitor()
    before = (await vera.says("Hello"))["conversation"]
    had = await team.taken(before)
    await team.ada.call("conversation.close", conversation=before)
    await team.taken(await team.asks())  # by turns somebody else would be next
    again = (await vera.says("Me again"))["conversation"]
    assert again != before and await team.taken(again) == had
    pro = {"type": "attribute", "attribute": "plan", "op": "equals", "value": "pro"}
    pros = (await ask(team.ada, "POST", "segments", name="Pros", where=pro))["id"]
    await team.rules(usual=ROUND, persons=[{"segment": pros, "agent": ben}])
    for _ in range(2):
        walt = await team.company.visitor()
        await walt.call("contact.update", attributes={"plan": "pro"})
        await settled(team.house)
        assert await team.taken((await walt.says("I pay"))["conversation"]) == ben


async def test_groups_have_rules_of_their_own_and_overflow_into_others(team, monkeypatch):
    ada, ben = team.id(team.ada), team.id(team.ben)
    sales = (await ask(team.ada, "POST", "groups", name="Sales", agents=[ben]))["id"]
    care = (await ask(team.ada, "POST", "groups", name="Care", agents=[ada]))["id"]
    await ask(team.ben, "PUT", "me/availability", state="away")
    overflow = {"method": "round_robin", "overflow": {"group": care, "after": 10}}
    await team.rules(groups=[{"group": sales, "rule": overflow}, {"group": care, "rule": ROUND}])
    begun = await team.asks()
    assert await team.waits(begun), "of no group, and nobody said how"
    await team.ada.call("conversation.group", conversation=begun, group=sales)
    assert await team.waits(begun), "Ben is away, and the ten minutes are not over"
    clock, now = team.hub.clock, team.hub.clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + 9 * 60_000)
    assert await team.waits(begun)
    monkeypatch.setattr(clock, "now", lambda: now() + 10 * 60_000)
    await team.hub.part(Routing).look(team.scope)
    assert await team.taken(begun) == ada
    assert (await team.stored(begun))["group"] == care


async def test_outside_of_the_hours_of_a_group_its_conversations_wait(team):
    sales = (await ask(team.ada, "POST", "groups", name="Sales", agents=[]))["id"]
    never = {"zone": "UTC", "week": [{"days": [0], "begins": "00:00", "ends": "00:01"}], "holidays": []}
    await ask(team.ada, "PUT", f"hours/groups/{sales}", hours=never)
    assert (await ask(team.ben, "GET", "hours/groups"))["groups"][0]["group"] == sales
    await team.rules(usual=ROUND)
    begun, other = await team.asks(), await team.asks()
    await team.taken(begun)
    await team.taken(other)
    await team.ada.call("conversation.assign", conversation=begun, agent=None)
    await team.ada.call("conversation.group", conversation=begun, group=sales)
    await team.ada.call("conversation.assign", conversation=begun, agent=None)
    assert await team.waits(begun)
    await team.rules(usual=ROUND | {"outside": "route"})
    await team.taken(begun)


async def test_what_waits_goes_back_when_its_agent_is_gone_for_the_grace_time_and_what_was_answered_stays(team):
    await ask(team.cleo, "PUT", "me/availability", state="away")
    await ask(team.ada, "PUT", "me/availability", state="busy")
    await team.rules(usual=ROUND, grace=1)
    ben, vera, walt = team.id(team.ben), await team.company.visitor(), await team.company.visitor()
    waiting, answered = (await vera.says("Anybody?"))["conversation"], (await walt.says("Hello"))["conversation"]
    assert await team.taken(waiting) == await team.taken(answered) == ben
    await team.ben.says("Hello Walt", answered)
    vera.forget()
    await team.ben.leave()
    await team.ada.hears("presence", id=ben, online=False)
    await ask(team.ada, "PUT", "me/availability", state="available")
    await eventually_async(lambda: team.stored(waiting), lambda doc: doc["assignee"] == team.id(team.ada))
    assert (await team.stored(answered))["assignee"] == ben, "nobody waits there: it stays with who answered"
    assert not vera.events("message"), "the contact is told nothing"
    said = await walt.says("One more thing", answered)
    assert said["conversation"] == answered
    await eventually_async(lambda: team.stored(answered), lambda doc: doc["assignee"] == team.id(team.ada))


async def test_who_comes_back_within_the_grace_time_keeps_everything(team):
    await ask(team.cleo, "PUT", "me/availability", state="away")
    await ask(team.ada, "PUT", "me/availability", state="busy")
    await team.rules(usual=ROUND, grace=3600)
    begun = await team.asks()
    ben = await team.taken(begun)
    await team.ben.leave()
    await team.ada.hears("presence", id=ben, online=False)
    await ask(team.ada, "PUT", "me/availability", state="available")
    await settled(team.house)
    await team.hub.part(Routing).look(team.scope)
    assert (await team.stored(begun))["assignee"] == ben
    gone = (await team.hub.store.get(team.scope, ROUTING, team.scope.app))["gone"]
    assert str(ben) in gone, "since when is kept, so that it goes on over a restart"
    await team.company.agent("ben@acme.example")
    await team.hub.part(Routing).look(team.scope)
    assert str(ben) not in (await team.hub.store.get(team.scope, ROUTING, team.scope.app))["gone"]


async def test_a_removed_agent_leaves_nothing_behind(team):
    await ask(team.ada, "PUT", "me/availability", state="busy")
    await ask(team.cleo, "PUT", "me/availability", state="away")
    await team.rules(usual=ROUND)
    begun = await team.asks()
    ben = await team.taken(begun)
    await ask(team.cleo, "PUT", "me/availability", state="available")
    await ask(team.ada, "DELETE", f"agents/{ben}")
    await eventually_async(lambda: team.stored(begun), lambda doc: doc["assignee"] == team.id(team.cleo))


async def test_looks_at_once_give_each_conversation_to_one_agent_and_nobody_more_than_fit(team):
    """Four nodes look at the same moment, each without knowing of the others."""
    each_fits = 4 if isinstance(team.hub.store, SqliteEngine) else 2
    fit = 3 * each_fits
    await team.rules(capacity=each_fits)
    begun = [await team.asks(f"Nr {n}") for n in range(fit + 2)]
    batch = Batch(team.scope)
    rules = {"usual": ROUND, "capacity": each_fits}
    batch.patch(ROUTING, team.scope.app, set={"rules": rules})
    await team.hub.commit(batch)
    team.hub.part(Rules).changed(team.scope.app)
    for who in team.ids.values():
        who.forget()
    await asyncio.gather(*(look(team.hub, team.scope) for _ in range(4)))
    got = Counter([(await team.stored(each))["assignee"] for each in begun])
    assert got == {**dict.fromkeys(team.ids, each_fits), None: 2}
    longest = [each for each in begun if (await team.stored(each))["assignee"] is None]
    assert longest == begun[fit:], "those that wait longest were first"
    await settled(team.house)
    changes = [event["id"] for event in team.ada.events("conversation") if event["assignee"]]
    assert sorted(changes) == begun[:fit], "each was given once, and never to a second agent"


async def test_what_cannot_be_is_refused(team):
    sales = (await ask(team.ada, "POST", "groups", name="Sales", agents=[]))["id"]
    bad = [
        {"groups": [{"group": 987_654, "rule": ROUND}]},
        {"persons": [{"segment": 987_654, "agent": team.id(team.ada)}]},
        {"capacities": [{"agent": 987_654, "most": 3}]},
        {"groups": [{"group": sales, "rule": ROUND | {"overflow": {"group": sales, "after": 5}}}]},
        {"groups": [{"group": sales, "rule": ROUND}] * 2},
    ]
    codes = []
    for rules in bad:
        with pytest.raises(urllib.error.HTTPError) as refused:
            await team.rules(**rules)
        codes.append(refused.value.code)
    assert codes == [404, 404, 404, 400, 400]
    assert (await ask(team.ben, "GET", "routing"))["groups"] == []


async def eventually_async(read: Any, holds: Any, within: float = 8.0) -> None:
    """Wait until what is read holds."""
    until = asyncio.get_running_loop().time() + within
    for _ in itertools.count():
        found = await read()
        if holds(found):
            return
        assert asyncio.get_running_loop().time() < until, found
        await asyncio.sleep(0.05)
