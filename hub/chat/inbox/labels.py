"""The labels that an application's conversations may carry: a name and a colour each, renamed and merged for all at once.

A conversation keeps ids. One of a label that is gone shows nothing until a job has taken it away.
"""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONVERSATIONS_MANAGE, INBOX_MANAGE
from hub.chat.collections import CONVERSATION_LABELS, CONVERSATIONS, INBOX_VIEWS
from hub.chat.events import InboxChanged
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.verb import verb
from hub.people.defining import at_most, checked_name
from storage.engine import Batch, Document, GuardFailed, Missing, Scope
from storage.filters import Eq, fold

TAKE = "inbox.labels.take"
MOST = 200
_LONGEST = 40
_TURN = 20.0

Id = Annotated[int, Meta(ge=1, le=2**53)]
Colour = Literal["grey", "indigo", "green", "amber", "red"]
COLOURS: tuple[Colour, ...] = get_args(Colour)


class ConversationLabel(Struct, frozen=True, omit_defaults=True):
    """A label of conversations; `merging` names the one that it is just becoming a part of."""

    id: int
    name: str
    colour: Colour
    merging: int | None = None


class ConversationLabels(Struct, frozen=True):
    """The labels of an application, by name."""

    labels: list[ConversationLabel]


class NewConversationLabel(Struct, frozen=True, forbid_unknown_fields=True):
    """A label to be made; without a colour it gets the next one."""

    name: str
    colour: Colour | None = None


class ConversationLabelChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a label; what is absent stays as it is."""

    label: Id
    name: str | UnsetType = UNSET
    colour: Colour | UnsetType = UNSET


class ConversationLabelRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which label."""

    label: Id


class ConversationLabelMerge(Struct, frozen=True, forbid_unknown_fields=True):
    """The label that stays, and those that become a part of it."""

    label: Id
    others: Annotated[list[Id], Meta(min_length=1, max_length=20)]


class LabelUse(Struct, frozen=True):
    """How many conversations carry each label, by its id."""

    counts: dict[int, int]


class Labels(Kept[dict[int, Document]]):
    """The labels of each application, by id, in memory."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "conversation_labels", _read)


async def labels_of(hub: Hub, scope: Scope) -> dict[int, Document]:
    """Return the stored labels of the scope's application by id."""
    return await hub.part(Labels).of(scope.app)


async def expect_label(hub: Hub, scope: Scope, label: int) -> None:
    """Raise NotFound where the application has no such label."""
    found = (await labels_of(hub, scope)).get(label)
    if found is None or found.get("merging"):
        raise NotFound("There is no label by that id.")


@verb(CONVERSATIONS_MANAGE)
async def list_conversation_labels(hub: Hub, actor: Actor) -> ConversationLabels:
    """Return all labels by name."""
    found = (await labels_of(hub, actor.scope)).values()
    return ConversationLabels(
        [_shown(each) for each in sorted(found, key=lambda each: (fold(each["name"]), each["id"]))]
    )


@verb(CONVERSATIONS_MANAGE)
async def count_conversation_labels(hub: Hub, actor: Actor) -> LabelUse:
    """Return how many conversations carry each label."""
    known = await labels_of(hub, actor.scope)
    return LabelUse({id: await hub.store.count(actor.scope, CONVERSATIONS, Eq("labels", id)) for id in known})


@verb(INBOX_MANAGE)
async def create_conversation_label(hub: Hub, actor: Actor, new: NewConversationLabel) -> ConversationLabel:
    """Make a label. Raises InvalidPayload, Taken."""
    known = await labels_of(hub, actor.scope)
    at_most(len(known), MOST, "labels")
    name = checked_name(new.name, _LONGEST)
    document: Document = {
        "id": await hub.ids.next("conversation_label"),
        "name": name,
        "colour": new.colour or COLOURS[1 + len(known) % (len(COLOURS) - 1)],
    }
    batch = Batch(actor.scope)
    batch.claim("conversation_label.name", fold(name), document["id"])
    batch.insert(CONVERSATION_LABELS, document)
    await _commit(hub, actor.scope, batch)
    return _shown(document)


@verb(INBOX_MANAGE)
async def change_conversation_label(hub: Hub, actor: Actor, change: ConversationLabelChange) -> ConversationLabel:
    """Rename a label or colour it otherwise. Raises NotFound, InvalidPayload, Taken."""
    document = await _stored(hub, actor.scope, change.label)
    batch = Batch(actor.scope)
    changes: Document = {}
    if change.colour is not UNSET:
        changes["colour"] = change.colour
    if change.name is not UNSET:
        changes["name"] = checked_name(change.name, _LONGEST)
        old, new = fold(document["name"]), fold(changes["name"])
        if old != new:
            batch.claim("conversation_label.name", new, document["id"])
            batch.release("conversation_label.name", old)
            batch.guard(CONVERSATION_LABELS, document["id"], Eq("name", document["name"]))
    batch.patch(CONVERSATION_LABELS, document["id"], set=changes)
    await _commit(hub, actor.scope, batch)
    return _shown(document | changes)


