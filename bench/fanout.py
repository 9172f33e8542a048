"""What one delivery costs a server: a room of 1,000 WebSocket clients, and an event of 150 bytes for all of them.

The next broadcast is asked for when everybody has the last one, so the server never waits for a slow reader and can't
write two of them at once.
"""

from __future__ import annotations

import asyncio

from bench.lean import Caller, LeanSocket, connect, connect_all
from bench.rivals import Figures, Rival, compare, running
from bench.table import Row

CLIENTS = 1000
FRAME = 150
CPU_SECONDS = 2.5
"""Processor time to spend before the count ends: the system counts it in hundredths of a second."""


class Audience:
    """The clients of one room, and somebody who tells it things."""

    def __init__(self, caller: Caller, clients: list[LeanSocket]) -> None:
        self._caller, self._clients = caller, clients
        self._payload = "x" * (FRAME - len('42["news",""]'))
        self._expected = f'42["news","{self._payload}"]'.encode()
        self._missing = 0
        self._all = asyncio.Event()
        self.deliveries = 0
        for client in clients:
            client.on_packet = self._hears

    @classmethod
    async def gather(cls, port: int, clients: int) -> Audience:
        """Connect everybody."""
        caller = Caller((await connect(port, "/", {}))[0])
        return cls(caller, await connect_all(port, [{"rooms": ["hall"]}] * clients))

    def _hears(self, client: LeanSocket, packet: bytes) -> None:
        assert packet == self._expected, packet
        self._missing -= 1
        if not self._missing:
            self._all.set()

    async def broadcast(self) -> None:
        """Tell the room, and return when all have heard it."""
        self._missing = len(self._clients)
        self._all.clear()
        self._caller.tell("tell", "hall", self._payload)
        try:
            await asyncio.wait_for(self._all.wait(), 60)
        except TimeoutError:
            gone = sum(client.transport.is_closing() for client in self._clients)
            raise AssertionError(f"{self._missing} clients did not hear; {gone} were cut") from None
        self.deliveries += len(self._clients)

    async def figures(self) -> dict[str, float]:
        """Return what the server counted."""
        return await self._caller.ask("figures")


async def cost(server: Rival, clients: int = CLIENTS, cpu: float = CPU_SECONDS) -> Figures:
    """Return the microseconds of the server's processor time for one delivery."""
    audience = await Audience.gather(server.port, clients)
    start = server.cpu_seconds
    while server.cpu_seconds - start < cpu / 5:  # warm
        await audience.broadcast()
    before, start = audience.deliveries, server.cpu_seconds
    while server.cpu_seconds - start < cpu:
        for _ in range(10):
            await audience.broadcast()
    used, counted = server.cpu_seconds - start, audience.deliveries - before
    told = (await audience.figures())["told"]
    assert told * clients == audience.deliveries, f"{told} broadcasts, {audience.deliveries} deliveries"
    return {"µs per delivery": used / counted * 1e6}


def measure(kind: str, **sizes: float) -> Figures:
    """Measure a fresh server."""
    with running(kind) as server:
        return asyncio.run(cost(server, **sizes))  # type: ignore[arg-type]


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    sizes = {"clients": 200, "cpu": 0.5} if quick else {}
    found = compare(lambda kind: measure(kind, **sizes), runs)
    ours, stock, node = (found[kind]["µs per delivery"] for kind in ("ours", "stock", "node"))
    return [Row("CPU per delivery, room of 1,000, 150 bytes (0.6 × Node's)", ours, "µs", 0.6 * node, stock, node)]
