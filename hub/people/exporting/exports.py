"""Contacts as files: any view or segment, streamed as CSV or XLSX, with cells that no spreadsheet runs as formulas."""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

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
from hub.people.exporting.harmless import harmless
from hub.people.looking import counted, uncounted
from hub.people.standard import Attribute
from hub.people.vocabulary import Vocabulary, vocabulary
from storage.engine import Document, Scope
from storage.filters import EVERYTHING, Eq, Filter, all_of

MOST_COLUMNS = 600
_SEARCHED = 500
"""Contacts in one look through the words."""
SHEET_ROWS = 1_048_575
"""Rows below the header that a sheet of Excel holds; the next ones go to another sheet."""
_LONGEST_CELL = 32_767
_EXACT = 10**15
"""Excel keeps fifteen digits; longer numbers are written as text."""
_PIECE = 64 * 1024
_USUAL = (
    "id", "email", "custom_id", "name", "first_name", "last_name", "phone_number", "city", "country", "score", "tags",
    "page_views", "first_seen", "last_seen", "created_at",
)  # fmt: skip

Value = str | int | float | bool | None
Cell = Callable[[Document], Value]
Holds = Callable[[Document], Awaitable[bool]]


class ExportContacts(Struct, frozen=True, forbid_unknown_fields=True):
    """Which contacts (a segment, conditions, words, all or none of them), which columns, and as what.

    Words find what a search of contacts finds, five hundred at most.
    """

    format: Literal["csv", "xlsx"] = "csv"
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
    return (_csv if wanted.format == "csv" else _xlsx)(names, cells, chunks if holds is None else _those(chunks, holds))


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


def _rows(cells: list[Cell], contacts: list[Document]) -> Iterator[list[Value]]:
    for contact in contacts:
        yield [read(contact) for read in cells]


# ── formats ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def _csv(names: list[str], cells: list[Cell], chunks: AsyncIterator[list[Document]]) -> AsyncIterator[bytes]:
    """Yield a CSV in UTF-8, with the mark at its beginning by which Excel knows the charset."""
    yield b"\xef\xbb\xbf" + _lines([[harmless(name) for name in names]])
    async for contacts in chunks:
        yield await asyncio.to_thread(_lines, _rows(cells, contacts))


def _lines(rows: Iterable[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_shown(value) for value in row] for row in rows)
    return out.getvalue().encode()


def _shown(value: Value) -> Value:
    if type(value) is str:
        return harmless(value)
    return ("true" if value else "false") if type(value) is bool else value


async def _xlsx(names: list[str], cells: list[Cell], chunks: AsyncIterator[list[Document]]) -> AsyncIterator[bytes]:
    """Yield a workbook. It is written to a file first, row by row: the directory of a zip is at its end."""
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder, "contacts.xlsx")
        book = _Book(path, folder, names)
        async for contacts in chunks:
            await asyncio.to_thread(book.add, _rows(cells, contacts))
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:  # noqa: ASYNC230 - a local file of our own, read by a thread
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece


class _Book:
    """A workbook whose rows go to the disk at once, so that a million of them take no memory."""

    def __init__(self, path: Path, folder: str, names: list[str]) -> None:
        import xlsxwriter  # 4 MB that a process without exports does not need

        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._names = names
        self._begin()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._row = 0
        self._write([harmless(name) for name in self._names])

    def add(self, rows: Iterable[list[Value]]) -> None:
        """Write rows."""
        for row in rows:
            if self._row > SHEET_ROWS:
                self._begin()
            self._write(row)

    def _write(self, row: Iterable[Value]) -> None:
        for place, value in enumerate(row):
            if type(value) is bool:
                self._sheet.write_boolean(self._row, place, value)
            elif type(value) is str:
                self._sheet.write_string(self._row, place, harmless(value)[:_LONGEST_CELL])
            elif isinstance(value, int | float):
                if abs(value) < _EXACT:
                    self._sheet.write_number(self._row, place, value)
                else:
                    self._sheet.write_string(self._row, place, str(value))
        self._row += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()
