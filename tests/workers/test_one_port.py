"""Several workers on one port look like one server, whichever of them a connection comes to (X5, H1)."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections import Counter
from typing import Any

import aiohttp
import pytest

from tests.support.cast import Agent, Visitor
from tests.support.house import eventually, sign_in
from tests.support.load import JavaScript
from tests.workers.conftest import WORKERS, Workers

pytestmark = [pytest.mark.annex("X5", "H1")]

POLLING = "/socket.io/?EIO=4&transport=polling"


class Poller:
    """A visitor by long-polling that opens a new connection for each request, so that each comes to any worker."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))

    async def open(self) -> Poller:
        async with self.http.get(self.url + POLLING) as answer:
            self.sid = json.loads((await answer.text())[1:])["sid"]
        assert await self.post(f'40/visitor,{{"key":"{self.key}"}}') == (200, "ok")
        self.told = ""
        while "session" not in self.told:
            self.told += (await self.poll())[1]
        return self

    async def post(self, body: Any, **headers: str) -> tuple[int, str]:
        async with self.http.post(f"{self.url}{POLLING}&sid={self.sid}", data=body, headers=headers) as answer:
            return answer.status, await answer.text()

    async def poll(self) -> tuple[int, str]:
        async with self.http.get(f"{self.url}{POLLING}&sid={self.sid}") as answer:
            return answer.status, await answer.text()

    async def says(self, number: int, text: str) -> dict[str, Any]:
        """Send a message by one request and fetch its ack by others."""
        body = f'42/visitor,{number}["message.send",{json.dumps({"client_id": f"p{number}", "text": text})}]'
        assert await self.post(body) == (200, "ok")
        head = f"43/visitor,{number}["
        while True:
            status, told = await self.poll()
            assert status == 200, told
            for packet in told.split("\x1e"):
                if packet == "2":
                    assert await self.post("3") == (200, "ok")
                if packet.startswith(head):
                    return json.loads(packet[len(head) - 1 :])[0]


async def pollers(workers: Workers, key: str, many: int) -> list[Poller]:
    """Return at least so many visitors, of whom not all are with one worker: the kernel throws dice."""
    found = [await Poller(workers.url, key).open() for _ in range(many)]
    while len({poller.sid[:8] for poller in found}) < 2:
        assert len(found) < many + 40, "all came to one worker, so nothing would be proved"
        found.append(await Poller(workers.url, key).open())
    return found


async def test_every_request_of_a_polling_client_may_come_to_another_worker(workers):
    crowd = await pollers(workers, workers.company()["widget_key"], 6)
    for number in range(1, 9):  # with three workers, two thirds of these hundreds of requests are passed on
        answers = await asyncio.gather(*(poller.says(number, f"żółw {number} " + "x" * 9_000) for poller in crowd))
        assert [answer["message"]["position"] for answer in answers] == [number] * len(crowd)
    for poller in crowd:
        await poller.http.close()


async def test_a_connection_that_was_passed_on_serves_what_comes_next_on_it(workers):
    made = workers.company()
    crowd = await pollers(workers, made["widget_key"], 4)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as http:
        for number in range(12):  # one connection that asks for a session here, a page there, and another session
            async with http.post(f"{workers.url}{POLLING}&sid={crowd[number % 4].sid}", data="3") as answer:
                assert (answer.status, await answer.text()) == (200, "ok")
            headers = {"Authorization": f"Token {made['api_key']}"}
            async with http.get(f"{workers.url}/api/public/conversations/", headers=headers) as answer:
                assert answer.status == 200
    for poller in crowd:
        await poller.http.close()


async def test_bodies_are_passed_on_whole_and_those_too_large_end_the_session_as_always(workers):
    crowd = await pollers(workers, workers.company()["widget_key"], 6)

    async def in_pieces(text: str) -> Any:
        for start in range(0, len(text), 1000):
            yield text[start : start + 1000].encode()

    for poller in crowd:
        for _ in range(4):
            noise = '42/visitor,["page",{"url":"https://shop.example/' + "a" * 8_000 + '"}]'
            assert await poller.post(in_pieces(noise)) == (200, "ok")  # chunked
        for _ in range(2):
            status, told = await poller.post("4" + "x" * 100_000)
            assert status == 413 or "Session ID unknown" in told
        assert (await poller.poll())[0] == 400, "the session is over"
        await poller.http.close()


@pytest.mark.parametrize(
    "sid", ["01abcdefAAAA", "../../../../etc/passwd", "01/../02", "%2e%2e%2f", "99ffffff" + "x" * 500, "\x00" * 8]
)
async def test_a_session_that_no_worker_has_is_unknown(workers, sid):
    async with (
        aiohttp.ClientSession() as http,
        http.get(workers.url + POLLING, params={"EIO": "4", "transport": "polling", "sid": sid}) as answer,
    ):
        assert answer.status == 400 and (await answer.json())["message"] == "Session ID unknown"


