"""The REST API over keep-alive connections: calls a second, and how long one takes at half the load that is wanted.

One process, the embedded store, one API key. A plain aiohttp handler with a constant body is measured beside it in the
same run. The goals stand in the issue that the product was built after.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator

from bench import machine
from bench.server import ROOT, Server, running_server
from bench.table import Row

CONNECTIONS = 64
SECONDS = 4.0
USERS = 200
Ask = Callable[[], bytes]


class Talker(asyncio.Protocol):
    """A connection that has one call under way, and sends the next one when it was answered."""

    def __init__(self, ask: Ask, loop: asyncio.AbstractEventLoop) -> None:
        self._ask, self._loop = ask, loop
        self._had = b""
        self._due = 0.0
        self.pause: float | None = 0.0
        """Seconds between two calls; 0 sends at once, None no more."""
        self.took: list[float] = []
        self.failed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def begin(self, pause: float, delay: float) -> None:
        """Send calls, the first one in `delay` seconds."""
        self.pause, self.took, self.failed = pause, [], 0
        self._due = self._loop.time() + delay
        self._loop.call_at(self._due, self._send)

    def _send(self) -> None:
        if self.pause is not None:
            self._sent = time.perf_counter()
            self._transport.write(self._ask())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._had += data
        head, found, body = self._had.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head[head.index(b"Content-Length: ") + 16 :].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        self._had = b""
        self.took.append(time.perf_counter() - self._sent)
        self.failed += head[9:10] != b"2"
        if not self.pause:
            self._send()
            return
        self._due = max(self._due + self.pause, self._loop.time())
        self._loop.call_at(self._due, self._send)


async def talk(port: int, ask: Ask, seconds: float, rate: float = 0.0) -> tuple[float, float]:
    """Return calls a second, and milliseconds of the slowest hundredth; with `rate` no more calls than that."""
    loop = asyncio.get_running_loop()
    talkers = []
    for _ in range(CONNECTIONS):
        _, talker = await loop.create_connection(lambda: Talker(ask, loop), "127.0.0.1", port)
        talkers.append(talker)
    for number, talker in enumerate(talkers):
        talker.begin(CONNECTIONS / rate if rate else 0.0, number / rate if rate else 0.0)
    await asyncio.sleep(0.5)  # until it runs evenly
    for talker in talkers:
        talker.took.clear()
    start = time.perf_counter()
    await asyncio.sleep(seconds)
    took = sorted(itertools.chain.from_iterable(talker.took for talker in talkers))
    passed = time.perf_counter() - start
    for talker in talkers:
        talker.pause = None
    await asyncio.sleep(0.3)
    for talker in talkers:
        talker._transport.close()
    assert not sum(talker.failed for talker in talkers), "calls were refused"
    return len(took) / passed, took[int(len(took) * 0.99)] * 1000


def call(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    """Return a call as it goes over the wire."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token {key}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


@contextlib.contextmanager
def plain() -> Iterator[int]:
    """Run the plain handler; yield its port."""
    port = machine.free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.plain_server", str(port)], cwd=ROOT, stdout=subprocess.PIPE, text=True,
        preexec_fn=machine.on_all_cores(),
    )  # fmt: skip
    try:
        assert process.stdout and "ready" in process.stdout.readline()
        yield port
    finally:
        process.kill()
        process.wait(20)


async def one_round(
    server: Server, plain_port: int, users: list[int], seconds: float
) -> dict[str, tuple[float, float]]:
    """Return calls a second flat out, and milliseconds of the slowest hundredth at half of what is wanted."""
    key = server.made["api_key"]
    turn, number = itertools.cycle(users), itertools.count(time.time_ns())
    asks: dict[str, tuple[Ask, float]] = {
        "GET /users/:id/": (lambda: call("GET", f"/api/public/users/{next(turn)}/", key), 8000),
        "POST /users/": (lambda: call("POST", "/api/public/users/", key, b'{"email":"v%d@shop.example"}' % next(number)), 4000),
        "POST /events/": (
            lambda: call("POST", "/api/public/events/", key, b'{"client":%d,"name":"order","data":{"n":1}}' % next(turn)), 6000,
        ),
        "a page of 100 users": (lambda: call("GET", "/api/public/users/", key), 600),
    }  # fmt: skip
    found = {"plain": await talk(plain_port, asks["GET /users/:id/"][0], seconds)}
    for what in ("GET /users/:id/", "POST /events/", "a page of 100 users", "POST /users/"):
        ask, goal = asks[what]
        flat_out, _ = await talk(server.port, ask, seconds)
        _, slowest = await talk(server.port, ask, seconds, goal / 2)
        found[what] = (flat_out, slowest)
    return found


GOALS = {"GET /users/:id/": 8_000, "POST /users/": 4_000, "POST /events/": 6_000, "a page of 100 users": 600}


def run(runs: int, quick: bool) -> list[Row]:
    """Measure, and return the rows of the table."""
    seconds = 1.0 if quick else SECONDS
    rounds = []
    for _ in range(1 if quick else runs):
        with running_server() as server, plain() as port:
            rounds.append(asyncio.run(one_round(server, port, made(server), seconds)))
    rows = []
    bare = statistics.median(each["plain"][0] for each in rounds)
    rows.append(Row("a plain aiohttp handler with a constant body", bare, "/s"))
    for what, goal in GOALS.items():
        speed = statistics.median(each[what][0] for each in rounds)
        rows.append(
            Row(f"{what} (one in {bare / speed:.1f} of the plain handler)", speed, "/s", goal, more_is_better=True)
        )
        slowest = statistics.median(each[what][1] for each in rounds)
        rows.append(Row(f"{what}: slowest hundredth at {goal // 2:,}/s", slowest, "ms", 30))
    return rows


def made(server: Server) -> list[int]:
    """Make the users that are asked for; return their ids."""
    people = [{"email": f"p{n}@shop.example", "first_name": "Vera", "score": n, "plan": "pro"} for n in range(USERS)]
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/app/contacts/bulk", json.dumps({"contacts": people}).encode(),
        headers={"Authorization": f"Token {server.made['api_key']}"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as response:
        return [each["id"] for each in json.loads(response.read())["results"]]