@verb(INBOX_MANAGE)
async def delete_conversation_label(hub: Hub, actor: Actor, which: ConversationLabelRef) -> None:
    """Delete a label; conversations lose it, and views that asked for it ask for it no longer. Raises NotFound."""
    document = await _stored(hub, actor.scope, which.label)
    batch = Batch(actor.scope)
    batch.release("conversation_label.name", fold(document["name"]))
    batch.delete(CONVERSATION_LABELS, document["id"])
    await _let_views_follow(hub, batch, {document["id"]}, None)
    await hub.jobs.add(batch, TAKE, {"labels": [document["id"]], "into": None})
    await _commit(hub, actor.scope, batch)


@verb(INBOX_MANAGE)
async def merge_conversation_labels(hub: Hub, actor: Actor, given: ConversationLabelMerge) -> ConversationLabel:
    """Let labels become a part of another one. Raises NotFound; InvalidPayload for one that would become its own part."""
    stays = await _stored(hub, actor.scope, given.label)
    others = [await _stored(hub, actor.scope, each) for each in dict.fromkeys(given.others)]
    if any(each["id"] == stays["id"] for each in others):
        raise InvalidPayload("A label can't become a part of itself.")
    batch = Batch(actor.scope)
    batch.guard(CONVERSATION_LABELS, stays["id"], Eq("merging", None))
    for each in others:
        batch.guard(CONVERSATION_LABELS, each["id"], Eq("merging", None))
        batch.release("conversation_label.name", fold(each["name"]))
        batch.patch(CONVERSATION_LABELS, each["id"], set={"merging": stays["id"]})
    ids = [each["id"] for each in others]
    await _let_views_follow(hub, batch, set(ids), stays["id"])
    await hub.jobs.add(batch, TAKE, {"labels": ids, "into": stays["id"]})
    await _commit(hub, actor.scope, batch)
    return _shown(stays)


async def take_labels(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Take labels from the conversations that carry them, and give those another one instead (a job in turns)."""
    into, until = payload["into"], time.monotonic() + _TURN
    labels, after = list(payload["labels"]), payload.get("after", 0)

    def without(document: Document) -> Document:
        left = [each for each in document["labels"] if each != labels[0] and each != into]
        changes = {"labels": [*left, into] if into else left, "revision": document["revision"] + 1}
        return {**document, **changes, "touched": now}

    while labels and time.monotonic() < until:
        now = hub.clock.now()
        found = await hub.store.rewrite(scope, CONVERSATIONS, Eq("labels", labels[0]), without, after=after)
        after = found.after or 0
        if found.after is None:
            batch = Batch(scope)
            batch.delete(CONVERSATION_LABELS, labels.pop(0))
            await hub.commit(batch)
    if labels:
        batch = Batch(scope)
        await hub.jobs.add(batch, TAKE, {"labels": labels, "into": into, "after": after})
        await hub.commit(batch)
    say_changed(hub, scope)


def say_changed(hub: Hub, scope: Scope) -> None:
    """Let every node and every panel read anew which labels and views there are."""
    hub.part(Labels).changed(scope.app)
    hub.publish(InboxChanged(app=scope.app))


async def _let_views_follow(hub: Hub, batch: Batch, gone: set[int], into: int | None) -> None:
    async for chunk in hub.store.export(batch.scope, INBOX_VIEWS):
        for view in chunk:
            asked = view["where"].get("labels") or []
            if gone & set(asked):
                left = [each for each in asked if each not in gone and each != into]
                batch.patch(INBOX_VIEWS, view["id"], set={"where.labels": [*left, into] if into else left})


async def _read(hub: Hub, scope: Scope) -> dict[int, Document]:
    return {each["id"]: each async for chunk in hub.store.export(scope, CONVERSATION_LABELS) for each in chunk}


async def _stored(hub: Hub, scope: Scope, id: int) -> Document:
    document = await hub.store.get(scope, CONVERSATION_LABELS, id)
    if document is None:
        raise NotFound("There is no label by that id.")
    if document.get("merging"):
        raise InvalidPayload("This label is being merged into another one. Wait a moment.", reason="label_merging")
    return document


async def _commit(hub: Hub, scope: Scope, batch: Batch) -> None:
    try:
        outcome = await hub.commit(batch)
    except (GuardFailed, Missing):
        raise NotFound("The label was changed just now. Look again.") from None
    if outcome.existing:
        raise Taken("Another label has this name.")
    say_changed(hub, scope)


def _shown(document: Document) -> ConversationLabel:
    return ConversationLabel(document["id"], document["name"], document["colour"], document.get("merging"))
