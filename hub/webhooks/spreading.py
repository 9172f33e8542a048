"""Spreads an event: one delivery for each webhook that asks for it, in the order in which things happened."""

from __future__ import annotations

from typing import Any

from hub.core.errors import Conflict
from hub.core.hub import Hub
from hub.webhooks.bodies import body_of
from hub.webhooks.collections import DELIVERIES, QUEUES
from hub.webhooks.kinds import EVERYTHING
from hub.webhooks.outbox import webhooks_of
from hub.webhooks.telling import people_in, told
from storage.engine import Batch, Document, GuardFailed, Scope
from storage.filters import Eq

CLAIM = "webhook.delivery"
_TRIES = 20


async def spread(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Make the deliveries of an event (a job). Done twice it makes none twice."""
    kind, at = payload["kind"], payload["at"]
    hooks = [each for each in await webhooks_of(hub, scope) if each["on"] and each["since"] <= at and _asks(each, kind)]
    if not hooks:
        return
    data = await told(hub, scope, payload["facts"])
    people = people_in(data)
    for hook in hooks:
        body = await body_of(hub, scope, hook, kind, at, data, people)
        await put_delivery(
            hub, scope, hook["id"], await delivery_of(hub, hook, kind, payload["name"], at, body, people)
        )


async def delivery_of(
    hub: Hub, webhook: Document, kind: str, name: str, at: int, body: str, people: list[int]
) -> Document:
    """Return a delivery that is to be sent."""
    return {
        "id": await hub.ids.next("webhook_delivery"), "webhook": webhook["id"], "kind": kind, "name": name, "at": at,
        "body": body, "contacts": people, "state": "waiting", "due": at, "tries": 0, "attempts": [],
    }  # fmt: skip


async def put_delivery(hub: Hub, scope: Scope, webhook: int, delivery: Document) -> None:
    """Keep a delivery and wake the queue of its webhook; nothing where it was kept already, or the webhook is gone."""

    def write(batch: Batch) -> None:
        batch.claim(CLAIM, f"{webhook}:{delivery['name']}", delivery["id"])
        batch.insert(DELIVERIES, delivery)

    await with_queue(hub, scope, webhook, write)


async def with_queue(hub: Hub, scope: Scope, webhook: int, write: Any) -> None:
    """Commit a batch that gives a queue something to do, and wake it; nothing where the webhook is gone. Raises Conflict."""
    for _ in range(_TRIES):
        queue = await hub.store.get(scope, QUEUES, webhook)
        if queue is None or queue["app"] != scope.app:
            return
        batch = Batch(scope)
        write(batch)
        batch.guard(QUEUES, webhook, Eq("owner", queue["owner"]))
        # Whoever holds the lease sees by `news` that there is more; a lease is never touched by others.
        due = {} if queue["owner"] else {"due": max(hub.clock.now(), queue["rest"])}
        batch.patch(QUEUES, webhook, set=due, inc={"news": 1})
        try:
            await hub.commit(batch)
        except GuardFailed:
            continue  # it was leased or let go just now
        hub.part(Bell).ring()
        return
    raise Conflict


class Bell:
    """Wakes what sends on this node; the others look every second."""

    def __init__(self, hub: Hub) -> None:
        self.ring = lambda: None


def _asks(webhook: Document, kind: str) -> bool:
    return kind in webhook["kinds"] or EVERYTHING in webhook["kinds"]
