"""Messages: the main job. The whole path is in the docstring of the package `hub`."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ, CONVERSATIONS_MANAGE, CONVERSATIONS_REPLY
from hub.chat.announce import announce_message, announce_state
from hub.chat.attachments import take_attachments
from hub.chat.automatic.answering import opening_for
from hub.chat.away_message import AwayMessages
from hub.chat.collections import ATTACHMENTS, CONVERSATIONS, MESSAGES
from hub.chat.conversations import Id, get_conversation
from hub.chat.edited import as_now, quoted
from hub.chat.events import ConversationChanged, MessageSent
from hub.chat.fallback import Fallback
from hub.chat.modals.tallies import ModalTallies
from hub.chat.notices import Notices
from hub.chat.places import Beginning, Place, Places, place_begun_apart, place_begun_by_company, place_for
from hub.chat.present import PREVIEW, author_of, message_of
from hub.chat.records import Message
from hub.chat.sized import Sized, check_sized, sized_fields
from hub.core.actor import Actor
from hub.core.errors import ClientIdReused, Conflict, InvalidPayload, NotFound, TextEmpty, TextTooLong
from hub.core.hub import Hub
from hub.core.text import check_data, check_text
from hub.core.verb import verb
from hub.people.contacts import get_contact
from hub.people.forms.forms import FormRef, get_form
from hub.people.grouping.belonging import group_in
from hub.people.talks import put_talk, say_talked, talk_record
from hub.people.timeline import line, tell
from storage.engine import Batch, Document, Existing, GuardFailed, Missing, Outcome, Result
from storage.filters import All, Eq, Ne

ClientId = Annotated[str, Meta(min_length=1, max_length=64)]


class Origin(Struct, frozen=True):
    """By which way a message came that was not written in the chat, and what its sender keeps with it.

    `way` is how it asks to be answered, for a channel of ours that says so (`hub/calls/texts/`); no program can set it.
    """

    source: str
    context: dict[str, Any]
    way: dict[str, Any] | None = None


class NewMessage(Sized, frozen=True, forbid_unknown_fields=True):
    """A message as its author's client made it. The client id makes sending it twice the same as once.

    `answers` is the automatic message that a visitor answers: the conversation begins with it.
    """

    client_id: ClientId
    text: str
    conversation: Id | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] | None = None
    form: Id | None = None
    answers: Id | None = None
    reply_to: Id | None = None


class SentMessage(NewMessage, frozen=True, forbid_unknown_fields=True):
    """A message that came another way than the chat; only the REST door, mailboxes and text messages make these."""

    origin: Origin | None = None
    begins: Beginning | None = None
    uploader: Actor | None = None
    """Who uploaded the attachments, where it is not the author: a program that writes in somebody's name."""


class NewConversation(Sized, frozen=True, forbid_unknown_fields=True):
    """The first message of a conversation that the company begins."""

    contact: Id
    client_id: ClientId
    text: str
    origin: Origin | None = None
    attachments: Annotated[list[Id], Meta(max_length=10)] | None = None
    uploader: Actor | None = None


@verb(CONVERSATIONS_REPLY)
async def send(hub: Hub, actor: Actor, new: NewMessage) -> Message:
    """Add a message to a conversation and tell everyone in it; the same client id again returns the same message.

    Without a conversation it goes to the contact's newest one that is not closed, else it begins one.
    Raises TextEmpty, TextTooLong, NotFound, ClientIdReused, AttachmentMissing.
    """
    check_message(hub, new.text, new.client_id, bool(new.attachments))
    check_sized(actor, new, new.attachments)
    if new.form is not None:
        await _check_form(hub, actor, new.form)
    for _ in range(5):
        begins = new.begins if isinstance(new, SentMessage) else None
        place = await (place_begun_apart(hub, actor, begins) if begins else place_for(hub, actor, new.conversation))
        message = await _add(hub, actor, new, place)
        if message:
            return message
    raise Conflict


