"""`python -m bench.soak --minutes N`: does anything grow that should not?

A hub lives through people who come and go: visitors over WebSocket and long-polling who write, reload, leave, or vanish
without a goodbye, and agents who answer. The number of people stays the same, so tasks and descriptors must too.
Prints the slope of each and of memory per hour, by least squares with its error, and what is left when all have gone.
The exit code is 1 where tasks or descriptors clearly grow or stay, or where somebody was refused something.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import math
import random
import sys
import time
from collections import Counter
from typing import Any, NamedTuple

import aiohttp
import msgspec
import uvloop

from bench import machine
from bench.lean import Caller, LeanSocket, connect
from bench.server import Server, running_server

VISITORS, POLLERS, AGENTS = 120, 30, 5
SAMPLE_SECONDS = 2.0
LOOKS = 5
"""Looks at the process for one sample. The lowest counts: work in progress comes and goes, what leaks is always there."""
WARM_UP = 0.25
"""Share of the time that is not judged: caches fill, and the allocator takes what it will keep."""

PATIENCE = 60
"""Seconds that the server has to forget everybody: heartbeats, grace times, idle connections of HTTP."""
SPARE = {"tasks": 3, "descriptors": 12}
"""What may be there more than before: what was opened when first needed, as the files of the store's readers."""

LOST = (OSError, TimeoutError, aiohttp.ClientError)
"""What a connection looks like that ended."""


class Slope(NamedTuple):
    """How something changes in an hour."""

    mean: float
    per_hour: float
    error: float

    def clearly_grows(self, hours: float) -> bool:
        """Tell whether it grew beyond what chance and one more person at the time of counting explain."""
        return self.per_hour > 4 * self.error and self.per_hour * hours > 3 + 0.02 * self.mean


def slope(points: list[tuple[float, float]]) -> Slope:
    """Return the least-squares slope of (seconds, value) and its error, both per hour.

    Values close in time are alike (a visitor stays for a while), which the textbook's error does not know of: it is
    widened by how much each value tells of the next one.
    """
    count = len(points)
    middle, mean = sum(x for x, _ in points) / count, sum(y for _, y in points) / count
    spread = sum((x - middle) ** 2 for x, _ in points)
    rise = sum((x - middle) * (y - mean) for x, y in points) / spread
    rest = [y - mean - rise * (x - middle) for x, y in points]
    square = sum(value**2 for value in rest)
    error = math.sqrt(square / max(1, count - 2) / spread)
    alike = sum(a * b for a, b in itertools.pairwise(rest)) / square if square else 0.0
    alike = min(0.95, max(0.0, alike))
    return Slope(mean, rise * 3600, error * 3600 * math.sqrt((1 + alike) / (1 - alike)))


class Street:
    """The people, and what they have done."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.key = server.made["widget_key"]
        self.token = server.sign_in()
        self.done: Counter[str] = Counter()
        self.refused: list[Any] = []
        self._tunnel: set[LeanSocket] = set()

    async def live(self) -> None:
        """Keep everybody coming and going until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(VISITORS):
                group.create_task(self._again(self._visitor))
            for _ in range(POLLERS):
                group.create_task(self._again(self._poller))
            for _ in range(AGENTS):
                group.create_task(self._again(self._agent))

    async def _again(self, person: Any) -> None:
        await asyncio.sleep(random.random() * 3)
        while True:
            try:
                await person()
            except LOST as error:
                self.done[f"lost: {type(error).__name__}"] += 1
                await asyncio.sleep(0.5)

    async def _visitor(self) -> None:
        """One person on the website, who keeps the token over reloads and goes in one of three ways."""
        auth = {"key": self.key}
        for _ in range(random.randint(1, 3)):
            socket, session = await connect(self.server.port, "/visitor", auth)
            auth["visitor_token"] = session["visitor_token"]
            visitor = Caller(socket, "/visitor")
            try:
                for _ in range(random.randint(0, 4)):
                    await asyncio.sleep(random.random() * 3)
                    await self._say(visitor, {"text": "Do you ship to Oslo?"})
                await asyncio.sleep(random.random() * 3)
            finally:
                self._leave(socket)

    def _leave(self, socket: LeanSocket) -> None:
        way = random.choice(("goodbye", "close", "vanish"))
        self.done[way] += 1
        if way == "goodbye":
            socket.send(b"41/visitor,")
            socket.transport.close()
        elif way == "close":
            socket.transport.close()
        else:
            # As a phone in a tunnel: nothing is read or sent any more, and the server has to find out by itself.
            socket.transport.pause_reading()
            self._tunnel.add(socket)
            asyncio.get_running_loop().call_later(40, self._forget, socket)

    def _forget(self, socket: LeanSocket) -> None:
        self._tunnel.discard(socket)
        socket.transport.abort()

    def clear(self) -> None:
        """Let go of everybody who vanished."""
        for socket in list(self._tunnel):
            self._forget(socket)

    async def _say(self, caller: Caller, message: dict[str, Any]) -> None:
        answer = await caller.ask("message.send", {"client_id": f"s{random.getrandbits(64):x}", **message})
        self._count("messages", answer)

    def _count(self, what: str, answer: dict[str, Any]) -> None:
        if answer["ok"]:
            self.done[what] += 1
        else:
            self.refused.append(answer)

    async def _agent(self) -> None:
        """An agent who answers what comes for some seconds, then reloads the page."""
        socket, _ = await connect(self.server.port, "/agent", {"token": self.token})
        agent = Caller(socket, "/agent")
        waiting: asyncio.Queue[int] = asyncio.Queue(100)

        def hears(name: str, payload: Any) -> None:
            mine = name == "message" and payload["author"]["kind"] == "contact" and random.random() < 1 / AGENTS
            if mine and not waiting.full():
                waiting.put_nowait(payload["conversation"])

        agent.on_event = hears
        try:
            async with asyncio.timeout(random.uniform(5, 20)):
                while True:
                    conversation = await waiting.get()
                    self._count("typing", await agent.ask("typing", {"conversation": conversation, "on": True}))
                    await asyncio.sleep(random.random() * 0.1)
                    await self._say(agent, {"text": "We do, from 40 euros.", "conversation": conversation})
        except TimeoutError:
            self.done["agents"] += 1
        finally:
            socket.transport.close()

    async def _poller(self) -> None:
        """Somebody behind a proxy that lets no WebSocket through, who says one thing and leaves or vanishes."""
        address = f"http://127.0.0.1:{self.server.port}/socket.io/?EIO=4&transport=polling"
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
            async with http.get(address) as answer:
                address += f"&sid={msgspec.json.decode((await answer.read())[1:])['sid']}"
            await self._post(http, address, "40/visitor," + msgspec.json.encode({"key": self.key}).decode())
            await self._poll(http, address, '["session"')
            said = {"client_id": f"p{random.getrandbits(64):x}", "text": "Is anybody there?"}
            await self._post(http, address, "42/visitor,1" + msgspec.json.encode(["message.send", said]).decode())
            acknowledged = await self._poll(http, address, "43/visitor,1")
            start = acknowledged.index("43/visitor,1") + len("43/visitor,1")
            self._count("polled", msgspec.json.decode(acknowledged[start:].partition("\x1e")[0])[0])
            await asyncio.sleep(random.random())
            if random.random() < 0.5:
                await self._post(http, address, "1")

    async def _post(self, http: aiohttp.ClientSession, address: str, packet: str) -> None:
        async with http.post(address, data=packet) as answer:
            text = await answer.text()
        if text != "ok":
            raise ConnectionError(text)  # on a busy machine a heartbeat may come too late

    async def _poll(self, http: aiohttp.ClientSession, address: str, until: str) -> str:
        while True:
            async with http.get(address) as answer:
                text = await answer.text()
            if answer.status != 200:
                raise ConnectionError(text)
            if until in text:
                return text


