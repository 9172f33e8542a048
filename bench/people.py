"""People: segments over a million contacts, memberships under load, events in bulk, the first page of the table.

The store is the embedded one. The limits stand in the issue that the product was built after; Mautic takes 20 to 40
minutes for a segment of some hundred thousand contacts (its issues 8113 and 6324).
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
import urllib.request
from typing import Any

from bench.crowd import fill
from bench.lean import Caller, connect
from bench.rivals import Figures, medians
from bench.server import Server
from bench.table import Row

CONTACTS = 1_000_000
SEGMENTS = 100
RATE = 1_000
SECONDS = 15.0


class Api:
    """The panel's API, by an agent's token."""

    def __init__(self, server: Server) -> None:
        self._base, self._token = f"http://127.0.0.1:{server.port}/api/app/", server.sign_in()

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """Return the answer."""
        request = urllib.request.Request(
            self._base + path, None if body is None else json.dumps(body).encode(), method=method,
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=120) as response:
            text = response.read()
            return json.loads(text) if text else None

    async def later(self, method: str, path: str, body: Any = None) -> Any:
        """The same, while the loop goes on."""
        return await asyncio.to_thread(self, method, path, body)


def attribute(name: str, op: str, value: Any) -> dict[str, Any]:
    """Return a condition on an attribute."""
    return {"type": "attribute", "attribute": name, "op": op, "value": value}


def build(api: Api, name: str, *where: dict[str, Any]) -> tuple[float, int]:
    """Make a segment; return the seconds until it was ready, and its size."""
    start = time.perf_counter()
    id = api("POST", "segments", {"name": name, "where": {"all": list(where)}})["id"]
    while (shown := api("GET", f"segments/{id}"))["status"] != "ready":
        assert time.perf_counter() - start < 600, "the segment was not built in ten minutes"
        time.sleep(0.05)
    return time.perf_counter() - start, shown["size"]


def first_page(api: Api) -> float:
    """Return the milliseconds of the table's first page with two conditions, the median of nine."""
    where = {"all": [attribute("plan", "equals", "pro"), attribute("seats", "gt", 90)]}
    took = []
    for _ in range(9):
        start = time.perf_counter()
        found = api("POST", "contacts/find", {"where": where})
        took.append(time.perf_counter() - start)
        assert found["contacts"]
    return statistics.median(took) * 1000


async def bulk(api: Api, contacts: int, seconds: float) -> tuple[float, float]:
    """Return events a second that are taken over REST, a thousand to a call, and that are counted in the end."""
    taken = 0

    async def send(number: int) -> None:
        nonlocal taken
        place = number * 7919
        while time.perf_counter() < until:
            events = [
                {"name": "looked", "contact": 1 + (place + n) % contacts, "data": {"product": n}} for n in range(1000)
            ]
            place += 1000
            taken += (await api.later("POST", "events", {"events": events}))["accepted"]

    start = time.perf_counter()
    until = start + seconds
    await asyncio.gather(*(send(number) for number in range(4)))
    rate = taken / (time.perf_counter() - start)
    await api.later("POST", "events", {"events": [{"name": "the last one", "contact": contacts}]})
    while await _newest_event(api, contacts) != "the last one":
        await asyncio.sleep(0.1)
    return rate, taken / (time.perf_counter() - start)


async def _newest_event(api: Api, contact: int) -> str:
    entries = (await api.later("GET", f"contacts/{contact}/timeline?kinds=event&limit=1"))["entries"]
    return entries[0]["data"]["name"] if entries else ""


async def over_sockets(server: Server, seconds: float, visitors: int = 100) -> float:
    """Return events a second that visitors send over their sockets, each the next one when the last is acknowledged."""
    done = 0

    async def talk() -> None:
        nonlocal done
        socket, _ = await connect(server.port, "/visitor", {"key": server.made["widget_key"]})
        caller = Caller(socket, "/visitor")
        while time.perf_counter() < until:
            answer = await caller.ask("event", {"name": "looked", "data": {"product": done}})
            assert answer["ok"], answer
            done += 1
        socket.transport.close()

    start = time.perf_counter()
    until = start + seconds
    await asyncio.gather(*(talk() for _ in range(visitors)))
    return done / (time.perf_counter() - start)


