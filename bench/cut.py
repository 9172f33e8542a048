"""How long a server's loop stands still when 10,000 clients go at once, each of them in three rooms.

Their process is killed, so it is the system that closes their connections, all in one moment. Node has no goal to give
here; it is measured beside, and the stock server once only: there the cost of each grows with the number of rooms.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time

from bench import machine
from bench.lean import Caller, connect, connect_all
from bench.rivals import ROOT, Figures, Rival, compare, running
from bench.table import Row

CLIENTS = 10_000
GOAL_MS = 50
PATIENCE = 240


async def cost(server: Rival, clients: int = CLIENTS, rest: float = 2.0) -> Figures:
    """Return the longest block of the loop, and the time until the server has seen everybody off."""
    caller = Caller((await connect(server.port, "/", {}))[0])
    holder = subprocess.Popen(
        [sys.executable, "-m", "bench.cut", str(server.port), str(clients)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout
        line = await asyncio.to_thread(holder.stdout.readline)
        assert line == "ready\n", "the clients could not connect"
        await asyncio.sleep(rest)
        figures = await caller.ask("figures")
        assert figures["clients"] == clients + 1, figures
    finally:
        start = time.perf_counter()
        holder.kill()
    longest = 0.0
    while time.perf_counter() - start < PATIENCE:
        await asyncio.sleep(0.1)
        try:
            figures = await asyncio.wait_for(caller.ask("figures"), 20)
        except TimeoutError:  # a server that stands still for long takes its own clients for dead
            with contextlib.suppress(OSError, TimeoutError):
                caller = Caller((await connect(server.port, "/", {}))[0])
            continue
        longest = max(longest, figures["block_ms"])
        if figures["clients"] == 1:
            break
    else:
        raise AssertionError(f"after {PATIENCE} s {figures['clients']} clients are still there")
    holder.wait(20)
    return {"ms block": longest, "s until gone": time.perf_counter() - start}


async def hold(port: int, clients: int) -> None:
    """Connect everybody, say so, and wait to be killed, or for the end of the one who started this."""
    sockets = await connect_all(
        port, [{"rooms": ["all", f"team{number // 10}", f"own{number}"]} for number in range(clients)]
    )
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    del sockets


def measure(kind: str, clients: int = CLIENTS, rest: float = 2.0) -> Figures:
    """Measure a fresh server."""
    with running(kind) as server:
        return asyncio.run(cost(server, clients, rest))


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    clients = machine.as_many_as_allowed(1000 if quick else CLIENTS)
    found = compare(lambda kind: measure(kind, clients), runs, ("ours", "node"))
    stock = measure("stock", clients)
    what = f"disconnect of {clients:,} clients at once"
    ours, node = found["ours"], found["node"]
    return [
        Row(f"{what}: longest block of the loop", ours["ms block"], "ms", GOAL_MS, stock["ms block"], node["ms block"]),
        Row(
            f"{what}: until all are gone", ours["s until gone"], "s", None, stock["s until gone"], node["s until gone"]
        ),
    ]


if __name__ == "__main__":
    import uvloop

    machine.raise_file_limit()
    machine.stay_on(machine.LOAD_CORE)
    uvloop.run(hold(int(sys.argv[1]), int(sys.argv[2])))
