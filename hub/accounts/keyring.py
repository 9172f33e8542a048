"""Who acts under a key: asked by every call of the API, so what the store says is held in memory for some seconds.

A key that is revoked is forgotten here at once and told to the other nodes; where the bus has lost the word, it is read
again after `STALE` seconds.
"""

from __future__ import annotations

import time
from typing import Literal

from msgspec import Struct

from hub.accounts import grants
from hub.accounts.collections import APPLICATIONS, KEYS
from hub.core.actor import Actor
from hub.core.errors import TokenInvalid
from hub.core.hub import Hub
from storage.engine import INSTALLATION, Batch, Document, Missing, Scope, StorageError

CHANNEL = "keys"
STALE = 3.0
"""Seconds after which a revoked key is refused for certain."""
PRECISION = 60_000
"""Milliseconds to which the last use of a key is known, so it is written once a minute at most."""
_MOST = 10_000

Kind = Literal["api_key", "mobile_key"]


class _Held(Struct):
    """What was read of a key, until when it is believed, and what is written of its last use."""

    actor: Actor
    expires: int | None
    used: int
    until: float


class Keyring:
    """The keys that were used on this node a moment ago, by their hash."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._held: dict[tuple[Kind, str], _Held] = {}
        self._used: dict[int, int] = {}
        self._drops = 0
        hub.bus.subscribe(CHANNEL, lambda body: self._drop(int(body)))

    async def actor(self, kind: Kind, secret: str) -> Actor:
        """Return who acts under a key. Raises TokenInvalid for one that is unknown, revoked or expired."""
        name = (kind, self._hub.signer.hash(secret))
        held = self._held.get(name)
        if held is None or held.until < time.monotonic():
            held = await self._read(*name)
        now = self._hub.clock.now()
        if held.expires is not None and held.expires <= now:
            raise TokenInvalid("This API key has expired. Make a new one in the settings of the application.")
        if now - held.used >= PRECISION:
            held.used = now - now % PRECISION
            if self._used.get(held.actor.id) != held.used:  # many calls may have read the key at the same moment
                self._used[held.actor.id] = held.used
                self._hub.spawn("last use of a key", self._note(held.actor.id, held.used))
        return held.actor

    def revoked(self, key: int) -> None:
        """Forget a key, here and on the other nodes."""
        self._drop(key)
        self._hub.bus.publish(CHANNEL, str(key).encode())

    def _drop(self, key: int) -> None:
        self._drops += 1
        self._used.pop(key, None)
        for name in [name for name, held in self._held.items() if held.actor.id == key]:
            del self._held[name]

    async def _read(self, kind: Kind, hash: str) -> _Held:
        until, drops = time.monotonic() + STALE, self._drops
        store = self._hub.store
        self._held.pop((kind, hash), None)
        known = await store.key(INSTALLATION, kind, hash)
        key = await store.get(INSTALLATION, KEYS, known["key"]) if known is not None else None
        app = await store.get(INSTALLATION, APPLICATIONS, key["app"]) if key is not None else None
        if key is None or app is None:
            raise TokenInvalid("This API key is not valid. Take one from the settings of the application.")
        actor = Actor("key", key["id"], app["name"], Scope(app["id"]), may(key))
        held = _Held(actor, key.get("expires"), key.get("used") or 0, until)
        if len(self._held) >= _MOST:
            self._held.clear()
        if self._drops == drops:  # what was revoked while we looked is not held
            self._held[kind, hash] = held
        return held

    async def _note(self, key: int, used: int) -> None:
        batch = Batch(INSTALLATION)
        batch.patch(KEYS, key, max={"used": used})
        try:
            await self._hub.store.commit(batch)
        except Missing:
            pass  # revoked just now
        except StorageError as error:
            self._hub.log.warning("the last use of a key is not kept", key=key, error=str(error))


def may(key: Document) -> frozenset[str]:
    """Return what a stored key is allowed; one without scopes all that a key of its kind may be."""
    if key["kind"] == "mobile_key":
        return grants.MOBILE
    scopes = key.get("scopes")
    return grants.KEY if scopes is None else grants.KEY & frozenset(scopes)


async def actor_of_api_key(hub: Hub, key: str) -> Actor:
    """Return who acts under a REST key. Raises TokenInvalid."""
    return await hub.part(Keyring).actor("api_key", key)


async def actor_of_mobile_key(hub: Hub, key: str) -> Actor:
    """Return who acts under the key of a mobile SDK. Raises TokenInvalid."""
    return await hub.part(Keyring).actor("mobile_key", key)
