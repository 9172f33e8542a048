"""Files for messages: uploaded as a form, then named by their ids, or put into a conversation at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from hub.chat import attachments
from hub.chat.records import Attachment
from hub.core.actor import Actor
from hub.core.errors import AttachmentTooLarge, AttachmentTypeRefused
from hub.core.hub import Hub
from hub.doors.api.compat import FieldErrors, compatible
from hub.doors.api.shapes import AttachmentItem

_CHUNK = 65_536
_PARTS = 20
_NO_FILE = "No file was submitted."


@compatible(201)
async def create(hub: Hub, actor: Actor, request: web.Request) -> AttachmentItem:
    """Store the file of a form; a message that names its id carries it, and without one it is gone after a day."""
    kept = await _read(hub, actor, request)
    return AttachmentItem(kept.id, kept.name, kept.url, kept.size, kept.type)


async def _read(hub: Hub, actor: Actor, request: web.Request) -> Attachment:
    """Return the first file of the form, stored. Raises FieldErrors."""
    if request.content_type != "multipart/form-data":
        raise FieldErrors(file=f"{_NO_FILE} Send it as multipart/form-data.")
    try:
        form = await request.multipart()
        for _ in range(_PARTS):
            part = await form.next()
            if part is None:
                break
            if isinstance(part, BodyPartReader) and part.filename:
                return await _keep(hub, actor, part)
            if part is not None:
                await part.release()
    except (HttpProcessingError, RuntimeError, ValueError, AssertionError, LookupError) as error:
        raise FieldErrors(non_field_errors=f"Multipart form parse error - {error}") from None
    raise FieldErrors(file=_NO_FILE)


async def _keep(hub: Hub, actor: Actor, part: BodyPartReader) -> Attachment:
    first = await part.read_chunk(_CHUNK)
    if not first:
        raise FieldErrors(file="The submitted file is empty.")

    async def chunks() -> AsyncIterator[bytes]:
        yield first
        while chunk := await part.read_chunk(_CHUNK):
            yield chunk

    type = part.headers.get("Content-Type", "application/octet-stream")[:127]
    most = await attachments.largest_file(hub, actor.scope.app)
    try:
        new = attachments.NewAttachment((part.filename or "file")[-255:], most, type)
        return await attachments.keep_file(hub, actor, new, chunks())
    except (AttachmentTooLarge, AttachmentTypeRefused) as error:
        raise FieldErrors(file=error.message) from None
