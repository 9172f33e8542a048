"""A pop-up for everybody who is on the website: 10,000 visitors, each another contact, and the time until the last one has it.

Ours is the whole product: one call over REST, conditions asked of all of them, one broadcast. Beside it the stock
python-socketio sends as many bytes to as many clients in a loop of emits, and asks nobody anything.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
import urllib.request
from typing import Any

from bench import machine
from bench.lean import Caller, LeanSocket, connect, connect_all
from bench.rivals import running
from bench.server import Server, running_server
from bench.table import Row

VISITORS = 10_000
_TOGETHER = 40
SALE: dict[str, Any] = {
    "name": "Sale", "on": False,
    "blocks": [
        {"kind": "heading", "text": {"en": "Summer sale", "pl": "Letnia wyprzedaż"}},
        {"kind": "text", "text": {"en": "Up to **half** off until Sunday.", "pl": "Do niedzieli nawet o połowę taniej."}},
        {"kind": "button", "text": {"en": "See it", "pl": "Zobacz"}, "act": "link", "url": "https://shop.example/sale"},
    ],
    "rules": {"often": "always", "where": {"type": "attribute", "attribute": "page_views", "op": "lt", "value": 1000}},
}  # fmt: skip


class Crowd:
    """Sockets that wait for one packet each."""

    def __init__(self, sockets: list[LeanSocket], begins: bytes) -> None:
        self._sockets, self._begins = sockets, begins
        self._missing = 0
        self._all = asyncio.Event()
        self.bytes = 0
        for socket in sockets:
            socket.on_packet = self._hears

    def _hears(self, socket: LeanSocket, packet: bytes) -> None:
        if packet.startswith(self._begins):
            self.bytes = len(packet)
            self._missing -= 1
            if not self._missing:
                self._all.set()

    async def all_have_it(self, begin: Any) -> float:
        """Return the milliseconds from the beginning until the last one has heard it."""
        self._missing = len(self._sockets)
        self._all.clear()
        started = time.perf_counter()
        await begin()
        async with asyncio.timeout(120):
            await self._all.wait()
        return (time.perf_counter() - started) * 1000


async def ours(server: Server, visitors: int, rounds: int) -> tuple[list[float], int]:
    """Return the milliseconds of each round, and the bytes that each visitor got."""
    turn = asyncio.Semaphore(_TOGETHER)

    async def one() -> LeanSocket:
        async with turn:
            return (await connect(server.port, "/visitor", {"key": server.made["widget_key"]}))[0]

    crowd = Crowd(await asyncio.gather(*(one() for _ in range(visitors))), b'42/visitor,["modal",')
    token = server.sign_in()
    modal = await asyncio.to_thread(_call, server, token, "modals", SALE)

    async def show() -> None:
        reached = await asyncio.to_thread(_call, server, token, f"modals/{modal['id']}/show", {})
        assert reached["count"] == visitors, reached

    found = [await crowd.all_have_it(show) for _ in range(rounds + 1)][1:]
    return found, crowd.bytes


def _call(server: Server, token: str, path: str, body: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/app/{path}", json.dumps(body).encode(), headers
    )
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read())


async def stock(port: int, visitors: int, rounds: int, size: int) -> list[float]:
    """Return the milliseconds of each round of a loop of emits."""
    caller = Caller((await connect(port, "/", {}))[0])
    crowd = Crowd(await connect_all(port, [{"rooms": ["hall"]}] * visitors), b'42["news",')

    async def tell() -> None:
        caller.tell("tell_each", "hall", "x" * size)

    return [await crowd.all_have_it(tell) for _ in range(rounds + 1)][1:]


def run(runs: int, quick: bool) -> list[Row]:
    """Measure; return the rows."""
    visitors = machine.as_many_as_allowed(500 if quick else VISITORS)
    with running_server() as server:
        mine, size = asyncio.run(ours(server, visitors, runs))
    with running("stock") as server:
        theirs = asyncio.run(stock(server.port, visitors, runs, size))
    for name, found in (("ours", mine), ("stock", theirs)):
        print(f"    {name:<6}" + "  ".join(f"{each:,.0f} ms" for each in found), flush=True)
    what = f"a pop-up of {size} bytes for {visitors:,} visitors, until the last has it (stock: a loop of emits)"
    return [Row(what, statistics.median(mine), "ms", stock=statistics.median(theirs))]
