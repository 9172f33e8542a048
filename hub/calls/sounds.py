"""The sounds that an application brings for its calls, instead of those that come along: what is said when recording begins, a
greeting, and music. A phone shows no text, so what a caller has to know has to be said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, get_args

from msgspec import Struct

from hub.accounts.grants import CALLS_MANAGE, CALLS_READ
from hub.calls.collections import CALL_SOUNDS
from hub.calls.media.converting import converted
from hub.core.actor import Actor
from hub.core.errors import Conflict, InvalidPayload, NotFound
from hub.core.hub import Hub
from hub.core.kept import Kept
from hub.core.text import check_text
from hub.core.verb import verb
from storage.engine import Batch, Document, Duplicate, GuardFailed, Scope
from storage.filters import Eq

Kind = Literal["consent", "voicemail", "hold"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LONGEST: dict[Kind, int] = {"consent": 60, "voicemail": 60, "hold": 300}
"""Seconds."""
FORGET = "calls.forget_sound"
"""The job that removes the file of a sound that nobody plays any more."""
_HOUR = 3_600_000
_CHUNK = 256 * 1024
_MOST = 16 * 1024 * 1024


class CallSound(Struct, frozen=True):
    """What calls play.

    kind     `consent` when recording begins, `voicemail` before somebody leaves a message, `hold` to whoever waits
    own      whether the application brought it; else it is the one that comes along
    name     of the file that was brought
    seconds  how long it lasts, where it was brought
    longest  how many seconds it may last
    url      where it can be heard: for an hour or two, where it was brought
    """

    kind: Kind
    own: bool
    name: str
    seconds: float | None
    longest: int
    url: str


class NewCallSound(Struct, frozen=True):
    """A file that comes in pieces."""

    kind: Kind
    pieces: Any
    name: str = ""


class CallSoundOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which sound."""

    kind: Kind


class CallSoundsKept(Kept[dict[str, Document]]):
    """The sounds of applications that this node was asked for, by kind; none for what comes along."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "calls.sounds", _read)


async def _read(hub: Hub, scope: Scope) -> dict[str, Document]:
    row = await hub.store.get(scope, CALL_SOUNDS, scope.app) or {}
    return {kind: row[kind] for kind in KINDS if row.get(kind)}


@verb(CALLS_READ)
async def list_call_sounds(hub: Hub, actor: Actor) -> list[CallSound]:
    """Return what calls play: the application's own sounds, and else those that come along."""
    own = await _read(hub, actor.scope)
    return [_shown(hub, actor.scope, kind, own.get(kind)) for kind in KINDS]


@verb(CALLS_MANAGE)
async def upload_call_sound(hub: Hub, actor: Actor, new: NewCallSound) -> CallSound:
    """Let calls play a sound of one's own from now on. Raises InvalidPayload, AttachmentTooLarge, Conflict."""
    scope = Scope(actor.scope.app)
    shown = check_text(new.name, "name").strip()[:255]
    file = await hub.ids.next("call_sound")
    try:
        async with converted(hub, new.pieces, LONGEST[new.kind]) as (path, seconds):
            await hub.files.write(file_name(scope.app, file), _chunks(path), _MOST)
        sound = {"file": file, "name": shown, "seconds": seconds}
        await _turn(hub, scope, new.kind, sound)
    except Exception:
        await hub.files.delete(file_name(scope.app, file))
        raise
    return _shown(hub, scope, new.kind, sound)


@verb(CALLS_MANAGE)
async def remove_call_sound(hub: Hub, actor: Actor, which: CallSoundOf) -> None:
    """Let calls play what comes along again. Raises NotFound, Conflict."""
    await _turn(hub, Scope(actor.scope.app), which.kind, None)


async def _turn(hub: Hub, scope: Scope, kind: Kind, to: Document | None) -> None:
    """Let one sound follow another, whose file goes."""
    row = await hub.store.get(scope, CALL_SOUNDS, scope.app)
    before = (row or {}).get(kind)
    if before is None and to is None:
        raise NotFound("This application has no sound of its own here.")
    batch = Batch(scope)
    if row is None:
        batch.insert(CALL_SOUNDS, {"id": scope.app, "revision": 1, kind: to})
    else:
        batch.guard(CALL_SOUNDS, scope.app, Eq("revision", row["revision"]))
        batch.patch(CALL_SOUNDS, scope.app, set={kind: to}, inc={"revision": 1})
    if before is not None:
        await hub.jobs.add(batch, FORGET, {"file": before["file"]})
    try:
        await hub.commit(batch)
    except (Duplicate, GuardFailed):
        raise Conflict from None
    hub.part(CallSoundsKept).changed(scope.app)


async def forget_sound(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Remove the file of a sound that another one stands for now (a job)."""
    await hub.files.delete(file_name(scope.app, payload["file"]))


def kind_of_path(text: str) -> Kind:
    """Return the kind that stands in a path. Raises InvalidPayload."""
    for kind in KINDS:
        if text == kind:
            return kind
    raise InvalidPayload(f"A sound is one of {', '.join(KINDS)}.", field="kind")


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _CHUNK):
            yield piece


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def file_name(app: int, file: int) -> str:
    """Return the name under which a sound is stored."""
    return f"call_sounds/{app}/{file}"


def sound_url_holds(hub: Hub, app: int, file: int, expires: int, signature: str) -> bool:
    """Tell whether an address of a sound was made by us and has not expired."""
    return expires > hub.clock.now() and hub.signer.holds(signature, "call_sound", app, file, expires)


def _shown(hub: Hub, scope: Scope, kind: Kind, own: Document | None) -> CallSound:
    if own is None:
        return CallSound(kind, False, "", None, LONGEST[kind], f"/call-sounds/{kind}.ogg")
    expires = (hub.clock.now() // _HOUR + 2) * _HOUR
    signature = hub.signer.sign("call_sound", scope.app, own["file"], expires)
    url = f"/call-sounds/{scope.app}/{own['file']}.ogg?e={expires}&s={signature}"
    return CallSound(kind, True, own["name"], own["seconds"], LONGEST[kind], url)
