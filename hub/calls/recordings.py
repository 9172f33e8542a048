"""What was recorded: kept with the other files, heard by signed links, gone after the days that the rules say.

A recording is a row from its first second on, `running`; its files come when a media worker has closed them, also the next one
after a worker that was killed. The two sides are files of their own, and one has both.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from hub.accounts.grants import CALLS_HEAR, CALLS_MANAGE
from hub.accounts.system import system_of
from hub.calls.collections import CALLS, RECORDINGS
from hub.calls.log import CallOf
from hub.calls.machine import Change, ended, untaped
from hub.calls.media.workers import FOLDER, MediaWorkers
from hub.calls.records import Id
from hub.calls.tapes import SETTLED_AFTER
from hub.calls.turning import get_call, turn
from hub.core.actor import Actor
from hub.core.clock import rfc3339
from hub.core.errors import NotFound
from hub.core.hub import Hub
from hub.core.jobs import Later
from hub.core.verb import verb
from storage.engine import Batch, Document, GuardFailed, Scope, StorageError
from storage.filters import Eq

PARTS = ("mixed", "contact", "agent")
"""Both sides together, and each alone."""
_HOUR = 3_600_000
_CHUNK = 256 * 1024
_MOST = 2**31
_MOST_OF_A_CALL = 100
NOTHING = "nothing"
"""Why a recording failed of which nothing came; it may be kept later all the same."""
_PAUSES = (1, 5, 30, 120, 600)
"""Seconds until it is tried again to keep a recording."""


class Recording(Struct, frozen=True):
    """What was recorded of a call.

    state  `running` until the worker has closed it, `kept`, or `failed` where there was nothing to keep
    why    what went wrong, where something did: a full disk ends a recording, and never the call
    urls   signed addresses of Ogg files for an hour, by part: mixed, contact, agent
    peaks  how loud it is from its beginning to its end, some thousand values of 0 to 100
    """

    id: int
    call: int
    state: Literal["running", "kept", "failed"]
    why: str
    began: str
    seconds: float
    size: int
    urls: dict[str, str]
    peaks: list[float]
    expires: str | None


class RecordingOf(Struct, frozen=True, forbid_unknown_fields=True):
    """Which recording."""

    recording: Id


@verb(CALLS_HEAR)
async def list_recordings(hub: Hub, actor: Actor, which: CallOf) -> list[Recording]:
    """Return what was recorded of a call, the first one first. Raises NotFound."""
    await get_call(hub, actor, which.call)
    page = await hub.store.find(actor.scope, RECORDINGS, Eq("call", which.call), limit=_MOST_OF_A_CALL)
    return [await _shown(hub, actor.scope, row) for row in page.items]


@verb(CALLS_MANAGE)
async def delete_recording(hub: Hub, actor: Actor, which: RecordingOf) -> None:
    """Delete a recording with its files. Raises NotFound."""
    row = await hub.store.get(actor.scope, RECORDINGS, which.recording)
    if row is None:
        raise NotFound
    await remove_recording(hub, actor.scope, row)


async def remove_recording(hub: Hub, scope: Scope, row: Document) -> None:
    """Remove a recording: its files first, so that none is left that nothing names."""
    for part in (*PARTS, "peaks"):  # also one that a recording which failed had before
        await hub.files.delete(file_name(scope.app, row["id"], part))
    batch = Batch(Scope(scope.app))
    batch.delete(RECORDINGS, row["id"])
    await hub.commit(batch)


async def expire(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Remove a recording whose days are over (a job)."""
    row = await hub.store.get(scope, RECORDINGS, payload["recording"])
    if row is not None:
        await remove_recording(hub, scope, row)


