"""A real phone (`baresip`), Acme's trunk, the media worker and a browser: who speaks is heard on the other side (H5)."""

from __future__ import annotations

import pytest

from hub.calls.sip.events import Answered, Ended, Held
from tests.support.baresip import a_phone
from tests.support.sipp import a_trunk, happens
from tests.support.tones import Peer, media_worker

pytestmark = pytest.mark.annex("H5")

VERA = "600100200"
HUM, ADA = 600, 1000


@pytest.fixture
async def room(tmp_path):
    """A room of the media worker in which Ada speaks at one pitch; `room.rtp` opens Vera's leg or moves it."""
    (folder := tmp_path / "recordings").mkdir()
    async with media_worker(folder) as worker:
        await worker.do("PUT", "/rooms/call", {})
        ada = Peer(ADA)
        await worker.join("call", "ada", ada)
        yield Room(worker, ada)
        await ada.close()


class Room:
    def __init__(self, worker, ada):
        self.worker, self.ada = worker, ada

    async def rtp(self, remote=None):
        where = {"codec": remote.codec, "remote": [remote.host, remote.port], "dtmf": remote.dtmf} if remote else {}
        said = await self.worker.do("POST", "/rooms/call/legs/vera/rtp", where or {"codec": "PCMU"})
        return said["host"], said["port"]


async def test_ada_calls_vera_s_phone_and_each_hears_the_other_until_vera_holds_and_hangs_up(tmp_path, room):
    (folder := tmp_path / "phone").mkdir()
    async with a_phone(folder, VERA, HUM) as phone, a_trunk(phone.port) as line:
        call = line.trunk.call(VERA, *await room.rtp())
        events = call.events()
        await room.rtp((await happens(events, Answered)).remote)
        await room.ada.ear.hears(HUM, of=(ADA,))
        await phone.hears(ADA, of=(HUM,))
        await phone.do("hold")
        assert (await happens(events, Held)).on
        await phone.do("resume")
        assert not (await happens(events, Held)).on
        await room.ada.ear.hears(HUM, of=(ADA,))
        await phone.do("hangup")
        assert await happens(events, Ended) == Ended("hung_up", "them")


async def test_vera_calls_from_her_phone_presses_a_key_and_ada_holds_and_hangs_up(tmp_path, room):
    (folder := tmp_path / "phone").mkdir()
    async with a_phone(folder, VERA, HUM) as phone, a_trunk(phone.port) as line:
        await phone.do("dial", f"sip:+48221000000@{line.trunk.local[0]}:{line.trunk.local[1]}")
        call = await line.rung()
        assert (call.number, call.caller) == ("+48221000000", VERA)
        call.ring()
        await phone.tells("CALL_RINGING")
        call.answer(*await room.rtp(call.offer))
        await phone.tells("CALL_ESTABLISHED")
        await room.ada.ear.hears(HUM, of=(ADA,))
        await phone.hears(ADA, of=(HUM,))
        await phone.do("sndcode", "5")
        assert (await room.worker.event("leg.dtmf"))["digit"] == "5"
        await call.hold()
        await room.ada.ear.hears(of=(HUM, ADA))  # a phone on hold sends nothing
        await call.resume()
        await room.ada.ear.hears(HUM, of=(ADA,))
        call.hang_up()
        await phone.tells("CALL_CLOSED")