@verb(CONVERSATIONS_MANAGE)
async def origins(hub: Hub, actor: Actor, conversation: int) -> dict[int, Origin]:
    """Return the origins of a conversation's messages that have one, by the id of the message. Raises NotFound."""
    await get_conversation(hub, actor, conversation)
    found: dict[int, Origin] = {}
    after = 0
    while records := await hub.store.read(actor.scope, MESSAGES, conversation, after=after, limit=500):
        found |= {r["id"]: Origin(r["origin"]["source"], r["origin"]["context"]) for r in records if "origin" in r}
        after = records[-1]["position"]
    return found


@verb(CONTACTS_READ)
async def begin_conversation(hub: Hub, actor: Actor, new: NewConversation) -> Message:
    """Begin a conversation with a contact. Raises NotFound, TextEmpty, TextTooLong, ClientIdReused, AttachmentMissing."""
    check_message(hub, new.text, new.client_id, bool(new.attachments))
    check_sized(actor, new, new.attachments)
    contact = await get_contact(hub, actor.scope, new.contact)
    place = await place_begun_by_company(hub, actor, contact["id"])
    sent = SentMessage(
        new.client_id, new.text, attachments=new.attachments, origin=new.origin, uploader=new.uploader,
        size=new.size, buttons=new.buttons, picture=new.picture,
    )  # fmt: skip
    message = await _add(hub, actor, sent, place)
    if message is None:
        raise Conflict
    return message


def check_message(hub: Hub, text: str, client_id: str, has_files: bool) -> None:
    """Raise what is wrong with a text: TextEmpty, TextTooLong, InvalidPayload."""
    check_text(client_id, "client_id")
    check_text(text, "text")
    if not has_files and not text.strip():
        raise TextEmpty
    if len(text) > hub.settings.text_limit or len(text.encode()) > hub.settings.text_limit:
        raise TextTooLong(
            f"The text is longer than {hub.settings.text_limit / 1024:g} KB. Shorten it or send it as a file."
        )


async def _check_form(hub: Hub, actor: Actor, form: int) -> None:
    """Raise what keeps a form out of a message: it is the company that asks, with a form that is switched on."""
    if actor.kind == "contact":
        raise InvalidPayload("`form` is for messages of the company.")
    if not (await get_form(hub, actor, FormRef(form))).on:
        raise InvalidPayload("This form is switched off. Switch it on, then send it.")


async def _add(hub: Hub, actor: Actor, new: NewMessage, place: Place) -> Message | None:
    """Commit the message and publish it; None where another tab began the conversation first."""
    author = author_of(actor)
    uploader = (new.uploader if isinstance(new, SentMessage) else None) or actor
    files = await take_attachments(hub, uploader, new.attachments) if new.attachments else []
    record: Document = {
        "id": await hub.ids.next("message"), "client_id": new.client_id, "kind": "text", "text": new.text,
        "attachments": files, "author": author, "at": hub.clock.now(),
    }  # fmt: skip
    record |= sized_fields(new)
    if new.form:
        record["form"] = new.form
    if new.reply_to:
        record["reply_to"] = await quoted(hub, actor.scope, place.id, new.reply_to)
    origin = new.origin if isinstance(new, SentMessage) else None
    if origin:
        record["origin"] = {"source": origin.source, "context": check_data(origin.context, "source_context")}
        if origin.way:
            record["origin"]["way"] = origin.way
    opening = await opening_for(hub, actor, new.answers) if new.answers else None
    committed = await _commit(hub, actor, new, place, record, opening)
    if committed is None:
        return None
    turn, outcome = committed
    if outcome.existing:
        return await _existing(hub, actor, new, outcome.existing)
    message = message_of(hub, actor.scope.app, place.id, record | {"position": outcome[turn.position]})
    hub.part(Fallback).followed(actor.scope.app, place.id, turn.due)
    hub.part(AwayMessages).ordered(actor.scope.app, place.id, turn.absence)
    if place.fresh or turn.reopens:
        announce_state(hub, actor.scope, outcome[turn.changed])
        say_talked(hub, actor.scope, place.contact)
    if opening:
        first = message_of(hub, actor.scope.app, place.id, opening | {"position": message.position - 1})
        announce_message(hub, actor.scope, place.contact, place.browser, first)
        hub.part(ModalTallies).count(actor.scope.app, opening["automatic"], "answered")
    announce_message(hub, actor.scope, place.contact, place.browser, message)
    return message


