"""Where a message goes: an existing conversation, or one that it begins."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from msgspec import Struct

from hub.chat.collections import CONVERSATIONS
from hub.chat.conversations import may_see, standing_conversation
from hub.chat.records import Came
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.people.collections import BROWSERS
from hub.people.events import ContactsReplaced
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope, Sort
from storage.filters import Eq, Filter

_REMEMBERED = 50_000
_LATELY = 100
"""Conversations of a contact that are looked at, the newest ones."""


class Place(Struct, frozen=True):
    """A conversation as far as sending needs it. All of it stays the same until its contact is merged or erased."""

    id: int
    contact: int
    browser: int | None
    claimed: bool = False
    fresh: bool = False
    otherwise: int | None = None
    """The group for which it begins where its contact belongs to none."""
    group: int | None = None
    """The group for which it begins, whatever its contact belongs to."""
    channel: Came = "chat"
    """By which way the contact begins it, or began it."""
    claim: str | None = None
    """Unique among the conversations that this contact begins now, so that two tabs begin one and not two."""


class Beginning(Struct, frozen=True):
    """A conversation that a contact begins apart from all others: its id, for which group it is, and who sees it.

    `shown` where the contact's own browser shows it; else only those do that are signed in as the contact.
    """

    id: int
    group: int | None = None
    shown: bool = False
    channel: Came = "email"


class Places:
    """Remembers the unchanging facts of conversations, so that a message costs one trip to the store and not two."""

    def __init__(self, hub: Hub) -> None:
        self._known: OrderedDict[tuple[int, int], Place] = OrderedDict()
        hub.listen(ContactsReplaced, self._forget)

    def get(self, app: int, id: int) -> Place | None:
        """Return a remembered place."""
        return self._known.get((app, id))

    def keep(self, app: int, place: Place) -> Place:
        """Remember a place; the one that was remembered first goes when there are too many."""
        self._known[app, place.id] = place
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return place

    def forget(self, app: int, id: int) -> None:
        """Read a place anew: it is a part of another conversation now."""
        self._known.pop((app, id), None)

    def _forget(self, event: Any) -> None:
        """The conversations of a contact that was merged are another one's now."""
        gone = set(event.contacts)
        for key in [key for key, place in self._known.items() if key[0] == event.app and place.contact in gone]:
            del self._known[key]


async def place_for(hub: Hub, actor: Actor, conversation: int | None) -> Place:
    """Return where the actor's message goes. Raises NotFound; InvalidPayload for an agent who names no conversation."""
    if conversation is not None:
        return await _known_place(hub, actor, conversation)
    if actor.scope.contact is None:
        raise InvalidPayload("`conversation` is needed: say which conversation the message is for.")
    newest = await _newest(hub, actor)
    if newest and newest["status"] != "closed":
        return _place_of(newest)
    claim = f"{actor.scope.contact}:{actor.scope.browser or 0}:{newest['id'] if newest else 0}"
    id = await hub.ids.next("conversation")
    claimed = await _is_claimed(hub, actor)
    otherwise = (await vocabulary(hub, actor.scope)).otherwise
    return Place(id, actor.scope.contact, actor.scope.browser, claimed, fresh=True, otherwise=otherwise, claim=claim)


async def place_begun_by_company(hub: Hub, actor: Actor, contact: int) -> Place:
    """Return a conversation that the company begins: the contact's own newest browser shows it, and signed ones."""
    browser = await newest_browser(hub, actor, contact)
    otherwise = (await vocabulary(hub, actor.scope)).otherwise
    return Place(await hub.ids.next("conversation"), contact, browser, fresh=True, otherwise=otherwise)


async def place_begun_apart(hub: Hub, actor: Actor, begins: Beginning) -> Place:
    """Return a conversation that a contact begins by a way of its own, as a mail does, whatever else is open."""
    assert actor.scope.contact is not None
    browser = await newest_browser(hub, actor, actor.scope.contact) if begins.shown else None
    otherwise = (await vocabulary(hub, actor.scope)).otherwise
    contact = actor.scope.contact
    return Place(
        begins.id, contact, browser, fresh=True, otherwise=otherwise, group=begins.group, channel=begins.channel
    )


async def newest_browser(hub: Hub, actor: Actor, contact: int) -> int | None:
    """Return the browser that a contact came with last, not counting those that only say to be this contact."""
    own = await hub.store.find(actor.scope, BROWSERS, Eq("contact", contact), sort=Sort(descending=True), limit=1)
    return own.items[0]["id"] if own.items else None


async def _is_claimed(hub: Hub, actor: Actor) -> bool:
    """Tell whether the actor only says, unsigned, to be this contact."""
    if actor.scope.browser is None:
        return False
    browser = await hub.store.get(actor.scope, BROWSERS, actor.scope.browser)
    return browser is None or browser["contact"] != actor.scope.contact


def _place_of(document: Document) -> Place:
    return Place(document["id"], document["contact"], document["browser"], channel=document.get("channel", "chat"))


async def _known_place(hub: Hub, actor: Actor, id: int) -> Place:
    place = hub.part(Places).get(actor.scope.app, id)
    if place is None:
        document = await standing_conversation(hub, actor, id)
        place = hub.part(Places).keep(actor.scope.app, _place_of(document))
    elif not may_see(actor, {"contact": place.contact, "browser": place.browser}):
        raise NotFound
    return place


async def unclosed_by(hub: Hub, scope: Scope, contact: int, channel: Came) -> int | None:
    """Return the newest conversation of a contact that came by a channel and is not closed, or None."""
    page = await hub.store.find(scope, CONVERSATIONS, Eq("contact", contact), sort=Sort(descending=True), limit=_LATELY)
    found = (each for each in page.items if each.get("channel") == channel)
    return next((int(each["id"]) for each in found if each["status"] not in ("closed", "merged")), None)


async def _newest(hub: Hub, actor: Actor) -> Document | None:
    """Return the newest conversation that is not closed, else the newest one, of those the contact may see."""
    mine: Filter = Eq("contact", actor.scope.contact)
    if actor.scope.browser is not None:
        mine = Eq("browser", actor.scope.browser)
    page = await hub.store.find(actor.scope, CONVERSATIONS, mine, sort=Sort(descending=True), limit=_LATELY)
    unclosed = [document for document in page.items if document["status"] not in ("closed", "merged")]
    # Newest means begun last: activity in an older one must not steal the message.
    return max(unclosed or page.items, key=lambda document: document["id"], default=None)
