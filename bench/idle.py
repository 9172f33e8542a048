"""What an idle connection keeps resident in a server: thousands in a room each, at rest, then after a storm of acks."""

from __future__ import annotations

import asyncio

from bench import machine
from bench.acks import Storm
from bench.lean import connect_all
from bench.rivals import Figures, Rival, compare, running
from bench.table import Row

CLIENTS = 3000
STORM_SECONDS = 3.0
GOAL_KB = 20


async def cost(
    server: Rival, clients: int = CLIENTS, storm_seconds: float = STORM_SECONDS, pause: float = 1.0
) -> Figures:
    """Return KB of resident memory for each connection."""
    visitors = await connect_all(server.port, [{"rooms": ["first"]}] * 200)  # whatever is loaded with the first
    for visitor in visitors:
        visitor.transport.close()
    before = await _settled(server, pause)
    sockets = await connect_all(server.port, [{"rooms": [f"room{number // 3}"]} for number in range(clients)])
    idle = await _settled(server, pause)
    storm = Storm(sockets)
    storm.start()
    await asyncio.sleep(storm_seconds)
    await storm.stop()
    after = await _settled(server, pause)
    return {"KB idle": (idle - before) / clients, "KB after acks": (after - before) / clients}


async def _settled(server: Rival, pause: float) -> int:
    """Return the resident KB when they stay the same over a pause, after ten of them at most."""
    last = 0
    for _ in range(10):
        await asyncio.sleep(pause)
        now = server.resident_kb
        if abs(now - last) < 100:
            break
        last = now
    return now


def measure(kind: str, **sizes: float) -> Figures:
    """Measure a fresh server."""
    with running(kind) as server:
        return asyncio.run(cost(server, **sizes))  # type: ignore[arg-type]


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    clients = machine.as_many_as_allowed(500 if quick else CLIENTS)
    found = compare(lambda kind: measure(kind, clients=clients), runs)
    rows = []
    for name, what in (("KB idle", "an idle connection"), ("KB after acks", "a connection after a storm of acks")):
        ours, stock, node = (found[kind][name] for kind in ("ours", "stock", "node"))
        goal = GOAL_KB if name == "KB idle" else None
        rows.append(Row(f"resident memory of {what}", ours, "KB", goal, stock, node))
    return rows
