"""Stopping: clients are told, what was said is kept, and the process ends with 0."""

from __future__ import annotations

import asyncio
import signal
import urllib.error
import urllib.request

import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import ServerProcess, open_house, run_init, sign_in

pytestmark = pytest.mark.annex("X1", "X5")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_server_that_is_told_to_stop_tells_its_clients_first(tmp_path, number):
    made = run_init(tmp_path / "data")
    server = ServerProcess(tmp_path / "data", "--drain-seconds", "1").start()
    try:
        vera = await Visitor(server.url, made["widget_key"]).connect()
        ada = await Agent(server.url, (await asyncio.to_thread(sign_in, server.url))["token"]).connect()
        server.process.send_signal(number)
        for who in (vera, ada):
            assert 0 < (await who.hears("drain"))["retry_in"] <= 500
        # while it drains, what is still said is kept, and a load balancer sees that it is going
        message = await vera.says("Last words")
        with pytest.raises(urllib.error.HTTPError) as not_ready:
            await asyncio.to_thread(urllib.request.urlopen, f"{server.url}/readyz")
        assert not_ready.value.code == 503
        for who in (vera, ada):
            await asyncio.wait_for(who.disconnected.wait(), 5)
        assert await asyncio.to_thread(server.process.wait, 10) == 0
        async with open_house(tmp_path / "data") as house:
            again = await Visitor(house.url, made["widget_key"], vera.token).connect()
            assert [state["id"] for state in again.session["conversations"]] == [message["conversation"]]
            await again.leave()
        assert "Traceback" not in server.log()
    finally:
        server.stop()


async def test_a_server_with_nobody_connected_stops_at_once(tmp_path):
    server = ServerProcess(tmp_path / "data", "--drain-seconds", "10").start()
    loop = asyncio.get_running_loop()
    begun = loop.time()
    assert await asyncio.to_thread(server.stop) == 0
    assert loop.time() - begun < 5
