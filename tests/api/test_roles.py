"""Roles: what they allow counts at once, in calls and on open sockets, and nobody gives away more than they hold."""

from __future__ import annotations

from typing import Any

import pytest

from hub.accounts import grants
from hub.accounts.collections import AGENTS, ROLES
from hub.accounts.events import rooms_of_agent
from storage.engine import INSTALLATION, Batch
from tests.api.conftest import Answer, Caller
from tests.conftest import Company
from tests.support.cast import Refused
from tests.support.house import eventually

pytestmark = pytest.mark.annex("S1", "S2", "X6")
ADA, BEN = "ada@acme.example", "ben@acme.example"


class Panel:
    """Calls our own API as somebody who is signed in."""

    def __init__(self, web: Caller, token: str) -> None:
        self._web, self.token = web, token

    async def __call__(self, method: str, path: str, body: Any = None) -> Answer:
        return await self._web(method, f"/api/app/{path}", body, headers={"Authorization": f"Bearer {self.token}"})


@pytest.fixture
async def ada(acme: Company, web: Caller) -> Panel:
    """Ada, who owns Acme."""
    return Panel(web, await acme.token(ADA))


@pytest.fixture
async def ben(acme: Company, web: Caller) -> Panel:
    """Ben, an agent."""
    return Panel(web, await acme.token(BEN))


async def id_of(ada: Panel, name: str) -> int:
    team = (await ada("GET", "agents")).json["agents"]
    return next(agent["id"] for agent in team if agent["name"] == name)


async def new_role(ada: Panel, name: str, *permissions: str) -> str:
    answer = await ada("POST", "roles", {"name": name, "permissions": list(permissions)})
    assert answer.status == 201, answer.body
    return answer.json["id"]


async def give(ada: Panel, name: str, role: str) -> Answer:
    return await ada("PATCH", f"agents/{await id_of(ada, name)}", {"role": role})


async def test_an_own_role_counts_at_once_for_calls_and_for_sockets_that_are_open(acme, ada, ben, globex):
    socket, vera = await acme.agent(BEN), await acme.visitor()
    assert "crm.read" in socket.session["permissions"] and (await ben("GET", "pipelines")).status == 200
    said = await vera.says("Hello?")
    await socket.hears("message", text="Hello?")

    role = await new_role(ada, "Marketing", "contacts.read", "segments.manage")
    socket.forget()
    assert (await give(ada, "Ben", role)).json["role"] == role
    await eventually(lambda: socket.events("session"))
    assert socket.session["permissions"] == ["contacts.read", "profile.own", "segments.manage"]
    assert socket.session["counts"]["open"] == 0, "not even how many there are"

    assert (await ben("GET", "pipelines")).status == 403 and (await ben("GET", "segments")).status == 200
    with pytest.raises(Refused, match="permission"):
        await socket.call("conversation.open", conversation=said["conversation"])
    watcher = await acme.agent(ADA)
    socket.forget()
    await vera.says("Is anybody there?", said["conversation"])
    await watcher.hears("message", text="Is anybody there?")  # Ada does hear it, so the silence is no deafness
    await vera.call("page", url="https://acme.example/prices", title="Prices", referrer="")
    await socket.hears("page", title="Prices")
    assert {name for name, _ in socket.heard} == {"page"}

    socket.forget()
    assert (await ada("PATCH", f"roles/{role}", {"permissions": ["conversations.read", "contacts.read"]})).status == 200
    await eventually(lambda: socket.events("session"))
    await vera.says("Now you can read me", said["conversation"])
    await socket.hears("message", text="Now you can read me")


async def test_nobody_gives_away_more_than_they_hold(acme, ada, ben):
    helper = await new_role(ada, "Helper", "agents.read", "agents.manage", "roles.manage", "contacts.read")
    assert (await give(ada, "Ben", helper)).status == 200
    refused = await ben("POST", "roles", {"name": "Spy", "permissions": ["contacts.read", "keys.manage"]})
    assert (refused.status, refused.json["details"]["reason"]) == (403, "more_than_own")
    strong = await new_role(ada, "Strong", "keys.manage")
    for answer in (
        await ben("PATCH", f"roles/{helper}", {"permissions": ["keys.manage"]}),
        await ben("PATCH", f"roles/{strong}", {"permissions": []}),
        await ben("DELETE", f"roles/{strong}"),
        await give(ben, "Ben", "owner"),
        await give(ben, "Ben", "agent"),
        await give(ben, "Ada", helper),
        await ben("DELETE", f"agents/{await id_of(ada, 'Ada')}"),
    ):
        assert (answer.status, answer.json["details"]["reason"]) == (403, "more_than_own"), answer.body
    listed = {role["id"]: role for role in (await ben("GET", "roles")).json["roles"]}
    assert [listed[role]["yours"] for role in ("owner", "admin", "agent", helper, strong)] == [False] * 3 + [
        True,
        False,
    ]
    assert (listed[helper]["agents"], listed["owner"]["agents"]) == (1, 1)
    weaker = await ben("POST", "roles", {"name": "Reader", "permissions": ["contacts.read"]})
    assert (await give(ben, "Ben", weaker.json["id"])).status == 200, "less than one holds may be given, to oneself too"


