"""What deals, activities, notes, products and tickets have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct

from hub.accounts.applications import member
from hub.chat.conversations import get_conversation
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree
from hub.people.editing import at, checked_fields, put
from hub.people.standard import Attribute, Subject
from hub.people.values import checked_value
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Collection, Document, GuardFailed, Page, Scope, Sort
from storage.engine import Missing as MissingDocument
from storage.filters import EVERYTHING, Eq, Filter, predicate

TRIES = 50
"""Changes of one record at the same moment that wait for each other."""
SEARCHED = 500
LAST_MOMENT = 253_402_300_799_999

Id = Annotated[int, Meta(ge=1, le=2**53)]
Name = Annotated[str, Meta(min_length=1, max_length=254)]
CustomId = Annotated[str, Meta(min_length=1, max_length=255)]
Limit = Annotated[int, Meta(ge=1, le=200)]
Moment = int | Annotated[str, Meta(max_length=64)]
"""A time given as UTC milliseconds or as RFC 3339."""


class WrittenBy(Struct, frozen=True):
    """Who made something: an agent, an API key, an automation or the system."""

    kind: str
    id: int
    name: str


def author_record(actor: Actor) -> Document:
    """Return who acts, as records keep it."""
    return {"kind": actor.kind, "id": actor.id, "name": actor.name}


def shown_time(at: int | None) -> str | None:
    """Return a kept time as RFC 3339."""
    return None if at is None else rfc3339(at)


def read_moment(given: Any, field: str) -> int | None:
    """Return a given time in UTC milliseconds, or None for null. Raises InvalidPayload."""
    if type(given) is int:
        if not 0 <= given <= LAST_MOMENT:
            raise InvalidPayload(f"`{field}` is a time in milliseconds since 1970, not beyond the year 9999.")
        return given
    found: int | None = checked_value(Attribute(0, "deal", field, field, "datetime", field), given)
    return found


def read_date(given: str | None, field: str) -> str | None:
    """Return a given date as `2026-11-22`, or None for null. Raises InvalidPayload."""
    found: str | None = checked_value(Attribute(0, "deal", field, field, "date", field), given)
    return found


def checked_title(name: str, field: str = "name") -> str:
    """Return a name without space around it. Raises InvalidPayload where nothing is left."""
    name = check_text(name, field).strip()
    if not name:
        raise InvalidPayload(f"`{field}` is empty.")
    return name


async def check_agent(hub: Hub, scope: Scope, agent: int | None) -> int | None:
    """Return the agent when it is one of the application, or None for nobody. Raises NotFound."""
    if agent is not None and await member(hub, scope.app, agent) is None:
        raise NotFound("There is no agent by that id.")
    return agent


async def check_conversation(hub: Hub, actor: Actor, conversation: int | None) -> int | None:
    """Return the conversation that something comes from, or None for none. Raises NotFound."""
    return None if conversation is None else int((await get_conversation(hub, actor, conversation))["id"])


async def own_fields(hub: Hub, scope: Scope, subject: Subject, given: Mapping[str, Any]) -> Document:
    """Return fields for values of the application's own attributes, by name; unknown names become attributes.

    Raises InvalidPayload, also for the name of a field that stands beside `attributes`.
    """
    words = await vocabulary(hub, scope)
    for name in given:
        known = words.attribute(subject, name)
        if known is not None and not known.id:
            raise InvalidPayload(f"`{known.std}` is no own attribute: give it beside `attributes`.")
    return await checked_fields(hub, scope, subject, given)


async def stored(hub: Hub, scope: Scope, collection: Collection, id: int, what: str) -> Document:
    """Return a document. Raises NotFound, with what it was to be."""
    document = await hub.store.get(scope, collection, id)
    if document is None:
        raise NotFound(f"There is no {what} by the id {id}.")
    return document


async def named(hub: Hub, scope: Scope, collection: Collection, kind: str, custom_id: str, what: str) -> Document:
    """Return the document of a custom id. Raises NotFound."""
    id = await hub.store.key(scope, kind, check_text(custom_id, "custom_id"))
    document = await hub.store.get(scope, collection, id) if id is not None else None
    if document is None:
        raise NotFound(f"There is no {what} by that custom id.")
    return document


def made(document: Document, fields: Document) -> Document:
    """Return a new document with fields by their dotted paths."""
    for path, value in fields.items():
        if value is not None:
            put(document, path, value)
    return document


def changed(document: Document, fields: Document) -> Document:
    """Return those of the fields that are different now."""
    return {path: value for path, value in fields.items() if at(document, path) != value}


def with_fields(document: Document, fields: Document) -> Document:
    """Return the document as it will be, of the top fields alone (not of `attrs`)."""
    return {**document, **{path: value for path, value in fields.items() if "." not in path}}


def claim_custom_id(batch: Batch, kind: str, id: int, old: str | None, new: str | None) -> None:
    """Let a custom id be this one's, and free the one that it had."""
    if old == new:
        return
    if new:
        batch.claim(kind, new, id)
    if old:
        batch.release(kind, old)


