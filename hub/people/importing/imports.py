"""Imports as people and keys see them: uploaded, tried without writing, started, paused, resumed, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from hub.accounts.grants import CONTACTS_IMPORT
from hub.core.actor import Actor
from hub.core.errors import AttachmentTooLarge, Conflict, InvalidPayload, NotFound, Taken
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from hub.people.attributes import NewAttribute, create_attribute
from hub.people.collections import IMPORT_CHUNKS, IMPORTS
from hub.people.importing import mapping, sheets
from hub.people.importing.inspecting import Inspection, inspect
from hub.people.importing.mapping import Column
from hub.people.importing.marks import marks_of
from hub.people.importing.planning import Match
from hub.people.importing.reading import Form, recognise
from hub.people.importing.refused import refused_rows
from hub.people.importing.running import RUN
from hub.people.importing.shown import COUNTS, Import, shown_import
from hub.people.importing.undoing import UNDO
from hub.people.standard import ValueType
from hub.people.vocabulary import vocabulary
from storage import files
from storage.engine import Batch, Document, GuardFailed, Scope, Sort
from storage.filters import Eq, In

FORGET = "imports.forget"
KEPT = 30 * 86_400_000
"""Milliseconds for which an import can be taken back: it keeps values that people may want gone."""

Id = Annotated[int, Meta(ge=1, le=2**53)]


class NewImport(Struct, frozen=True):
    """A file that comes in pieces. Charset and delimiter are recognised where they are not given; `sheet` of a workbook
    is by default its first one."""

    name: str
    pieces: Any
    charset: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


class ImportRef(Struct, frozen=True, forbid_unknown_fields=True):
    """Which import."""

    id: Id


class ImportStart(Struct, frozen=True, forbid_unknown_fields=True):
    """How an import begins: the attribute of each column (null leaves it out), and how rows find their contacts.

    types  of the new attributes, column by column; null is the type that was recognised
    tags   that everybody in the file gets, by name; unknown ones are made
    lists  that everybody in the file is put on
    """

    id: Id
    mapping: list[str | None] | UnsetType = UNSET
    match: Match = "auto"
    types: list[ValueType | None] = []
    tags: list[str] = []
    lists: list[int] = []


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@verb(CONTACTS_IMPORT)
async def upload_import(hub: Hub, actor: Actor, new: NewImport) -> Import:
    """Keep a file and say what it holds; nothing is imported yet. Raises InvalidPayload, AttachmentTooLarge."""
    scope = Scope(actor.scope.app)
    if new.delimiter is not None and (len(new.delimiter) != 1 or new.delimiter in '"\r\n\0'):
        raise InvalidPayload("A delimiter is one character, and no quote.")
    id = await hub.ids.next("import")
    name = f"imports/{scope.app}/{id}-rows"
    limit = hub.settings.import_limit
    try:
        size = await hub.files.write(name, new.pieces, limit)
        path = _path(hub, name)
        with path.open("rb") as file:
            is_workbook = file.read(4) == sheets.MAGIC
        names: list[str] = []
        if is_workbook:
            size = await _unpacked(hub, name, limit, new.sheet, names)
        form = await asyncio.to_thread(
            recognise, _path(hub, name), "utf-8" if is_workbook else new.charset, "," if is_workbook else new.delimiter
        )
        found = await asyncio.to_thread(inspect, _path(hub, name), form)
        sheet = {"sheets": names, "sheet": (new.sheet or names[0]) if names else ""}
        return await _keep(hub, actor, id, new.name, name, size, form, found, sheet)
    except files.TooLarge:
        raise AttachmentTooLarge(f"The file is larger than {limit / 1_048_576:,.0f} MB.") from None
    except BaseException:
        await hub.files.delete(name)
        raise


def _path(hub: Hub, name: str) -> Path:
    path = hub.files.path(name)
    if path is None:
        raise InvalidPayload("The file did not arrive. Upload it again.")
    return path


async def _unpacked(hub: Hub, name: str, limit: int, sheet: str | None, names: list[str]) -> int:
    """Put a sheet of a workbook as CSV into the place of the workbook; return its size, and in `names` all sheets."""
    try:
        return await hub.files.write(name, sheets.as_csv(_path(hub, name).absolute(), sheet, names), limit)
    except sheets.Unusable as error:
        raise InvalidPayload(str(error)) from None


async def _keep(
    hub: Hub, actor: Actor, id: int, shown: str, file: str, size: int, form: Form, found: Inspection, sheet: Document
) -> Import:
    scope = Scope(actor.scope.app)
    now = hub.clock.now()
    columns = mapping.guess(await vocabulary(hub, scope), found.headers, found.types)
    document: Document = {
        "id": id, "name": check_text(shown, "name")[:255] or "contacts.csv", "file": file, "size": size,
        "state": "ready", "dry": False, "run": "", "charset": form.charset, "delimiter": form.delimiter,
        "headers": found.headers, "types": found.types, "first": found.first, "rows": found.rows,
        "columns": msgspec.to_builtins(columns), "match": "auto", "offset": 1, **dict.fromkeys(COUNTS, 0), "worked": 0,
        "errors": [], "problem": None, "deleted": 0, "restored": 0, "kept": 0, "by": actor.name, "created_at": now,
        "created_by": actor.id, "finished": None, **sheet,
    }  # fmt: skip
    batch = Batch(scope)
    batch.insert(IMPORTS, document)
    await hub.jobs.add(batch, FORGET, {"import": id}, after=KEPT)
    await hub.commit(batch)
    return shown_import(document)


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────────


@verb(CONTACTS_IMPORT)
async def check_import(hub: Hub, actor: Actor, start: ImportStart) -> Import:
    """Try an import without writing: what it would do, and the first errors. Raises NotFound, InvalidPayload, Conflict."""
    document = await stored_import(hub, actor.scope, start.id)
    return await _begin(hub, actor, document, await _columns(hub, actor, document, start), start, dry=True)


@verb(CONTACTS_IMPORT)
async def start_import(hub: Hub, actor: Actor, start: ImportStart) -> Import:
    """Begin to import; unknown columns become attributes first. Raises NotFound, InvalidPayload, Conflict."""
    document = await stored_import(hub, actor.scope, start.id)
    if document["state"] not in _FRESH:
        raise Conflict("This import was started before. Upload the file again to import it again.")
    columns = await _columns(hub, actor, document, start)
    await marks_of(hub, actor.scope, start.tags, start.lists, make=False)  # what is wrong there makes no attribute
    for column in columns:
        if column.new and column.attribute:
            assert column.type != "decimal", "the types of new columns are those that one may give an attribute"
            try:
                await create_attribute(hub, actor, NewAttribute(column.attribute, column.type or "string"))
            except Taken:
                pass  # somebody made it just now
    return await _begin(hub, actor, document, columns, start, dry=False)


_FRESH = ("ready", "checked")
_RUNNING = ("running", "paused")


async def _columns(hub: Hub, actor: Actor, document: Document, start: ImportStart) -> list[Column]:
    words, types = await vocabulary(hub, actor.scope), document["types"]
    if start.types:
        if len(start.types) != len(types):
            raise InvalidPayload(f"`types` has {len(start.types)} types for {len(types)} columns; null keeps one.")
        types = [chosen or found for chosen, found in zip(start.types, types, strict=True)]
    if start.mapping is UNSET:
        columns: Sequence[Column] = mapping.guess(words, document["headers"], types)
    else:
        columns = mapping.choose(words, document["headers"], types, start.mapping)
    mapping.check(words, columns)
    return list(columns)


async def _begin(
    hub: Hub, actor: Actor, document: Document, columns: list[Column], start: ImportStart, *, dry: bool
) -> Import:
    marks = await marks_of(hub, actor.scope, start.tags, start.lists, make=not dry)
    changes: Document = {
        "state": "running", "dry": dry, "run": hub.ids.token(12), "columns": msgspec.to_builtins(columns),
        "match": start.match, "marks": marks, "tags": start.tags, "lists": start.lists, "offset": 1,
        **dict.fromkeys(COUNTS, 0), "worked": 0, "errors": [], "problem": None,
        "finished": None,
    }  # fmt: skip
    return await _move(hub, actor, document["id"], _FRESH, changes, RUN)


@verb(CONTACTS_IMPORT)
async def pause_import(hub: Hub, actor: Actor, which: ImportRef) -> Import:
    """Let an import rest where it is. Raises NotFound, Conflict."""
    return await _move(hub, actor, which.id, ("running",), {"state": "paused"})


@verb(CONTACTS_IMPORT)
async def resume_import(hub: Hub, actor: Actor, which: ImportRef) -> Import:
    """Let an import go on, also one that seems stuck. Raises NotFound, Conflict."""
    changes = {"state": "running", "run": hub.ids.token(12)}
    return await _move(hub, actor, which.id, ("paused", "running"), changes, RUN)


@verb(CONTACTS_IMPORT)
async def stop_import(hub: Hub, actor: Actor, which: ImportRef) -> Import:
    """End an import where it is: what is in stays in, and can be taken back. A dry run is forgotten.

    Raises NotFound, Conflict.
    """
    document = await stored_import(hub, actor.scope, which.id)
    if document["dry"]:
        return await _move(
            hub, actor, which.id, _RUNNING, {"state": "ready", "dry": False, "errors": [], **dict.fromkeys(COUNTS, 0)}
        )
    stopped = await _move(hub, actor, which.id, _RUNNING, {"state": "stopped", "finished": hub.clock.now()})
    await hub.files.delete(document["file"])  # what was refused is kept with the chunks
    return stopped


@verb(CONTACTS_IMPORT)
async def undo_import(hub: Hub, actor: Actor, which: ImportRef) -> Import:
    """Take an import back, but for contacts and values that were changed since. Raises NotFound, Conflict."""
    document = await stored_import(hub, actor.scope, which.id)
    if document["dry"]:
        raise Conflict("A dry run wrote nothing, so there is nothing to take back.")
    states = ("done", "stopped", "paused", "failed", "undoing")
    return await _move(hub, actor, which.id, states, {"state": "undoing", "finished": None}, UNDO)


async def _move(
    hub: Hub, actor: Actor, id: int, states: tuple[str, ...], changes: Document, job: str | None = None
) -> Import:
    """Change the state of an import that is in one of these. Raises NotFound, Conflict."""
    scope = Scope(actor.scope.app)
    document = await stored_import(hub, scope, id)
    batch = Batch(scope)
    batch.guard(IMPORTS, id, In("state", states))
    changed = batch.patch(IMPORTS, id, set=changes)
    if job is not None:
        await hub.jobs.add(batch, job, {"import": id, **({"run": changes["run"]} if job == RUN else {})})
    try:
        return shown_import((await hub.commit(batch))[changed])
    except GuardFailed:
        raise Conflict(f"This import is {document['state']}.") from None


@verb(CONTACTS_IMPORT)
async def delete_import(hub: Hub, actor: Actor, which: ImportRef) -> None:
    """Forget an import with its refused rows; contacts stay, and it can't be taken back any more. Raises NotFound."""
    await stored_import(hub, actor.scope, which.id)
    await forget(hub, Scope(actor.scope.app), {"import": which.id})