async def settle(hub: Hub, scope: Scope, payload: dict[str, Any]) -> None:
    """Say of a recording that it failed where its call is over and nothing came of it (a job).

    Nobody may ever have been heard, or the machine whose worker recorded may be gone; if that comes back it is kept all the same.
    """
    row = await hub.store.get(scope, RECORDINGS, payload["recording"])
    if row is None or row["state"] != "running":
        return
    call = await hub.store.get(scope, CALLS, row["call"])
    if call and call["recording"] and call["recording"]["id"] == row["id"]:
        raise Later(SETTLED_AFTER)
    batch = Batch(scope)
    batch.guard(RECORDINGS, row["id"], Eq("state", "running"))
    batch.patch(RECORDINGS, row["id"], set={"state": "failed", "why": row["why"] or NOTHING})
    try:
        await hub.commit(batch)
    except GuardFailed:
        pass  # it came at this very moment


# ── what a worker tells ──────────────────────────────────────────────────────────────────────────────────────────────

_NAME = re.compile(r"(\d{1,12})-(\d{1,15})-[0-9a-f]{16}")


async def keep_mixed(hub: Hub, event: dict[str, Any]) -> None:
    """A worker has finished a recording (`recording.mixed`): keep its parts with the other files, while other events go on."""
    hub.spawn("a recording", _keep_patiently(hub, event["name"]))


async def note_failure(hub: Hub, event: dict[str, Any]) -> None:
    """A recording ended early, or its sides could not be put together (`recording.failed`): say why beside what there is."""
    reason = str(event.get("reason", ""))[:200]
    hub.log.error("a recording is not whole", name=event["name"], reason=reason)
    named = _named(event["name"])
    row = await hub.store.get(named[0], RECORDINGS, named[1]) if named else None
    if named and row and not row["why"]:
        batch = Batch(named[0])
        batch.patch(RECORDINGS, row["id"], set={"why": reason.partition(":")[0]})
        await hub.commit(batch)
    if reason.startswith("mixing"):
        await keep_mixed(hub, event)
    elif named:
        await _untape(hub, *named)


async def _untape(hub: Hub, scope: Scope, id: int) -> None:
    """A call goes on without the recording that could not go on, and both sides see so; a spoken message ends."""
    row, now = await hub.store.get(scope, RECORDINGS, id), hub.clock.now()

    def without(call: Document) -> Change:
        if not call["recording"] or call["recording"]["id"] != id:
            return {}
        return ended(call, "message", now) if call["state"] == "message" else untaped(call, "disk", now)

    if row is not None:
        with contextlib.suppress(NotFound):
            await turn(hub, system_of(scope), row["call"], without)


async def keep_leftovers(hub: Hub) -> None:
    """Keep what was recorded on this machine before the hub ended, and could not keep itself."""
    names = [path.stem for path in (hub.settings.folder / FOLDER).glob("*.json") if not path.stem.endswith(".peaks")]
    if not names:
        return
    for name in names:
        if _facts(hub, name).get("state") == "mixed":
            await _keep_recording(hub, name)
    await hub.part(MediaWorkers).warm()  # it finishes what another one was writing when it was killed


async def _keep_patiently(hub: Hub, name: str) -> None:
    """Keep a recording, also where the store or the place of files can't be reached just now. The next start tries once more."""
    for pause in _PAUSES:
        try:
            return await _keep_recording(hub, name)
        except (OSError, StorageError) as error:
            hub.log.warning("a recording waits for its place", name=name, error=str(error))
            await asyncio.sleep(pause)
    await _keep_recording(hub, name)


