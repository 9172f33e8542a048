"""What the widget calls for a visitor who allows push messages on their device."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_REPLY
from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.outreach.push.devices import Browser, device_at, forget_device, keep_device
from hub.outreach.push.keys import PushKeys
from hub.outreach.push.setting import push_setting
from storage.engine import Batch, Scope


class Endpoint(Struct, frozen=True, forbid_unknown_fields=True):
    """Which browser."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=2_048)]


@verb(CONVERSATIONS_REPLY)
async def allow_push(hub: Hub, actor: Actor, given: Browser) -> None:
    """Let this browser take push messages of the chat. Raises NotFound where none are offered, InvalidPayload."""
    scope = actor.scope
    if actor.kind != "contact" or scope.contact is None or not (await push_setting(hub, scope))["visitors"]:
        raise NotFound("Push messages are not switched on here.")
    await keep_device(hub, scope, "contact", scope.contact, given, browser=scope.browser)


@verb(CONVERSATIONS_REPLY)
async def stop_push(hub: Hub, actor: Actor, which: Endpoint) -> None:
    """Let this browser take no more push messages; one that took none is no error."""
    device = await device_at(hub, actor.scope, which.endpoint)
    if device is not None and actor.scope.contact is not None and device["contact"] == actor.scope.contact:
        batch = Batch(Scope(actor.scope.app))
        forget_device(hub, batch, device)
        await hub.commit(batch)


async def key_for_visitors(hub: Hub, scope: Scope) -> str | None:
    """Return the key that visitors' browsers subscribe with; None where the application does not offer it to them."""
    return (await hub.part(PushKeys).get()).public if (await push_setting(hub, scope))["visitors"] else None
