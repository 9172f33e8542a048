"""Tells every node that a contact has gone: that another one stands in its place, or nobody."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from hub.core.hub import Hub
from hub.people.collections import CONTACTS, MERGED
from hub.people.events import ContactsReplaced
from storage.engine import Document, Scope

CHANNEL = "replaced"
_REMEMBERED = 1000
_CHAIN = 100
"""Merges one after the other that an id is followed through; each job shortens the chains that it meets."""


class Replacements:
    """What this node knows of contacts that have gone lately."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._lately: OrderedDict[tuple[int, int], int | None] = OrderedDict()
        hub.bus.subscribe(CHANNEL, self._hear)

    def tell(self, app: int, contacts: list[int], into: int | None) -> None:
        """Say, here and on the other nodes, that these contacts are another one now, or with None that they are gone."""
        self._publish(app, contacts, into)
        self._hub.bus.publish(CHANNEL, msgspec.msgpack.encode((app, contacts, into)))

    def lately(self, app: int, contact: int) -> tuple[bool, int | None]:
        """Tell whether a contact has gone a moment ago, and who stands in its place: its socket may just be connecting."""
        into: int | None = contact
        while into is not None and (app, into) in self._lately:
            into = self._lately[app, into]
        return into != contact, into

    def _hear(self, body: bytes) -> None:
        self._publish(*msgspec.msgpack.decode(body, type=tuple[int, list[int], int | None]))

    def _publish(self, app: int, contacts: list[int], into: int | None) -> None:
        for contact in contacts:
            self._lately[app, contact] = into
        while len(self._lately) > _REMEMBERED:
            self._lately.popitem(last=False)
        self._hub.publish(ContactsReplaced(app=app, contacts=tuple(contacts), into=into))


async def gone_among(hub: Hub, scope: Scope, contacts: Sequence[int]) -> dict[int, int | None]:
    """Return which of some contacts have gone, each with the one in its place, or None where it was erased."""
    there = await hub.store.get_many(scope, CONTACTS, contacts)
    gone: dict[int, int | None] = {}
    for id in contacts:
        if id not in there:
            stands = await standing_contact(hub, scope, id)
            gone[id] = stands["id"] if stands else None
    return gone


async def standing_contact(hub: Hub, scope: Scope, id: int) -> Document | None:
    """Return the stored contact of an id, or the one that it was merged into; None where there is neither."""
    for _ in range(_CHAIN):
        contact = await hub.store.get(scope, CONTACTS, id)
        if contact is not None:
            return contact
        stub = await hub.store.get(scope, MERGED, id)
        if stub is None:
            return None
        id = stub["merged_into"]
    return None