class _Turn(Struct):
    """One attempt to commit a message.

    reopens  the contact writes into a conversation that is not open: that opens it
    waits    it expects that a job is waiting which tells the team (hub/chat/notices.py)
    orders   after how many milliseconds such a job is to look, where it orders one
    """

    reopens: bool
    waits: bool
    orders: int | None = None
    position: Any = None
    changed: Any = None
    due: int | None = None
    absence: int | None = None


async def _commit(
    hub: Hub, actor: Actor, new: NewMessage, place: Place, record: Document, opening: Document | None
) -> tuple[_Turn, Outcome] | None:
    """Commit a message; None where its conversation has become a part of another one, to which it has to go."""
    notices, author = hub.part(Notices), record["author"]
    asks = author["kind"] == "contact"
    waits = asks and not place.fresh and notices.waits(actor.scope.app, place.id)
    turns = [_Turn(False, True)] * waits + [_Turn(False, False), _Turn(True, False)]
    for turn in turns:
        try:
            if asks and not turn.waits:
                turn.orders = await notices.delay(actor.scope.app)
            batch, turn.position, turn.changed = _batch(actor, new, place, record, turn, opening)
            if opening:
                done = await line(hub, actor, "modal", "answered", modal=opening["automatic"], name=opening["name"])
                tell(batch, "contact", place.contact, done)
            if place.fresh or turn.reopens:
                talk = await talk_record(hub, "begun" if place.fresh else "reopened", place.id, author, record["at"])
                put_talk(batch, place.contact, talk)
            word = "started" if place.fresh else "reopened" if turn.reopens else None
            turn.due = await _follow(hub, batch, place, record, word)
            if turn.orders is not None:
                await notices.order(batch, place.id, turn.orders)
            turn.absence = await hub.part(AwayMessages).follow(batch, place.id, record)
            return turn, await hub.commit(batch)
        except GuardFailed:
            continue
        except Missing:
            raise NotFound from None
    now = await hub.store.get(actor.scope, CONVERSATIONS, place.id)
    if now is not None and now["status"] == "merged":
        hub.part(Places).forget(actor.scope.app, place.id)
        return None
    raise Conflict


async def _follow(hub: Hub, batch: Batch, place: Place, record: Document, turned: str | None) -> int | None:
    """Put into the batch what follows from a message, and from the turn that the conversation takes by it.

    Return when it is looked after whether the message was read, where a job of the batch does that.
    """
    facts = {"conversation": place.id, "contact": place.contact}
    if turned:
        await hub.follow_up(batch, ConversationChanged, {"word": turned, **facts})
    await hub.follow_up(batch, MessageSent, {**facts, "message": record["id"]})
    return await hub.part(Fallback).follow(batch, place, record)


