"""Takes events and page views in bulk: a thousand to a call.

What is refused is said by its place in the call. Everything else is durable when the call answers: checked, and written
down as one job, which counts it for its contacts a moment later, many contacts to a batch. So a flood is taken as fast as
it comes, and worked off as fast as the store can.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_WRITE
from hub.core.actor import Actor
from hub.core.errors import HubError, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS, EVENTS, PAGES
from hub.people.editing import UNIQUE, touched, unique_value
from hub.people.merging.replacing import gone_among
from hub.people.segments.needs import Needs, needs_of
from hub.people.tracking.custom_events import checked_event, event_named
from hub.people.tracking.occurrences import Occurrence, change_with, occur
from hub.people.vocabulary import vocabulary
from storage.engine import Batch, Document, Duplicate, GuardFailed, Scope, Stream

COUNT = "people.count"
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


Named = IncomingEvent | IncomingPage
T = TypeVar("T", IncomingEvent, IncomingPage)


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


class Deed(Struct):
    """One thing that a contact did, checked: its record, and the id of the event, or none for a page."""

    contact: int
    record: Document
    event: int | None = None

    def occurrences(self, needs: Needs) -> list[Occurrence]:
        """Return what it counts for."""
        at = self.record["at"]
        if self.event is None:
            return [(key, at) for key in needs.keys_of_page(self.record["url"])]
        return [
            (f"event:{self.event}", at),
            *((key, at) for key in needs.keys_of_event(self.event, self.record["data"])),
        ]


@verb(CONTACTS_WRITE)
async def ingest(hub: Hub, actor: Actor, given: Incoming) -> Taken:
    """Take events and pages of many contacts, to be counted a moment later. Raises InvalidPayload for over a thousand."""
    if len(given.events) + len(given.pages) > MOST:
        raise InvalidPayload(f"At most {MOST:,} events and pages are taken at once.")
    refused: list[Refusal] = []
    read: list[tuple[tuple[str, int], Named]] = []
    read += _read("events", given.events, IncomingEvent, refused)
    read += _read("pages", given.pages, IncomingPage, refused)
    find = await _finder(hub, actor.scope, [item for _, item in read])
    deeds: list[Deed] = []
    for place, each in read:
        try:
            deeds.append(await _deed(hub, actor.scope, each, find(each)))
        except HubError as error:
            refused.append(Refusal(*place, error.message))
    if deeds:
        batch = Batch(Scope(actor.scope.app))
        # One text: a value that is copied, checked and sent to the writer whole, instead of ten thousand of them.
        await hub.jobs.add(batch, COUNT, {"deeds": msgspec.json.encode(deeds).decode()})
        await hub.commit(batch)
    return Taken(len(deeds), sorted(refused, key=lambda each: (each.list, each.index)))


async def count(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Keep what was taken, and count it for its contacts (a job); what an earlier try kept is not kept again."""
    by_contact: dict[int, list[Deed]] = {}
    for deed in msgspec.convert(_deeds_of(payload), list[Deed]):
        by_contact.setdefault(deed.contact, []).append(deed)
    contacts = list(by_contact)
    for start in range(0, len(contacts), _TOGETHER):
        await _keep(hub, scope, {id: by_contact[id] for id in contacts[start : start + _TOGETHER]})


def without(payload: dict[str, Any], gone: set[int]) -> dict[str, Any]:
    """Return the payload of a job that counts, without what some contacts did."""
    left = [deed for deed in _deeds_of(payload) if deed["contact"] not in gone]
    return {**payload, "deeds": msgspec.json.encode(left).decode()}


def _deeds_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    deeds = payload["deeds"]
    # A list is what a version before 2026-11-29 wrote down.
    return deeds if isinstance(deeds, list) else msgspec.json.decode(deeds, type=list[dict[str, Any]])


async def _keep(hub: Hub, scope: Scope, deeds: dict[int, list[Deed]]) -> None:
    """Keep what some contacts did in one batch; where one of them is in the way, each by itself."""
    contacts = await hub.store.get_many(scope, CONTACTS, deeds)
    needs = needs_of(await vocabulary(hub, scope))
    batch = Batch(Scope(scope.app))
    changed: dict[int, Document] = {}
    for id, contact in contacts.items():
        more = _also(deeds[id], batch, contact)
        changed[id] = change_with(hub, batch, contact, needs, _occurrences(deeds[id], needs), more)
    try:
        if changed:
            await hub.commit(batch)
    except (GuardFailed, Duplicate):
        changed = {}
    for id, fields in changed.items():
        touched(hub, scope, id, fields)
    for id in [id for id in deeds if id not in changed]:
        await _keep_one(hub, scope, id, deeds[id])


