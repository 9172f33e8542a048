"""Notes about users, companies and deals. Each is there under what it is about, by our id and by the client's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.crm import notes
from hub.doors.api.compat import FieldErrors, compatible, timestamp
from hub.doors.api.usercom import bodies, companies, users
from hub.doors.api.usercom.crm import asked, deals, given
from hub.doors.api.usercom.crm.deals import agent_of
from hub.doors.api.usercom.paths import number_in
from hub.doors.api.usercom.versions import Version, name_in, version_of


def shown(note: notes.CrmNote, version: Version) -> dict[str, Any]:
    """Return a note as the version has it."""
    return {
        "id": note.id, "content": note.text, "pinned": note.pinned, name_in(version, "note", note.subject): note.of,
        "created_by": agent_of(note.author), "created_at": timestamp(note.created), "updated_at": timestamp(note.updated),
    }  # fmt: skip


async def _about(hub: Hub, actor: Actor, request: web.Request) -> tuple[notes.NoteSubject, int]:
    """Return what the path is about. Raises NotFound."""
    subject, id_of = _ABOUT[request.path.split("/")[3].partition("-")[0]]
    return subject, await id_of(hub, actor, request)


async def _id_of_deal(hub: Hub, actor: Actor, request: web.Request) -> int:
    return (await deals.read(hub, actor, request)).id


_IdOf = Callable[[Hub, Actor, web.Request], Awaitable[int]]
_ABOUT: dict[str, tuple[notes.NoteSubject, _IdOf]] = {
    "users": ("contact", users.id_of), "companies": ("company", companies.id_of), "deals": ("deal", _id_of_deal),
}  # fmt: skip


async def _note(hub: Hub, actor: Actor, request: web.Request) -> notes.CrmNote:
    """Return the note in the path, which is about what the path says. Raises NotFound."""
    about = await _about(hub, actor, request)
    found = await notes.get_note(hub, actor, notes.CrmNoteRef(number_in(request, "note")))
    if (found.subject, found.of) != about:
        raise NotFound
    return found


async def _given(request: web.Request) -> dict[str, Any]:
    body = await bodies.read_object(request)
    values: dict[str, Any] = {}
    given.take(body, values, "text", "content", "text", "note", as_=given.text)
    given.take(body, values, "pinned", as_=given.flag)
    return {name: value for name, value in values.items() if value is not None}


@compatible()
async def list_of(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """The notes about one thing: pinned ones first, then the newest."""
    subject, id = await _about(hub, actor, request)
    cursor = request.query.get("cursor", "").strip("/") or None
    of, version = notes.CrmNotesOf(subject, id, asked.PAGE, cursor), version_of(request)

    async def found() -> tuple[list[Any], str | None]:
        page = await notes.list_notes(hub, actor, of)
        return [shown(each, version) for each in page.notes], page.cursor

    async def count() -> int:
        return (await notes.count_notes(hub, actor, of)).count

    return await asked.page_of(hub, request, found, count)


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Write a note."""
    subject, id = await _about(hub, actor, request)
    values = await _given(request)
    if not values.get("text", "").strip():
        raise FieldErrors(content="This field is required.")
    with given.in_words("note", {"text": "content"}, default="content"):
        new = notes.NewCrmNote(subject, id, values["text"], values.get("pinned", False))
        return shown(await notes.create_note(hub, actor, new), version_of(request))


@compatible(single=True)
async def get(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """One note."""
    return shown(await _note(hub, actor, request), version_of(request))


@compatible()
async def update(hub: Hub, actor: Actor, request: web.Request) -> dict[str, Any]:
    """Change the text of a note, pin it or unpin it."""
    id = (await _note(hub, actor, request)).id
    change = given.as_struct(notes.CrmNoteChange, await _given(request) | {"note": id}, {"text": "content"})
    with given.in_words("note", {"text": "content"}, default="content"):
        return shown(await notes.change_note(hub, actor, change), version_of(request))


@compatible(204)
async def delete(hub: Hub, actor: Actor, request: web.Request) -> None:
    """Delete a note."""
    await notes.delete_note(hub, actor, notes.CrmNoteRef((await _note(hub, actor, request)).id))