async def _keep_recording(hub: Hub, name: str) -> None:
    """Move the files of a recording to where files are kept: what the worker's own note of it names."""
    named, facts, folder = _named(name), _facts(hub, name), hub.settings.folder / FOLDER
    if named is None or facts.get("state", "open") == "open":
        return  # it was not closed, as on a full disk: the next worker does that
    scope, id = named
    row = await hub.store.get(scope, RECORDINGS, id)
    if row is None or row["name"] != name or row["state"] == "kept":
        _sweep(folder, name)  # it was erased while it ran, or is kept already
        return
    files = _by_side(facts) | ({"mixed": facts["file"]} if facts.get("file") else {})
    size = 0
    for part, file in files.items():
        size += await _keep(hub, scope.app, id, part, folder / file)
    if facts.get("peaks"):
        await _keep(hub, scope.app, id, "peaks", folder / facts["peaks"])
    parts = sorted(files, key=PARTS.index)
    batch = Batch(scope)
    state = "kept" if parts else "failed"
    why = "" if row["why"] == NOTHING else row["why"]
    kept = {"state": state, "why": why, "parts": parts, "size": size, "seconds": facts["seconds"]}
    batch.patch(RECORDINGS, id, set=kept)
    await hub.commit(batch)
    _sweep(folder, name)


def _named(name: str) -> tuple[Scope, int] | None:
    """Return whose recording this is, or None for a name that we did not give."""
    found = _NAME.fullmatch(name)
    return (Scope(int(found[1])), int(found[2])) if found else None


def _facts(hub: Hub, name: str) -> dict[str, Any]:
    """Return what a worker noted of a recording; nothing where it noted nothing whole."""
    try:
        return dict(msgspec.json.decode((hub.settings.folder / FOLDER / f"{name}.json").read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _by_side(facts: dict[str, Any]) -> dict[str, str]:
    """Return the file of each side: who hands over, or comes back on another device, leaves several legs and one file of all.

    Where these could not be put together it is the longest leg's.
    """
    longest: dict[str, dict[str, Any]] = {}
    for file in facts["legs"]:
        side = _side(file["side"])
        if "seconds" in file and (side not in longest or longest[side]["seconds"] < file["seconds"]):
            longest[side] = file
    found = {side: file["file"] for side, file in longest.items()}
    found |= {_side(side): file for side, file in facts.get("sides", {}).items()}
    return {side: file for side, file in found.items() if side in PARTS}


def _side(side: str) -> str:
    """A phone is the contact's device."""
    return "contact" if side == "phone" else side


async def _keep(hub: Hub, app: int, id: int, part: str, path: Path) -> int:
    return await hub.files.write(file_name(app, id, part), _chunks(path), _MOST)


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _sweep(folder: Path, name: str) -> None:
    for path in folder.glob(f"{name}*"):
        path.unlink(missing_ok=True)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def file_name(app: int, id: int, part: str) -> str:
    """Return the name under which a part is stored."""
    return f"recordings/{app}/{id}/{part}"


def recording_url_holds(hub: Hub, app: int, id: int, part: str, expires: int, signature: str) -> bool:
    """Tell whether an address of a recording was made by us and has not expired."""
    return expires > hub.clock.now() and hub.signer.holds(signature, "recording", app, id, part, expires)


def _url(hub: Hub, app: int, id: int, part: str) -> str:
    expires = (hub.clock.now() // _HOUR + 2) * _HOUR
    signature = hub.signer.sign("recording", app, id, part, expires)
    return f"/recordings/{app}/{id}/{part}.ogg?e={expires}&s={signature}"


async def _shown(hub: Hub, scope: Scope, row: Document) -> Recording:
    peaks: list[float] = []
    if row["state"] == "kept":
        try:
            peaks = _peaks(msgspec.json.decode(await hub.files.read(file_name(scope.app, row["id"], "peaks"))))
        except (FileNotFoundError, msgspec.DecodeError):
            hub.log.warning("a recording has no waveform", recording=row["id"])
    return Recording(
        row["id"], row["call"], row["state"], row["why"], rfc3339(row["began"]), row["seconds"], row["size"],
        {part: _url(hub, scope.app, row["id"], part) for part in row["parts"]}, peaks, rfc3339(row["expires"]),
    )  # fmt: skip


def _peaks(found: Any) -> list[float]:
    return found["peaks"] if isinstance(found, dict) else found