async def test_an_admin_does_all_but_what_would_lock_out_the_owners(acme, ada, ben):
    assert (await give(ada, "Ben", "admin")).status == 200
    assert (await ben("GET", "keys")).status == 200
    assert (await give(ben, "Ada", "agent")).status == 403
    assert grants.BUILT_IN["owner"] - grants.BUILT_IN["admin"] == grants.OWNERS_ALONE


async def test_an_owner_stays(acme, ada, ben):
    refused = await give(ada, "Ada", "agent")
    assert (refused.status, refused.json["details"]["reason"]) == (403, "last_owner")
    assert (await give(ada, "Ben", "owner")).status == 200
    assert (await give(ada, "Ada", "agent")).status == 200, "now there is another one"
    assert (await ada("GET", "agents")).status == 403, "and that counts from the next call on"


async def test_a_role_that_is_used_stays_and_one_that_is_gone_allows_nothing(acme, house, ada, ben):
    role = await new_role(ada, "Marketing", "contacts.read")
    assert (await give(ada, "Ben", role)).status == 200
    refused = await ada("DELETE", f"roles/{role}")
    assert (refused.status, refused.json["details"]["reason"]) == (400, "role_used")
    batch = Batch(INSTALLATION)  # as if it had been lost
    batch.delete(ROLES, int(role))
    await house.hub.commit(batch)
    from hub.accounts.access import access_changed

    access_changed(house.hub, acme.id)
    assert (await ben("GET", "contacts")).status == 403
    assert (await give(ada, "Ben", "agent")).status == 200 and (await ben("GET", "contacts")).status == 200
    other = await new_role(ada, "Empty")
    assert (await ada("DELETE", f"roles/{other}")).status == 204
    assert (await give(ada, "Ben", other)).json["details"]["reason"] == "no_role"
    assert (await give(ada, "Ben", "superuser")).json["details"]["reason"] == "no_role"


async def test_names_are_unique_and_unknown_permissions_refused(acme, ada):
    role = await new_role(ada, "Marketing", "contacts.read")
    assert (await ada("POST", "roles", {"name": " marketing", "permissions": []})).json["code"] == "taken"
    for permissions in (["everything"], ["contacts.self"], ["profile.own"], ["moving.in"]):
        assert (await ada("POST", "roles", {"name": "X", "permissions": permissions})).status == 400
    assert (await ada("PATCH", f"roles/{role}", {"name": "MARKETING"})).status == 200
    assert (await ada("POST", "roles", {"name": "Owner", "permissions": []})).status == 201, "a name is only a name"


async def test_a_change_that_nobody_told_this_node_is_found_by_looking(acme, house, ada, monkeypatch):
    monkeypatch.setattr("hub.doors.live.sign_ins.CHECK", 0.1)
    socket = await acme.agent(BEN)
    socket.forget()
    batch = Batch(INSTALLATION)  # by another node, whose word was lost
    batch.patch(AGENTS, socket.auth and await id_of(ada, "Ben"), set={"role": "owner", "name": "Benjamin"})
    await house.hub.commit(batch)
    await eventually(lambda: socket.events("session"))
    assert "keys.manage" in socket.session["permissions"] and socket.session["agent"]["name"] == "Benjamin"


async def test_a_socket_that_goes_while_others_are_greeted_anew_is_not_put_back(acme, house, ada, monkeypatch):
    clients = [await acme.agent(BEN), await acme.agent(BEN)]
    sign_ins, open_ones = house.live._sign_ins, house.live.sessions
    greet, gone = sign_ins._renew, []

    async def greets(sid, session, actor):
        if not gone:  # the first is greeted; before the second one's turn it is signed out
            (other,) = [each for each, one in open_ones.items() if one.actor.name == "Ben" and each != sid]
            gone.append(other)
            sign_ins.cut(open_ones[other].sign_in)
            await eventually(lambda: other not in open_ones)
        await greet(sid, session, actor)

    monkeypatch.setattr(sign_ins, "_renew", greets)
    assert (await give(ada, "Ben", "admin")).status == 200
    await eventually(lambda: gone and any("keys.manage" in each.session["permissions"] for each in clients))
    await sign_ins.look_again(acme.id)
    assert gone[0] not in open_ones
    assert len([one for one in open_ones.values() if one.actor.name == "Ben"]) == 1


def test_an_agent_hears_in_the_rooms_of_what_it_may_read():
    assert (
        rooms_of_agent(1, 7, grants.AGENT)[:2] == ("1:team", "1:agent:7")
        and len(rooms_of_agent(1, 7, grants.AGENT)) == 5
    )
    assert rooms_of_agent(1, 7, frozenset()) == ("1:team", "1:agent:7")
