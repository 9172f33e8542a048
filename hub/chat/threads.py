"""Which conversation a letter belongs to: for what comes back another way than the chat."""

from __future__ import annotations

import re

from msgspec import Struct

from hub.chat.collections import CONVERSATIONS, DELIVERIES
from hub.chat.deliveries import announce_delivery, mark_delivery
from hub.core.hub import Hub
from storage.engine import Batch, Document, Missing, Scope, Sort
from storage.filters import Eq, In

_OURS = re.compile(r"<chat-(\d{1,18})-(\d{1,18})-")
_OPEN = ("open", "pending", "snoozed")


class Thread(Struct, frozen=True):
    """A conversation, whose it is, and to whom the letter went that led to it (kind and id)."""

    conversation: int
    contact: int
    to: tuple[str, int]
    delivery: int | None = None


async def thread_of_letter(hub: Hub, scope: Scope, letter: str) -> Thread | None:
    """Return the conversation of a letter that left by its id (`<…@…>`), exactly as it was sent; None for others."""
    found = await hub.store.find(scope, DELIVERIES, Eq("letter", letter), sort=Sort(descending=True), limit=1)
    if found.items:
        row = found.items[0]
        return Thread(row["conversation"], row["contact"], (row["to"]["kind"], row["to"]["id"]), row["id"])
    ours = _OURS.match(letter)
    if ours is None or int(ours[1]) != scope.app:
        return None
    conversation = await hub.store.get(scope, CONVERSATIONS, int(ours[2]))
    if conversation is None or letter not in ((conversation.get("fallback") or {}).get("letters") or ()):
        return None
    return Thread(conversation["id"], conversation["contact"], ("contact", conversation["contact"]))


async def contact_of_conversation(hub: Hub, scope: Scope, conversation: int) -> int | None:
    """Return whose conversation it is, or None where there is none by that id."""
    found = await hub.store.get(scope, CONVERSATIONS, conversation)
    return found["contact"] if found else None


async def threads_of(hub: Hub, scope: Scope, conversation: int) -> list[int]:
    """Return a conversation with those that became parts of it."""
    found = await hub.store.get(scope, CONVERSATIONS, conversation) or {}
    return [conversation, *(each["conversation"] for each in found.get("merged") or ())]


async def newest_open(hub: Hub, scope: Scope, contacts: list[int], since: int) -> Document | None:
    """Return the newest conversation of a contact that is not closed and changed since a moment (UTC milliseconds)."""
    page = await hub.store.find(
        scope, CONVERSATIONS, In("contact", tuple(contacts)), sort=Sort(descending=True), limit=50
    )
    fitting = [each for each in page.items if each["status"] in _OPEN and each["updated"] >= since]
    return max(fitting, key=lambda each: int(each["updated"]), default=None)


async def letter_failed(hub: Hub, scope: Scope, delivery: int, why: str, said: str) -> None:
    """Keep that a letter which was taken came back after all, with the words of the other side."""
    batch = Batch(scope)
    mark_delivery(hub, batch, delivery, "refused", why=why, said=said)
    try:
        await hub.store.commit(batch)
    except Missing:
        return  # erased meanwhile
    await announce_delivery(hub, scope, delivery)
