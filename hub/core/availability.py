"""How much of each month each service was there.

Every few seconds a node calls its services as a client would, and moves the moment until which each was seen working.
Where two such moments lie further apart than they should, it was down between them: so a hung process, a killed one and
a machine without power all count, and the first that works again writes it down. A service is there while it is on any
node.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from hub.core.collections import AVAILABILITY
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, Duplicate, Engine, GuardFailed, StorageError
from storage.filters import Eq

GOAL = 0.9998
"""Of each calendar month, for each service: 8.6 minutes of downtime in 30 days."""

EVERY = 5.0
"""Seconds between two calls of a service."""

_PATIENCE = 3.0
"""Seconds after which a service that has not answered does not work."""

_PATIENCE_AT_THE_END = 1.0
"""Seconds that the last word about the services may take while the process stops."""

_SHORTEST = 500
"""Milliseconds: a start that takes no longer is none that anybody noticed."""

Probe = Callable[[], Awaitable[Any]]
"""Calls a service and raises where it does not do what it should."""


class Month(Struct, frozen=True):
    """What is known of a service in a calendar month (UTC); times in milliseconds."""

    service: str
    month: str
    measured: int
    down: int
    outages: int
    longest: int

    @property
    def ratio(self) -> float:
        """The share of the measured time in which it worked."""
        return 1.0 - self.down / self.measured if self.measured else 1.0


class Availability:
    """Watches the services of this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._probes: dict[str, Probe] = {}
        self._failed: dict[str, bool] = {}  # by service: whether the last call failed; without an entry: not called yet
        self.months: list[Month] = []

    def watch(self, service: str, probe: Probe) -> None:
        """Call this service from now on."""
        self._probes[service] = probe

    async def run(self) -> None:
        """Watch until cancelled."""
        while self._probes:
            await asyncio.gather(*(self._look(service, probe) for service, probe in self._probes.items()))
            try:
                self.months = await months(self._hub.store, self._hub.clock.now())
            except StorageError:
                pass  # the store's own outage: it is counted when it is back
            await asyncio.sleep(EVERY)

    async def part(self) -> None:
        """Say that what worked just now worked until now, for this process ends: its downtime begins here.

        Without the store it goes unsaid, because clients wait for the rest of the stop.
        """
        probes, self._probes = self._probes, {}
        working = [service for service in probes if self._failed.get(service) is False]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_AT_THE_END):
                await asyncio.gather(*(self._works(service, first=False) for service in working))

    async def _look(self, service: str, probe: Probe) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                await probe()
        except Exception as error:
            if not self._failed.get(service):
                self._hub.log.warning("a service does not answer", service=service, error=repr(error))
            self._failed[service] = True
            return
        if service in self._probes:
            await self._works(service, first=service not in self._failed)

    async def _works(self, service: str, first: bool) -> None:
        """Write down that it works now, and since when it did not."""
        most = int(EVERY * 1000 * (1.5 if self._failed.get(service) else 2.5))
        if first and self._hub.bus.alone:
            most = _SHORTEST  # nobody else can have watched it
        try:
            await note(self._hub.store, service, self._hub.clock.now(), most)
            self._failed[service] = False
        except StorageError:
            # It stays unwritten until the store is back, which looks as if the service had been away.
            self._failed[service] = True


async def note(store: Engine, service: str, now: int, most: int) -> None:
    """Move on the moment until which a service worked. More than `most` milliseconds since the last one were downtime.

    Raises Unavailable. Where another node was quicker, nothing is written.
    """
    known = [document for document in await _documents(store) if document["service"] == service]
    last = max(known, key=lambda document: document["until"], default=None)
    batch = Batch(INSTALLATION)
    if last is None:
        batch.insert(AVAILABILITY, _begun(service, now, now))
    else:
        gap = now - last["until"]
        if gap < EVERY * 1000 / 2 and gap <= most:
            return
        batch.guard(AVAILABILITY, last["id"], Eq("until", last["until"]))
        for begin, end in _by_month(last["until"], now):
            down = end - begin if gap > most else 0
            if _id(service, begin) == last["id"]:
                counts: dict[str, int | float] = {"down": down, "outages": 1 if down else 0}
                batch.patch(AVAILABILITY, last["id"], set={"until": end}, inc=counts, max={"longest": down})
            else:
                batch.insert(AVAILABILITY, _begun(service, begin, end, down))
    try:
        await store.commit(batch)
    except (GuardFailed, Duplicate):
        pass


async def months(store: Engine, now: int) -> list[Month]:
    """Return all months of all services, the newest first. What has not been seen working for long is down now."""
    documents = await _documents(store)
    newest: dict[str, Document] = {}
    for document in documents:
        if document["until"] > newest.get(document["service"], {"until": -1})["until"]:
            newest[document["service"]] = document
    for last in newest.values():
        if now - last["until"] > EVERY * 2500:
            for begin, end in list(_by_month(last["until"], now)):
                if _id(last["service"], begin) == last["id"]:
                    last["until"], down = end, end - begin
                    last["down"] += down
                    last["outages"] += 1
                    last["longest"] = max(last["longest"], down)
                else:
                    documents.append(_begun(last["service"], begin, end, end - begin))
    documents.sort(key=lambda document: document["service"])
    documents.sort(key=lambda document: document["since"], reverse=True)
    documents.sort(key=lambda document: document["month"], reverse=True)
    return [
        Month(
            each["service"],
            each["month"],
            each["until"] - each["since"],
            each["down"],
            each["outages"],
            each["longest"],
        )
        for each in documents
    ]


async def _documents(store: Engine) -> list[Document]:
    found: list[Document] = []
    async for chunk in store.export(INSTALLATION, AVAILABILITY):
        found += chunk
    return found


def _begun(service: str, since: int, until: int, down: int = 0) -> Document:
    return {
        "id": _id(service, since), "service": service, "month": _month(since), "since": since, "until": until,
        "down": down, "outages": 1 if down else 0, "longest": down,
    }  # fmt: skip


def _month(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%Y-%m}"


def _id(service: str, at: int) -> int:
    return zlib.crc32(service.encode()) * 1_000_000 + int(_month(at).replace("-", ""))


def _by_month(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch of time at the ends of the months."""
    while True:
        day = datetime.fromtimestamp(begin / 1000, UTC)
        next_month = datetime(day.year + day.month // 12, day.month % 12 + 1, 1, tzinfo=UTC)
        cut = int(next_month.timestamp() * 1000)
        if end <= cut:
            yield begin, end
            return
        yield begin, cut
        begin = cut
