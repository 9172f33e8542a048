"""Agents' sockets: tokens, signing out, and people who work for two applications."""

from __future__ import annotations

import asyncio
import urllib.request

import pytest

from tests.support.cast import Agent, ConnectRefused, Refused
from tests.support.house import eventually

pytestmark = pytest.mark.annex("H1")


async def refusal(house, token) -> str:
    with pytest.raises(ConnectRefused) as refused:
        await Agent(house.url, token).connect()
    assert refused.value.error["retryable"] is False
    return refused.value.code


def sign_out(url: str, token: str) -> int:
    request = urllib.request.Request(
        f"{url}/api/app/sign-out", b"", {"Authorization": f"Bearer {token}"}, method="POST"
    )
    with urllib.request.urlopen(request) as response:
        return response.status


class LaterClock:
    """The clock of a hub, some days ahead."""

    def __init__(self, clock, days: int) -> None:
        self._clock, self._ahead = clock, days * 86_400_000

    def now(self) -> int:
        return self._clock.now() + self._ahead


@pytest.fixture
def quick_expiry(monkeypatch) -> None:
    """Let the live door look often whether sign-ins have expired."""
    monkeypatch.setattr("hub.doors.live.sign_ins.CHECK", 0.1)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "\ud800", "\x00", "ż" * 43])
async def test_a_token_that_nobody_has_is_refused(acme, house, token):
    assert await refusal(house, token) == "token_invalid"


async def test_an_agents_token_is_no_visitors_token_and_the_other_way_round(acme, house):
    vera = await acme.visitor()
    assert await refusal(house, vera.token) == "token_invalid"
    assert await refusal(house, acme.api_key) == "token_invalid"
    assert (await acme.visitor(await acme.token())).session["conversations"] == []


async def test_an_expired_token_is_told_apart(acme, house):
    token = await acme.token()
    house.hub.clock = LaterClock(house.hub.clock, 31)
    assert await refusal(house, token) == "token_expired"


async def test_an_open_socket_whose_token_expires_may_do_nothing_more_and_is_cut(quick_expiry, acme, house):
    ada, vera = await acme.agent(), await acme.visitor()
    conversation = (await vera.says("Hello"))["conversation"]
    house.hub.clock = LaterClock(house.hub.clock, 31)
    with pytest.raises(Refused) as refused:
        await ada.says("Too late", conversation)
    assert refused.value.code == "token_expired"
    await asyncio.wait_for(ada.disconnected.wait(), 5)
    ada.forget()
    await vera.says("Anybody there?")
    await vera.hears("message", text="Anybody there?")
    assert ada.heard == []


async def test_signing_out_cuts_the_sockets_of_that_sign_in_and_no_other(acme, house):
    token = await acme.token()
    first, second = [await acme._come(Agent(house.url, token)) for _ in range(2)]
    elsewhere, ben, vera = await acme.agent(), await acme.agent("ben@acme.example"), await acme.visitor()
    assert await asyncio.to_thread(sign_out, house.url, token) == 204
    for cut in (first, second):
        await asyncio.wait_for(cut.disconnected.wait(), 5)
        cut.forget()
    await vera.says("Hello")
    for who in (elsewhere, ben):
        await who.hears("message")
    assert first.heard == second.heard == []
    assert await refusal(house, token) == "token_invalid"
    await eventually(lambda: house.live.numbers()["agent"] == 2)


async def test_a_person_of_two_applications_hears_only_the_one_signed_in_to(house, acme, globex):
    made = await house.application("Second", "ada@acme.example")
    from tests.conftest import Company

    second = Company(house, made)
    here, there = await acme.agent(), await second.agent("ada@acme.example")
    assert here.session["application"]["name"] == "Acme" and there.session["application"]["name"] == "Second"
    vera = await acme.visitor()
    conversation = (await vera.says("To Acme"))["conversation"]
    await here.hears("message")
    assert await there.refused("conversation.open", conversation=conversation) == "not_found"
    await (await second.visitor()).says("To Second")
    await there.hears("message")
    assert [message["text"] for message in there.events("message")] == ["To Second"]
    assert [message["text"] for message in here.events("message")] == ["To Acme"]
    await second.go_home()


async def test_the_session_tells_the_team_and_the_counts(acme):
    vera = await acme.visitor()
    await vera.says("Hello")
    ada = await acme.agent()
    assert ada.session["agent"] == {"id": acme.made["agent"]["id"], "name": "Ada", "email": "ada@acme.example"}
    assert ada.session["counts"] == {
        "open": 1,
        "mine": 0,
        "unassigned": 1,
        "closed": 0,
        "pending": 0,
        "snoozed": 0,
        "groups": {},
    }
    assert [(agent["name"], agent["online"]) for agent in ada.session["agents"]] == [("Ada", False), ("Ben", False)]
    assert (ada.session["application"]["key"], ada.session["application"]["name"]) == (acme.key, "Acme")