async def test_connections_that_were_passed_on_leave_nothing_behind(workers):
    key = workers.company()["widget_key"]
    crowd, broken = await pollers(workers, key, 3), await pollers(workers, key, 12)

    def open_files() -> int:
        return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in workers.pids())

    for poller in crowd:
        assert await poller.post("3") == (200, "ok")
    before = open_files()
    for poller in broken:  # some leave in the middle of a request: half a body, and then nothing more
        _, writer = await asyncio.open_connection("127.0.0.1", workers.port)
        head = f"POST {POLLING}&sid={poller.sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf"
        writer.write(head.encode())
        await writer.drain()
        writer.close()
    for _ in range(30):
        for poller in crowd:
            assert await poller.post("3") == (200, "ok")
    await eventually(lambda: open_files() <= before + 3, 10)
    assert "Traceback" not in workers.log()
    for poller in (*crowd, *broken):
        await poller.http.close()


async def test_a_websocket_that_comes_to_another_worker_finds_its_session(workers):
    crowd = await pollers(workers, workers.company()["widget_key"], 12)
    for poller in crowd:
        address = f"{workers.url}/socket.io/?EIO=4&transport=websocket&sid={poller.sid}"
        async with poller.http.ws_connect(address) as ws:
            await ws.send_str("2probe")
            assert await ws.receive_str(timeout=5) == "3probe"
            await ws.send_str("5")
            await ws.send_str('42/visitor,7["message.send",{"client_id":"w","text":"over the WebSocket"}]')
            while not (told := await ws.receive_str(timeout=5)).startswith("43/visitor,7["):
                pass
            assert json.loads(told[12:])[0]["message"]["position"] == 1
        await poller.http.close()


@pytest.mark.parametrize("way", [["polling"], ["websocket"], ["polling", "websocket"]], ids="+".join)
async def test_python_clients_of_all_workers_talk_with_each_other(workers, way):
    made = workers.company()
    token = (await asyncio.to_thread(sign_in, workers.url, made["agent"]["email"]))["token"]
    ada = await Agent(workers.url, token).connect()
    crowd = [await Visitor(workers.url, made["widget_key"], transports=way).connect() for _ in range(8)]
    while len({visitor.socket.eio.sid[:8] for visitor in crowd}) < 2 and len(crowd) < 48:
        crowd.append(await Visitor(workers.url, made["widget_key"], transports=way).connect())
    assert len({visitor.socket.eio.sid[:8] for visitor in crowd}) > 1
    if len(way) == 2:
        assert {visitor.socket.transport() for visitor in crowd} == {"websocket"}
    for number in range(3):
        await asyncio.gather(*(visitor.says(f"hello {number}") for visitor in crowd))
    await eventually(lambda: len(ada.events("message")) == 3 * len(crowd), 10)
    assert set(Counter(message["conversation"] for message in ada.events("message")).values()) == {3}
    await asyncio.gather(*(somebody.leave() for somebody in (ada, *crowd)))


@pytest.mark.skipif(not shutil.which("node"), reason="needs Node")
@pytest.mark.parametrize("transports", ["polling,websocket", "polling"])
async def test_the_official_client_works_as_it_comes(workers, transports):
    made = workers.company()
    clients = [JavaScript(workers.url, made["widget_key"], transports, 15, 5) for _ in range(4)]
    await asyncio.gather(*(client.start() for client in clients))
    for client in clients:
        saw = await client.end()
        assert len(saw["acked"]) == 15 and saw["connects"] == 1, "it had to connect again"
        assert saw["transport"] == transports.split(",")[-1]
        await client.judge(workers.judge_settings(), made["application"]["id"], saw)


async def test_the_figures_of_all_workers_come_on_one_page(workers):
    made = workers.company()
    crowd = [await Visitor(workers.url, made["widget_key"]).connect() for _ in range(9)]
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{workers.url}/metrics", headers={"Authorization": "Bearer figures"}) as answer,
    ):
        lines = (await answer.text()).splitlines()
    sockets = [line for line in lines if line.startswith('hub_sockets{namespace="visitor"')]
    assert {line.partition("worker=")[2][1] for line in sockets} == {str(n + 1) for n in range(WORKERS)}
    assert sum(float(line.split()[-1]) for line in sockets) >= len(crowd)
    assert len([line for line in lines if line == "# TYPE hub_sockets gauge"]) == 1
    assert len([line for line in lines if line.startswith("process_resident_memory_bytes{")]) == WORKERS
    await asyncio.gather(*(visitor.leave() for visitor in crowd))
