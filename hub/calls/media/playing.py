"""What a call's room plays: the application's own sounds, and else those that come along. No call fails because of one."""

from __future__ import annotations

from typing import Any

from hub.calls.media.control import Control, WorkerRefused
from hub.calls.sounds import CallSoundsKept, Kind, file_name
from hub.core.hub import Hub
from storage.engine import Document, Scope, StorageError


async def play(hub: Hub, scope: Scope, call: Document, kind: Kind, **how: Any) -> bool:
    """Let a call's room play a sound; tell whether it is the application's own one.

    Raises WorkerGone, WorkerBusy, and WorkerRefused for the one that comes along.
    """
    room = call["room"]
    try:
        own = (await hub.part(CallSoundsKept).of(scope.app)).get(kind)
        if own is not None:
            await _play_own(hub, room, f"{scope.app}.{kind}.{own['file']}", file_name(scope.app, own["file"]), how)
            return True
    except (StorageError, OSError, WorkerRefused) as error:
        hub.log.warning("a sound of an application can't be played", call=call["id"], sound=kind, error=str(error))
    await _start(hub, room, kind, how)
    return False


def kind_of(sound: str) -> str:
    """Return of which kind a sound is, by the name that it is played under: an application's own one is called 12.hold.345."""
    parts = sound.split(".")
    return parts[1] if len(parts) == 3 else sound


async def _play_own(hub: Hub, room: Document, name: str, file: str, how: dict[str, Any]) -> None:
    """Play it, and give it to the worker where that has it not, whichever machine it is on."""
    try:
        await _start(hub, room, name, how)
    except WorkerRefused as refused:
        if refused.code != "no_sound":
            raise
        data = await hub.files.read(file)
        await hub.part(Control).ask(room["url"], "PUT", f"/sounds/{name}", data)
        await _start(hub, room, name, how)


async def _start(hub: Hub, room: Document, sound: str, how: dict[str, Any]) -> None:
    await hub.part(Control).ask(room["url"], "POST", f"/rooms/{room['room']}/play", {"sound": sound, **how})
