"""Calls that are done once: whoever repeats one under the same name gets the first answer, also from another node.

The first batch that a call commits carries the mark that it was done, so both are true or neither is. After a crash in
between, a call without the mark has written nothing and is done anew; one with the mark is never done again, and where
its answer was lost the caller is told so.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from hub.core.collections import CALLS
from hub.core.errors import AnswerLost, CallReused, CallUnderWay
from storage.engine import INSTALLATION, Batch, Engine, GuardFailed, Outcome, Scope, Sort
from storage.filters import Eq, Lte, all_of

if TYPE_CHECKING:
    from hub.core.hub import Hub

FORGET = "calls.forget"
KEPT = 24 * 3_600_000
"""Milliseconds for which an answer is kept."""
LEASE = 60_000
"""Milliseconds after which a call without an answer counts as given up: its process has died."""
_HOUR = 3_600_000
_PAGE, _PAGES = 500, 40


class Carried(Protocol):
    """Something that the next batch carries along: with it both are true, or neither is."""

    @property
    def done(self) -> bool:
        """Whether a batch has carried it."""

    async def commit(self, store: Engine, batch: Batch) -> Outcome:
        """Commit a batch together with it."""


CURRENT: ContextVar[Carried | None] = ContextVar("call", default=None)
"""The call that is being done here, or what else its batch carries; `Hub.commit` asks for it."""


class Answer(Struct, frozen=True):
    """What the first call was answered."""

    status: int
    type: str
    body: str


class Call:
    """A call under way. `done` tells whether it has written something."""

    def __init__(self, id: int, name: str, until: int) -> None:
        self.id, self.name, self._until = id, name, until
        self.done = False
        self._first = asyncio.Lock()

    async def commit(self, store: Engine, batch: Batch) -> Outcome:
        """Commit a batch; the first one together with the mark, and only while nobody else has taken the call over."""
        async with self._first:
            if not self.done:
                marked = Batch(batch.scope, list(batch.guards), batch.claims, list(batch.steps))
                marked.guard(CALLS, self.id, Eq("until", self._until))
                marked.patch(CALLS, self.id, set={"done": True})
                outcome = await store.commit(marked)
                self.done = outcome.existing is None
                return outcome
        return await store.commit(batch)


class _Ordered:
    """The hour for which this process has ordered the forgetting last."""

    def __init__(self, hub: Hub) -> None:
        self.hour = 0


async def begin(hub: Hub, name: str, digest: str) -> Call | Answer:
    """Return the call to do, or the answer that it had.

    Raises CallReused where it was another call, CallUnderWay, and AnswerLost for one that was done and died.
    """
    now = hub.clock.now()
    await _order_forgetting(hub, now)
    while True:
        call = Call(await hub.ids.next("call"), name, now + LEASE)
        batch = Batch(INSTALLATION)
        batch.claim("call", name, call.id)
        batch.insert(CALLS, {
            "id": call.id, "name": name, "digest": digest, "until": now + LEASE, "done": False, "expires": now + KEPT,
        })  # fmt: skip
        outcome = await hub.store.commit(batch)
        if outcome.existing is None:
            return call
        known = await hub.store.get(INSTALLATION, CALLS, outcome.existing.holds)
        if known is None:
            continue  # forgotten just now
        if known["digest"] != digest:
            raise CallReused
        if "status" in known:
            return Answer(known["status"], known["type"], known["body"])
        if known["until"] > now:
            raise CallUnderWay
        if known["done"]:
            raise AnswerLost
        return await _take_over(hub, known["id"], name, known["until"], now)


async def _take_over(hub: Hub, id: int, name: str, until: int, now: int) -> Call:
    batch = Batch(INSTALLATION)
    batch.guard(CALLS, id, all_of(Eq("until", until), Eq("done", False)))
    batch.patch(CALLS, id, set={"until": now + LEASE})
    try:
        await hub.store.commit(batch)
    except GuardFailed:
        raise CallUnderWay from None  # another repetition was faster
    return Call(id, name, now + LEASE)


async def finish(hub: Hub, call: Call, answer: Answer | None) -> None:
    """Keep the answer of a call; without one, forget the call if it has written nothing, so that it may be tried again."""
    batch = Batch(INSTALLATION)
    batch.guard(CALLS, call.id)
    if answer is not None:
        batch.patch(CALLS, call.id, set={"status": answer.status, "type": answer.type, "body": answer.body})
    elif call.done:
        batch.patch(CALLS, call.id, set={"until": 0})  # it has ended, so nobody has to wait for its lease
    else:
        batch.release("call", call.name)
        batch.delete(CALLS, call.id)
    try:
        await hub.store.commit(batch)
    except GuardFailed:
        pass  # it took a day, and was forgotten


async def _order_forgetting(hub: Hub, now: int) -> None:
    """Have what expires within this hour forgotten after it: one job for all calls of an hour."""
    ordered, hour = hub.part(_Ordered), now // _HOUR
    if ordered.hour != hour:
        after = (hour + 1) * _HOUR + KEPT - now
        await hub.jobs.add_once(f"{FORGET}:{hour}", FORGET, {"hour": hour}, after=after)
        ordered.hour = hour


async def forget(hub: Hub, _: Scope, payload: dict[str, Any]) -> None:
    """Forget the calls whose time is over (a job)."""
    expired = Lte("expires", hub.clock.now())
    batch = Batch(INSTALLATION)
    for _page in range(_PAGES):
        found = (await hub.store.find(INSTALLATION, CALLS, expired, sort=Sort("expires"), limit=_PAGE)).items
        batch = Batch(INSTALLATION)
        for call in found:
            batch.release("call", call["name"])
            batch.delete(CALLS, call["id"])
        if len(found) < _PAGE:
            batch.release("job.once", f"{FORGET}:{payload['hour']}")
            await hub.commit(batch)
            return
        await hub.commit(batch)
    batch = Batch(INSTALLATION)
    await hub.jobs.add(batch, FORGET, payload, after=1000)  # a job has a minute; the rest is the next one's
    await hub.commit(batch)
