"""One node has a trunk, agents of all use it, and another node takes it when that one stops (H5, H6)."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from hub.calls.phone.trunks import Trunks
from tests.calls.test_phone_lines import HOTLINE, HUM, VERAS, a_line
from tests.calls.test_recording import ADA, Device
from tests.conftest import Company
from tests.live.test_availability import ask
from tests.live.test_calls import starts, takes_calls
from tests.nodes.test_calls_over_nodes import comes, ended
from tests.support.baresip import a_phone
from tests.support.house import eventually, open_house
from tests.support.sipp import free_port
from tests.support.tones import PATIENCE

pytestmark = pytest.mark.annex("H5", "H6")
LEASE = 100.0
"""Seconds within which another node has the trunk of one that was killed: a lease is a minute, and a machine may be busy."""


async def test_an_agent_calls_over_a_trunk_that_another_node_has_and_that_moves_when_the_node_stops(
    tmp_path, redis, mongo_url
):
    (folder := tmp_path / "phone").mkdir()
    settings: dict[str, Any] = {
        "mongo_url": mongo_url, "redis_url": redis.url, "presence_grace": 0.2, "fetch_allow": "127.0.0.1",
        "media_cpu": 1000.0, "media_lag": 5000.0,
    }  # fmt: skip
    async with (
        contextlib.AsyncExitStack() as stays,
        contextlib.AsyncExitStack() as goes,
        a_phone(folder, VERAS, HUM) as phone,
    ):
        stacks = [stays, goes]
        houses = [
            await stack.enter_async_context(open_house(tmp_path / str(at), **settings))
            for at, stack in enumerate(stacks)
        ]
        made = await houses[0].application("Acme", "ada@acme.example")
        companies = [Company(house, made) for house in houses]
        line = (await a_line(await companies[0].agent(), phone))["id"]
        holder = next(at for at in (0, 1) if houses[at].hub.part(Trunks).trunk(line))
        other = 1 - holder

        ada = await takes_calls(companies[other])
        desk = Device(ada, ADA)
        call = (await starts(ada, desk.leg, to={"kind": "phone", "number": VERAS}))["call"]["id"]
        await ada.hears("call.accepted", within=PATIENCE, id=call)
        await desk.offers(call)
        await desk.peer.ear.hears(HUM, of=(ADA,))
        await phone.hears(ADA, of=(HUM,))
        await ada.call("call.hangup", call=call)
        await phone.tells("CALL_CLOSED")
        await desk.peer.close()

        await companies[holder].go_home()
        await stacks[holder].aclose()
        await eventually(lambda: houses[other].hub.part(Trunks).trunk(line) is not None, PATIENCE)
        phone.forget()
        again = Device(ada, ADA)
        call = (await starts(ada, again.leg, to={"kind": "phone", "number": VERAS}))["call"]["id"]
        await ada.hears("call.accepted", within=PATIENCE, id=call)
        await ada.call("call.hangup", call=call)
        await phone.tells("CALL_CLOSED")
        await again.peer.close()
        await companies[other].go_home()


@pytest.mark.timeout(300)  # a lease runs out meanwhile
async def test_a_call_of_a_node_that_is_killed_ends_as_lost_and_the_other_node_has_the_trunk(tmp_path, start_cluster):
    (folder := tmp_path / "phone").mkdir()
    cluster = await start_cluster(2, media_lag=5000, media_cpu=1000, fetch_allow="127.0.0.1")
    cluster.servers[1].kill()  # so that the first node has the trunk
    token = await cluster.token()
    async with a_phone(folder, VERAS, HUM) as phone:
        owner = await comes(cluster, 0, token)
        await ask(owner, "PUT", "call-rules", on=True)
        line = await a_line(owner, phone, bind=free_port())
        await asyncio.to_thread(cluster.servers[1].start)
        ada = Device(await comes(cluster, 1, token), ADA)
        await owner.leave()
        await phone.do("dial", f"sip:{HOTLINE}@127.0.0.1:{line['bind']}")
        call = (await ada.who.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
        await ada.who.call("call.accept", call=call, leg=ada.leg)
        await ada.offers(call)
        await ada.peer.ear.hears(HUM, of=(ADA,))
        await phone.hears(ADA, of=(HUM,))

        cluster.servers[0].kill()
        over = await ended(ada.who, call)
        assert (over["reason"], [each["what"] for each in over["history"]]) == ("lost", ["began", "accepted", "ended"])
        assert (await ada.who.hears("call.ended", within=PATIENCE, id=call))["reason"] == "lost"
        async with asyncio.timeout(LEASE):
            while (now := (await ask(ada.who, "GET", "phone-lines"))["lines"][0]["state"])["phase"] != "up" or (
                now["since"] == line["state"]["since"]
            ):
                await asyncio.sleep(0.5)
        await phone.do("hangup")  # nobody said goodbye to the phone
        phone.forget()
        ada.who.forget()
        await phone.do("dial", f"sip:{HOTLINE}@127.0.0.1:{line['bind']}")
        again = (await ada.who.hears("call.ringing", within=PATIENCE, direction="in"))["id"]
        await ada.who.call("call.decline", call=again)
        await phone.tells("CALL_CLOSED")
        assert (await ended(ada.who, again))["reason"] == "declined"
        await ada.peer.close()
        await ada.who.leave()
