"""The log of a webhook: what was sent, what was answered, and sending it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import WEBHOOKS_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.webhooks.bodies import body_of
from hub.webhooks.collections import DELIVERIES, QUEUES
from hub.webhooks.kinds import TEST
from hub.webhooks.spreading import delivery_of, put_delivery, with_queue
from hub.webhooks.webhooks import Id, WebhookRef, stored_webhook
from storage.engine import Document, Missing, Scope, Sort
from storage.filters import Eq, Gte, all_of

State = Literal["waiting", "delivered", "failed"]


class DeliveriesOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Of which webhook, newest first; one `state` only, and from a `cursor` on."""

    webhook: Id
    state: State | None = None
    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class DeliveryRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which delivery of which webhook."""

    webhook: Id
    delivery: Id


class FailedSince(Struct, frozen=True, forbid_unknown_fields=True):
    """The deliveries of a webhook that failed, of events since a moment."""

    webhook: Id
    since: datetime


class Attempt(Struct, frozen=True):
    """One try: the status and the beginning of the answer, or the error where there was none; `ms` is how long it took."""

    at: str
    status: int | None
    ms: int
    answer: str
    error: str | None


class Delivery(Struct, frozen=True):
    """A delivery. `event_id` is its `webhook-id`; `next` is when it is tried, null where it is not any more."""

    id: int
    webhook: int
    kind: str
    event_id: str
    at: str
    state: State
    next: str | None
    attempts: list[Attempt]
    body: str


class Deliveries(Struct, frozen=True):
    """A page of the log."""

    deliveries: list[Delivery]
    cursor: str | None


class Replayed(Struct, frozen=True):
    """How many deliveries are sent again."""

    count: int


@verb(WEBHOOKS_MANAGE)
async def list_deliveries(hub: Hub, actor: Actor, asked: DeliveriesOf) -> Deliveries:
    """Return what a webhook was told in the last thirty days, newest first. Raises NotFound, InvalidPayload."""
    await stored_webhook(hub, actor.scope, asked.webhook)
    whose = Eq("webhook", asked.webhook)
    filter = whose if asked.state is None else all_of(whose, Eq("state", asked.state))
    try:
        page = await hub.store.find(
            Scope(actor.scope.app), DELIVERIES, filter, sort=Sort("at", descending=True), limit=asked.limit,
            cursor=asked.cursor,
        )  # fmt: skip
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
    rest = await _rest_of(hub, actor, asked.webhook)
    return Deliveries([_shown(each, rest) for each in page.items], page.cursor)


@verb(WEBHOOKS_MANAGE)
async def get_delivery(hub: Hub, actor: Actor, which: DeliveryRef) -> Delivery:
    """Return a delivery. Raises NotFound."""
    return _shown(await _stored(hub, actor, which), await _rest_of(hub, actor, which.webhook))


@verb(WEBHOOKS_MANAGE)
async def replay_delivery(hub: Hub, actor: Actor, which: DeliveryRef) -> Delivery:
    """Send a delivery again, with the same id and body. Raises NotFound, InvalidPayload where the webhook is off."""
    await _running(hub, actor, which.webhook)
    await _stored(hub, actor, which)
    again = {"state": "waiting", "due": hub.clock.now(), "tries": 0}
    try:
        await with_queue(
            hub, Scope(actor.scope.app), which.webhook,
            lambda batch: batch.patch(DELIVERIES, which.delivery, set=again),
        )  # fmt: skip
    except Missing:
        raise NotFound from None
    return _shown(await _stored(hub, actor, which))


@verb(WEBHOOKS_MANAGE)
async def replay_failed(hub: Hub, actor: Actor, asked: FailedSince) -> Replayed:
    """Send everything again that failed since a moment, in its order. Raises NotFound, InvalidPayload."""
    await _running(hub, actor, asked.webhook)
    scope, since = Scope(actor.scope.app), asked.since if asked.since.tzinfo else asked.since.replace(tzinfo=UTC)
    failed = all_of(Eq("webhook", asked.webhook), Eq("state", "failed"), Gte("at", int(since.timestamp() * 1000)))
    count, after = 0, 0
    while True:
        done = await hub.store.rewrite(
            scope,
            DELIVERIES,
            failed,
            lambda each: {**each, "state": "waiting", "due": each["at"], "tries": 0},
            after=after,
        )
        count += done.changed
        if done.after is None:
            break
        after = done.after
    if count:
        await with_queue(hub, scope, asked.webhook, lambda batch: None)
    return Replayed(count)


@verb(WEBHOOKS_MANAGE)
async def test_webhook(hub: Hub, actor: Actor, which: WebhookRef) -> Delivery:
    """Send a test, which comes like everything else. Raises NotFound, InvalidPayload where the webhook is off."""
    scope, now = Scope(actor.scope.app), hub.clock.now()
    hook = await _running(hub, actor, which.webhook)
    name = f"evt_{await hub.ids.next('webhook_event')}"
    body = await body_of(hub, scope, hook, TEST, now, {"webhook": hook["id"], "name": hook["name"]}, [])
    delivery = await delivery_of(hub, hook, TEST, name, now, body, [])
    await put_delivery(hub, scope, hook["id"], delivery)
    return _shown(delivery)


async def _running(hub: Hub, actor: Actor, id: int) -> Document:
    hook = await stored_webhook(hub, actor.scope, id)
    if not hook["on"]:
        raise InvalidPayload("This webhook is switched off. Switch it on, then send again.", reason="webhook_off")
    return hook


async def _stored(hub: Hub, actor: Actor, which: DeliveryRef) -> Document:
    found = await hub.store.get(Scope(actor.scope.app), DELIVERIES, which.delivery)
    if found is None or found["webhook"] != which.webhook:
        raise NotFound("There is no delivery by that id.")
    return found


async def _rest_of(hub: Hub, actor: Actor, webhook: int) -> int:
    """Return until when the receiver is left alone."""
    queue = await hub.store.get(Scope(actor.scope.app), QUEUES, webhook)
    return queue["rest"] if queue else 0


def _shown(each: Document, rest: int = 0) -> Delivery:
    attempts = [msgspec.convert({**one, "at": rfc3339(one["at"])}, Attempt) for one in each["attempts"]]
    return Delivery(
        id=each["id"], webhook=each["webhook"], kind=each["kind"], event_id=each["name"], at=rfc3339(each["at"]),
        state=each["state"], next=rfc3339(max(each["due"], rest)) if each["state"] == "waiting" else None, attempts=attempts,
        body=each["body"],
    )  # fmt: skip
