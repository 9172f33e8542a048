"""Brings one resource after the other, keeps after each page how far it has come, and tells it all at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import msgspec
from msgspec import Struct
from yarl import URL

from hub.accounts.grants import MOVING_IN
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload
from hub.core.hub import Hub
from hub.core.past import digest_of
from hub.core.verb import verb
from hub.moving import people, sales, talks
from hub.moving.collections import MOVES
from hub.moving.moving import Moving
from hub.moving.order import CHOICES, PARTS, RESOURCES, Move, MoveOrder, Problem, Tally
from hub.moving.source import CutOff, NotOffered, Page, Source
from hub.moving.values import Item
from hub.people.segments.membership import Membership
from storage.engine import Batch, Document

_WAITING = 2_000
"""Contacts that may wait for their segments before the move waits too, so that memory stays flat."""

Take = Callable[[Moving, list[Item]], Awaitable[None]]


class Step(Struct, frozen=True):
    """Where a resource is, and what becomes of a page of it."""

    path: str
    take: Take


STEPS: dict[str, Step] = {
    "attributes": Step("/attributes/", people.take_attributes),
    "tags": Step("/tags/", people.take_tags),
    "lists": Step("/lists/", people.take_lists),
    "companies": Step("/companies/", people.take_companies),
    "users": Step("/users/", people.take_users),
    "segments": Step("/segments/", people.take_segments),
    "products": Step("/products/", sales.take_products),
    "pipelines": Step("/pipelines/", sales.take_pipelines),
    "conversations": Step("/conversations/", talks.take_conversations),
    "deals": Step("/deals/", sales.take_deals),
    "activities": Step("/activities/", sales.take_activities),
}
"""resource → its step; the names of `RESOURCES`"""


@verb(MOVING_IN)
async def move_in(hub: Hub, actor: Actor, order: MoveOrder) -> AsyncIterator[Move]:
    """Move an account in; give how far it has come, page by page, and last what became of it. Raises InvalidPayload."""
    for name in order.leave_out:
        if name not in CHOICES:
            raise InvalidPayload(f"There is no resource {name[:60]!r}; there are {', '.join(CHOICES)}.")
    account = Source(hub, order.host, order.token, order.connections)
    name = URL(account.base).authority
    return _Run(Moving(hub, actor, account, name, order)).run()


class _Run:
    """One run of the command."""

    def __init__(self, moving: Moving) -> None:
        self._moving, self._order = moving, moving.order
        self._began = time.monotonic()
        self._seen_before = 0
        self._id = 0

    async def run(self) -> AsyncIterator[Move]:
        """Go from resource to resource, and on where an earlier run was cut off."""
        moving = self._moving
        problem: str | None = None
        await self._begin()
        yield self.shown("running")
        try:
            for name in RESOURCES:
                if name in self._order.leave_out or moving.tallies[name].state in ("done", "not_offered"):
                    await self._learn_again(name)
                    continue
                async for _ in self._one(name, moving.tallies[name]):
                    yield self.shown("running")
            for part in PARTS:
                if not self._order.dry_run:
                    nobodys = moving.closed and not moving.tallies[part].seen
                    is_closed = nobodys and any(each.startswith(part) for each in moving.closed)
                    moving.tallies[part].state = "not_offered" if is_closed else "done"
        except CutOff as error:
            problem = str(error)
        await self._end(problem)
        yield self.shown("cut_off" if problem else "counted" if self._order.dry_run else "done", problem)

    async def _one(self, name: str, tally: Tally) -> AsyncIterator[None]:
        """Bring a resource, and give after each page that it is in and kept."""
        tally.state = "running"
        try:
            async for page in self._pages(name, tally):
                tally.total = page.total if tally.total is None else tally.total
                if self._order.dry_run:
                    break
                await STEPS[name].take(self._moving, page.items)
                tally.next = page.next
                await self._keep()
                yield
                await self._let_segments_follow()
            tally.state = "done"
        except NotOffered as error:
            tally.state = "not_offered"
            why = f"The account does not offer it, or the key may not see it ({error.status})."
            self._moving.tell(name, "", why)
        await self._keep()

    def _pages(self, name: str, tally: Tally) -> AsyncIterator[Page]:
        step, since = STEPS[name], self._order.since
        if name == "users" and since is not None:
            return self._moving.account.pages(
                "/users/search/", tally.next, search="updated_at", min=since // 1000,
                max=self._moving.hub.clock.now() // 1000,
            )  # fmt: skip
        return self._moving.account.pages(step.path, tally.next)

    async def _let_segments_follow(self) -> None:
        waiting = self._moving.hub.part(Membership)
        while waiting.behind > _WAITING:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)

    async def _learn_again(self, name: str) -> None:
        """Read attributes again where an earlier run had them: which they are here is held in memory alone."""
        if name != "attributes" or self._moving.tallies[name].state != "done" or self._order.dry_run:
            return
        kept, told = msgspec.structs.replace(self._moving.tallies[name]), self._moving.problems
        async for page in self._moving.account.pages(STEPS[name].path):
            await STEPS[name].take(self._moving, page.items)
        self._moving.tallies[name] = kept
        self._moving.remember(told)

    # ── what is kept ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self) -> None:
        """Find how far an earlier run has come with the same order; one that was done, or asked otherwise, begins anew."""
        if self._order.dry_run:
            return
        hub, scope, name = self._moving.hub, self._moving.scope, self._moving.name
        digest = digest_of(self._order.since, sorted(self._order.leave_out), sorted(self._order.agents.items()))
        held = await hub.store.key(scope, "move.source", name)
        document = await hub.store.get(scope, MOVES, held) if held is not None else None
        goes_on = document and document["state"] == "running" and document["order"] == digest and not self._order.again
        if document and goes_on:
            self._id = document["id"]
            self._moving.tallies |= msgspec.convert(document["resources"], dict[str, Tally])
            self._moving.remember(msgspec.convert(document["problems"], list[Problem]))
            self._moving.words.seen_agents |= document["agents"]
            self._seen_before = self._seen()
            return
        fresh: Document = {"state": "running", "order": digest, "started": hub.clock.now(), **self._kept()}
        batch = Batch(scope)
        if document:
            self._id = document["id"]
            batch.patch(MOVES, self._id, set=fresh)
        else:
            self._id = await hub.ids.next("move")
            batch.hold("move.source", name, self._id)
            batch.insert(MOVES, {"id": self._id, "source": name, **fresh})
        await hub.commit(batch)

    def _kept(self) -> dict[str, Any]:
        return {
            "resources": msgspec.to_builtins(self._moving.tallies),
            "problems": msgspec.to_builtins(self._moving.problems),
            "agents": dict(self._moving.words.seen_agents),
        }

    async def _keep(self, **more: Any) -> None:
        if self._order.dry_run:
            return
        batch = Batch(self._moving.scope)
        batch.patch(MOVES, self._id, set={**self._kept(), **more})
        await self._moving.hub.commit(batch)

    async def _end(self, problem: str | None) -> None:
        await self._keep(**({} if problem else {"state": "done", "finished": self._moving.hub.clock.now()}))

    # ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────

    def shown(self, state: Any, problem: str | None = None) -> Move:
        """Return how far it has come."""
        seconds = max(time.monotonic() - self._began, 0.001)
        wanted = {name: msgspec.structs.replace(each, next=None) for name, each in self._moving.tallies.items()
                  if name not in self._order.leave_out}  # fmt: skip
        return Move(
            self._moving.name, state, self._order.dry_run, wanted, self._moving.problems,
            int((self._seen() - self._seen_before) / seconds), round(self._moving.account.waited), problem,
        )  # fmt: skip

    def _seen(self) -> int:
        return sum(each.seen for each in self._moving.tallies.values())
