"""Acme calls numbers over its trunk; `sipp` is the provider, and fails where a message is not as the scenario says (H5)."""

from __future__ import annotations

import asyncio

import pytest

from hub.calls.sip.events import Answered, Ended, Held, Ringing
from hub.calls.sip.trunk import TrunkBusy
from tests.support.sipp import HASTY, a_trunk, free_port, happens, playing

pytestmark = pytest.mark.annex("H5")
VERA = "+48600100200"


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_ada_calls_vera_proves_the_password_holds_takes_back_and_hangs_up(tmp_path, transport):
    port, way = free_port(), {"transport": transport}
    async with playing("answers", tmp_path, port, **way) as provider, a_trunk(port, **way) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        events = call.events()
        assert (await happens(events, Ringing)).early is None
        remote = (await happens(events, Answered)).remote
        assert (remote.host, remote.port, remote.codec, remote.dtmf) == ("127.0.0.1", 6000, "PCMU", 101)
        await call.hold()
        await call.resume()
        call.hang_up()
        call.hang_up()
        assert await happens(events, Ended) == Ended("hung_up", "us")
        await provider.done()
        assert line.trunk.calls == set()


async def test_ada_gives_up_before_vera_answers(tmp_path):
    port = free_port()
    async with playing("cancelled", tmp_path, port) as provider, a_trunk(port) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        events = call.events()
        await happens(events, Ringing)
        call.hang_up()
        assert await happens(events, Ended) == Ended("cancelled", "us")
        await provider.done()


async def test_vera_answers_at_the_moment_in_which_ada_gives_up_and_nobody_stays_in_the_line(tmp_path):
    port = free_port()
    async with playing("answers_too_late", tmp_path, port) as provider, a_trunk(port) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        await happens(call.events(), Ringing)
        call.hang_up()
        await provider.done()


async def test_both_hang_up_at_once(tmp_path):
    port = free_port()
    async with playing("both_hang_up", tmp_path, port) as provider, a_trunk(port) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        await happens(call.events(), Answered)
        call.hang_up()
        await provider.done()


async def test_both_change_the_call_at_once_and_whoever_began_it_tries_again(tmp_path):
    port = free_port()
    async with playing("both_change", tmp_path, port) as provider, a_trunk(port) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        events = call.events()
        await happens(events, Answered)
        await call.hold()
        assert call.remote and not call.remote.holds
        call.hang_up()
        assert not [event async for event in events if isinstance(event, Held)]
        await provider.done()


@pytest.mark.parametrize(
    ("status", "cause"),
    [("486 Busy Here", "busy"), ("603 Decline", "declined"), ("404 Not Found", "no_number"), ("302 Moved", "refused")],
)
async def test_a_no_has_a_reason(tmp_path, status, cause):
    port = free_port()
    async with playing("says", tmp_path, port, status=status) as provider, a_trunk(port) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        assert await happens(call.events(), Ended) == Ended(cause, "them", int(status[:3]))
        await provider.done()


async def test_a_provider_that_is_not_there_is_unreachable_and_the_line_is_free_again():
    async with a_trunk(free_port(), HASTY, most_calls=1) as line:
        call = line.trunk.call(VERA, "127.0.0.1", 40000)
        with pytest.raises(TrunkBusy):
            line.trunk.call(VERA, "127.0.0.1", 40002)
        assert await happens(call.events(), Ended) == Ended("unreachable", "them")
        line.trunk.call(VERA, "127.0.0.1", 40002).hang_up()


@pytest.mark.parametrize(
    "number", ["", "vera", "600@evil.example", "600\r\nX: y", "600;phone-context=x", "6" * 40, "٦٠٠"]
)
async def test_only_numbers_are_dialled(number):
    async with a_trunk(free_port()) as line:
        with pytest.raises(ValueError, match="digits"):
            line.trunk.call(number, "127.0.0.1", 40000)


async def test_every_message_is_lost_once_and_the_call_goes_its_way(tmp_path):
    port, lossy = (
        free_port(),
        await asyncio.get_running_loop().create_datagram_endpoint(Lossy, local_addr=("127.0.0.1", 0)),
    )
    loss = lossy[1]
    loss.far = (
        "127.0.0.3",
        port,
    )  # an address that is not the trunk's: what goes there goes to the provider, that is here
    try:
        async with playing("answers_plainly", tmp_path, port, host="127.0.0.3") as provider, a_trunk(loss.port) as line:
            call = line.trunk.call(VERA, "127.0.0.1", 40000)
            events = call.events()
            await happens(events, Answered)
            await loss.settled()  # sipp reads its script word by word
            await call.hold()
            await loss.settled()
            call.hang_up()
            await provider.done()
        assert loss.lost >= 8
    finally:
        lossy[0].close()


class Lossy(asyncio.DatagramProtocol):
    """A way on which every message gets lost the first time."""

    def __init__(self) -> None:
        self.seen: set[bytes] = set()
        self.lost, self.acknowledged = 0, asyncio.Event()
        self.far = self.near = ("", 0)

    async def settled(self):
        async with asyncio.timeout(15):
            await self.acknowledged.wait()

    def connection_made(self, transport):
        self.transport, self.port = transport, transport.get_extra_info("sockname")[1]

    def datagram_received(self, data, addr):
        if addr != self.far:
            self.near = addr
        if data in self.seen:
            if data.startswith(b"ACK"):
                self.acknowledged.set()
            elif data.startswith(b"INVITE"):
                self.acknowledged.clear()
            self.transport.sendto(data, self.near if addr == self.far else self.far)
        else:
            self.seen.add(data)
            self.lost += 1
