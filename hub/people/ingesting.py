"""Takes events and page views in bulk: a thousand to a call, many contacts to a batch.

What is refused is said by its place in the call; everything else is kept, and durable when the call answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import HubError, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, EVENTS, PAGES
from hub.people.custom_events import checked_event, event_named
from hub.people.editing import UNIQUE, touched, unique_value
from hub.people.needs import Needs, needs_of
from hub.people.occurrences import Occurrence, change_with, occur
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, GuardFailed, Scope

MOST = 1_000
_TOGETHER = 50
"""Contacts in one batch of the store: few enough that a conflict over one of them costs little."""


class IncomingEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """An event of a contact, who is named by its id, the company's own id or its e-mail address."""

    name: Annotated[str, Meta(min_length=1, max_length=128)]
    contact: int | None = None
    custom_id: str | None = None
    email: str | None = None
    data: dict[str, Any] = {}
    at: int | None = None


class IncomingPage(Struct, frozen=True, forbid_unknown_fields=True):
    """A page that a contact opened."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)]
    contact: int | None = None
    custom_id: str | None = None
    email: str | None = None
    title: Annotated[str, Meta(max_length=300)] = ""
    referrer: Annotated[str, Meta(max_length=2048)] = ""
    at: int | None = None


class Incoming(Struct, frozen=True, forbid_unknown_fields=True):
    """Events and pages, a thousand of both at most."""

    events: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []


class Refusal(Struct, frozen=True):
    """What was not taken: which list, which place in it, and why."""

    list: str
    index: int
    error: str


class Taken(Struct, frozen=True):
    """How many were kept, and which were not."""

    accepted: int
    refused: list[Refusal]


class _Deed(Struct):
    """One thing that a contact did, checked: its record, its stream, what it counts for, and its place in the call."""

    contact: int
    record: Document
    is_page: bool
    keys: Callable[[Needs], list[str]]
    place: tuple[str, int]


@verb(CONTACTS_WRITE)
async def ingest(hub: Hub, actor: Actor, given: Incoming) -> Taken:
    """Keep events and pages of many contacts. Raises InvalidPayload for more than a thousand."""
    if len(given.events) + len(given.pages) > MOST:
        raise InvalidPayload(f"At most {MOST:,} events and pages are taken at once.")
    refused: list[Refusal] = []
    deeds: list[_Deed] = []
    found: dict[tuple[str, str], int | None] = {}
    for name, items in (("events", given.events), ("pages", given.pages)):
        for index, item in enumerate(items):
            try:
                read = _read_event if name == "events" else _read_page
                deeds.append(await read(hub, actor.scope, item, (name, index), found))
            except (HubError, msgspec.ValidationError) as error:
                refused.append(Refusal(name, index, str(error)))
    by_contact: dict[int, list[_Deed]] = {}
    for deed in deeds:
        by_contact.setdefault(deed.contact, []).append(deed)
    groups = [list(by_contact)[start : start + _TOGETHER] for start in range(0, len(by_contact), _TOGETHER)]
    kept = await asyncio.gather(
        *(_keep(hub, actor.scope, {id: by_contact[id] for id in group}, refused) for group in groups)
    )
    return Taken(sum(kept), sorted(refused, key=lambda each: (each.list, each.index)))


async def _keep(hub: Hub, scope: Scope, deeds: dict[int, list[_Deed]], refused: list[Refusal]) -> int:
    """Keep what some contacts did in one batch; where one of them changes meanwhile, each by itself."""
    contacts = await hub.store.get_many(scope, CONTACTS, deeds)
    for id in [id for id in deeds if id not in contacts]:
        refused += [Refusal(*deed.place, NotFound.sentence) for deed in deeds.pop(id)]
    needs = needs_of(await vocabulary(hub, scope))
    batch = Batch(Scope(scope.app))
    changed: dict[int, Document] = {}
    for id, own in deeds.items():
        changed[id] = change_with(
            hub, batch, contacts[id], needs, _occurrences(own, needs), _also(own, batch, contacts[id])
        )
    try:
        if changed:
            await hub.commit(batch)
    except GuardFailed:
        for id, own in deeds.items():
            await occur(hub, scope, id, partial(_occurrences, own), partial(_also, own))
        return sum(map(len, deeds.values()))
    for id, fields in changed.items():
        touched(hub, scope, id, fields)
    return sum(map(len, deeds.values()))


def _occurrences(deeds: list[_Deed], needs: Needs) -> list[Occurrence]:
    return [(key, deed.record["at"]) for deed in deeds for key in deed.keys(needs)]


def _also(deeds: list[_Deed], batch: Batch, contact: Document) -> Document:
    """Append the records; return the fields of the contact that pages change."""
    for deed in deeds:
        batch.append(PAGES if deed.is_page else EVENTS, deed.contact, deed.record)
    pages = [deed.record for deed in deeds if deed.is_page]
    if not pages:
        return {}
    newest = max(pages, key=lambda page: page["at"])
    first = min(contact.get("first_seen") or newest["at"], *(page["at"] for page in pages))
    fields: Document = {"page_views": contact.get("page_views", 0) + len(pages), "first_seen": first}
    if newest["at"] >= (contact.get("last_seen") or 0):
        fields |= {"page": newest, "last_seen": newest["at"]}
    return fields


async def _read_event(
    hub: Hub, scope: Scope, item: dict[str, Any], place: tuple[str, int], found: dict[tuple[str, str], int | None]
) -> _Deed:
    given = msgspec.convert(item, IncomingEvent)
    contact = await _contact(hub, scope, given, found)
    name, data, at = checked_event(hub, given.name, given.data, given.at)
    event, _ = await event_named(hub, scope, name)
    record: Document = {"id": await hub.ids.next("event"), "event": event, "name": name, "data": data, "at": at}
    return _Deed(contact, record, False, lambda needs: [f"event:{event}", *needs.keys_of_event(event, data)], place)


async def _read_page(
    hub: Hub, scope: Scope, item: dict[str, Any], place: tuple[str, int], found: dict[tuple[str, str], int | None]
) -> _Deed:
    given = msgspec.convert(item, IncomingPage)
    contact = await _contact(hub, scope, given, found)
    url = check_text(given.url, "url")
    _, _, at = checked_event(hub, "page", {}, given.at)
    record: Document = {
        "id": await hub.ids.next("page"), "url": url, "title": check_text(given.title, "title"),
        "referrer": check_text(given.referrer, "referrer"), "at": at,
    }  # fmt: skip
    return _Deed(contact, record, True, lambda needs: needs.keys_of_page(url), place)


async def _contact(
    hub: Hub, scope: Scope, given: IncomingEvent | IncomingPage, found: dict[tuple[str, str], int | None]
) -> int:
    if given.contact is not None:
        return given.contact
    for field in ("custom_id", "email"):
        if value := getattr(given, field):
            key = (UNIQUE[field], unique_value(field, value))
            if key not in found:
                found[key] = await hub.store.key(scope, *key)
            id = found[key]
            if id is None:
                raise NotFound
            return id
    raise InvalidPayload("Say whose it is: `contact`, `custom_id` or `email`.")
