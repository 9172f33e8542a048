"""An agent's own browsers: which ones take push messages, and whether a message really arrives."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.applications import application
from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Forbidden, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.push.devices import Browser, device_at, devices_of, forget_device, keep_device
from hub.outreach.push.handing import Handing
from hub.outreach.push.keys import PushKeys, has_operator
from mobile_push.outcomes import Busy, Gone, Taken
from storage.engine import Batch, Document, Scope

Id = Annotated[int, Meta(ge=1, le=2**53)]
_TRIED_FOR = 60
"""Seconds for which a message to try it is worth anything."""


class PushDevice(Struct, frozen=True):
    """A browser of yours that takes messages; `used` is when one was taken last, or when it was added."""

    id: int
    name: str
    created: str
    used: str
    failures: int


class MyPush(Struct, frozen=True):
    """The key that browsers subscribe with, and your browsers.

    operator   whether push services are told whom to write to; Apple's refuses who does not say
    """

    public_key: str
    operator: bool
    devices: list[PushDevice]


class DeviceRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which browser."""

    device: Id


class PushTry(Struct, frozen=True, forbid_unknown_fields=True):
    """The address of the browser that a message is to arrive in, and a word by which it is known there."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=2_048)]
    test: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    title: Annotated[str, Meta(max_length=100)] = ""
    body: Annotated[str, Meta(max_length=200)] = ""


class PushTried(Struct, frozen=True):
    """What the push service said: `sent` where it took the message; it has arrived when the browser says so."""

    result: Literal["sent", "unknown", "gone", "refused", "away"]
    said: str = ""


@verb(CONVERSATIONS_MANAGE)
async def get_push(hub: Hub, actor: Actor) -> MyPush:
    """Return your browsers that take push messages, and the key that one subscribes with. For agents."""
    _agent(actor)
    keys = await hub.part(PushKeys).get()
    devices = await devices_of(hub, actor.scope, "agent", actor.id)
    return MyPush(keys.public, has_operator(hub.settings), [_shown(each) for each in devices])


@verb(CONVERSATIONS_MANAGE)
async def add_push_device(hub: Hub, actor: Actor, given: Browser) -> PushDevice:
    """Let a browser of yours take push messages; one that was somebody else's is yours now. Raises InvalidPayload."""
    _agent(actor)
    return _shown(await keep_device(hub, actor.scope, "agent", actor.id, given))


@verb(CONVERSATIONS_MANAGE)
async def remove_push_device(hub: Hub, actor: Actor, which: DeviceRef) -> None:
    """Let a browser of yours take no more push messages. Raises NotFound."""
    _agent(actor)
    for device in await devices_of(hub, actor.scope, "agent", actor.id):
        if device["id"] == which.device:
            batch = Batch(Scope(actor.scope.app))
            forget_device(hub, batch, device)
            await hub.commit(batch)
            return
    raise NotFound


@verb(CONVERSATIONS_MANAGE)
async def try_push(hub: Hub, actor: Actor, given: PushTry) -> PushTried:
    """Send a push message to a browser of yours, now; return what its push service said. It waits for nothing else."""
    _agent(actor)
    device = await device_at(hub, actor.scope, given.endpoint)
    if device is None or device["agent"] != actor.id:
        return PushTried("unknown")
    name = (await application(hub, actor.scope.app)).name
    shown = {
        "title": given.title or name, "body": given.body, "tag": "test", "url": "/panel/settings/push",
        "conversation": 0, "app": actor.scope.app, "kind": "test", "delivery": 0, "test": given.test,
    }  # fmt: skip
    (outcome,) = await hub.part(Handing).to_browsers(
        actor.scope, [device], msgspec.json.encode(shown), "test", seconds=_TRIED_FOR
    )
    if isinstance(outcome, Taken):
        return PushTried("sent")
    return PushTried(
        "gone" if isinstance(outcome, Gone) else "away" if isinstance(outcome, Busy) else "refused", outcome.said
    )


def _agent(actor: Actor) -> None:
    if actor.kind != "agent":
        raise Forbidden("Only an agent has browsers of its own.")


def _shown(device: Document) -> PushDevice:
    return PushDevice(
        device["id"], device["name"], rfc3339(device["created"]), rfc3339(device["used"]), device["failures"]
    )
