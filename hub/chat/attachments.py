"""Attachments: announced over the socket, uploaded over HTTP to a signed address, then named in a message."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from typing import Annotated, Any

from msgspec import Meta, Struct

from hub.accounts.applications import Application, application
from hub.accounts.grants import CONVERSATIONS_REPLY
from hub.chat.collections import ATTACHMENTS
from hub.chat.events import AttachmentStarted
from hub.chat.images import Picture, read_picture
from hub.chat.links import attachment_of, upload_url
from hub.chat.records import Attachment
from hub.core.actor import Actor
from hub.core.errors import AttachmentMissing, AttachmentTooLarge, AttachmentTypeRefused, NotFound
from hub.core.hub import Hub
from hub.core.text import check_text
from hub.core.verb import verb
from storage import files
from storage.engine import Batch, Document, Scope

FORGET = "attachments.forget"
ERASE = "chat.edits.files"
"""The name under which jobs of earlier versions wait."""
_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$")
VARIANTS = ("original", "thumbnail")
_RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")


class NewAttachment(Struct, frozen=True, forbid_unknown_fields=True):
    """A file that a client wants to upload."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: Annotated[int, Meta(ge=1, le=2**53)]
    type: Annotated[str, Meta(max_length=127)]


class Upload(Struct, frozen=True):
    """Where to PUT the bytes, and the id to name in the message."""

    id: int
    url: str


@verb(CONVERSATIONS_REPLY)
async def start_attachment(hub: Hub, actor: Actor, new: NewAttachment) -> Upload:
    """Return the address to which the bytes are put. Raises AttachmentTooLarge, AttachmentTypeRefused."""
    app = await application(hub, actor.scope.app)
    limit = _limit(hub, app)
    if new.size > limit:
        raise AttachmentTooLarge(f"The file is larger than {limit / 1_048_576:.0f} MB.")
    type = new.type.partition(";")[0].strip().lower() or "application/octet-stream"
    if not _TYPE.match(type) or not accepts(app, type):
        raise AttachmentTypeRefused(f"Files of the type {type[:60]} are not accepted here.")
    id = await hub.ids.next("attachment")
    batch = Batch(actor.scope)
    batch.insert(
        ATTACHMENTS,
        {"id": id, "name": _safe_name(new.name), "size": new.size, "type": type, "by": _owner(actor), "ready": False,
         "message": None, "created": hub.clock.now()},
    )  # fmt: skip
    await hub.follow_up(batch, AttachmentStarted, {"attachment": id})
    await hub.commit(batch)
    return Upload(id, upload_url(hub, actor.scope.app, id))


def accepts(app: Application, type: str) -> bool:
    """Tell whether an application takes files of a type; `audio/*` and `application/vnd.*` stand for families."""
    return any(
        type == accepted or (accepted.endswith("*") and type.startswith(accepted[:-1]))
        for accepted in app.attachment_types
    )


async def receive_upload(hub: Hub, app: int, id: int, chunks: AsyncIterator[bytes]) -> Attachment:
    """Store the bytes of a started attachment; whoever holds the signed address may.

    Raises NotFound, AttachmentTooLarge, AttachmentTypeRefused where a picture is none, Unavailable for a full disk.
    """
    scope = Scope(app)
    document = await hub.store.get(scope, ATTACHMENTS, id)
    if document is None:
        raise NotFound
    if document["ready"]:  # the answer to an earlier try was lost on the way
        return attachment_of(hub, app, document)
    changes: dict[str, Any] = {"ready": True}
    try:
        changes["size"] = await hub.files.write(file_name(app, id, "original"), chunks, document["size"])
    except files.TooLarge:
        raise AttachmentTooLarge("More bytes came than were announced.") from None
    if document["type"] in _RASTER:
        picture = await _picture(hub, app, id, document["type"])
        changes |= {"width": picture.width, "height": picture.height, "thumbnail": True}
    batch = Batch(scope)
    changed = batch.patch(ATTACHMENTS, id, set=changes)
    return attachment_of(hub, app, (await hub.commit(batch))[changed])


async def _picture(hub: Hub, app: int, id: int, type: str) -> Picture:
    """Return the size of a picture and keep its thumbnail, drawn anew so that nothing hidden survives in it."""
    original = await hub.files.read(file_name(app, id, "original"))
    picture = await read_picture(original, type)
    if picture is None:
        await hub.files.delete(file_name(app, id, "original"))
        raise AttachmentTypeRefused("The file is not the kind of picture that it says it is.")
    await hub.files.write(file_name(app, id, "thumbnail"), _once(picture.thumbnail), len(picture.thumbnail))
    return picture