def _batch(
    actor: Actor, new: NewMessage, place: Place, record: Document, turn: _Turn, opening: Document | None
) -> tuple[Batch, Result, Result]:
    """Return the one atomic change that a message is, the result that is its position, and the changed conversation."""
    author = record["author"]
    batch = Batch(actor.scope)
    batch.claim(
        "message.client_id", f"{author['kind']}:{author['id']}:{_hand(actor)}:{new.client_id}",
        {"conversation": place.id, "message": record["id"], "digest": _digest(new)},
    )  # fmt: skip
    before = [opening] if opening else []
    if place.fresh:
        if place.claim:
            batch.claim("conversation.begin", place.claim, place.id)
        position = [batch.append(MESSAGES, place.id, each) for each in (*before, record)][-1]
        group: Any = place.group or group_in(batch, place.contact, place.otherwise)
        begun = _begun(place, record, author) | {
            "position": position,
            "group": group,
            "notice": turn.orders is not None,
        }
        changed = batch.insert(CONVERSATIONS, begun)
    else:
        by_contact = author["kind"] == "contact"
        if not by_contact or turn.reopens:
            batch.guard(CONVERSATIONS, place.id, Ne("status", "merged"))  # also where this node has not heard of it
        if by_contact and not turn.reopens:
            is_open = Eq("status", "open")
            batch.guard(CONVERSATIONS, place.id, All((is_open, Eq("notice", True))) if turn.waits else is_open)
        position = [batch.append(MESSAGES, place.id, each) for each in (*before, record)][-1]
        changes = {"last": _preview(record), "updated": record["at"], "position": position}
        counts: dict[str, int | float] = {"unread.agent" if by_contact else "unread.contact": 1}
        if turn.orders is not None:
            changes["notice"] = True
        if turn.reopens:
            changes["status"] = "open"
            counts["revision"] = 1
        # Since when somebody waits: below zero the oldest is the largest, so nothing has to be read to keep it.
        oldest = {"waits": -record["at"]} if by_contact else None
        if author["kind"] == "agent":
            changes["waits"] = None
            oldest = {"answered": -record["at"]}  # the first answer, kept in the same way
        changed = batch.patch(CONVERSATIONS, place.id, set=changes, inc=counts, max=oldest)
    for file in record["attachments"]:
        batch.patch(ATTACHMENTS, file["id"], set={"message": record["id"], "conversation": place.id})
    return batch, position, changed


def _hand(actor: Actor) -> int:
    """Two browsers that may not see each other's messages are two authors, though they name the same contact."""
    return actor.scope.browser or 0


def _begun(place: Place, record: Document, author: Document) -> Document:
    by_contact = author["kind"] == "contact"
    return {
        "id": place.id, "contact": place.contact, "browser": place.browser, "claimed": place.claimed, "begin": place.claim,
        "status": "open",
        "assignee": None, "assignee_name": None, "read": {"contact": 0, "agent": 0}, "delivered": {"contact": 0, "agent": 0},
        "unread": {"contact": 0 if by_contact else 1, "agent": 1 if by_contact else 0}, "last": _preview(record),
        "waits": -record["at"] if by_contact else None, "notes": 0, "revision": 1, "created": record["at"], "updated": record["at"],
        **({} if place.channel == "chat" else {"channel": place.channel}),
    }  # fmt: skip


def _preview(record: Document) -> Document:
    text = record["text"] or ", ".join(file["name"] for file in record["attachments"])
    return {"text": text[:PREVIEW], "kind": record["kind"], "author": record["author"], "at": record["at"]}


def _digest(new: NewMessage) -> str:
    body = f"{new.text}\x00{','.join(map(str, new.attachments or ()))}"
    for more in (new.form, new.buttons and msgspec.json.encode(new.buttons)):
        if more:
            body += f"\x00{more!r}"
    return hashlib.blake2s(body.encode(), digest_size=12).hexdigest()


async def _existing(hub: Hub, actor: Actor, new: NewMessage, existing: Existing) -> Message | None:
    if existing.kind != "message.client_id":
        return None
    holds = existing.holds
    if holds["digest"] != _digest(new):
        raise ClientIdReused
    record = await hub.store.record(actor.scope, MESSAGES, holds["message"])
    assert record is not None, "the key and the message were written together"
    (now,) = await as_now(hub, actor.scope, [record])  # it may have been changed before it was sent again
    return message_of(hub, actor.scope.app, holds["conversation"], now)
