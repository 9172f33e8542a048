"""Files over HTTP: an upload comes as a stream, a download goes as one; neither is ever whole in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from aiohttp import web

from hub.calls.media.converting import LARGEST as LARGEST_SOUND
from hub.calls.media.converting import too_large
from hub.calls.sounds import NewCallSound, kind_of_path, upload_call_sound
from hub.core.errors import AttachmentTooLarge, HubError
from hub.core.hub import Hub
from hub.doors.api.account import problem
from hub.doors.api.panel import actor_of, input_of
from hub.doors.errors import as_hub_error
from hub.doors.keys import HUB
from hub.people.exporting.exports import ExportContacts, export_contacts
from hub.people.forms.exporting import ExportSubmissions, export_submissions
from hub.people.importing.imports import ImportRef, NewImport, read_refused, upload_import

_CHUNK = 256 * 1024
_PRIVATE = {"Cache-Control": "no-store"}
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


async def upload(request: web.Request) -> web.StreamResponse:
    """Take a file of contacts as the body; answer with what it holds."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        limit = hub.settings.import_limit
        if (request.content_length or 0) > limit:  # before a byte of it is read
            raise AttachmentTooLarge(f"The file is larger than {limit / 1_048_576:,.0f} MB.")
        query = request.query
        new = NewImport(
            query.get("name", "contacts.csv"), request.content.iter_chunked(_CHUNK), query.get("charset") or None,
            query.get("delimiter") or None, query.get("sheet") or None,
        )  # fmt: skip
        found = await upload_import(hub, actor, new)
    except Exception as error:
        return _refusal(hub, request, error)
    return web.Response(body=msgspec.json.encode(found), status=201, content_type="application/json", headers=_PRIVATE)


async def upload_sound(request: web.Request) -> web.StreamResponse:
    """Take a sound for calls as the body; answer with what is played from now on."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        if (request.content_length or 0) > LARGEST_SOUND:  # before a byte of it is read
            raise too_large()
        new = NewCallSound(
            kind_of_path(request.match_info["kind"]),
            request.content.iter_chunked(_CHUNK),
            request.query.get("name", ""),
        )
        sound = await upload_call_sound(hub, actor, new)
    except Exception as error:
        return _refusal(hub, request, error)
    return web.Response(body=msgspec.json.encode(sound), content_type="application/json", headers=_PRIVATE)


async def refused(request: web.Request) -> web.StreamResponse:
    """Answer with the rows that an import refused."""
    return await _download(request, ImportRef, read_refused, lambda which: (f"import-{which.id}-refused", "csv"))


async def export(request: web.Request) -> web.StreamResponse:
    """Answer with contacts as a file."""
    return await _download(request, ExportContacts, export_contacts, lambda wanted: ("contacts", wanted.format))


async def export_where(request: web.Request) -> web.StreamResponse:
    """Answer with the contacts that the conditions in the body find."""
    return await export(request)


async def answers(request: web.Request) -> web.StreamResponse:
    """Answer with what people answered to a form as a file."""
    return await _download(
        request, ExportSubmissions, export_submissions, lambda wanted: (f"form-{wanted.form}", wanted.format)
    )


async def _download(
    request: web.Request, asked: type[Any], pieces_of: Callable[..., Any], named: Callable[[Any], tuple[str, str]]
) -> web.StreamResponse:
    """Answer with the pieces that a verb returns; `named` gives the name of the file and its ending."""
    hub = request.app[HUB]
    try:
        actor = await actor_of(hub, request)
        wanted = await input_of(request, asked)
        pieces = await pieces_of(hub, actor, wanted)
        name, ending = named(wanted)
        return await _sent(hub, request, pieces, f"{name}.{ending}", _TYPES[ending])
    except Exception as error:
        return _refusal(hub, request, error)


async def _sent(
    hub: Hub, request: web.Request, pieces: AsyncIterator[bytes], name: str, type: str
) -> web.StreamResponse:
    """Send a file as it is made. What goes wrong in the middle breaks the connection, so nobody takes it for whole."""
    headers = {"Content-Type": type, "Content-Disposition": f'attachment; filename="{name}"', **_PRIVATE}
    response = web.StreamResponse(headers=headers)
    first = await anext(pieces)
    await response.prepare(request)
    try:
        await response.write(first)
        async for piece in pieces:
            await response.write(piece)
    except (ConnectionError, TimeoutError):
        raise  # the client has gone
    except Exception as error:
        as_hub_error(hub, error, f"{request.method} {request.path}")
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def _refusal(hub: Hub, request: web.Request, error: Exception) -> web.StreamResponse:
    if isinstance(error, ConnectionError):
        raise error
    found: HubError = as_hub_error(hub, error, f"{request.method} {request.path}")
    response = problem(found)
    response.force_close()  # the rest of an upload that was refused is not read
    return response
