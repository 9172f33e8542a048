"""Durable work: what must happen after a commit, and what must happen later.

A job is a row written in the batch of the verb that wants it. A runner claims due rows with a lease, works, and
deletes them; a runner that dies loses its lease, and another one takes over. So a job runs at least once, and its work
has to be idempotent: it re-reads the world before it acts. One that keeps failing moves to the dead letters with its
payload and its last error.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from hub.core.collections import BULK_JOBS, DEAD_JOBS, JOBS
from hub.core.registry import Registry
from storage.engine import INSTALLATION, Batch, Collection, Document, Missing, Scope, StorageError
from storage.filters import All, Eq, Gt, Lte, Ne

if TYPE_CHECKING:
    from hub.core.hub import Hub

Work = Callable[["Hub", Scope, dict[str, Any]], Awaitable[None]]

AT_ONCE = 20
"""Jobs of one node at the same time: a long one holds up no others."""
TRIES = 8
LEASE_MS = 60_000
"""A job that takes longer than its lease is done twice, so `Runner` cuts it off before."""
_SOON = 0.02
"""Seconds that the commit of a batch usually needs."""
_TOGETHER = 0.005
"""Seconds in which jobs that end together are waited for, so that the next ones are claimed with one write."""
_FORESEEN = 15 * 60_000
"""Milliseconds ahead for which a node remembers that a job of its own will be due."""
_POLL = 1.0
"""Longest sleep of an idle runner: a job that another node wrote is noticed within it."""


class Later(Exception):
    """Raised by work that can't be done yet: its job waits for `after` milliseconds and has not failed.

    `notes` are what it is to find in its payload then; the rest stays as it is in the store, where it may be redacted.
    """

    def __init__(self, after: int, **notes: Any) -> None:
        self.after, self.notes = after, notes


class Jobs:
    """The kinds of work, and the runner of this node."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._kinds: Registry[Work] = Registry("job")
        self._bulk: set[str] = set()
        self._lanes = [Lane(hub, JOBS, AT_ONCE, self._work), Lane(hub, BULK_JOBS, 1, self._work)]

    def register(self, kind: str, work: Work, *, bulk: bool = False) -> None:
        """Say what to do for jobs of this kind; with `bulk` they are done one after the other, beside all others."""
        self._kinds.add(kind, work)
        if bulk:
            self._bulk.add(kind)

    async def add(self, batch: Batch, kind: str, payload: dict[str, Any], *, after: int = 0) -> None:
        """Put a job into the batch, due in `after` milliseconds. Unknown kinds raise LookupError right here."""
        self._kinds[kind]
        now = self._hub.clock.now()
        row = {"id": await self._hub.ids.next("job"), "kind": kind, "app": batch.scope.app, "due": now + after}
        lane = self._lanes[kind in self._bulk]
        batch.insert(lane.rows, row | {"tries": 0, "owner": "", "payload": payload})
        lane.wake_after(after)

    async def add_once(self, key: str, kind: str, payload: dict[str, Any], *, after: int) -> None:
        """Order a job unless one was ordered under this key already, by whatever node."""
        batch = Batch(INSTALLATION)
        batch.claim("job.once", key, 0)
        await self.add(batch, kind, payload, after=after)
        await self._hub.store.commit(batch)

    async def waiting(self) -> dict[str, int]:
        """Return how many jobs there are of each lane, and how many were given up."""
        count = self._hub.store.count
        return {each.name: await count(INSTALLATION, each, scan=True) for each in (JOBS, BULK_JOBS, DEAD_JOBS)}

    async def redact(self, app: int, rest: Callable[[str, dict[str, Any]], dict[str, Any] | None]) -> int:
        """Change the payloads of an application's jobs, dead ones too; return how many were changed.

        `rest` gets kind and payload and returns the payload that is left, or None to delete the job.
        """
        changed = 0
        for collection in (JOBS, BULK_JOBS, DEAD_JOBS):
            async for rows in self._hub.store.export(INSTALLATION, collection, Eq("app", app)):
                for row in rows:
                    payload = rest(row["kind"], row["payload"])
                    if payload == row["payload"]:
                        continue
                    batch = Batch(INSTALLATION)
                    if payload is None:
                        batch.delete(collection, row["id"])
                    else:
                        batch.patch(collection, row["id"], set={"payload": payload})
                    try:
                        await self._hub.store.commit(batch)
                    except Missing:
                        continue  # it was done meanwhile
                    changed += 1
        return changed

    async def run(self) -> None:
        """Work through due jobs until cancelled; first those that a process before this one was killed over."""
        await asyncio.gather(*(lane.run() for lane in self._lanes))

    async def claim(self, limit: int = AT_ONCE) -> list[Document]:
        """Take due jobs for this node, none of those that come in floods."""
        return await self._lanes[0].claim(limit)

    async def _work(self, rows: Collection, row: Document) -> None:
        batch = Batch(INSTALLATION)
        batch.delete(rows, row["id"])
        try:
            work = self._kinds[row["kind"]]
            async with asyncio.timeout(LEASE_MS / 1000 * 0.8):
                await work(self._hub, Scope(row["app"]), row["payload"])
        except Later as later:
            batch = Batch(INSTALLATION)
            notes = {f"payload.{name}": value for name, value in later.notes.items()}
            due = self._hub.clock.now() + later.after
            batch.patch(rows, row["id"], set={"due": due, "tries": 0, "owner": "", **notes})
            self._lanes[rows is BULK_JOBS].wake_after(later.after)
        except Exception as error:
            self._hub.log.warning("job failed", job=row["id"], kind=row["kind"], tries=row["tries"], exc_info=error)
            now = self._hub.clock.now()
            if row["tries"] >= TRIES:
                batch.insert(DEAD_JOBS, row | {"error": repr(error), "died": now})
            else:
                batch = Batch(INSTALLATION)
                batch.patch(rows, row["id"], set={"due": now + _back_off(row["tries"])})
        try:
            await self._hub.store.commit(batch)
        except StorageError as error:  # it is done again when its lease has run out
            self._hub.log.warning("jobs wait for the store", error=str(error))


