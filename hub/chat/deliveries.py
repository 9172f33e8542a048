"""What left the chat another way: one row for each letter to a person by a channel, with what became of it and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONVERSATIONS_MANAGE
from hub.chat.collections import DELIVERIES
from hub.chat.conversations import Id, get_conversation
from hub.chat.events import DeliveryChanged
from hub.chat.records import ChatDelivery, Recipient, State
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.references import contact_references
from hub.people.timeline import remember
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq

_LONGEST = 300
_PAGE = 50
_SYSTEM = {"kind": "system", "id": 0, "name": ""}

Again = Callable[[Hub, Scope, Document], Awaitable[bool]]


class ListChatDeliveries(Struct, frozen=True, forbid_unknown_fields=True):
    """Which letters: those of a conversation, or of a state. The newest come first."""

    conversation: Id | None = None
    state: State | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = _PAGE
    cursor: str | None = None


class ChatDeliveries(Struct, frozen=True):
    """A page of them, and how many there are."""

    deliveries: list[ChatDelivery]
    cursor: str | None
    count: int


class ChatDeliveryRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which letter."""

    delivery: Id


class Resending:
    """How a letter is sent once more, by the kind of its recipient."""

    def __init__(self, hub: Hub) -> None:
        self.by_kind: dict[str, Again] = {}


@verb(CONVERSATIONS_MANAGE)
async def list_message_deliveries(hub: Hub, actor: Actor, asked: ListChatDeliveries) -> ChatDeliveries:
    """Return a page of letters. Raises NotFound, InvalidPayload where neither a conversation nor a state is named."""
    if asked.conversation is not None:
        await get_conversation(hub, actor, asked.conversation)
        which = Eq("conversation", asked.conversation)
        sort = Sort(descending=True)
    elif asked.state is not None:
        which, sort = Eq("state", asked.state), Sort("updated", descending=True)
    else:
        raise InvalidPayload("Say which: those of a `conversation`, or of a `state`.")
    try:
        page = await hub.store.find(actor.scope, DELIVERIES, which, sort=sort, limit=asked.limit, cursor=asked.cursor)
    except ValueError:
        raise NotFound from None
    return ChatDeliveries(
        await _shown(hub, actor.scope, page.items), page.cursor, await hub.store.count(actor.scope, DELIVERIES, which)
    )


@verb(CONVERSATIONS_MANAGE)
async def send_delivery_again(hub: Hub, actor: Actor, which: ChatDeliveryRef) -> ChatDelivery:
    """Send a letter once more, now: one that waits, or that went wrong. Raises NotFound, Conflict where it was taken."""
    delivery = await hub.store.get(actor.scope, DELIVERIES, which.delivery)
    if delivery is None:
        raise NotFound
    again = hub.part(Resending).by_kind.get(delivery["to"]["kind"])
    if delivery["state"] not in ("waiting", "refused", "failed") or again is None:
        raise Conflict("It was sent, or there is nothing to send.")
    if not await again(hub, Scope(actor.scope.app), delivery):
        raise Conflict("Another letter of this conversation is being sent. Try again in a moment.")
    shown = await announce_delivery(hub, actor.scope, delivery["id"])
    if shown is None:
        raise NotFound  # erased at this moment
    return shown


async def begin_delivery(
    hub: Hub,
    batch: Batch,
    *,
    conversation: int,
    contact: int,
    to: tuple[str, int],
    channel: str,
    reason: str = "message",
    after: int = 0,
    through: int = 0,
    state: State = "waiting",
    why: str = "",
) -> int:
    """Put into the batch that a letter is going to be sent, and return its id.

    `to` is the kind and the id of who gets it, `contact` whose conversation it is about; `after` and `through` say which
    of its messages; `reason` what for (`message`, `assigned`, `mention`).
    """
    id, now = await hub.ids.next("delivery"), hub.clock.now()
    batch.insert(DELIVERIES, {
        "id": id, "conversation": conversation, "contact": contact, "to": {"kind": to[0], "id": to[1]},
        "channel": channel, "reason": reason, "after": after, "through": through, "state": state, "why": why, "said": "",
        "letter": "", "tries": 0, "created": now, "updated": now, "seen": None, "clicked": None,
    })  # fmt: skip
    return id


def mark_delivery(
    hub: Hub,
    batch: Batch,
    id: int,
    state: State,
    *,
    why: str = "",
    said: str = "",
    letter: str = "",
    through: int | None = None,
) -> None:
    """Put into the batch what became of a letter.

    `why` is a short code (`channel_away`, `refused`, `not_set_up` …), `said` the words of the other side, `letter` the id
    by which the other side knows it: a `Message-ID`, or a collapse key.
    """
    changes: Document = {"state": state, "why": why, "said": said[:_LONGEST], "updated": hub.clock.now()}
    if letter:
        changes["letter"] = letter
    if through is not None:
        changes["through"] = through
    batch.patch(DELIVERIES, id, set=changes, inc={"tries": 1})


async def report_delivery(
    hub: Hub, batch: Batch, id: int, state: Literal["delivered", "failed"], *, why: str = "", said: str = ""
) -> bool:
    """Commit a batch together with what the other side tells of a letter that it has taken; return False where it is too early.

    Only a letter that counts as sent is changed: what somebody has done with it meanwhile stands. The timeline tells of one that
    failed.
    """
    scope = Scope(batch.scope.app)
    delivery = await hub.store.get(scope, DELIVERIES, id)
    if delivery is not None and delivery["state"] == "waiting":
        return False
    changes = delivery is not None and delivery["state"] == "sent"
    if delivery is not None and changes:
        batch.guard(DELIVERIES, id, Eq("state", "sent"))
        batch.patch(
            DELIVERIES, id, set={"state": state, "why": why, "said": said[:_LONGEST], "updated": hub.clock.now()}
        )
        if state == "failed":
            facts = {"name": said[:_LONGEST], "why": why, "conversation": delivery["conversation"]}
            await remember(hub, batch, _SYSTEM, "contact", delivery["contact"], delivery["channel"], state, **facts)
    try:
        await hub.commit(batch)
    except GuardFailed:
        return False
    if changes:
        await announce_delivery(hub, scope, id)
    return True


async def announce_delivery(hub: Hub, scope: Scope, id: int) -> ChatDelivery | None:
    """Tell the team what became of a letter; return that, or None where it was erased."""
    document = await hub.store.get(Scope(scope.app), DELIVERIES, id)
    if document is None:
        return None
    (shown,) = await _shown(hub, Scope(scope.app), [document])
    hub.publish(DeliveryChanged(app=scope.app, delivery=shown))
    return shown


async def _shown(hub: Hub, scope: Scope, documents: list[Document]) -> list[ChatDelivery]:
    contacts = await contact_references(hub, scope, {each["contact"] for each in documents})
    return [
        _delivery(each, contacts[each["contact"]].name if each["contact"] in contacts else "") for each in documents
    ]


def _delivery(document: Document, name: str) -> ChatDelivery:
    moments: dict[str, Any] = {
        name: rfc3339(document[name]) if document[name] is not None else None
        for name in ("created", "updated", "seen", "clicked")
    }
    return ChatDelivery(
        document["id"], document["conversation"], document["contact"], name,
        Recipient(document["to"]["kind"], document["to"]["id"]), document["channel"], document["reason"],
        document["after"], document["through"], document["state"], document["why"], document["said"], document["tries"],
        **moments,
    )  # fmt: skip
