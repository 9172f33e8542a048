"""A provider is told where calls reach us, and how that stands is known (H5)."""

from __future__ import annotations

import asyncio

import pytest

from hub.calls.sip.registration import Status
from hub.calls.sip.trunk import Trunk
from tests.support.sipp import HASTY, a_trunk, free_port, playing

pytestmark = pytest.mark.annex("H5")


async def becomes(trunk: Trunk, state: str) -> Status:
    """Return how the trunk is, once it is so."""
    async with asyncio.timeout(15):
        while trunk.status.state != state:
            assert trunk.registration is not None
            trunk.registration.changed.clear()
            await trunk.registration.changed.wait()
    return trunk.status


async def test_acme_registers_with_its_password_again_in_time_and_takes_it_back_at_the_end(tmp_path):
    port = free_port()
    async with playing("registrar", tmp_path, port) as provider:
        async with a_trunk(port, keeps="register") as line:
            assert (await becomes(line.trunk, "up")).expires == 2
            async with asyncio.timeout(
                15
            ):  # before the two seconds are over it says so once more, by a better algorithm
                while line.trunk.status.expires == 2:
                    line.trunk.registration.changed.clear()
                    await line.trunk.registration.changed.wait()
        await provider.done()


async def test_a_password_that_is_not_taken_is_not_tried_on_and_on(tmp_path):
    port = free_port()
    async with playing("deaf_to_passwords", tmp_path, port) as provider, a_trunk(port, keeps="register") as line:
        status = await becomes(line.trunk, "down")
        assert status.status == 401 and "password" in status.reason
        await provider.done()


async def test_a_provider_that_comes_back_is_found_again(tmp_path):
    port = free_port()
    async with a_trunk(port, HASTY, keeps="register") as line:
        assert "Nothing comes back" in (await becomes(line.trunk, "down")).reason
        async with playing("registrar", tmp_path, port):
            await becomes(line.trunk, "up")