Turn = Callable[[Document, Batch], Awaitable[Document]]


async def change_record(hub: Hub, scope: Scope, collection: Collection, id: int, what: str, turn: Turn) -> Document:
    """Change a document under its revision, so that two changes at once follow each other; return it as it is then.

    `turn` gets the document and the batch, adds what follows, and returns the fields to set; nothing for no change.
    Raises NotFound, Taken for another one's custom id, Conflict.
    """
    for _ in range(TRIES):
        document = await stored(hub, scope, collection, id, what)
        batch = Batch(Scope(scope.app))
        fields = await turn(document, batch)
        if not fields:
            return document
        batch.guard(collection, id, Eq("revision", document["revision"]))
        patch = batch.patch(collection, id, set={"updated": hub.clock.now(), **fields}, inc={"revision": 1})
        try:
            outcome = await hub.commit(batch)
        except GuardFailed:
            continue
        except MissingDocument:  # this one, or what it refers to: the next turn says which
            continue
        if outcome.existing:
            raise taken(what)
        after: Document = outcome[patch]
        return after
    raise Conflict


async def delete_record(hub: Hub, scope: Scope, collection: Collection, id: int, what: str, turn: Turn) -> Document:
    """Delete a document under its revision; return what it was. `turn` adds to the batch what follows; its answer is not asked.

    Raises NotFound, Conflict.
    """
    for _ in range(TRIES):
        document = await stored(hub, scope, collection, id, what)
        batch = Batch(Scope(scope.app))
        await turn(document, batch)
        batch.guard(collection, id, Eq("revision", document["revision"]))
        batch.delete(collection, id)
        try:
            await hub.commit(batch)
        except (GuardFailed, MissingDocument):
            continue
        return document
    raise Conflict


def taken(what: str) -> Taken:
    """Return the error for a custom id that another one has."""
    return Taken(f"Another {what} has this custom id.")


# ── lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def conditions(hub: Hub, scope: Scope, subject: Subject, where: dict[str, Any] | None) -> Filter:
    """Return the filter of conditions on a subject. Raises InvalidPayload."""
    if where is None:
        return EVERYTHING
    tree, world = read_tree(where), World(await vocabulary(hub, scope), hub.clock.now(), subject)
    tree.check(world)
    return tree.filter(world)


async def page_of(
    hub: Hub, scope: Scope, collection: Collection, filter: Filter, sort: str, limit: int, cursor: str | None
) -> Page:
    """Return a page in the order of a field (`-` before it: descending). Raises InvalidPayload for another list's cursor."""
    order = Sort(sort.removeprefix("-"), sort.startswith("-"))
    try:
        return await hub.store.find(scope, collection, filter, sort=order, limit=limit, cursor=cursor, scan=True)
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.") from None


async def searched(hub: Hub, scope: Scope, collection: Collection, filter: Filter, text: str, limit: int) -> Page:
    """Return the newest documents with these words that a filter lets through."""
    found = await hub.store.search(scope, collection, check_text(text, "search")[:200], limit=SEARCHED)
    holds = predicate(filter, collection.folded)
    return Page([each for each in found if holds(each)][:limit])


def given_fields(given: Struct, names: tuple[str, ...]) -> Document:
    """Return those of the fields that were given."""
    return {name: value for name in names if (value := getattr(given, name)) is not UNSET}
