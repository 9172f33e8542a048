"""Who hears whom in a room: stock aiortc peers talk through a worker of its own, and tones say what arrives."""

from __future__ import annotations

import pytest

from tests.support.tones import Peer, media_worker

VERA, ADA, BEN = 440, 660, 1000
ALL = (VERA, ADA, BEN)


@pytest.mark.annex("H5")
async def test_two_browsers_are_passed_through_and_a_third_hears_both(tmp_path):
    async with media_worker(tmp_path) as worker:
        await worker.do("PUT", "/rooms/call")
        vera, ada, ben = Peer(VERA), Peer(ADA), Peer(BEN)
        await worker.join("call", "vera", vera, "contact")
        await worker.join("call", "ada", ada, "agent")
        await vera.ear.hears(ADA, of=ALL)
        await ada.ear.hears(VERA, of=ALL)
        assert (await worker.do("GET", "/rooms/call"))["passing"]
        await worker.join("call", "ben", ben, "supervisor")
        await ben.ear.hears(VERA, ADA, of=ALL)
        assert not (await worker.do("GET", "/rooms/call"))["passing"]
        await vera.ear.hears(ADA, of=ALL)
        await ada.ear.hears(VERA, of=ALL)
        for peer in (vera, ada, ben):
            await peer.close()
