"""An owner takes an agent out of the application: sockets, sign-ins and conversations, and of nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.accounts.collections import AGENTS, SESSIONS
from hub.accounts.sessions import Visit, open_session
from hub.core.errors import WrongSignIn
from storage.engine import INSTALLATION, Batch
from storage.filters import Eq
from tests.api.conftest import Answer, Caller
from tests.conftest import Company
from tests.support.cast import Agent, ConnectRefused
from tests.support.house import PASSWORD, House, eventually

pytestmark = pytest.mark.annex("S2")
ADA, BEN, GUS = "ada@acme.example", "ben@acme.example", "gus@globex.example"


@pytest.fixture
async def owner(acme: Company) -> str:
    """The token of Ada, who owns Acme."""
    return await acme.token(ADA)


async def call(web: Caller, method: str, path: str, token: str | None) -> Answer:
    return await web(method, path, headers={"Authorization": f"Bearer {token}"} if token else {})


async def remove(web: Caller, token: str | None, agent: Any) -> Answer:
    return await call(web, "DELETE", f"/api/app/agents/{agent}", token)


async def make_owner(house: House, agent: int) -> None:
    batch = Batch(INSTALLATION)
    batch.patch(AGENTS, agent, set={"role": "owner"})
    await house.hub.commit(batch)


async def test_the_list_has_everybody_of_the_application_and_nobody_else(web, acme, globex, owner):
    team = (await call(web, "GET", "/api/app/agents", owner)).json["agents"]
    assert [(agent["name"], agent["email"], agent["role"]) for agent in team] == [
        ("Ada", ADA, "owner"), ("Ben", BEN, "agent"),
    ]  # fmt: skip


async def test_a_removed_agent_is_out_at_once_and_the_others_do_not_notice(web, acme, globex, owner):
    ada, ben, gus = await acme.agent(ADA), await acme.agent(BEN), await globex.agent(GUS)
    second = await acme.agent(BEN)
    vera = await acme.visitor()
    id = ben.session["agent"]["id"]
    acme.house.live._sign_ins._checked = float("inf")  # nobody is found by looking: the removal itself has to say it
    ada.forget(), gus.forget(), vera.forget()

    assert (await remove(web, owner, id)).status == 204
    await asyncio.wait_for(asyncio.gather(ben.disconnected.wait(), second.disconnected.wait()), 2)
    await ada.hears("presence", id=id, online=False)
    await vera.hears("presence", id=id, online=False)
    assert (await ada.ack("conversation.list", {}))["ok"] and (await gus.ack("conversation.list", {}))["ok"]
    assert gus.heard == []

    for token in (ben.auth["token"], second.auth["token"]):
        with pytest.raises(ConnectRefused) as refusal:
            await Agent(acme.house.url, token).connect()
        assert refusal.value.code == "token_invalid"
        assert (await call(web, "GET", "/api/app/agents", token)).status == 401
    assert (await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})).json["code"] == "wrong_sign_in"
    team = (await call(web, "GET", "/api/app/agents", owner)).json["agents"]
    assert [agent["name"] for agent in team] == ["Ada"]
    assert [agent["name"] for agent in (await acme.agent(ADA)).session["agents"]] == ["Ada"]
    assert (await remove(web, owner, id)).status == 404


async def test_the_conversations_of_a_removed_agent_are_nobodys_and_say_so(web, acme, globex, owner):
    ada, ben, gus = await acme.agent(ADA), await acme.agent(BEN), await globex.agent(GUS)
    vera, walt, stranger = await acme.visitor(), await acme.visitor(), await globex.visitor()
    first, second = (await vera.says("Hello"))["conversation"], (await walt.says("Hi"))["conversation"]
    theirs = (await stranger.says("Dzień dobry"))["conversation"]
    id, hers = ben.session["agent"]["id"], ada.session["agent"]["id"]
    await ben.says("I am Ben", first)
    await ben.call("conversation.assign", conversation=first, agent=id)
    await ben.call("conversation.close", conversation=first)
    await ben.call("conversation.assign", conversation=second, agent=hers)
    await gus.call("conversation.assign", conversation=theirs, agent=gus.session["agent"]["id"])
    await vera.hears("conversation", id=first, status="closed")
    await walt.hears("conversation", id=second, assignee={"id": hers, "name": "Ada"})
    await gus.hears("conversation", id=theirs, assignee={"id": gus.session["agent"]["id"], "name": "Gus"})
    for client in (ada, vera, walt, gus):
        client.forget()

    assert (await remove(web, owner, id)).status == 204
    assert (await ada.hears("conversation", id=first))["assignee"] is None
    assert (await vera.hears("conversation", id=first, assignee=None))["status"] == "closed"
    assert walt.events("conversation") == [] and gus.heard == []
    opened = await ada.call("conversation.open", conversation=second)
    assert opened["conversation"]["assignee"] == {"id": hers, "name": "Ada"}
    opened = await ada.call("conversation.open", conversation=first)
    assert opened["messages"][1]["author"] == {"kind": "agent", "id": id, "name": "Ben"}, (
        "what was said keeps its author"
    )
    answer = await web.with_key(acme.api_key).get(f"/api/public/conversations/{first}/")
    found = answer.json["results"]
    assert found["agent"] is None and found["messages"][1]["user"]["name"] == "Ben"
    refused = await ada.refused("conversation.assign", conversation=first, agent=id)
    assert refused == "not_found"


async def test_only_owners_may_and_only_in_their_own_application(web, acme, globex, owner):
    ben, gus = await acme.agent(BEN), await globex.agent(GUS)
    hers, his, theirs = acme.made["agent"]["id"], ben.session["agent"]["id"], gus.session["agent"]["id"]
    plain = ben.auth["token"]
    assert (await remove(web, plain, hers)).json["code"] == "forbidden"
    assert (await remove(web, plain, his)).json["code"] == "forbidden"
    assert (await call(web, "GET", "/api/app/agents", plain)).status == 403
    for token in (None, "x", acme.api_key):
        assert (await remove(web, token, his)).json["code"] == "token_invalid"
        assert (await call(web, "GET", "/api/app/agents", token)).status == 401
    assert (await remove(web.with_key(acme.api_key), None, his)).json["code"] == "token_invalid"
    for id in (theirs, 2**40, 0, "x", "-1", "9" * 30, "²"):
        answer = await remove(web, owner, id)
        assert (answer.status, answer.json["code"]) == (404, "not_found"), id
    assert (await remove(web, gus.auth["token"], his)).status == 404
    await asyncio.sleep(0)
    assert not ben.disconnected.is_set() and not gus.disconnected.is_set()
    assert len((await call(web, "GET", "/api/app/agents", owner)).json["agents"]) == 2


async def test_the_last_owner_stays(web, acme, owner):
    answer = await remove(web, owner, acme.made["agent"]["id"])
    assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert "owner" in answer.json["detail"]
    assert (await call(web, "GET", "/api/app/agents", owner)).status == 200


async def test_an_owner_may_leave_while_another_one_stays(web, acme, owner):
    ben = await acme.agent(BEN)
    await make_owner(acme.house, ben.session["agent"]["id"])
    ada = await acme.agent(ADA)
    assert (await remove(web, owner, acme.made["agent"]["id"])).status == 204
    await asyncio.wait_for(ada.disconnected.wait(), 2)
    assert (await remove(web, ben.auth["token"], ben.session["agent"]["id"])).status == 403


async def test_of_two_owners_who_remove_each_other_at_once_one_stays(web, acme, owner):
    his = (await acme.agent(BEN)).session["agent"]["id"]
    await make_owner(acme.house, his)
    ben = await acme.token(BEN)
    answers = await asyncio.gather(remove(web, owner, his), remove(web, ben, acme.made["agent"]["id"]))
    assert sorted(answer.status for answer in answers)[0] == 204
    assert max(answer.status for answer in answers) >= 400
    page = await acme.house.hub.store.find(INSTALLATION, AGENTS)
    assert len([agent for agent in page.items if agent["app"] == acme.id]) == 1


async def test_who_works_for_two_companies_stays_in_the_other(web, acme, globex, house, owner):
    made = await house.application("Second", BEN)
    second = Company(house, made)
    here, there = await acme.agent(BEN), await second.agent(BEN)
    try:
        assert (await remove(web, owner, here.session["agent"]["id"])).status == 204
        await asyncio.wait_for(here.disconnected.wait(), 2)
        assert (await there.ack("conversation.list", {}))["ok"] and not there.disconnected.is_set()
        signed_in = await web.post("/api/app/sign-in", {"email": BEN, "password": PASSWORD})
        assert signed_in.json["application"]["id"] == second.id
    finally:
        await second.go_home()


async def test_a_sign_in_that_was_under_way_opens_no_session_any_more(web, acme, owner):
    """It had found Ben before he was removed; its session would be none of those that ended."""
    hub, id = acme.house.hub, (await acme.agent(BEN)).session["agent"]["id"]
    found = await hub.store.get(INSTALLATION, AGENTS, id)
    assert (await remove(web, owner, id)).status == 204
    with pytest.raises(WrongSignIn):
        await open_session(hub, found, Visit(), "password")


async def test_who_signs_in_at_the_moment_of_the_removal_does_not_stay(web, acme, owner):
    ben = await acme.agent(BEN)
    id = ben.session["agent"]["id"]
    body = {"email": BEN, "password": PASSWORD}
    signing_in = [asyncio.ensure_future(web.post("/api/app/sign-in", body)) for _ in range(12)]
    await asyncio.wait(signing_in, return_when=asyncio.FIRST_COMPLETED)
    assert (await remove(web, owner, id)).status == 204
    answers = await asyncio.gather(*signing_in)
    tokens = [answer.json["token"] for answer in answers if answer.status == 200]
    assert tokens, "nobody was quick enough for this test to mean anything"
    for token in tokens:
        assert (await call(web, "GET", "/api/app/agents", token)).json["code"] == "token_invalid"
    await eventually(lambda: acme.house.live.numbers()["agent"] == 0)

    assert (await acme.house.hub.store.find(INSTALLATION, SESSIONS, Eq("agent", id))).items == []