async def _keep_one(hub: Hub, scope: Scope, contact: int, deeds: list[Deed]) -> None:
    """Keep what one contact did and is not kept yet; one that was merged does it as what it was merged into."""
    new = [deed for deed in deeds if await hub.store.record(scope, _stream(deed), deed.record["id"]) is None]
    if not new:
        return
    try:
        await occur(hub, scope, contact, partial(_occurrences, new), partial(_also, new))
    except NotFound:
        return  # erased meanwhile


def _stream(deed: Deed) -> Stream:
    return PAGES if deed.event is None else EVENTS


def _occurrences(deeds: list[Deed], needs: Needs) -> list[Occurrence]:
    return [each for deed in deeds for each in deed.occurrences(needs)]


def _also(deeds: list[Deed], batch: Batch, contact: Document) -> Document:
    """Append the records; return the fields of the contact that pages change."""
    for deed in deeds:
        batch.append(_stream(deed), contact["id"], deed.record)
    pages = [deed.record for deed in deeds if deed.event is None]
    if not pages:
        return {}
    newest = max(pages, key=lambda page: page["at"])
    first = min(contact.get("first_seen") or newest["at"], *(page["at"] for page in pages))
    fields: Document = {"page_views": contact.get("page_views", 0) + len(pages), "first_seen": first}
    if newest["at"] >= (contact.get("last_seen") or 0):
        fields |= {"page": newest, "last_seen": newest["at"]}
    return fields


async def _deed(hub: Hub, scope: Scope, item: IncomingEvent | IncomingPage, contact: int) -> Deed:
    if isinstance(item, IncomingEvent):
        name, data, at = checked_event(hub, item.name, item.data, item.at)
        event, _ = await event_named(hub, scope, name)
        record = {"id": await hub.ids.next("event"), "event": event, "name": name, "data": data, "at": at}
        return Deed(contact, record, event)
    url, (_, _, at) = check_text(item.url, "url"), checked_event(hub, "page", {}, item.at)
    return Deed(contact, {
        "id": await hub.ids.next("page"), "url": url, "title": check_text(item.title, "title"),
        "referrer": check_text(item.referrer, "referrer"), "at": at,
    })  # fmt: skip


def _read(
    name: str, items: list[dict[str, Any]], shape: type[T], refused: list[Refusal]
) -> list[tuple[tuple[str, int], T]]:
    """Return the items in their shape, each with its place; what has another shape is refused by its place."""
    try:
        return [((name, index), item) for index, item in enumerate(msgspec.convert(items, list[shape]))]  # type: ignore[valid-type]
    except msgspec.ValidationError:
        pass
    read: list[tuple[tuple[str, int], T]] = []
    for index, item in enumerate(items):
        try:
            read.append(((name, index), msgspec.convert(item, shape)))
        except msgspec.ValidationError as error:
            refused.append(Refusal(name, index, str(error)))
    return read


async def _finder(hub: Hub, scope: Scope, items: list[Named]) -> Callable[[Named], int]:
    """Return the function that says whose an item is, everybody looked up at once. It raises NotFound, InvalidPayload."""
    refs = {id(item): ref for item in items if item.contact is None and (ref := _ref(item))}
    holds = await hub.store.keys(scope, refs.values()) if refs else {}
    asked = {item.contact for item in items if item.contact is not None}
    gone = await gone_among(hub, scope, list(asked))

    def find(item: Named) -> int:
        if item.contact is not None:
            contact = gone.get(item.contact, item.contact)
        elif id(item) in refs:
            contact = holds.get(refs[id(item)])
        else:
            raise InvalidPayload("Say whose it is: `contact`, `custom_id` or `email`.")
        if contact is None:
            raise NotFound
        return int(contact)

    return find


def _ref(item: Named) -> tuple[str, str] | None:
    for field in ("custom_id", "email"):
        if value := getattr(item, field):
            return UNIQUE[field], unique_value(field, value)
    return None
