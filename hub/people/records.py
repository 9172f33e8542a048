"""Contacts and companies as they are kept: for doors that write them in other shapes than our own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import COMPANIES, CONTACTS, EVENTS, HISTORY, KEPT, PAGES
from hub.people.conditions.base import World
from hub.people.conditions.tree import read_tree
from hub.people.contacts import get_contact, ids_of
from hub.people.editing import unique_value
from hub.people.merging.replacing import standing_contact
from hub.people.vocabulary import vocabulary
from storage.engine import Document, Scope, Sort, Stream
from storage.filters import EVERYTHING, Eq, Filter, Gte

Subject = Literal["contact", "company"]
_KEYS = {
    ("contact", "custom_id"): "contact.custom_id", ("contact", "email"): "contact.email", ("contact", "key"): "contact.key",
    ("company", "custom_id"): "company.custom_id",
}  # fmt: skip
_STREAMS: dict[str, tuple[Stream, ...]] = {"page": (PAGES,), "event": (EVENTS,), "all": (PAGES, EVENTS, HISTORY)}


class RecordRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which one: by its id, or by a field that is unique (`custom_id`; of a contact `email` and `key` too)."""

    value: int | str
    subject: Subject = "contact"
    by: Literal["id", "custom_id", "email", "key"] = "id"


class FindRecords(Struct, frozen=True, forbid_unknown_fields=True):
    """Which ones: by conditions, a tag or a company; lowest id first."""

    subject: Subject = "contact"
    where: dict[str, Any] | None = None
    tag: int | None = None
    company: int | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 100
    cursor: str | None = None


class Record(Struct, frozen=True):
    """A stored document, and the names of the companies that it speaks of."""

    document: Document
    companies: dict[int, str]


class Records(Struct, frozen=True):
    """A page of documents, how many there are in all, and the names of the companies that they speak of."""

    documents: list[Document]
    count: int
    companies: dict[int, str]
    cursor: str | None


class DoingsOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose pages, events, or all that happened."""

    contact: Annotated[int, Meta(ge=1, le=2**53)]
    kind: Literal["page", "event", "all"] = "all"


@verb(CONTACTS_READ)
async def read_record(hub: Hub, actor: Actor, which: RecordRef) -> Record:
    """Return what is kept of a contact or a company. Raises NotFound."""
    document = await _found(hub, actor, which)
    if document is None:
        raise NotFound
    return Record(document, await _names(hub, actor, [document]))


@verb(CONTACTS_READ)
async def find_records(hub: Hub, actor: Actor, find: FindRecords) -> Records:
    """Return a page of what is kept. Raises InvalidPayload, NotFound for a cursor of another list."""
    kept = KEPT[find.subject]
    filter: Filter = EVERYTHING
    if find.where is not None:
        tree, world = read_tree(find.where), World(await vocabulary(hub, actor.scope), hub.clock.now(), find.subject)
        tree.check(world)
        filter = tree.filter(world)
    elif find.tag is not None:
        filter = Eq("tags", find.tag)
    elif find.company is not None:
        filter = Eq("companies.id", find.company)
    try:
        page = await hub.store.find(
            actor.scope, kept, filter, sort=Sort(), limit=find.limit, cursor=find.cursor, scan=True
        )
    except ValueError:
        raise NotFound from None
    whole = page.cursor is None and find.cursor is None
    count = len(page.items) if whole else await hub.store.count(actor.scope, kept, filter, scan=True)
    return Records(page.items, count, await _names(hub, actor, page.items), page.cursor)


@verb(CONTACTS_READ)
async def count_doings(hub: Hub, actor: Actor, of: DoingsOf) -> int:
    """Return how many pages, events or all things are kept of a contact, those that were erased included. Raises NotFound."""
    contact = await get_contact(hub, actor.scope, of.contact)
    heads = [await hub.store.heads(actor.scope, stream, ids_of(contact)) for stream in _STREAMS[of.kind]]
    return sum(sum(each.values()) for each in heads)


async def _found(hub: Hub, actor: Actor, which: RecordRef) -> Document | None:
    id = which.value
    if which.by != "id":
        kind = _KEYS.get((which.subject, which.by))
        if kind is None or not isinstance(id, str):
            raise InvalidPayload(f"A {which.subject} is not found by `{which.by}`.")
        id = await hub.store.key(actor.scope, kind, unique_value(which.by, check_text(id, which.by))) or 0
    if not isinstance(id, int):
        raise InvalidPayload("An id is a whole number.")
    if which.subject == "contact":
        return await standing_contact(hub, actor.scope, id)
    return await hub.store.get(actor.scope, COMPANIES, id)


async def _names(hub: Hub, actor: Actor, documents: list[Document]) -> dict[int, str]:
    """Return the names of the companies that contacts belong to."""
    ids = {company["id"] for document in documents for company in document.get("companies") or ()}
    if not ids:
        return {}
    return {id: each["name"] for id, each in (await hub.store.get_many(actor.scope, COMPANIES, ids)).items()}


async def employees_of(hub: Hub, actor: Actor, company: int) -> list[int]:
    """Return the ids of the first thousand contacts of a company."""
    page = await hub.store.find(actor.scope, CONTACTS, Eq("companies.id", company), limit=1000)
    return [each["id"] for each in page.items]


async def kept(hub: Hub, scope: Scope, subject: Subject, id: int) -> Document | None:
    """Return a contact or a company as it is stored, or None."""
    return await hub.store.get(scope, KEPT[subject], id)


async def changed_since(hub: Hub, scope: Scope, subject: str, since: int) -> AsyncIterator[int]:
    """Yield the ids of contacts or companies that changed since a moment (UTC milliseconds), in that order."""
    cursor: str | None = None
    while True:
        page = await hub.store.find(
            scope, KEPT[subject], Gte("updated", since), sort=Sort("updated"), limit=200, cursor=cursor
        )
        for document in page.items:
            yield document["id"]
        cursor = page.cursor
        if cursor is None:
            return