async def lag(api: Api, contacts: int, seconds: float) -> float:
    """Return milliseconds (p95) from a change to the membership that is read, beside a thousand events a second.

    Read and not heard: of a flood, as these events are, open panels are told that segments moved, and not one by one.
    """
    segment = (await api.later("POST", "segments", {"name": "Probe", "where": attribute("probe", "equals", "in")}))[
        "id"
    ]
    while (await api.later("GET", f"segments/{segment}"))["status"] != "ready":
        await asyncio.sleep(0.05)
    until = time.perf_counter() + seconds

    async def load() -> None:
        place = 0
        while time.perf_counter() < until:
            due = time.perf_counter() + 0.1
            events = [
                {"name": f"event {n % 50}", "contact": 1 + (place + n * 31) % contacts} for n in range(RATE // 10)
            ]
            place += 17
            await api.later("POST", "events", {"events": events})
            await asyncio.sleep(max(0.0, due - time.perf_counter()))

    async def inside(contact: int) -> list[int]:
        return (await api.later("GET", f"contacts/{contact}"))["segments"]

    async def probe() -> list[float]:
        took, number = [], 0
        while time.perf_counter() < until:
            number += 1
            start = time.perf_counter()
            await api.later("PATCH", f"contacts/{number}", {"attributes": {"probe": "in"}})
            while segment not in await inside(number) and time.perf_counter() - start < 10:
                await asyncio.sleep(0.005)
            took.append(time.perf_counter() - start)
            await asyncio.sleep(0.05)
        return took

    _, took = await asyncio.gather(load(), probe())
    return sorted(took)[int(len(took) * 0.95)] * 1000


def one_round(contacts: int, segments: int, seconds: float) -> Figures:
    """Measure all of it on a fresh store."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-") as folder:
        server = Server(folder)
        start = time.perf_counter()
        fill(f"{folder}/data", server.made["application"]["id"], contacts)
        print(f"    {contacts:,} contacts made in {time.perf_counter() - start:.0f} s", flush=True)
        server.start()
        try:
            api = Api(server)
            page = first_page(api)
            some, size = build(api, "A tenth", attribute("plan", "equals", "pro"), attribute("seats", "gte", 50))
            many, most = build(api, "A third", attribute("last_seen", "less_than_days_ago", 30))
            print(f"    built: {size:,} in {some:.1f} s, {most:,} in {many:.1f} s", flush=True)
            rate, counted = asyncio.run(bulk(api, contacts, seconds))
            live = asyncio.run(over_sockets(server, seconds))
            for number in range(segments):
                event = {
                    "type": "event",
                    "event": f"event {number % 50}",
                    "at_least": 1 + number // 50,
                    "within_days": 7,
                }
                build(api, f"Segment {number}", event, attribute("seats", "gte", number))
            behind = asyncio.run(lag(api, contacts, seconds))
            return {
                "first page ms": page, "build of a tenth s": some, "build of a third s": many, "events/s": rate,
                "counted/s": counted,
                "socket events/s": live, "lag p95 ms": behind, "MB": server.resident_mb,
            }  # fmt: skip
        finally:
            server.kill()


def run(runs: int, quick: bool) -> list[Row]:
    """Return the rows."""
    rounds = []
    for number in range(1 if quick else min(runs, 3)):
        rounds.append(one_round(5_000, 10, 2.0) if quick else one_round(CONTACTS, SEGMENTS, SECONDS))
        shown = "  ".join(f"{name} {value:,.1f}" for name, value in rounds[-1].items())
        print(f"    {number + 1} {shown}", flush=True)
    found = medians(rounds)
    return [
        Row("first page of a million contacts, two conditions", found["first page ms"], "ms", 200),
        Row("a segment of a tenth of a million contacts, built", found["build of a tenth s"], "s", 10),
        Row("a segment on time of a third of a million, built", found["build of a third s"], "s", 10),
        Row("events over REST, a thousand to a call", found["events/s"], "/s", 10_000, more_is_better=True),
        Row("the same, until they are counted", found["counted/s"], "/s", more_is_better=True),
        Row("events over the widget's socket", found["socket events/s"], "/s", 3_000, more_is_better=True),
        Row("change to membership, p95, 100 segments, 1,000 events/s", found["lag p95 ms"], "ms", 1_000),
    ]
