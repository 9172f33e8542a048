"""Contacts as files: any view or segment, with the columns that are asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from hub.accounts.grants import CONTACTS_EXPORT
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.collections import CONTACTS
from hub.people.conditions.base import Need, World, asked
from hub.people.conditions.tree import Group, read_tree
from hub.people.editing import at
from hub.people.exporting.files import Format, Rows, Value, file_of
from hub.people.looking import counted, uncounted
from hub.people.standard import Attribute
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Document, Scope
from storage.filters import EVERYTHING, Eq, Filter, all_of

MOST_COLUMNS = 600
_SEARCHED = 500
"""Contacts in one look through the words."""
_USUAL = (
    "id", "email", "custom_id", "name", "first_name", "last_name", "phone_number", "city", "country", "score", "tags",
    "page_views", "first_seen", "last_seen", "created_at",
)  # fmt: skip

Cell = Callable[[Document], Value]
Holds = Callable[[Document], Awaitable[bool]]


class ExportContacts(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contacts (a segment, conditions, words, all or none of them), which columns, and as what."""

    format: Format = "csv"
    segment: int | None = None
    where: dict[str, Any] | None = None
    search: str = ""
    columns: list[str] | None = None


@verb(CONTACTS_EXPORT)
async def export_contacts(hub: Hub, actor: Actor, wanted: ExportContacts) -> AsyncIterator[bytes]:
    """Return contacts as a file in pieces. Raises InvalidPayload, NotFound for the segment."""
    scope = Scope(actor.scope.app)
    words = await vocabulary(hub, scope)
    if wanted.segment is not None and wanted.segment not in words.segments:
        raise NotFound
    filter: Filter = EVERYTHING if wanted.segment is None else Eq("segments", wanted.segment)
    holds: Holds | None = None
    if wanted.where is not None:
        tree, world = read_tree(wanted.where), World(words, hub.clock.now())
        tree.check(world)
        if missing := uncounted(tree, world):  # what no contact keeps a count of is counted one by one
            holds = _looking(hub, scope, tree, world, missing)
        else:
            filter = tree.filter(world) if wanted.segment is None else all_of(filter, tree.filter(world))
    names, cells = _columns(words, wanted.columns)
    words_of = check_text(wanted.search, "search").strip()[:200]
    chunks = _found(hub, scope, words_of, filter) if words_of else hub.store.export(scope, CONTACTS, filter)
    return file_of(wanted.format, names, _read(cells, chunks if holds is None else _those(chunks, holds)))


def _looking(hub: Hub, scope: Scope, tree: Group, world: World, missing: list[Need]) -> Holds:
    async def holds(contact: Document) -> bool:
        return tree.holds(await counted(hub, scope, contact, missing), world)

    return holds


async def _those(chunks: AsyncIterator[list[Document]], holds: Holds) -> AsyncIterator[list[Document]]:
    async for contacts in chunks:
        yield [contact for contact in contacts if await holds(contact)]


async def _found(hub: Hub, scope: Scope, text: str, filter: Filter) -> AsyncIterator[list[Document]]:
    holds = asked(filter, "contact")
    below: int | None = None
    while found := await hub.store.search(scope, CONTACTS, text, limit=_SEARCHED, below=below):
        yield [contact for contact in found if holds(contact)]
        below = found[-1]["id"]


# ── columns ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _columns(words: Vocabulary, wanted: list[str] | None) -> tuple[list[str], list[Cell]]:
    """Return the headers and what reads each cell. Raises InvalidPayload."""
    if wanted is None:
        wanted = [*_USUAL, *(attribute.std for attribute in words.own_attributes("contact"))]
    if not 1 <= len(wanted) <= MOST_COLUMNS:
        raise InvalidPayload(f"An export has 1 to {MOST_COLUMNS} columns.")
    names, cells = [], []
    for name in wanted:
        if name in _OTHERS:
            names.append(name)
            cells.append(_OTHERS[name](words))
            continue
        attribute = words.attribute("contact", name)
        if attribute is None:
            raise InvalidPayload(f"There is no attribute named `{name[:64]}`.")
        names.append(attribute.std)
        cells.append(_reader(attribute))
    return names, cells


def _names(ids: Iterable[int] | None, known: dict[int, str]) -> str:
    return "; ".join(known[id] for id in ids or () if id in known)


def _tags(words: Vocabulary) -> Cell:
    known = {tag.id: tag.name for tag in words.tags.values()}
    return lambda contact: _names(contact.get("tags"), known)


def _lists(words: Vocabulary) -> Cell:
    known = {id: found.name for id, found in words.lists.items()}
    return lambda contact: _names(contact.get("lists"), known)


def _segments(words: Vocabulary) -> Cell:
    known = {id: found["name"] for id, found in words.segments.items()}
    return lambda contact: _names(contact.get("segments"), known)


def _group(words: Vocabulary) -> Cell:
    return lambda contact: words.groups[contact["group"]].name if contact.get("group") in words.groups else None


_OTHERS: dict[str, Callable[[Vocabulary], Cell]] = {
    "id": lambda words: lambda contact: contact["id"],
    "key": lambda words: lambda contact: contact["key"],
    "tags": _tags,
    "lists": _lists,
    "segments": _segments,
    "group": _group,
}
"""Columns that are no attributes."""


def _reader(attribute: Attribute) -> Cell:
    path, is_time = attribute.path, attribute.type == "datetime"

    def read(contact: Document) -> Value:
        value = at(contact, path)
        if is_time and type(value) is int:
            return rfc3339(value)
        if type(value) is list and all(type(each) is str for each in value):
            return "; ".join(value)
        return msgspec.json.encode(value).decode() if type(value) in (list, dict) else value

    return read


async def _read(cells: list[Cell], chunks: AsyncIterator[list[Document]]) -> Rows:
    async for contacts in chunks:
        yield _rows(cells, contacts)


def _rows(cells: list[Cell], contacts: list[Document]) -> Iterator[list[Value]]:
    for contact in contacts:
        yield [read(contact) for read in cells]