async def sample(server: Server) -> dict[str, float]:
    """Return what the process holds now."""
    metrics = await asyncio.to_thread(server.metrics)
    pid = server.process.pid
    return {
        "resident KB": machine.resident_kb(pid),
        "tasks": metrics["hub_tasks"],
        "descriptors": machine.open_files(pid),
    }


async def watch(server: Server, seconds: float) -> dict[str, list[tuple[float, float]]]:
    """Sample the process for so long; return (seconds, value) of each figure, without the warm-up."""
    found: dict[str, list[tuple[float, float]]] = {"resident KB": [], "tasks": [], "descriptors": []}
    start = time.monotonic()
    while (now := time.monotonic() - start) < seconds:
        looks = []
        for _ in range(LOOKS):
            looks.append(await sample(server))
            await asyncio.sleep(SAMPLE_SECONDS / LOOKS)
        if now > seconds * WARM_UP:
            for name, points in found.items():
                points.append((now, min(look[name] for look in looks)))
    return found


async def rest(server: Server, before: dict[str, float]) -> dict[str, float]:
    """Return what the process holds when it has forgotten everybody, or has had the time for it."""
    for _ in range(PATIENCE):
        await asyncio.sleep(1)
        now = await sample(server)
        if all(now[name] <= before[name] + spare for name, spare in SPARE.items()):
            break
    return now


async def soak(street: Street, seconds: float) -> bool:
    """Let people live in the street and print what grew or stayed; return whether all is well."""
    server = street.server
    before = await sample(server)
    living = asyncio.create_task(street.live())
    watching = asyncio.create_task(watch(server, seconds))
    await asyncio.wait((living, watching), return_when=asyncio.FIRST_COMPLETED)
    if living.done():
        watching.cancel()
        living.result()  # raises what went wrong in the street
    found = watching.result()
    living.cancel()
    await asyncio.wait((living,))
    street.clear()
    after = await rest(server, before)
    print("  " + ", ".join(f"{count:,} {what}" for what, count in sorted(street.done.items())))
    if street.refused:
        print(f"  refused: {len(street.refused)}, the first: {street.refused[0]}")
    print(f"\n{'':<14}{'before':>10}{'mean':>10}{'per hour':>12}{'error':>10}{'after':>10}")
    well = not street.refused
    for name, points in found.items():
        line = slope(points)
        judged = name in SPARE
        grows = judged and line.clearly_grows((points[-1][0] - points[0][0]) / 3600)
        stays = judged and after[name] > before[name] + SPARE[name]
        well = well and not grows and not stays
        print(
            f"{name:<14}{before[name]:>10,.0f}{line.mean:>10,.0f}{line.per_hour:>+12,.0f}{line.error:>10,.0f}"
            f"{after[name]:>10,.0f}{'   grows' if grows else ''}{'   stays' if stays else ''}"
        )
    return well


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long (5); an hour or more tells of memory")
    minutes = parser.parse_args().minutes
    machine.raise_file_limit()
    machine.stay_on(machine.LOAD_CORE)
    with running_server("--ping-interval", "5", "--ping-timeout", "3") as server:
        well = uvloop.run(soak(Street(server), minutes * 60))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
