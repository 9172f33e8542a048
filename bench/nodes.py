"""From one node to another through Redis: clients tell rooms on node A, the members of the rooms sit on node B.

1,000 messages a second, evenly; milliseconds from a client's emit to a member's receiving it, by one clock. Two loads:
small rooms, as chat has them, and one room of a hundred, where node B writes 100,000 frames a second.

Peers: `createShardedAdapter` of @socket.io/redis-adapter, and python-socketio's AsyncRedisManager. Both nodes of a pair
share one core; redis-server shares the other with the load.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator

from bench import machine
from bench.lean import Caller, LeanSocket, connect, connect_all
from bench.rivals import KINDS, Figures, compare, running
from bench.table import Row

RATE = 1000
SECONDS = 8.0
SENDERS = 10
LOADS = {"small": (20, 5), "hall": (1, 100)}
"""Rooms, and members in each."""
FRAME = 150
_HEAD = len('42["news","')


class Race:
    """The members on node B, and when each message was sent."""

    def __init__(self, rooms: int, members: int) -> None:
        self._rooms, self._members = rooms, members
        self._sent_at: list[float] = []
        self._first = 0
        self._times: list[float] = []
        self._padding = "x" * (FRAME - len('42["news",""]') - 8)
        self.heard = 0

    @property
    def sent(self) -> int:
        """Messages since the last beginning."""
        return len(self._sent_at) - self._first

    def begin(self) -> None:
        """Count from here; what was sent before and comes late is not counted."""
        self._first = len(self._sent_at)
        self.heard = 0
        self._times.clear()

    async def gather(self, here: int, there: int) -> None:
        """Connect the senders to node A and the members to node B, and wait until B hears each room."""
        self._senders = [Caller((await connect(here, "/", {}))[0]) for _ in range(SENDERS)]
        names = [f"room{number}" for number in range(self._rooms) for _ in range(self._members)]
        for client in await connect_all(there, [{"rooms": [name]} for name in names]):
            client.on_packet = self._hears
        for _ in range(200):
            self.begin()
            for _ in range(self._rooms):
                self._send()
            await asyncio.sleep(0.1)
            if self.heard == self._rooms * self._members:
                return
        raise AssertionError(f"node B heard {self.heard} of {self._rooms * self._members}")

    async def run(self, seconds: float) -> list[float]:
        """Send for so many seconds; return the times, in milliseconds. Raises AssertionError where one is missing."""
        self.begin()
        start, count = time.perf_counter(), int(RATE * seconds)
        while self.sent < count:
            due = min(count, int((time.perf_counter() - start) * RATE) + 1)
            while self.sent < due:
                self._send()
            await asyncio.sleep(0.001)  # uvloop knows no less, and would spin
        for _ in range(600):
            if self.heard == count * self._members:
                break
            await asyncio.sleep(0.05)
        assert self.heard == count * self._members, f"{self.heard} of {count * self._members} arrived"
        return sorted(time * 1000 for time in self._times)

    def _send(self) -> None:
        number = len(self._sent_at)
        self._sent_at.append(time.perf_counter())
        sender = self._senders[number % SENDERS]
        sender.tell("tell", f"room{number % self._rooms}", f"{number:08d}{self._padding}")

    def _hears(self, client: LeanSocket, packet: bytes) -> None:
        number = int(packet[_HEAD : _HEAD + 8])
        if number >= self._first:
            self.heard += 1
            self._times.append(time.perf_counter() - self._sent_at[number])


@contextlib.contextmanager
def running_redis() -> Iterator[str]:
    """Yield the address of a redis-server of its own, without persistence."""
    program = shutil.which("redis-server")
    if not program:
        raise SystemExit("This benchmark needs redis-server (Debian: apt-get install redis-server).")
    port = machine.free_port()
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)


async def times(here: int, there: int, load: str, seconds: float) -> list[float]:
    """Return the sorted milliseconds of one load, after a second to warm up."""
    race = Race(*LOADS[load])
    await race.gather(here, there)
    await race.run(min(1.0, seconds))
    return await race.run(seconds)


def measure(kind: str, load: str, seconds: float = SECONDS) -> Figures:
    """Measure two fresh nodes."""
    with running_redis() as redis, running(kind, redis) as here, running(kind, redis) as there:
        found = asyncio.run(times(here.port, there.port, load, seconds))
        return {
            "p50 ms": statistics.median(found),
            "p99 ms": found[int(len(found) * 0.99)],
            "max ms": found[-1],
        }


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    rows = []
    for load, what in (("small", "20 rooms of 5"), ("hall", "one room of 100")):
        print(f"    {what}")
        # In the large room the stock server falls seconds behind, and would only cost time.
        kinds = KINDS if load == "small" else ("ours", "node")
        found = compare(lambda kind, load=load: measure(kind, load, 1.0 if quick else SECONDS), runs, kinds)
        ours, stock, node = (found[kind]["p99 ms"] if kind in found else None for kind in KINDS)
        rows.append(Row(f"p99 from node to node, 1,000/s, {what} (Node's)", ours, "ms", node, stock, node))
    return rows
