"""What one round trip costs a server: 1,000 clients at once, each emitting its next event when the last is answered."""

from __future__ import annotations

import asyncio

from bench.lean import Caller, LeanSocket, connect, connect_all
from bench.rivals import Figures, Rival, compare, running
from bench.table import Row

CLIENTS = 1000
PAYLOAD = 100
CPU_SECONDS = 2.5


class Storm:
    """Clients that go on asking until they are stopped."""

    def __init__(self, clients: list[LeanSocket]) -> None:
        self._clients = clients
        self._payload = "x" * PAYLOAD
        self._question = f'421["echo","{self._payload}"]'.encode()
        self._answer = f'431["{self._payload}"]'.encode()
        self._asking = False
        self._waiting = 0
        self.answered = 0
        for client in clients:
            client.on_packet = self._hears

    def start(self) -> None:
        """Let everybody ask."""
        self._asking = True
        for client in self._clients:
            self._ask(client)

    async def stop(self) -> None:
        """Let nobody ask again, and return when all are answered."""
        self._asking = False
        for _ in range(1200):
            if not self._waiting:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{self._waiting} clients were not answered")

    def _ask(self, client: LeanSocket) -> None:
        self._waiting += 1
        client.send(self._question)

    def _hears(self, client: LeanSocket, packet: bytes) -> None:
        assert packet == self._answer, packet
        self._waiting -= 1
        self.answered += 1
        if self._asking:
            self._ask(client)


async def cost(server: Rival, clients: int = CLIENTS, cpu: float = CPU_SECONDS) -> Figures:
    """Return the microseconds of the server's processor time for one round trip."""
    caller = Caller((await connect(server.port, "/", {}))[0])
    storm = Storm(await connect_all(server.port, [{}] * clients))
    storm.start()
    await _spend(server, cpu / 5)  # warm
    before, start = storm.answered, server.cpu_seconds
    await _spend(server, cpu)
    used, counted = server.cpu_seconds - start, storm.answered - before
    await storm.stop()
    echoed = (await caller.ask("figures"))["echoed"]
    assert echoed == storm.answered, f"{echoed} handled, {storm.answered} answered"
    return {"µs per round trip": used / counted * 1e6}


async def _spend(server: Rival, seconds: float) -> None:
    """Return when the server has used so much processor time."""
    start = server.cpu_seconds
    while server.cpu_seconds - start < seconds:
        await asyncio.sleep(0.02)


def measure(kind: str, **sizes: float) -> Figures:
    """Measure a fresh server."""
    with running(kind) as server:
        return asyncio.run(cost(server, **sizes))  # type: ignore[arg-type]


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    sizes = {"clients": 200, "cpu": 0.5} if quick else {}
    found = compare(lambda kind: measure(kind, **sizes), runs)
    ours, stock, node = (found[kind]["µs per round trip"] for kind in ("ours", "stock", "node"))
    return [Row("CPU per ack round trip, 1,000 clients at once (Node's)", ours, "µs", node, stock, node)]
