"""Whose browsers take push messages: each is one person's, an agent's or a contact's, and moves to whoever signs in there.

A browser's address is given by the browser, and messages are sent there: so it has to be one that this server may ask.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from hub.core.errors import Conflict, InvalidPayload
from hub.core.fetch import Fetch, FetchRefused
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.outreach.collections import PUSH_DEVICES
from hub.people.tracking.browsers import browser_facts
from mobile_push.web_push import Subscription, check_keys
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq

FORGET_AGENT = "outreach.push_agent"
MOST = 10
"""Browsers of one person; with one more, the one that was heard of longest ago is forgotten."""
_ENDPOINT = "push.endpoint"
_TRIES = 4

Who = Literal["agent", "contact"]


class BrowserKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """The keys that messages to a browser are encrypted with, as base64url."""

    p256dh: Annotated[str, Meta(min_length=1, max_length=200)]
    auth: Annotated[str, Meta(min_length=1, max_length=64)]


class Browser(Struct, frozen=True, forbid_unknown_fields=True):
    """A PushSubscription as the browser writes it as JSON, and its User-Agent."""

    endpoint: Annotated[str, Meta(min_length=1, max_length=2_048)]
    keys: BrowserKeys
    expirationTime: float | None = None
    user_agent: Annotated[str, Meta(max_length=1_024)] = ""


async def keep_device(
    hub: Hub, scope: Scope, who: Who, id: int, given: Browser, *, browser: int | None = None
) -> Document:
    """Let a browser take messages for a person, and for nobody else from now on; return it as it is kept.

    `browser` is set where a visitor is only known by it: then it takes what belongs to conversations begun there.
    Raises InvalidPayload for an address or keys that no browser has, Conflict.
    """
    scope = Scope(scope.app)
    _check(hub, given)
    now, facts = hub.clock.now(), browser_facts(given.user_agent)
    fields: Document = {
        "endpoint": given.endpoint, "p256dh": given.keys.p256dh, "auth": given.keys.auth, "agent": None, "contact": None,
        "browser": browser, "name": " · ".join(facts[part] for part in ("browser", "os") if part in facts)[:80],
        "used": now, "failures": 0, who: id,
    }  # fmt: skip
    address = hub.signer.hash(given.endpoint)
    for _ in range(_TRIES):  # two tabs of a browser may ask at once
        batch = Batch(scope)
        known = await hub.store.key(scope, _ENDPOINT, address)
        document = await hub.store.get(scope, PUSH_DEVICES, known) if known is not None else None
        if document is None:
            document = {"id": await hub.ids.next("push_device"), "created": now}
            batch.claim(_ENDPOINT, address, document["id"])
            batch.insert(PUSH_DEVICES, document | fields)
        else:
            batch.guard(PUSH_DEVICES, document["id"], Eq("endpoint", given.endpoint))
            batch.patch(PUSH_DEVICES, document["id"], set=fields)
        for old in await _too_many(hub, scope, who, id, document["id"]):
            forget_device(hub, batch, old)
        try:
            outcome = await hub.commit(batch)
        except (GuardFailed, Missing):
            continue
        if not outcome.existing:
            return document | fields
    raise Conflict


async def devices_of(hub: Hub, scope: Scope, who: Who, id: int) -> list[Document]:
    """Return the browsers of a person."""
    return (await hub.store.find(Scope(scope.app), PUSH_DEVICES, Eq(who, id), limit=MOST * 2)).items


async def device_at(hub: Hub, scope: Scope, endpoint: str) -> Document | None:
    """Return the browser with this address, or None."""
    scope = Scope(scope.app)
    id = await hub.store.key(scope, _ENDPOINT, hub.signer.hash(check_text(endpoint, "endpoint")))
    return await hub.store.get(scope, PUSH_DEVICES, id) if id is not None else None


def forget_device(hub: Hub, batch: Batch, device: Document) -> None:
    """Put into the batch that a browser takes no more messages."""
    batch.delete(PUSH_DEVICES, device["id"])
    batch.release(_ENDPOINT, hub.signer.hash(device["endpoint"]))


async def forget_agent(hub: Hub, _: Scope, payload: Document) -> None:
    """Forget the browsers of an agent who was removed (a job)."""
    scope = Scope(payload["app"])  # agents are the installation's, and so is the job
    while found := await devices_of(hub, scope, "agent", payload["agent"]):
        batch = Batch(scope)
        for device in found:
            forget_device(hub, batch, device)
        await hub.commit(batch)


def subscription_of(device: Document) -> Subscription:
    """Return where a browser takes messages."""
    return Subscription(device["endpoint"], device["p256dh"], device["auth"])


def _check(hub: Hub, given: Browser) -> None:
    said = {
        "endpoint": given.endpoint,
        "user_agent": given.user_agent,
        "p256dh": given.keys.p256dh,
        "auth": given.keys.auth,
    }
    for name, text in said.items():
        check_text(text, name)
    try:
        hub.part(Fetch).check(given.endpoint, secure=True)
        check_keys(Subscription(given.endpoint, given.keys.p256dh, given.keys.auth))
    except FetchRefused as error:
        raise InvalidPayload(f"Messages can't be sent to the `endpoint`. {error}") from None
    except ValueError as error:
        raise InvalidPayload(str(error)) from None


async def _too_many(hub: Hub, scope: Scope, who: Who, id: int, kept: int) -> list[Document]:
    others = [each for each in await devices_of(hub, scope, who, id) if each["id"] != kept]
    return sorted(others, key=lambda each: each["used"])[: max(0, len(others) + 1 - MOST)]