async def take_attachments(hub: Hub, actor: Actor, ids: Iterable[int], *, own: bool = False) -> list[Document]:
    """Return what a message keeps of its attachments. Raises AttachmentMissing for one that the actor has not uploaded.

    What is not a message and erases its files itself takes them as its `own`: a file that something else has is refused.
    """
    ids = list(dict.fromkeys(ids))
    if not ids:
        return []
    found = await hub.store.get_many(actor.scope, ATTACHMENTS, ids)
    kept = []
    for id in ids:
        document = found.get(id)
        if document is None or not document["ready"] or document["by"] != _owner(actor) or document.get("canned"):
            raise AttachmentMissing
        if own and document["message"] is not None:
            raise AttachmentMissing("This file belongs to something else already. Upload it once more.")
        kept.append(
            {name: document.get(name) for name in ("id", "name", "size", "type", "thumbnail", "width", "height")}
        )
    return kept


async def keep_file(hub: Hub, actor: Actor, new: NewAttachment, chunks: AsyncIterator[bytes]) -> Attachment:
    """Store a file whose bytes come with the call; `size` is the most that it may have. Raises as the two steps do."""
    started = await start_attachment(hub, actor, new)
    try:
        return await receive_upload(hub, actor.scope.app, started.id, chunks)
    except AttachmentTooLarge:
        raise AttachmentTooLarge(f"The file is larger than {new.size / 1_048_576:.0f} MB.") from None


async def largest_file(hub: Hub, app: int) -> int:
    """Return how many bytes a file of this application may have."""
    return _limit(hub, await application(hub, app))


async def stored_attachment(hub: Hub, app: int, id: int) -> Document:
    """Return an uploaded attachment. Raises NotFound."""
    document = await hub.store.get(Scope(app), ATTACHMENTS, id)
    if document is None or not document["ready"]:
        raise NotFound
    return document


async def forget_unsent(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Delete an attachment that never became part of a message or an answer (a job, a day after its start)."""
    id = payload["attachment"]
    document = await hub.store.get(scope, ATTACHMENTS, id)
    if document is None or document["message"] is not None or document.get("canned"):
        return
    await erase_attachments(hub, scope, [id])


async def forget_attachments(hub: Hub, batch: Batch, kept: Iterable[Document]) -> None:
    """Put into the batch that the files are erased which something had that goes with it."""
    if ids := [file["id"] for file in kept]:
        await hub.jobs.add(batch, ERASE, {"attachments": ids})


async def erase_forgotten(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Erase the files of a message that was deleted, or of an answer (a job)."""
    await erase_attachments(hub, scope, payload["attachments"])


async def erase_attachments(hub: Hub, scope: Scope, ids: Iterable[int]) -> Counter[str]:
    """Erase attachments with their files; return how many there were."""
    ids = list(ids)
    if not ids:
        return Counter()
    found = await hub.store.get_many(scope, ATTACHMENTS, ids)
    for id in ids:  # the files first: a document that is left finds them again
        for variant in VARIANTS:
            await hub.files.delete(file_name(scope.app, id, variant))
    batch = Batch(scope)
    for id in ids:
        batch.delete(ATTACHMENTS, id)
    await hub.commit(batch)
    return Counter({"attachments": len(found)})


def file_name(app: int, id: int, variant: str) -> str:
    """Return the name under which the bytes are kept. Nothing in it comes from a user."""
    return f"attachments/{app}/{id % 1000:03d}/{id}-{variant}"


def is_inline(type: str) -> bool:
    """Tell whether a browser may show the file itself. Everything that could carry a script is a download."""
    return type in _RASTER or type.startswith(("audio/", "video/"))


def _limit(hub: Hub, app: Application) -> int:
    return min(app.attachment_limit, hub.settings.attachment_limit)


def _owner(actor: Actor) -> str:
    """Two browsers of one unsigned contact are two owners: the one must not send what the other uploaded."""
    return f"{actor.kind}:{actor.id}:{actor.scope.browser or 0}"


def _safe_name(name: str) -> str:
    name = re.sub(r'[\x00-\x1f\x7f"\\/<>|:*?\u202a-\u202e\u2066-\u2069]', "_", check_text(name, "name")).strip(" .")
    return name or "file"


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data
    await asyncio.sleep(0)
