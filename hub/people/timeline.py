"""Timelines: everything that happened to a contact, newest first, from all its streams; and what happened to a company."""

from __future__ import annotations

import base64
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from hub.accounts.grants import CONTACTS_READ
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.verb import verb
from hub.people.collections import ANSWERED, COMPANIES, EVENTS, HISTORIES, HISTORY, PAGES, TALKS
from hub.people.contacts import get_contact, ids_of
from hub.people.standard import Subject
from storage.engine import Batch, Document, Scope, Stream

Kind = Literal["page", "event", "form", "conversation", "history"]
STREAMS: dict[Kind, Stream] = {
    "page": PAGES, "event": EVENTS, "form": ANSWERED, "conversation": TALKS, "history": HISTORY,
}  # fmt: skip
_DETAIL = {"id", "at", "position", "kind"}


class TimelineOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose timeline, which kinds of entries, and from where on.

    That is `cursor` of the page before, or for a first page `before`: a moment in UTC milliseconds, for what came earlier.
    """

    contact: Annotated[int, Meta(ge=1, le=2**53)]
    kinds: list[Kind] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None
    before: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class CompanyTimelineOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which company's timeline, and from where on (`cursor` of the page before)."""

    company: Annotated[int, Meta(ge=1, le=2**53)]
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    cursor: str | None = None


class Entry(Struct, frozen=True):
    """Something that happened: `kind` is page, event, form, or what else it was (tag, list, segment …)."""

    kind: str
    id: int
    at: str
    data: dict[str, Any]


class Timeline(Struct, frozen=True):
    """A page of a timeline; without a cursor there is nothing older."""

    entries: list[Entry]
    cursor: str | None


@verb(CONTACTS_READ)
async def read_timeline(hub: Hub, actor: Actor, asked: TimelineOf) -> Timeline:
    """Return what happened to a contact, newest first. Raises NotFound, InvalidPayload."""
    contact = await get_contact(hub, actor.scope, asked.contact)
    kinds: list[Kind] = [kind for kind in STREAMS if asked.kinds is None or kind in asked.kinds]
    lists = {kind: (STREAMS[kind], ids_of(contact)) for kind in kinds}
    return await _read(hub, actor.scope, lists, contact["id"], asked.limit, asked.cursor, asked.before)


@verb(CONTACTS_READ)
async def read_company_timeline(hub: Hub, actor: Actor, asked: CompanyTimelineOf) -> Timeline:
    """Return what happened to a company, newest first. Raises NotFound, InvalidPayload."""
    if await hub.store.get(actor.scope, COMPANIES, asked.company) is None:
        raise NotFound
    lists: Lists = {"history": (HISTORIES["company"], [asked.company])}
    return await _read(hub, actor.scope, lists, asked.company, asked.limit, asked.cursor)


async def remember(
    hub: Hub,
    batch: Batch,
    by: Actor | Document,
    subject: Subject,
    whom: int,
    kind: str,
    word: str,
    *,
    at: int | None = None,
    **facts: Any,
) -> None:
    """Put a line into the timeline of a contact or a company, in the batch that makes it true: for other areas.

    `kind` and `word` say what happened (`deal`, `won`), the facts what else there is to show. What is history says `at`
    when it happened (UTC milliseconds), and names who did it as it is kept.
    """
    tell(batch, subject, whom, await line(hub, by, kind, word, at=at, **facts))


def tell(batch: Batch, subject: Subject, whom: int, line: Document) -> None:
    """Put a line that was made before into the timeline of a contact or a company."""
    batch.append(HISTORIES[subject], whom, line)


async def line(
    hub: Hub, by: Actor | Document, kind: str, word: str, *, at: int | None = None, **facts: Any
) -> Document:
    """Return such a line, where the batch is not there yet."""
    return {
        "id": await hub.ids.next("history"), "kind": kind, "word": word, **facts,
        "by": {"kind": by.kind, "id": by.id, "name": by.name} if isinstance(by, Actor) else by,
        "at": hub.clock.now() if at is None else at,
    }  # fmt: skip


Lists = dict[Kind, tuple[Stream, list[int]]]
"""kind → the stream and the keys of its lists, which are shown as one"""


async def _read(
    hub: Hub, scope: Scope, lists: Lists, whole: int, limit: int, cursor: str | None, before: int | None = None
) -> Timeline:
    behind = _read_cursor(cursor)
    ends: dict[str, int] = {}
    erased: dict[str, int] = {}
    found: list[tuple[int, int, Kind, str, Document]] = []
    for kind, (stream, keys) in lists.items():
        heads = await hub.store.heads(scope, stream, keys)
        for id, head in heads.items():
            part = kind if id == whole else f"{kind}:{id}"
            end = min(head, behind.get(part, head))
            if before is not None and not behind:
                end = await _last_before(hub, scope, stream, id, end, before)
            ends[part] = end
            first = max(0, end - limit)
            some = await hub.store.read(scope, stream, id, after=first, limit=end - first) if end else []
            records = [record for record in some if record["position"] <= end]
            found += [(record["at"], record["position"], kind, part, record) for record in records]
            if len(records) < end - first:  # what is older has been erased
                erased[part] = records[0]["position"] - 1 if records else end
    found.sort(key=lambda each: each[:2], reverse=True)
    shown: list[Entry] = []
    for _, position, kind, part, record in found[:limit]:
        shown.append(_entry(kind, record))
        ends[part] = min(ends[part], position - 1)
    more = any(end > erased.get(part, 0) for part, end in ends.items())
    return Timeline(shown, _write_cursor(ends) if more and shown else None)


async def _last_before(hub: Hub, scope: Scope, stream: Stream, key: int, head: int, moment: int) -> int:
    """Return the position of the last record before a moment, found by halving: a list is as good as in order of time."""
    low, high = 0, head
    while low < high:
        middle = (low + high + 1) // 2
        found = await hub.store.read(scope, stream, key, after=middle - 1, limit=1)
        if found and found[0]["at"] < moment:
            low = max(middle, min(found[0]["position"], high))
        else:
            high = middle - 1
    return low


def _entry(kind: Kind, record: Document) -> Entry:
    data = {name: value for name, value in record.items() if name not in _DETAIL}
    return Entry(record["kind"] if kind == "history" else kind, record["id"], rfc3339(record["at"]), data)


def _write_cursor(ends: dict[str, int]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(ends)).decode()


def _read_cursor(cursor: str | None) -> dict[str, int]:
    if cursor is None:
        return {}
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=dict[str, int])
    except ValueError:
        raise InvalidPayload("This cursor belongs to another list.", reason="cursor") from None