class Lane:
    """Jobs of one collection, so many at the same time."""

    def __init__(
        self,
        hub: Hub,
        rows: Collection,
        at_once: int,
        work: Callable[[Collection, Document], Coroutine[Any, Any, None]],
    ) -> None:
        self._hub, self.rows, self._at_once, self._work = hub, rows, at_once, work
        self.wake = asyncio.Event()
        self._alarms: set[int] = set()

    def wake_after(self, after: int) -> None:
        """Look for due jobs in `after` milliseconds: one that this node wrote does not wait for the next look around.

        Woken before the commit, the runner may look too early; then it finds the job a second later.
        """
        loop = asyncio.get_running_loop()
        if after <= 0:
            loop.call_later(_SOON, self.wake.set)
        elif after <= _FORESEEN:
            alarm = int((loop.time() + after / 1000 + _SOON) * 10) + 1  # in tenths of a second: many jobs share one
            if alarm not in self._alarms:
                self._alarms.add(alarm)
                loop.call_at(alarm / 10, self._ring, alarm)

    def _ring(self, alarm: int) -> None:
        self._alarms.discard(alarm)
        self.wake.set()

    async def run(self) -> None:
        """Work through them until cancelled."""
        if self._hub.bus.alone:
            await self._free()
        working: set[asyncio.Task[None]] = set()  # the hub's own tasks: they end with it, and not with this one
        while True:
            free = self._at_once - len(working)
            rows = await self._due(free) if free else []
            for row in rows:
                task = self._hub.spawn(f"job {row['kind']}", self._work(self.rows, row))
                if task is not None:
                    working.add(task)
                    task.add_done_callback(working.discard)
                    task.add_done_callback(lambda _: self.wake.set())
            if not rows:
                try:
                    async with asyncio.timeout(_POLL):
                        await self.wake.wait()
                except TimeoutError:
                    pass
                self.wake.clear()
                await asyncio.sleep(_TOGETHER)

    async def claim(self, limit: int) -> list[Document]:
        """Take due jobs for this node."""
        now = self._hub.clock.now()
        return await self._hub.store.claim_jobs(
            self.rows, now=now, lease_until=now + LEASE_MS, owner=self._hub.node, limit=limit
        )

    async def _due(self, limit: int) -> list[Document]:
        try:
            return await self.claim(limit)
        except StorageError as error:
            self._hub.log.warning("jobs wait for the store", error=str(error))
            return []

    async def _free(self) -> None:
        """Take back the leases of processes that have ended: where no other one can be, all but this one's have."""
        now = self._hub.clock.now()
        leased = All((Gt("due", now), Lte("due", now + LEASE_MS), Ne("owner", ""), Ne("owner", self._hub.node)))
        try:
            async for rows in self._hub.store.export(INSTALLATION, self.rows, leased):
                batch = Batch(INSTALLATION)
                for row in rows:
                    batch.patch(self.rows, row["id"], set={"due": now})
                await self._hub.store.commit(batch)
        except StorageError as error:
            self._hub.log.warning("jobs wait for the store", error=str(error))


def _back_off(tries: int) -> int:
    """Return milliseconds to wait: 1 s, 2 s, 4 s … at most 1 h, ±20 % so that failures do not march in step."""
    return jittered(min(3_600_000, 1000 * 2**tries))


def jittered(wait: int) -> int:
    """Return a time that is up to a fifth shorter or longer, so that what failed together is not tried together."""
    return int(wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