async def forget(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Delete an import and what it keeps (a job, thirty days after the upload)."""
    id = payload["import"]
    document = await hub.store.get(scope, IMPORTS, id)
    if document is None:
        return
    while True:
        page = await hub.store.find(scope, IMPORT_CHUNKS, Eq("import", id), sort=Sort("offset"), limit=100)
        batch = Batch(scope)
        for chunk in page.items:
            batch.delete(IMPORT_CHUNKS, chunk["id"])
        if not page.items:
            batch.delete(IMPORTS, id)
            await hub.commit(batch)
            break
        batch.patch(IMPORTS, id, set={"state": "deleting"})  # a run that goes on would write more
        await hub.commit(batch)
    await hub.files.delete(document["file"])


# ── what is known of it ──────────────────────────────────────────────────────────────────────────────────────────────


@verb(CONTACTS_IMPORT)
async def list_imports(hub: Hub, actor: Actor) -> list[Import]:
    """Return the newest fifty imports, newest first."""
    page = await hub.store.find(Scope(actor.scope.app), IMPORTS, sort=Sort("id", True), limit=50)
    return [shown_import(document) for document in page.items]


@verb(CONTACTS_IMPORT)
async def get_import(hub: Hub, actor: Actor, which: ImportRef) -> Import:
    """Return an import and how far it has come. Raises NotFound."""
    return shown_import(await stored_import(hub, actor.scope, which.id))


@verb(CONTACTS_IMPORT)
async def read_refused(hub: Hub, actor: Actor, which: ImportRef) -> AsyncIterator[bytes]:
    """Return the rows that an import refused, as a CSV in pieces. Raises NotFound."""
    document = await stored_import(hub, actor.scope, which.id)
    return refused_rows(hub, Scope(actor.scope.app), document)


async def stored_import(hub: Hub, scope: Scope, id: int) -> Document:
    """Return the stored import. Raises NotFound."""
    document = await hub.store.get(Scope(scope.app), IMPORTS, id)
    if document is None:
        raise NotFound
    return document
